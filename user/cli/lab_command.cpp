// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/read_text.h"
#include "cli/terminal.h"
#include "labs/answers.h"
#include "labs/check.h"
#include "labs/facts.h"
#include "labs/form.h"
#include "labs/grade.h"
#include "labs/lab.h"
#include "report/run_json/reader.h"
#include "tracer/probe_trial.h"

namespace netio::cli {
namespace {

namespace fs = std::filesystem;

struct LabSettings {
    std::string action;
    std::vector<std::string> operands;
    std::string folder;
};

/// "lab-02", beside which those of other labs sort in their order.
std::string usual_folder(const labs::Lab& lab) {
    return std::string("lab-") + (lab.number < 10 ? "0" : "") + std::to_string(lab.number);
}

Result<const labs::Lab*> lab_named(const std::string& text) {
    unsigned number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    const labs::Lab* lab = fault == std::errc{} && end == text.data() + text.size() ? labs::lab_of(number) : nullptr;
    if (lab == nullptr)
        return input_error("there is no lab \"" + printable(text) + '"', "",
                           "netio-trace lab list names them with their numbers");
    return lab;
}

Result<void> takes(const LabSettings& settings, std::size_t operands, std::string_view usage) {
    if (settings.operands.size() != operands)
        return input_error("lab " + settings.action + " takes " + report::counted(operands, "argument"), "",
                           "netio-trace lab " + std::string(usage));
    return {};
}

Result<ExitCode> printed(const std::string& text, ExitCode code = ExitCode::success) {
    return print(text) ? Result(code) : output_error();
}

Result<ExitCode> list(const LabSettings& settings, const Invocation&) {
    NETIO_TRY(takes(settings, 0, "list"));
    return printed(labs::list_of_labs(columns_of(STDOUT_FILENO)));
}

Result<ExitCode> show(const LabSettings& settings, const Invocation&) {
    NETIO_TRY(takes(settings, 1, "show NUMBER"));
    NETIO_TRY_TO(const labs::Lab* lab, lab_named(settings.operands[0]));
    return printed(std::string(lab->text));
}

/// The source tree that a program was built in, TREE/build/PRESET/user/cli/netio-trace; empty: it was not, or is
/// elsewhere now.
fs::path tree_of(const fs::path& program) {
    fs::path tree = program;
    for (int up = 0; up < 5 && tree.has_parent_path(); ++up)
        tree = tree.parent_path();
    std::error_code unknown;
    return fs::exists(tree / "scripts/vm.sh", unknown) ? tree : fs::path{};
}

Result<ExitCode> start(const LabSettings& settings, const Invocation& invocation) {
    NETIO_TRY(takes(settings, 1, "start NUMBER"));
    NETIO_TRY_TO(const labs::Lab* lab, lab_named(settings.operands[0]));
    const std::string path = settings.folder.empty() ? usual_folder(*lab) : settings.folder;
    NETIO_TRY_TO(const auto folder, OutputFolder::open(path));
    // What a student has filled in is never written over.
    if (folder.has(std::string(labs::answers_file)))
        return input_error(path + "/" + std::string(labs::answers_file) + " is there already",
                           "it may have answers in it", "name another folder with --folder");
    NETIO_TRY(folder.write(std::string(labs::answers_file), labs::form_of(*lab), Existing::kept));
    for (const labs::LabFile& file : lab->files)
        NETIO_TRY(folder.write(file.name, file.text, Existing::kept));
    labs::Surroundings surroundings;
    surroundings.folder = path;
    surroundings.is_root = ::geteuid() == 0;
    // The file that runs, whatever it was called by: the commands are typed in another folder, and by sudo, which has a
    // PATH of its own.
    std::error_code unknown;
    const fs::path program = fs::read_symlink("/proc/self/exe", unknown);
    if (!unknown && invocation.program().find('/') != std::string::npos)
        surroundings.program = program.string();
    if (const fs::path tree = tree_of(program); !tree.empty())
        surroundings.tree = tree.string();
    return printed(labs::introduction_to(*lab, surroundings, columns_of(STDOUT_FILENO)));
}

/// The runs that an answers file names, as far as they are there. What is there and cannot be read is an error.
Result<labs::SavedRuns> runs_of(const labs::Answers& answers, const fs::path& folder) {
    labs::SavedRuns runs;
    for (const auto& [id, name] : answers.runs) {
        const fs::path path = folder / name;
        std::error_code unknown;
        if (!fs::exists(report::file_of_run(path.string()), unknown))
            continue;
        NETIO_TRY_TO(auto saved, report::read_saved_file(path.string()));
        std::visit([&](auto&& run) { runs.emplace(id, std::forward<decltype(run)>(run)); }, std::move(saved));
    }
    return runs;
}

/// Tries a student's own BPF program, as root and where it is there.
Result<void> try_probe_of(const labs::Lab& lab, const fs::path& folder, labs::SavedRuns& runs) {
    constexpr std::size_t most_object_bytes = std::size_t{16} << 20;
    std::error_code unknown;
    const fs::path object = folder / lab.probe;
    if (lab.probe.empty() || ::geteuid() != 0 || !fs::exists(object, unknown))
        return {};
    NETIO_TRY_TO(const std::string bytes, read_text(object.string(), most_object_bytes));
    NETIO_TRY_TO(const ProbeTrial trial, tracer::try_probe(bytes));
    runs.emplace(labs::probe_trial_id, trial);
    return {};
}

Result<ExitCode> check(const LabSettings& settings, const Invocation&) {
    NETIO_TRY(takes(settings, 2, "check NUMBER ANSWERS"));
    NETIO_TRY_TO(const labs::Lab* lab, lab_named(settings.operands[0]));
    fs::path path = settings.operands[1];
    std::error_code unknown;
    if (fs::is_directory(path, unknown))
        path /= labs::answers_file;
    NETIO_TRY_TO(const std::string text, read_text(path.string(), labs::most_answers_bytes));
    NETIO_TRY_TO(const auto answers, labs::read_answers(text, *lab, printable(path.string())));
    NETIO_TRY_TO(auto runs, runs_of(answers, path.parent_path()));
    NETIO_TRY(try_probe_of(*lab, path.parent_path(), runs));
    const labs::LabResult result = labs::check(*lab, answers, runs);
    return printed(labs::told(result, columns_of(STDOUT_FILENO)),
                   result.passed() ? ExitCode::success : ExitCode::regression);
}

/// The largest run.json that is graded: a lab's runs are far smaller, and a class has many.
constexpr std::size_t most_run_bytes = std::size_t{64} * 1024 * 1024;

/// Reads a run of a submission, with what in it cannot be. Whatever is wrong with it is a remark.
void add_run(labs::Submission& submission, const std::string& id, const fs::path& folder, const std::string& name) {
    std::error_code failure;
    const fs::path path = fs::weakly_canonical(folder / name, failure);
    // Neither "../somebody-else" nor a link to there is what this student handed in.
    const std::string within = fs::canonical(folder, failure).string() + "/";
    if (failure || !path.string().starts_with(within)) {
        submission.remarks.push_back("run " + id + " is not in the folder that was handed in");
        return;
    }
    const fs::path file = fs::weakly_canonical(report::file_of_run(path.string()), failure);
    if (failure || !file.string().starts_with(within) || !fs::exists(file, failure))
        return; // the questions about it are not checked, and say so
    const std::string label = "run " + id;
    const auto text = read_text(file.string(), most_run_bytes);
    if (!text) {
        submission.remarks.push_back(label + " cannot be read: " + text.error().why);
        return;
    }
    auto keep = [&](auto saved) {
        if (!saved) {
            submission.remarks.push_back(label + " cannot be read: " + saved.error().why);
            return;
        }
        const auto kept = submission.runs.emplace(id, labs::SavedRun(std::move(*saved))).first;
        for (const std::string& doubt : labs::doubts_about(kept->second, *text, std::time(nullptr)))
            submission.remarks.push_back(label + ": " + doubt);
    };
    if (report::looks_like_trace(file.string()))
        keep(report::read_recording(*text, label));
    else
        keep(report::read_run(*text, label));
}

labs::Submission read_submission(const fs::path& file, const std::string& name) {
    labs::Submission submission;
    submission.name = name;
    const auto text = read_text(file.string(), labs::most_answers_bytes);
    if (!text) {
        submission.fault = text.error().message();
        return submission;
    }
    submission.lab = labs::lab_of(labs::lab_number_in(*text));
    if (submission.lab == nullptr) {
        submission.fault = "it does not say which lab it is of: a line \"lab: NUMBER\" does";
        return submission;
    }
    auto answers = labs::read_answers(*text, *submission.lab, std::string(labs::answers_file));
    if (!answers) {
        submission.fault = answers.error().why;
        return submission;
    }
    submission.answers = std::move(answers).value();
    for (const auto& [id, path] : submission.answers.runs)
        add_run(submission, id, file.parent_path(), path);
    return submission;
}

/// The folders in a folder, by name.
std::vector<fs::path> folders_in(const fs::path& folder) {
    std::vector<fs::path> folders;
    std::error_code failure;
    for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure))
        if (std::error_code unknown; entry->is_directory(unknown) && !entry->is_symlink(unknown))
            folders.push_back(entry->path());
    std::ranges::sort(folders);
    return folders;
}

