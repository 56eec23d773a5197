// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <CLI/CLI.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/phrases.h"
#include "analysis/subjects.h"
#include "base/clock.h"
#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "experiment/recorder.h"
#include "experiment/run_files.h"
#include "experiment/worker_process.h"
#include "report/run_json/writer.h"
#include "report/text/recording.h"
#include "report/view/format.h"
#include "report/view/recording_view.h"

namespace netio::cli {
namespace {

/// A trace that is longer, or whose end is not known, does not time every call unless it is asked to.
constexpr double longest_timed_s = 60.0;
constexpr double least_window_percent = 0.1;
constexpr double most_window_percent = 100.0;

struct AttachSettings {
    AttachSpec spec;
    std::string comm;
    std::optional<std::uint16_t> port;
    std::string by = "process";
    std::string timing;
    std::string backend = "auto";
    std::string output;
    bool force = false;
    bool no_save = false;
};

Result<void> set_timing(AttachSpec& spec, const std::string& text) {
    if (text.empty()) {
        const bool has_end = !spec.command.empty() || (spec.duration_s > 0.0 && spec.duration_s <= longest_timed_s);
        spec.timing = has_end && !spec.all ? Timing::all : Timing::windows;
        return {};
    }
    const std::size_t colon = text.find(':');
    const auto timing = value_of_name<Timing>(text.substr(0, colon));
    if (!timing || (colon != std::string::npos && *timing != Timing::windows))
        return unknown_value("timing", text, {"all", "windows", "windows:PERCENT", "none"});
    spec.timing = *timing;
    if (colon == std::string::npos)
        return {};
    std::string percent = text.substr(colon + 1);
    if (const std::string fault =
            number_value({.least = least_window_percent, .most = most_window_percent, .whole = false})(percent);
        !fault.empty())
        return input_error("--timing " + printable(text), fault);
    spec.window_percent = std::strtod(percent.c_str(), nullptr);
    return {};
}

/// "call" tells calls apart by their way of return as well, for each process.
Result<void> set_subjects(AttachSpec& spec, const std::string& text) {
    if (text == "call") {
        spec.by_call = true;
        return {};
    }
    const auto by = value_of_name<SubjectKind>(text);
    if (!by) {
        std::vector<std::string> known = names_of(values_of<SubjectKind>);
        known.emplace_back("call");
        return unknown_value("subject of --by", text, known);
    }
    spec.by = *by;
    return {};
}

Result<AttachSpec> spec_of(const AttachSettings& settings) {
    AttachSpec spec = settings.spec;
    spec.port = settings.port;
    const bool filtered = !spec.pids.empty() || !spec.comm.empty() || !spec.cgroup.empty() || spec.port;
    if (!filtered && !spec.all && spec.command.empty())
        return input_error("nothing to trace is named", "",
                           "name running programs by --pid, --comm, --cgroup or --port, take all with --all, or start "
                           "one: netio-trace attach -- COMMAND");
    if (spec.all && (!spec.pids.empty() || !spec.comm.empty() || !spec.cgroup.empty()))
        return input_error("--all takes every process", "a filter takes some of them", "name one or the other");
    if (!spec.command.empty() && (spec.all || !spec.pids.empty() || !spec.comm.empty() || !spec.cgroup.empty()))
        return input_error("a command is traced by itself", "a filter names other processes",
                           "leave out the filters, or the command; --port may stand with it");
    NETIO_TRY(set_timing(spec, settings.timing));
    NETIO_TRY(set_subjects(spec, settings.by));
    if (spec.sockets_alone && (spec.timing != Timing::none || spec.by_call))
        return input_error("--no-ways lets nothing run at a call", "no call can be timed or told apart then",
                           "add --timing none, and no --by call");
    if (settings.backend != "auto") {
        const auto backend = value_of_name<Backend>(settings.backend);
        if (!backend || std::ranges::find(timing_backends, *backend) == timing_backends.end())
            return unknown_value("backend", settings.backend, backend_words());
        spec.backend = *backend;
    }
    return spec;
}

void tell(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
}

class NoProgress final : public experiment::RecordListener {
  public:
    void attached(const Recording&) override {}
    void waiting_for(const std::string&) override {}
    void goes_on(const Recording&) override {}
};

/// What is traced, and on a terminal that no command writes to a line of how it goes.
class TraceProgress final : public experiment::RecordListener {
  public:
    TraceProgress() : draws_(takes_control_sequences(STDERR_FILENO)) {}
    ~TraceProgress() override { erase(); }

