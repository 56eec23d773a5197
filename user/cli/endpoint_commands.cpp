// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// server and client: the two ends by hand.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <memory>
#include <optional>

#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "experiment/cell_runner.h"
#include "workload/client.h"
#include "workload/server.h"
#include "workload/start_and_stop.h"

namespace netio::cli {
namespace {

/// Options that both have and must agree on, and what they fill.
struct EndOptions {
    workload::Options options;
    std::string pattern = "rr";

    void add_to(CLI::App& command);
    /// Checks what was typed and fills `options`.
    [[nodiscard]] Result<void> settle();
};

void EndOptions::add_to(CLI::App& command) {
    command
        .add_option(field_size_names, options.field_size,
                    "Bytes in each of a message's 8 fields, for instance 64 or 4K")
        ->transform(size_value())
        ->required();
    command.add_option("--pattern", pattern, "rr (request and answer) or stream (messages back to back)")
        ->type_name("PATTERN")
        ->capture_default_str();
    command.add_option("--port", options.port, "Port that the server listens on")->capture_default_str();
    command.add_flag("--nagle", options.nagle, "Leave Nagle's algorithm on (no TCP_NODELAY)");
    command.add_flag("--verify", options.verify, "Fill payloads with a pattern and check every byte");
    command.add_option("--sndbuf", options.send_buffer, "SO_SNDBUF in bytes")->transform(size_value());
    command.add_option("--rcvbuf", options.receive_buffer, "SO_RCVBUF in bytes")->transform(size_value());
    command.add_flag("--pin", options.pin, "Pin each worker thread to a CPU");
}

Result<void> EndOptions::settle() {
    NETIO_TRY_TO(options.pattern, parse_pattern(pattern));
    return workload::check(options);
}

// A signal handler can reach nothing but objects with static storage.
std::optional<workload::StopEvent> stop_event; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

extern "C" void ask_to_stop(int) { stop_event->signal(); }

/// Stops a server or client in an orderly way when SIGINT or SIGTERM arrives, from creation on; one at a time.
Result<const workload::StopEvent*> stop_on_signals() {
    NETIO_TRY_TO(auto created, workload::StopEvent::create());
    stop_event.emplace(std::move(created));
    struct sigaction action {};
    action.sa_handler = ask_to_stop;
    sigemptyset(&action.sa_mask);
    // The second signal ends the process at once.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    return &*stop_event;
}

/// A few lines on what one end did.
std::string endpoint_summary(const workload::Options& options, const EndResult& result) {
    std::string text =
        fmt::format("{:<16}8 fields of {} B, {}\n", name_of(result.role), options.field_size, name_of(options.pattern));
    text += fmt::format("{:<16}{} ({} B of payload)\n", "messages", result.messages, result.payload_bytes);
    if (result.duration_s > 0.0) {
        const auto bytes = static_cast<double>(result.payload_bytes);
        text += fmt::format("{:<16}{:.3f} s\n", "duration", result.duration_s);
        text += fmt::format("{:<16}{:.6f} Gbit/s\n", "throughput", bytes * 8.0 / (result.duration_s * 1e9));
    }
    if (!result.latency.empty())
        text += fmt::format("{:<16}mean {:.1f}, p50 {:.1f}, p99 {:.1f}, p99.9 {:.1f}, max {:.1f} us\n", "latency",
                            result.latency.mean() / 1e3, result.latency.quantile(0.5) / 1e3,
                            result.latency.quantile(0.99) / 1e3, result.latency.quantile(0.999) / 1e3,
                            static_cast<double>(result.latency.max()) / 1e3);
    text += fmt::format("{:<16}user {:.3f} s, system {:.3f} s\n", "CPU time", result.cpu_user_s, result.cpu_system_s);
    text += fmt::format("{:<16}send {} ({} B), receive {} ({} B), error queue {}\n", "calls", result.calls.send_calls,
                        result.calls.send_bytes, result.calls.recv_calls, result.calls.recv_bytes,
                        result.calls.errqueue_calls);
    if (result.zerocopy.sends != 0)
        text += fmt::format(
            "{:<16}{} sends, {} completed, {} of them copied after all, ENOBUFS {}, {} outstanding at most\n",
            "zero-copy", result.zerocopy.sends, result.zerocopy.completions, result.zerocopy.copied,
            result.zerocopy.enobufs, result.zerocopy.deepest_outstanding);
    if (options.verify)
        text += fmt::format("{:<16}{} B, all correct\n", "verified", result.bytes_verified);
    return text;
}

struct ServerSettings {
    EndOptions end;
    std::string variant;
    unsigned connections = 0;
};

Result<ExitCode> serve(ServerSettings& settings) {
    workload::Options& options = settings.end.options;
    NETIO_TRY_TO(options.variant, parse_variant(settings.variant));
    NETIO_TRY(settings.end.settle());
    NETIO_TRY_TO(const workload::StopEvent* stop, stop_on_signals());
    NETIO_TRY_TO(auto server, workload::Server::listen(options));
    spdlog::info("listening on {} port {}", options.address, server.port());
    workload::NoObserver nobody;
    NETIO_TRY_TO(const EndResult result, server.serve(settings.connections, nobody, *stop));
    if (!print(endpoint_summary(options, result)))
        return output_error();
    // A server is meant to be stopped by a signal, so that is no failure.
    return ExitCode::success;
}

Result<ExitCode> request(EndOptions& end) {
    NETIO_TRY(end.settle());
    workload::Options& options = end.options;
    options.warmup_messages = experiment::effective_warmup(options.warmup_messages, options.field_size);
    NETIO_TRY_TO(const workload::StopEvent* stop, stop_on_signals());
    workload::NoObserver nobody;
    NETIO_TRY_TO(const EndResult result, workload::run_client(options, nobody, *stop));
    if (!print(endpoint_summary(options, result)))
        return output_error();
    return stop->signalled() ? ExitCode::interrupted : ExitCode::success;
}

} // namespace

void add_server_command(CLI::App& program, Action& chosen) {
    auto settings = std::make_shared<ServerSettings>();
    CLI::App* command = program.add_subcommand(
        "server", "Send messages to each client that connects, until stopped: the sending end by hand");
    command->add_option(variant_names, settings->variant, std::string(described_variants()))
        ->type_name("VARIANT")
        ->required();
    settings->end.options.address = "0.0.0.0";
    command
        ->add_option(max_threads_names, settings->end.options.threads,
                     "Maximum number of connections at a time, each with a thread")
        ->required();
    command->add_option("--listen", settings->end.options.address, "Address to listen on")->capture_default_str();
    command
        ->add_option("--connections", settings->connections,
                     "Number of connections to serve before it ends; 0: unlimited")
        ->capture_default_str();
    command->add_option("--think-time", settings->end.options.think_time_ns,
                        "Nanoseconds that the server is busy before it sends a message");
    settings->end.add_to(*command);
    command->callback([settings, &chosen] { chosen = [settings] { return serve(*settings); }; });
}

void add_client_command(CLI::App& program, Action& chosen) {
    auto end = std::make_shared<EndOptions>();
    CLI::App* command =
        program.add_subcommand("client", "Request messages from a server and time them: the receiving end by hand");
    command->add_option("--connect", end->options.address, "Address of the server")->required();
    command->add_option(threads_names, end->options.threads, "Connections, each with a thread")->required();
    command->add_option("--duration", end->options.duration_s, "Seconds to measure")->required();
    command->add_option("--warmup", end->options.warmup_messages, "Messages of each connection before it is measured")
        ->capture_default_str();
    end->add_to(*command);
    command->callback([end, &chosen] { chosen = [end] { return request(*end); }; });
}

} // namespace netio::cli