/// A folder for each student, with an answers file in it or in the folders of several labs.
std::vector<labs::Submission> submissions_in(const fs::path& folder) {
    std::vector<labs::Submission> submissions;
    std::error_code unknown;
    for (const fs::path& student : folders_in(folder)) {
        const std::string name = student.filename().string();
        const std::size_t before = submissions.size();
        if (fs::exists(student / labs::answers_file, unknown))
            submissions.push_back(read_submission(student / labs::answers_file, name));
        for (const fs::path& lab : folders_in(student))
            if (fs::exists(lab / labs::answers_file, unknown))
                submissions.push_back(read_submission(lab / labs::answers_file, name));
        if (submissions.size() == before) {
            submissions.emplace_back().name = name;
            submissions.back().fault = "there is no " + std::string(labs::answers_file) + " in it";
        }
    }
    return submissions;
}

Result<ExitCode> grade(const LabSettings& settings, const Invocation&) {
    NETIO_TRY(takes(settings, 1, "grade FOLDER"));
    std::error_code unknown;
    if (!fs::is_directory(settings.operands[0], unknown))
        return input_error(printable(settings.operands[0]) + " is no folder", "",
                           "name the folder that has a folder for each student");
    std::vector<labs::Submission> submissions = submissions_in(settings.operands[0]);
    if (submissions.empty())
        return input_error("there is nothing to grade in " + printable(settings.operands[0]), "",
                           "it has a folder for each student, with " + std::string(labs::answers_file) +
                               " and the runs in it");
    labs::grade(submissions);
    NETIO_TRY_TO(const auto folder, OutputFolder::open(settings.folder.empty() ? "." : settings.folder));
    NETIO_TRY(folder.write("grades.csv", labs::render_grades_csv(submissions), Existing::replaced));
    NETIO_TRY(folder.write("grades.html", labs::render_grades_page(submissions), Existing::replaced));
    return printed(labs::summary_of(submissions, columns_of(STDOUT_FILENO)) + "written to " +
                   printable(folder.path().string()) + "/: grades.csv (with names), grades.html (without)\n");
}