    void attached(const Recording& recording) override {
        erase();
        started_ns_ = monotonic_ns();
        const AttachSpec& spec = recording.spec;
        draws_ = draws_ && spec.command.empty();
        std::string text = "tracing " + printable(report::traced_in_words(spec)) + " by " +
                           recording.environment.backends + ", " + timing_in_words(spec);
        if (spec.command.empty())
            text += spec.duration_s > 0.0 ? fmt::format(", {} s", spec.duration_s) : "; Ctrl-C ends it";
        for (const std::string& note : recording.environment.notes)
            text += "\n" + printable(note);
        for (const std::string& note : recording.notes)
            text += "\n" + printable(note);
        tell(text + "\n");
    }
    void waiting_for(const std::string& what) override {
        erase();
        tell("waiting for " + printable(what) + "; Ctrl-C ends it\n");
    }
    void goes_on(const Recording& so_far) override {
        if (!draws_)
            return;
        const double elapsed_s = static_cast<double>(monotonic_ns() - started_ns_) / 1e9;
        std::string text = fmt::format(" {:.0f} s", elapsed_s);
        if (so_far.spec.duration_s > 0.0)
            text += fmt::format(" of {}", so_far.spec.duration_s);
        // Sockets that are open tell their bytes at the end.
        if (!so_far.subjects.empty() && !so_far.spec.sockets_alone) {
            const CallTotals sum = analysis::sum_of_all(so_far).figures.calls;
            text += " · " + report::counted(so_far.subjects.size(), "subject") + " · " +
                    report::amount(static_cast<double>(sum.send_bytes)) + " sent, " +
                    report::amount(static_cast<double>(sum.recv_bytes)) + " received";
        }
        tell(erased + report::left_in(text, std::min(report::display_width(text), columns_of(STDERR_FILENO) - 1)));
        drawn_ = true;
    }

  private:
    static inline const std::string erased = "\r\033[K";

    static std::string timing_in_words(const AttachSpec& spec) {
        switch (spec.timing) {
        case Timing::all:
            return "timing every call";
        case Timing::windows:
            return fmt::format("timing calls in windows of {} % of the time", spec.window_percent);
        case Timing::none:
            break;
        }
        return spec.sockets_alone ? "looking at no call" : "timing no call";
    }
    void erase() {
        if (std::exchange(drawn_, false))
            tell(erased);
    }

