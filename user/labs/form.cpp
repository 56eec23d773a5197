// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/form.h"

#include <algorithm>

#include "analysis/phrases.h"
#include "report/view/format.h"

namespace netio::labs {
namespace {

constexpr std::size_t form_width = 100;

std::string indented(std::string_view text, std::string_view first, std::string_view rest, std::size_t width) {
    std::string lines;
    std::string_view before = first;
    const std::size_t taken = report::display_width(first);
    for (const std::string& line : report::wrap(text, width > taken + 20 ? width - taken : 20)) {
        lines += std::string(before) + line + "\n";
        before = rest;
    }
    return lines;
}

std::string kind_in_words(const Question& question) {
    switch (question.kind) {
    case QuestionKind::prediction:
        return "a prediction, before you measure; any number counts";
    case QuestionKind::choice:
        return "one letter";
    case QuestionKind::word:
        return "one name";
    case QuestionKind::fact:
        return "nothing to write: your run shows it";
    case QuestionKind::text:
        return "a sentence or two on one line, for the instructor";
    case QuestionKind::number:
        break;
    }
    return "a number" + (question.unit.empty() ? std::string{} : ", " + question.unit);
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

constexpr std::string_view guest_script = "\"$NETIO_TREE/scripts/vm.sh\"";

bool is_in_a_guest(const std::string& command) { return command.starts_with(guest_script); }

/// A command of the lab's text, as it has to be typed here.
std::string as_typed(const std::string& command, const Surroundings& surroundings) {
    if (is_in_a_guest(command)) // whose program has its usual name there
        return surroundings.tree.empty() ? command : replaced(command, "$NETIO_TREE", surroundings.tree);
    std::string typed = surroundings.is_root && command.starts_with("sudo ") ? command.substr(5) : command;
    if (surroundings.program != "netio-trace")
        typed = replaced(" " + typed, " netio-trace ", " " + surroundings.program + " ").substr(1);
    return typed;
}

constexpr std::string_view run_as_root = "sudo netio-trace run ";

/// Some of its commands work without root, and trace nothing then.
bool has_runs(const Lab& lab) {
    return std::ranges::any_of(lab.commands(), [](const std::string& line) { return line.starts_with(run_as_root); });
}

/// The runs of a lab for who has no root, in a guest of the source tree; empty where that is not the case, or not
/// possible.
std::string in_a_guest(const Lab& lab, const Surroundings& surroundings) {
    std::string text;
    if (surroundings.is_root || surroundings.tree.empty())
        return text;
    for (const std::string& command : lab.commands()) {
        const std::size_t output = command.find(" --output ");
        if (!command.starts_with(run_as_root) || output == std::string::npos)
            continue;
        text += "       " + as_typed(std::string(guest_script), surroundings) + " --out " +
                command.substr(output + 10) + " -- " + command.substr(5, output - 5) + " --output /out\n";
    }
    return text.empty()
               ? text
               : "\nThe same runs without root, in a guest (slower; compare its times with one another only):\n" + text;
}

} // namespace

std::string form_of(const Lab& lab) {
    std::string text = "# Lab " + std::to_string(lab.number) + ": " + lab.title + "\n#\n";
    text +=
        indented("Write each answer behind its colon, on the same line. Where your run has no such figure the answer "
                 "is \"not measured\". Check as often as you like, from the folder of this file:",
                 "# ", "# ", form_width);
    text += "#     netio-trace lab check " + std::to_string(lab.number) + " " + std::string(answers_file) + "\n\n";
    text += "lab: " + std::to_string(lab.number) + "\n# who you are, as your instructor wants it\nname:\n\n";
    if (!lab.runs.empty())
        text += "# The folders that the lab's commands write to, beside this file.\n";
    for (const LabRun& run : lab.runs)
        text += "run." + run.id + ": " + run.id + "\n";
    std::size_t number = 0;
    for (const Question& question : lab.questions) {
        text += "\n" + indented(std::to_string(++number) + ". " + question.ask + " (" + kind_in_words(question) + ")",
                                "# ", "# ", form_width);
        for (const auto& [letter, option] : question.options)
            text += indented(letter + ") " + option, "#   ", "#      ", form_width);
        if (question.kind != QuestionKind::fact)
            text += question.id + ":\n";
    }
    return text;
}

std::string introduction_to(const Lab& lab, const Surroundings& surroundings, std::size_t width) {
    const std::string& folder = surroundings.folder;
    std::string text = "Lab " + std::to_string(lab.number) + ": " + lab.title + "\n\n";
    text += indented("Where: " + lab.where, "", "       ", width);
    if (!surroundings.is_root)
        text +=
            indented("Without root: " + lab.without_root + (has_runs(lab) ? " Leave out sudo before run then." : ""),
                     "", "       ", width);
    text += indented("Time: about " + std::to_string(lab.minutes) + " minutes, of which the commands take " +
                         std::to_string(lab.run_seconds) + " seconds on an idle laptop.",
                     "", "       ", width);
    text += "\nThe questions: " + folder + "/" + std::string(answers_file) + "\n";
    for (const LabFile& file : lab.files)
        text += "A file to work on: " + folder + "/" + file.name + "\n";
    const std::string number = std::to_string(lab.number);
    text += "\nRead:  " + surroundings.program + " lab show " + number + "\nThen:  cd " + folder + "\n";
    for (const std::string& command : lab.commands())
        text += "       " + as_typed(command, surroundings) + "\n";
    text += "       " + surroundings.program + " lab check " + number + " " + std::string(answers_file) + "\n";
    text += in_a_guest(lab, surroundings);
    if (!lab.questions.empty())
        text += "\n" + indented("The first question: " + lab.questions.front().ask, "", "", width);
    return text;
}

std::string list_of_labs(std::size_t width) {
    std::string text;
    for (const Lab& lab : all_labs()) {
        const std::string number = std::to_string(lab.number);
        text += std::string(number.size() < 2 ? 1 : 0, ' ') + number + "  " + lab.title + "  (" +
                std::to_string(lab.minutes) + " min, " + analysis::counted(lab.points(), "point") + ")\n";
    }
    return text + "\n" +
           indented(
               "netio-trace lab start NUMBER writes the questions to a folder and says what to do; show NUMBER prints "
               "the text.",
               "", "", width);
}

std::string told(const LabResult& result, std::size_t width) {
    std::string text = "Lab " + std::to_string(result.lab->number) + ": " + result.lab->title + "\n\n";
    std::size_t number = 0;
    for (const Checked& checked : result.questions) {
        std::string line =
            std::to_string(++number) + ". " + checked.question->id + ": " + std::string(name_of(checked.outcome));
        if (!checked.given.empty())
            line += "  (" + printable(checked.given.substr(0, 60)) + (checked.given.size() > 60 ? "…" : "") + ")";
        text += line + "\n";
        if (!checked.reply.empty())
            text += indented(printable(checked.reply), "   ", "   ", width);
    }
    text += "\n" + std::to_string(result.points()) + " of " + analysis::counted(result.possible(), "point") +
            (result.passed() ? ": passed\n" : "\n");
    return text;
}

} // namespace netio::labs