/// Fetches what guests need, by the script of the source tree, which takes this process's place.
Result<ExitCode> prepare(const LabSettings& settings, const Invocation&) {
    NETIO_TRY(takes(settings, 0, "prepare"));
    std::error_code unknown;
    const fs::path tree = tree_of(fs::read_symlink("/proc/self/exe", unknown));
    if (tree.empty())
        return input_error("there is nothing to prepare",
                           "an installed program has all labs in it; runs in a guest need the source tree",
                           "in the source tree scripts/lab.sh prepare fetches what they need");
    const std::string script = (tree / "scripts/lab.sh").string();
    ::execl(script.c_str(), script.c_str(), "prepare", nullptr);
    return system_error("cannot run " + script, errno);
}

struct LabAction {
    std::string_view name;
    Result<ExitCode> (*act)(const LabSettings&, const Invocation&);
};
constexpr std::array lab_actions{LabAction{"list", list},   LabAction{"show", show},   LabAction{"start", start},
                                 LabAction{"check", check}, LabAction{"grade", grade}, LabAction{"prepare", prepare}};

Result<ExitCode> act(const LabSettings& settings, const Invocation& invocation) {
    std::vector<std::string> known;
    for (const LabAction& action : lab_actions) {
        if (action.name == settings.action)
            return action.act(settings, invocation);
        known.emplace_back(action.name);
    }
    return unknown_value("action", settings.action, known);
}

} // namespace

std::vector<std::string> lab_actions_in_words() {
    std::vector<std::string> names;
    for (const LabAction& action : lab_actions)
        names.emplace_back(action.name);
    return names;
}

void add_lab_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<LabSettings>();
    CLI::App* command =
        program.add_subcommand("lab", "Exercises of a kernel course: list, show NUMBER, start NUMBER, "
                                      "check NUMBER ANSWERS, grade FOLDER, prepare; no privileges needed");
    command->add_option("ACTION", settings->action, "list, show, start, check, grade or prepare")
        ->type_name("ACTION")
        ->required();
    command
        ->add_option("OPERAND", settings->operands,
                     "The lab's number, and for check the file with the answers; for grade the folder of submissions")
        ->type_name("OPERAND");
    command
        ->add_option("--folder", settings->folder,
                     "Folder that start writes the questions to, or grade its tables; lab-NN, or the current one, when "
                     "not given")
        ->type_name("DIR");
    command->callback(
        [settings, &invocation, &chosen] { chosen = [settings, &invocation] { return act(*settings, invocation); }; });
}

} // namespace netio::cli
