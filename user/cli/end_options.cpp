// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/end_options.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <optional>

#include "cli/size_value.h"
#include "cli/spec_options.h"

namespace netio::cli {
namespace {

// A signal handler can reach nothing but objects with static storage.
std::optional<workload::StopEvent> stop_event; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

extern "C" void ask_to_stop(int) { stop_event->signal(); }

} // namespace

void EndOptions::add_to(CLI::App& command) {
    command
        .add_option("--field-size", options.field_size, "Bytes in each of a message's 8 fields, for instance 64 or 4K")
        ->transform(size_value())
        ->required();
    command.add_option("--pattern", pattern, "rr (request and answer) or stream (messages back to back)")
        ->type_name("PATTERN")
        ->capture_default_str();
    command.add_option("--port", options.port, "Port to listen on or to connect to")->capture_default_str();
    command.add_flag("--nagle", options.nagle, "Leave Nagle's algorithm on (no TCP_NODELAY)");
    command.add_flag("--verify", options.verify, "Fill payloads with a pattern and check every byte");
    command.add_option("--sndbuf", options.send_buffer, "SO_SNDBUF in bytes")->transform(size_value());
    command.add_option("--rcvbuf", options.receive_buffer, "SO_RCVBUF in bytes")->transform(size_value());
    command.add_flag("--pin", options.pin, "Pin each worker thread to a CPU");
}

Result<void> EndOptions::settle() {
    NETIO_TRY_TO(auto parsed, parse_pattern(pattern));
    options.pattern = parsed;
    return workload::check(options);
}

Result<const workload::StopEvent*> stop_on_signals() {
    NETIO_TRY_TO(auto created, workload::StopEvent::create());
    stop_event.emplace(std::move(created));
    struct sigaction action {};
    action.sa_handler = ask_to_stop;
    sigemptyset(&action.sa_mask);
    // The second signal ends the process at once, whatever it is waiting for.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return &*stop_event;
}

ExitCode exit_code_after(const workload::StopEvent& stop) {
    return stop.signalled() ? ExitCode::interrupted : ExitCode::success;
}

} // namespace netio::cli
