// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <limits>
#include <string_view>
#include <tuple>

#include "model/fields.h"
#include "model/run_spec.h"

/// The options of a run, each with all that is known of it: run.json, the command line, the check of what was asked for
/// and the facts that runs are compared by go through this list.
namespace netio {

/// The heading that an option stands under in the help.
enum class OptionGroup { cells, workload, network, measuring };
[[nodiscard]] constexpr std::string_view name_of(OptionGroup group) {
    constexpr std::string_view names[] = {"Cells", "Workload", "Network", "Measuring"};
    return names[static_cast<std::size_t>(group)];
}

/// What a number is a number of.
enum class Unit { none, bytes, seconds, milliseconds, nanoseconds, hertz };
/// As it stands behind a number.
[[nodiscard]] constexpr std::string_view suffix_of(Unit unit) {
    constexpr std::string_view suffixes[] = {"", " B", " s", " ms", " ns", " Hz"};
    return suffixes[static_cast<std::size_t>(unit)];
}

struct OptionText {
    std::string_view name;  ///< in run.json
    FieldRule rule{};       ///< in run.json
    std::string_view flags; ///< on the command line, with commas between them
    OptionGroup group = OptionGroup::cells;
    std::string_view help{};
    std::string_view value{}; ///< what the help calls the value; "": by its type
    Unit unit = Unit::none;
    double most = std::numeric_limits<double>::infinity(); ///< that may be asked for; the least is the rule's
    std::string_view label{};       ///< in what is told of a run and compared; "": not told, or by the environment
    bool of_tracing = false;        ///< does nothing without tracing
    bool chooses_cells = false;     ///< says which cells there are, not what they are like
    std::string_view brief{};       ///< in the head of a page, with {} for the value, when it is not the initial one
    std::string_view brief_unset{}; ///< when it is
};

/// An option of `run` and the member of RunSpec that it sets. A flag turns the member's initial value around.
template <class Value>
struct RunOption : OptionText {
    Value RunSpec::*member = nullptr;
};

template <class Value>
[[nodiscard]] constexpr RunOption<Value> option(Value RunSpec::*member, OptionText text) {
    return {text, member};
}

template <>
inline constexpr auto fields<RunSpec> = std::tuple{
    option(&RunSpec::preset, {.name = "preset",
                              .rule = null_when_empty,
                              .flags = "--preset",
                              .help = "smoke (under 30 s), quick (under 2 minutes) or assignment (about 10 minutes)",
                              .value = "PRESET"}),
    option(&RunSpec::variants, {.name = "variants",
                                .flags = "--variants,--variant",
                                .help = described_variants(),
                                .value = "VARIANT",
                                .label = "Variants",
                                .chooses_cells = true}),
    option(&RunSpec::field_sizes, {.name = "field_sizes",
                                   .rule = {.least = 1},
                                   .flags = "--field-sizes,--field-size",
                                   .help = "Bytes in each of a message's 8 fields, for instance 64 or 64K",
                                   .unit = Unit::bytes,
                                   .most = static_cast<double>(most_field_size),
                                   .label = "Field sizes",
                                   .chooses_cells = true}),
    option(&RunSpec::threads, {.name = "threads",
                               .rule = {.least = 1},
                               .flags = "--threads,--max-threads",
                               .help = "Connections, each with a thread at both ends",
                               .most = most_threads,
                               .label = "Connections",
                               .chooses_cells = true}),
    option(&RunSpec::duration_s, {.name = "duration_s",
                                  .rule = {.least = 0.001},
                                  .flags = "--duration",
                                  .help = "Seconds measured in each cell",
                                  .unit = Unit::seconds,
                                  .most = most_duration_s,
                                  .label = "Seconds a cell",
                                  .brief = "{} s a cell",
                                  .brief_unset = "{} s a cell"}),
    option(&RunSpec::warmup_messages, {.name = "warmup_messages",
                                       .flags = "--warmup",
                                       .help = "Messages of each connection before it is measured (at most 64 MiB)",
                                       .label = "Warm-up messages"}),
    option(&RunSpec::repeats, {.name = "repeats",
                               .rule = {.least = 1},
                               .flags = "--repeats",
                               .help = "Number of times that each cell is run, interleaved",
                               .most = 1000,
                               .label = "Repeats",
                               .chooses_cells = true,
                               .brief = "{} repeats"}),
    option(&RunSpec::pattern, {.name = "pattern",
                               .flags = "--pattern",
                               .group = OptionGroup::workload,
                               .help = "rr (request and answer) or stream (messages back to back)",
                               .value = "PATTERN",
                               .label = "Pattern",
                               .brief = "stream",
                               .brief_unset = "request and answer"}),
    option(&RunSpec::request_writes, {.name = "request_writes",
                                      .rule = {.may_be_missing = true, .least = 1},
                                      .flags = "--request-writes",
                                      .group = OptionGroup::workload,
                                      .help = "Number of send() calls that a client writes each request in",
                                      .label = "Writes a request",
                                      .brief = "{} writes a request"}),
    option(&RunSpec::receive, {.name = "receive",
                               .rule = missing_before,
                               .flags = "--receive",
                               .group = OptionGroup::workload,
                               .help = "One receive call for each field, or for each message",
                               .value = "UNIT",
                               .label = "A receive call for each",
                               .brief = "a receive call for each {}"}),
    option(&RunSpec::link,
           {.name = "link",
            .flags = "--link",
            .group = OptionGroup::network,
            .help = "veth, loopback, or dev:SERVER_DEV,CLIENT_DEV (moved into the namespaces, returned afterwards)",
            .value = "LINK"}),
    option(&RunSpec::mtu, {.name = "mtu",
                           .rule = null_when_empty,
                           .flags = "--mtu",
                           .group = OptionGroup::network,
                           .help = "MTU of the link's devices in bytes"}),
    option(&RunSpec::send_buffer, {.name = "send_buffer",
                                   .rule = null_when_empty,
                                   .flags = "--sndbuf",
                                   .group = OptionGroup::workload,
                                   .help = "SO_SNDBUF in bytes",
                                   .unit = Unit::bytes,
                                   .most = std::numeric_limits<int>::max(), // setsockopt(2) takes an int
                                   .label = "SO_SNDBUF",
                                   .brief = "SO_SNDBUF {}"}),
    option(&RunSpec::receive_buffer, {.name = "receive_buffer",
                                      .rule = null_when_empty,
                                      .flags = "--rcvbuf",
                                      .group = OptionGroup::workload,
                                      .help = "SO_RCVBUF in bytes",
                                      .unit = Unit::bytes,
                                      .most = std::numeric_limits<int>::max(),
                                      .label = "SO_RCVBUF",
                                      .brief = "SO_RCVBUF {}"}),
    option(&RunSpec::nagle, {.name = "nagle",
                             .flags = "--nagle",
                             .group = OptionGroup::workload,
                             .help = "Leave Nagle's algorithm on (no TCP_NODELAY), as the published run had it",
                             .label = "Nagle's algorithm",
                             .brief = "Nagle on",
                             .brief_unset = "TCP_NODELAY"}),
    option(&RunSpec::quickack, {.name = "quickack",
                                .rule = missing_before,
                                .flags = "--quickack",
                                .group = OptionGroup::network,
                                .help = "Acknowledge at once: TCP_QUICKACK after each receive call",
                                .label = "TCP_QUICKACK",
                                .brief = "TCP_QUICKACK"}),
    option(&RunSpec::congestion, {.name = "congestion",
                                  .rule = {.empty_is_null = true, .may_be_missing = true},
                                  .flags = "--congestion",
                                  .group = OptionGroup::network,
                                  .help = "TCP congestion control of the sockets, for instance reno",
                                  .value = "NAME"}),
    option(&RunSpec::sysctls, {.name = "sysctls",
                               .rule = missing_before,
                               .flags = "--sysctl",
                               .group = OptionGroup::network,
                               .help = "Set a sysctl in the run's network namespaces; can be given several times",
                               .value = "NAME=VALUE",
                               .label = "Sysctls set",
                               .brief = "{}"}),
    option(&RunSpec::pin, {.name = "pin",
                           .flags = "--pin",
                           .group = OptionGroup::workload,
                           .help = "Pin each worker thread to a CPU, the ends of a connection to different ones",
                           .label = "Threads pinned to CPUs",
                           .brief = "threads pinned to CPUs"}),
    option(&RunSpec::ipv6, {.name = "ipv6",
                            .flags = "--ipv6",
                            .group = OptionGroup::network,
                            .help = "Use IPv6",
                            .label = "IPv6",
                            .brief = "IPv6"}),
    option(&RunSpec::verify, {.name = "verify",
                              .flags = "--verify",
                              .group = OptionGroup::workload,
                              .help = "Fill payloads with a pattern and check every byte",
                              .label = "Every byte verified",
                              .brief = "every payload byte verified"}),
    option(&RunSpec::think_time_ns, {.name = "think_time_ns",
                                     .flags = "--think-time",
                                     .group = OptionGroup::workload,
                                     .help = "Nanoseconds that the server is busy before it sends a message",
                                     .unit = Unit::nanoseconds,
                                     .most = static_cast<double>(most_think_time_ns),
                                     .label = "Think time",
                                     .brief = "think time {}"}),
    option(&RunSpec::trace, {.name = "trace",
                             .flags = "--no-trace",
                             .group = OptionGroup::measuring,
                             .help = "Run the benchmark alone: no BPF, no root needed"}),
    option(&RunSpec::backend,
           {.name = "backend",
            .flags = "--backend",
            .group = OptionGroup::measuring,
            .help = "Backend that times paths: auto (the best that works), fentry, kprobe or tracepoint",
            .value = "BACKEND",
            .label = "Backend asked for",
            .of_tracing = true}),
    option(&RunSpec::sample_frequency, {.name = "sample_frequency",
                                        .flags = "--sample-frequency",
                                        .group = OptionGroup::measuring,
                                        .help = "Stack samples per second and CPU; 0: none",
                                        .unit = Unit::hertz,
                                        .most = 20'000,
                                        .label = "Samples per second and CPU",
                                        .of_tracing = true}),
    option(&RunSpec::timeline_ms, {.name = "timeline_ms",
                                   .rule = {.empty_is_null = true, .least = 0.1, .most = 1000},
                                   .flags = "--timeline",
                                   .group = OptionGroup::measuring,
                                   .help = "Record the first MS milliseconds of each cell event by event (0.1 to 1000; "
                                           "0: none), for report --export perfetto",
                                   .value = "MS",
                                   .unit = Unit::milliseconds,
                                   .most = 1000,
                                   .label = "Timeline",
                                   .of_tracing = true}),
    option(&RunSpec::stacks, {.name = "stacks",
                              .flags = "--stacks",
                              .group = OptionGroup::measuring,
                              .help = "Record the sampled kernel stacks, for report --export folded",
                              .label = "Kernel stacks kept",
                              .of_tracing = true}),
    option(&RunSpec::port, {.name = "port",
                            .flags = "--port",
                            .group = OptionGroup::network,
                            .help = "Port that the server listens on; 0: any free one"}),
    option(&RunSpec::lab,
           {.name = "lab",
            .rule = {.empty_is_null = true, .may_be_missing = true},
            .flags = "--lab",
            .group = OptionGroup::measuring,
            .help = "Number of the exercise that the run is for: explain --assignment then gives no answers",
            .most = 99}),
    option(&RunSpec::events, {.name = "events",
                              .flags = "-e,--events",
                              .group = OptionGroup::measuring,
                              .help = "perf events, libpfm4 names, for instance cycles,LLC-load-misses",
                              .label = "Events"}),
};
static_assert(has_all_fields<RunSpec>);

} // namespace netio
