// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/names_alike.h"
#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/terminal.h"
#include "report/explain.h"
#include "report/glossary.h"
#include "report/run_json/reader.h"

namespace netio::cli {
namespace {

struct ExplainSettings {
    std::string path;
    std::string format = "text";
    bool assignment = false;
};

Result<std::string> text_of(const report::Saved& saved, const ExplainSettings& settings,
                            const report::TextOptions& options, report::Detail detail) {
    const bool json = settings.format == "json";
    if (const auto* run = std::get_if<Run>(&saved); run != nullptr && run->spec.lab != 0 && settings.assignment)
        return input_error("no answers for " + settings.path,
                           "the run was made for lab " + std::to_string(run->spec.lab) + ", which asks for them",
                           "netio-trace lab check " + std::to_string(run->spec.lab) + " tells whether yours are right");
    if (const auto* run = std::get_if<Run>(&saved))
        return json                  ? report::render_explanation_json(*run, settings.assignment)
               : settings.assignment ? report::render_answers_text(*run, options, detail)
                                     : report::render_findings_text(*run, options);
    if (settings.assignment)
        return input_error("--assignment is of a run", settings.path + " is an attached trace",
                           "leave it out to have the findings of the trace");
    const Recording& recording = std::get<Recording>(saved);
    return json ? report::render_recording_explanation_json(recording)
                : report::render_recording_findings_text(recording, options);
}

/// A word of the glossary that is no file's name; none otherwise.
std::optional<report::GlossaryEntry> entry_of(const ExplainSettings& settings) {
    std::error_code unknown;
    if (settings.assignment || settings.path == "-" || std::filesystem::exists(settings.path, unknown))
        return std::nullopt;
    return report::glossary_entry(settings.path);
}

/// The words of the glossary that are like one for which there is no file.
std::string words_like(const std::string& word) {
    std::vector<std::string> words;
    for (const report::GlossaryEntry& entry : report::read_glossary())
        words.push_back(entry.word);
    std::string list;
    for (const std::string& alike : names_alike(word, words))
        list += (list.empty() ? "or a word of the glossary: " : ", ") + alike;
    return list;
}

Result<ExitCode> explain(const ExplainSettings& settings, const Invocation& invocation) {
    if (const auto entry = entry_of(settings))
        return print(report::render_entry(*entry, columns_of(STDOUT_FILENO))) ? Result(ExitCode::success)
                                                                              : output_error();
    auto saved = report::read_saved_file(settings.path);
    if (!saved) {
        Error error = std::move(saved).error();
        std::error_code unknown;
        if (const std::string words = words_like(settings.path);
            !words.empty() && !std::filesystem::exists(settings.path, unknown))
            error.hint += (error.hint.empty() ? "" : ", ") + words;
        return error;
    }
    const auto detail = invocation.verbose ? report::Detail::evidence : report::Detail::brief;
    NETIO_TRY_TO(const auto text, text_of(*saved, settings, output_options(invocation), detail));
    if (!print(text))
        return output_error();
    return ExitCode::success;
}

} // namespace

void add_explain_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<ExplainSettings>();
    CLI::App* command = program.add_subcommand("explain", "Explain the figures of a saved run or attached trace: its "
                                                          "findings and what they rest on, or a word of the glossary; "
                                                          "no privileges needed");
    command
        ->add_option("run", settings->path,
                     "run.json or trace.json, the folder that it is in, or - for standard input; or a word")
        ->type_name("FILE")
        ->required();
    command->add_flag("--assignment", settings->assignment,
                      "Answer the six questions of the published assignment instead, briefly; -v adds the evidence");
    command->add_option("--format", settings->format, "text or json")
        ->check(one_of({"text", "json"}))
        ->capture_default_str();
    command->callback([settings, &invocation, &chosen] {
        chosen = [settings, &invocation] { return explain(*settings, invocation); };
    });
}

} // namespace netio::cli