    bool draws_;
    bool drawn_ = false;
    std::uint64_t started_ns_ = 0;
};

/// The command's output is its own: where that is no terminal, the page goes to standard error.
bool show(const std::string& page, const AttachSpec& spec) {
    if (spec.command.empty() || isatty(STDOUT_FILENO) != 0)
        return print(page);
    return std::fwrite(page.data(), 1, page.size(), stderr) == page.size();
}

Result<ExitCode> attach(const AttachSettings& settings, const Invocation& invocation) {
    NETIO_TRY_TO(const auto spec, spec_of(settings));
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
    std::optional<Result<Recording>> outcome;
    {
        std::unique_ptr<experiment::RecordListener> listener;
        if (invocation.quiet)
            listener = std::make_unique<NoProgress>();
        else
            listener = std::make_unique<TraceProgress>();
        outcome.emplace(experiment::record(spec, invocation.command_line(), *listener));
    }
    if (!*outcome) {
        if (folder)
            folder->remove_if_empty();
        return std::move(*outcome).error();
    }
    const Recording& recording = outcome->value();
    report::TextOptions options = output_options(invocation);
    std::optional<Error> unsaved;
    if (folder) {
        if (auto saved = folder->save(recording); !saved)
            unsaved = std::move(saved).error();
        if (unsaved)
            folder->remove_if_empty();
    }
    if (folder && !unsaved) {
        options.saved_to = folder->path().string();
        options.saved_files = {std::string(report::recording_file)};
    }
    if (!show(report::render_recording_text(recording, options), spec))
        return output_error(options.saved_to.empty() ? "" : "the trace is in " + options.saved_to);
    if (unsaved)
        return std::move(*unsaved).within("the trace is printed, and not saved");
    const ExitCode code = exit_code_of(recording);
    if (code == ExitCode::failure && recording.failure)
        spdlog::error("{}; what was traced until then is kept", *recording.failure);
    else if (code == ExitCode::law_broken || code == ExitCode::hits_missed)
        spdlog::error("the figures {}: {}", code == ExitCode::law_broken ? "do not add up" : "could not be verified",
                      analysis::laws_in_words(analysis::account(recording)));
    return code;
}

} // namespace

ExitCode exit_code_of(const Recording& recording) {
    if (recording.failure)
        return ExitCode::failure;
    const analysis::Accounting accounting = analysis::account(recording);
    if (accounting.laws_broken != 0)
        return ExitCode::law_broken;
    if (accounting.laws_with_missed_hits != 0)
        return ExitCode::hits_missed;
    return static_cast<ExitCode>(recording.command_exit.value_or(0));
}

void add_attach_command(CLI::App& program, const Invocation& invocation, Action& chosen) {
    auto settings = std::make_shared<AttachSettings>();
    AttachSpec& spec = settings->spec;
    CLI::App* command = program.add_subcommand(
        "attach", "Trace the TCP connections of running programs, or of a command from its first instruction");
    const std::string what = "What is traced (filters combine)";
    command->add_option("--pid", spec.pids, "Processes with their threads and children, as you see them")
        ->type_name("PID")
        ->delimiter(',')
        ->transform(number_value({.least = 1, .most = std::numeric_limits<int>::max()}))
        ->group(what);
    command->add_option("--comm", spec.comm, "Processes of this name (/proc/PID/comm); waits until there is one")
        ->type_name("NAME")
        ->group(what);
    command->add_option("--cgroup", spec.cgroup, "Processes in this control group and those below it")
        ->type_name("PATH")
        ->group(what);
    command->add_option("--port", settings->port, "Connections with this port at either end")
        ->transform(number_value({.least = 1, .most = std::numeric_limits<std::uint16_t>::max()}))
        ->group(what);
    command->add_flag("--all", spec.all, "All processes of the machine")->group(what);
    command->add_option("COMMAND", spec.command, "Started and traced from its first instruction, after --")
        ->type_name("");
    command->add_option("--duration", spec.duration_s, "Seconds; without it until Ctrl-C, or the end of COMMAND")
        ->transform(number_value(
            {.least = 0.001, .most = most_duration_s, .whole = false, .or_zero = true, .unit = Unit::seconds}));
    command
        ->add_option("--by", settings->by,
                     "What has a column: process, comm, cgroup, connection; or call: calls of a process are also told "
                     "apart by how they returned, with waits")
        ->type_name("SUBJECT")
        ->capture_default_str();
    command
        ->add_option("--timing", settings->timing,
                     "Which calls are timed: all, windows (5 % of the time), windows:PERCENT or none. Bytes are exact "
                     "in each. Windows where not given for --all, and for more than a minute or no known end")
        ->type_name("TIMING");
    command->add_flag(
        "--no-ways", spec.sockets_alone,
        "With --timing none: bytes by the sockets' own numbers alone. Nothing runs at a call, and the ways "
        "that bytes take are not known");
    command
        ->add_option("--backend", settings->backend,
                     "Backend that times paths: auto (the best that works), fentry, kprobe or tracepoint")
        ->type_name("BACKEND")
        ->capture_default_str();
    command->add_option("--sample-frequency", spec.sample_frequency, "Stack samples per second and CPU; 0: none")
        ->transform(number_value({.most = 20'000, .unit = Unit::hertz}))
        ->capture_default_str();
    CLI::Option* output =
        command
            ->add_option("--output", settings->output, "Folder for trace.json; results/<date and time> when not given")
            ->type_name("DIR");
    command->add_flag("--force", settings->force, "Replace the trace in the folder of --output")->needs(output);
    command->add_flag("--no-save", settings->no_save, "Write no file")->excludes(output);
    command->callback([settings, &invocation, &chosen] {
        chosen = [settings, &invocation] { return attach(*settings, invocation); };
    });
}

} // namespace netio::cli
