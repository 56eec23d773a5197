// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// server and client: the two ends by hand.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <csignal>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/sample.h"
#include "base/confinement.h"
#include "base/log.h"
#include "cli/option_values.h"
#include "cli/program.h"
#include "cli/spec_options.h"
#include "cli/terminal.h"
#include "experiment/cell_runner.h"
#include "model/run_options.h"
#include "workload/client.h"
#include "workload/limits.h"
#include "workload/server.h"
#include "workload/start_and_stop.h"

namespace netio::cli {
namespace {

/// The options of one end: those of `run` that it has too, and one value each where `run` takes a list.
struct EndOptions {
    SpecOptions of_run;
    CellKey cell;
    std::string address;

    void add_to(CLI::App& command, const char* names_of_threads, const std::string& meaning_of_threads,
                std::vector<std::string_view> own);
    /// What was typed, as the workload takes it.
    [[nodiscard]] Result<workload::Options> settle() const;
};

void EndOptions::add_to(CLI::App& command, const char* names_of_threads, const std::string& meaning_of_threads,
                        std::vector<std::string_view> own) {
    for_each_field<RunSpec>([&]<class Value>(const RunOption<Value>& option) {
        if (option.name == "field_sizes")
            command.add_option(field_size_names, cell.field_size, std::string(option.help))
                ->transform(number_value(range_of<std::uint64_t>(option)))
                ->required();
        if (option.name == "threads")
            command
                .add_option(names_of_threads, cell.threads,
                            meaning_of_threads.empty() ? std::string(option.help) : meaning_of_threads)
                ->transform(number_value(range_of<unsigned>(option)))
                ->required();
    });
    own.insert(own.end(), {"pattern", "port", "nagle", "verify", "send_buffer", "receive_buffer", "quickack",
                           "congestion", "pin"});
    of_run.add_to(command, own);
}

Result<workload::Options> EndOptions::settle() const {
    NETIO_TRY_TO(const RunSpec spec, of_run.spec());
    workload::Options options = experiment::workload_options(spec, cell);
    options.address = address;
    NETIO_TRY(workload::check(options));
    return options;
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

/// Before the first packet. An end by hand opens no counters.
void confine_to(std::vector<int> descriptors, const workload::Options& options, Role role) {
    if (const std::string why = confine({descriptors, workload::needed_capabilities(options, role)}); !why.empty())
        spdlog::info("no filter of system calls: {}", why);
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
    const auto percentile = [&](double quantile) {
        const Figure ns = analysis::percentile(result.latency, quantile);
        return ns.available() ? fmt::format("{:.1f}", ns.value / 1e3) : "n/a (" + ns.reason + ")";
    };
    if (!result.latency.empty())
        text += fmt::format("{:<16}mean {:.1f}, p50 {}, p99 {}, p99.9 {}, max {:.1f} us\n", "latency",
                            result.latency.mean() / 1e3, percentile(0.5), percentile(0.99), percentile(0.999),
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
    NETIO_TRY_TO(settings.end.cell.variant, parse_variant(settings.variant));
    NETIO_TRY_TO(const workload::Options options, settings.end.settle());
    NETIO_TRY_TO(const workload::StopEvent* stop, stop_on_signals());
    NETIO_TRY_TO(auto server, workload::Server::listen(options));
    // At once: with --port 0 nobody could connect otherwise.
    if (!print(fmt::format("listening on {} port {}\n", options.address, server.port())))
        return output_error();
    confine_to({stop->fd(), server.listener()}, options, Role::sender);
    workload::NoObserver nobody;
    NETIO_TRY_TO(const EndResult result, server.serve(settings.connections, nobody, *stop));
    if (!print(endpoint_summary(options, result)))
        return output_error();
    // A server is meant to be stopped by a signal, so that is no failure.
    return ExitCode::success;
}

Result<ExitCode> request(const EndOptions& end) {
    NETIO_TRY_TO(const workload::Options options, end.settle());
    NETIO_TRY_TO(const workload::StopEvent* stop, stop_on_signals());
    confine_to({stop->fd()}, options, Role::receiver);
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
    settings->end.address = "127.0.0.1";
    command->add_option("--listen", settings->end.address, "Address to listen on; 0.0.0.0: all of this machine")
        ->capture_default_str();
    command
        ->add_option("--connections", settings->connections,
                     "Number of connections to serve before it ends; 0: unlimited")
        ->transform(number_value({.most = std::numeric_limits<unsigned>::max()}))
        ->capture_default_str();
    settings->end.add_to(*command, max_threads_names, "Maximum number of connections at a time, each with a thread",
                         {"think_time_ns"});
    command->callback([settings, &chosen] { chosen = [settings] { return serve(*settings); }; });
}

void add_client_command(CLI::App& program, Action& chosen) {
    auto end = std::make_shared<EndOptions>();
    CLI::App* command =
        program.add_subcommand("client", "Request messages from a server and time them: the receiving end by hand");
    command->add_option("--connect", end->address, "Address of the server")->required();
    end->add_to(*command, threads_names, "", {"duration_s", "warmup_messages", "request_writes", "receive"});
    command->callback([end, &chosen] { chosen = [end] { return request(*end); }; });
}

} // namespace netio::cli
