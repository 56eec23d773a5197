// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <ctime>
#include <memory>
#include <optional>
#include <utility>

#include "analysis/laws.h"
#include "base/log.h"
#include "cli/error_text.h"
#include "cli/program.h"
#include "cli/progress.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "experiment/run_files.h"
#include "experiment/runner.h"
#include "experiment/worker_process.h"
#include "report/renderers.h"

namespace netio::cli {
namespace {

struct RunSettings {
    SpecOptions spec;
    std::string output;
    bool force = false;
    bool no_save = false;
};

/// Saves after each cell, so that finished cells survive a later failure.
class SavingListener final : public experiment::RunListener {
  public:
    SavingListener(std::unique_ptr<experiment::RunListener> shown, experiment::RunFolder* folder)
        : shown_(std::move(shown)), folder_(folder) {}

    void run_started(const Run& run, std::size_t cells) override { shown_->run_started(run, cells); }
    void cell_started(const CellKey& key, std::size_t index) override { shown_->cell_started(key, index); }
    void cell_goes_on(double share) override { shown_->cell_goes_on(share); }
    Result<void> cell_finished(const Run& run) override {
        if (folder_ != nullptr)
            if (auto saved = folder_->save(run); !saved)
                return saved;
        return shown_->cell_finished(run);
    }

  private:
    std::unique_ptr<experiment::RunListener> shown_;
    experiment::RunFolder* folder_;
};

Result<ExitCode> run(const RunSettings& settings, const Invocation& invocation) {
    NETIO_TRY_TO(auto spec, settings.spec.spec());
    NETIO_TRY(experiment::SignalReceiver::hold_signals()); // or one could leave an empty folder
    std::optional<experiment::RunFolder> folder;
    if (!settings.no_save) {
        auto opened =
            settings.output.empty()
                ? experiment::RunFolder::make_new("results", std::time(nullptr))
                : experiment::RunFolder::open(settings.output, settings.force ? Existing::replaced : Existing::kept);
        if (!opened)
            return std::move(opened).error();
        folder.emplace(std::move(opened).value());
    }

    std::optional<Result<Run>> outcome;
    {
        SavingListener listener(make_progress(invocation.quiet), folder ? &*folder : nullptr);
        outcome.emplace(experiment::run_experiment(spec, invocation.command_line(), listener));
    }
    if (folder && (!*outcome || outcome->value().cells.empty()))
        folder->remove_if_empty();
    if (!*outcome)
        return std::move(*outcome).error();
    const Run& result = outcome->value();

    // Once more at the end: what ended the run early belongs to it. Where that fails, what was saved before is left,
    // and the page is the only place of all cells.
    std::optional<Error> unsaved;
    if (folder && (result.interrupted || result.failure) && !result.cells.empty())
        if (auto saved = folder->save(result); !saved)
            unsaved = std::move(saved).error();
    if (unsaved)
        folder->remove_if_empty();
    report::TextOptions options = output_options(invocation);
    if (folder && !result.cells.empty() && !unsaved) {
        options.saved_to = folder->path().string();
        options.saved_files = report::run_file_names();
    }
    if (!result.cells.empty() && !print(report::render_text(result, options)))
        return output_error(folder && !unsaved ? "the results are in " + folder->path().string() : "");
    const ExitCode code = exit_code_of(result);
    if (unsaved)
        spdlog::error("{}; {} finished cell{} printed, and not all of them {} saved", error_text(*unsaved),
                      result.cells.size(), result.cells.size() == 1 ? " is" : "s are",
                      result.cells.size() == 1 ? "is" : "are");
    else if (code == ExitCode::failure)
        spdlog::error("{}; {} finished cell{} kept", *result.failure, result.cells.size(),
                      result.cells.size() == 1 ? " is" : "s are");
    else if (code == ExitCode::interrupted)
        spdlog::warn("stopped by a signal; {} finished cell{} kept{}", result.cells.size(),
                     result.cells.size() == 1 ? " is" : "s are",
                     options.saved_to.empty() ? std::string{} : " in " + options.saved_to);
    else if (code == ExitCode::law_broken)
        spdlog::error("the figures do not add up: {}", analysis::laws_in_words(analysis::account(result)));
    else if (code == ExitCode::hits_missed)
        spdlog::error("the figures could not be verified: {}", analysis::laws_in_words(analysis::account(result)));
    return unsaved ? ExitCode::failure : code;
}

} // namespace

ExitCode exit_code_of(const Run& run) {
    if (run.failure)
        return ExitCode::failure;
    if (run.interrupted)
        return ExitCode::interrupted;
    const analysis::Accounting accounting = analysis::account(run);
    if (accounting.laws_broken != 0)
        return ExitCode::law_broken;
    return accounting.laws_with_missed_hits != 0 ? ExitCode::hits_missed : ExitCode::success;
}

void add_run_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<RunSettings>();
    CLI::App* command = program.add_subcommand("run", "Run the variants between two namespaces, trace them, and show "
                                                      "where the bytes were copied");
    settings->spec.add_to(*command);
    CLI::Option* output = command
                              ->add_option("--output", settings->output,
                                           "Folder for run.json, cells.csv and histograms.csv; "
                                           "results/<date and time> when not given")
                              ->type_name("DIR");
    command->add_flag("--force", settings->force, "Replace the run in the folder of --output")->needs(output);
    command->add_flag("--no-save", settings->no_save, "Write no files")->excludes(output);
    command->callback(
        [settings, &invocation, &chosen] { chosen = [settings, &invocation] { return run(*settings, invocation); }; });
}

} // namespace netio::cli
