// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/spec_options.h"

#include <CLI/CLI.hpp>

#include <array>

#include "cli/option_values.h"
#include "model/presets.h"
#include "perf/counters.h"
#include "report/view/format.h"

namespace netio::cli {

namespace {

/// The values as they would be typed.
std::string typed(const auto& values, auto&& to_text) {
    std::string text;
    for (const auto& value : values)
        text += (text.empty() ? "" : ",") + std::string(to_text(value));
    return text;
}

} // namespace

void SpecOptions::add_to(CLI::App& command) {
    // What is not given is the preset's, and without one the default that the help shows.
    const RunSpec defaults;
    const auto number = [](auto value) { return std::to_string(value); };
    const std::string cells = "Cells";
    command
        .add_option("--preset", preset, "smoke (under 30 s), quick (under 2 minutes) or assignment (48 cells of 10 s)")
        ->type_name("PRESET")
        ->group(cells);
    command.add_option(variants_names, variants, "A1 (send() per field), A2 (sendmsg()), A3 (MSG_ZEROCOPY)")
        ->type_name("VARIANT")
        ->delimiter(',')
        ->default_str(typed(defaults.variants, [](Variant variant) { return name_of(variant); }))
        ->group(cells);
    command.add_option(field_sizes_names, field_sizes, "Bytes in each of a message's 8 fields, for instance 64,1K,64K")
        ->delimiter(',')
        ->transform(size_value())
        ->default_str(typed(defaults.field_sizes, number))
        ->group(cells);
    command.add_option(threads_names, threads, "Connections, each with a thread at both ends, for instance 1,2,4")
        ->delimiter(',')
        ->default_str(typed(defaults.threads, number))
        ->group(cells);
    command.add_option("--duration", duration, "Seconds measured in each cell")
        ->default_str(report::trimmed(defaults.duration_s))
        ->group(cells);
    command.add_option("--warmup", warmup, "Messages of each connection before it is measured (at most 64 MiB)")
        ->default_str(number(defaults.warmup_messages))
        ->group(cells);
    command.add_option("--repeats", repeats, "Number of times that each cell is run, interleaved")
        ->default_str(number(defaults.repeats))
        ->group(cells);

    const std::string workload = "Workload";
    command.add_option("--pattern", pattern, "rr (request and answer) or stream (messages back to back)")
        ->type_name("PATTERN")
        ->default_str(std::string(name_of(defaults.pattern)))
        ->group(workload);
    command.add_flag("--nagle", nagle, "Leave Nagle's algorithm on (no TCP_NODELAY), as the published run had it")
        ->group(workload);
    command.add_flag("--verify", verify, "Fill payloads with a pattern and check every byte")->group(workload);
    command.add_option("--think-time", think_time, "Nanoseconds that the server is busy before it sends a message")
        ->group(workload);
    command.add_option("--sndbuf", send_buffer, "SO_SNDBUF in bytes")->transform(size_value())->group(workload);
    command.add_option("--rcvbuf", receive_buffer, "SO_RCVBUF in bytes")->transform(size_value())->group(workload);
    command.add_flag("--pin", pin, "Pin each worker thread to a CPU, the ends of a connection to different ones")
        ->group(workload);

    const std::string network = "Network";
    command
        .add_option("--link", link,
                    "veth, loopback, or dev:SERVER_DEV,CLIENT_DEV (moved into the namespaces, returned afterwards)")
        ->type_name("LINK")
        ->default_str(to_string(defaults.link))
        ->group(network);
    command.add_option("--mtu", mtu, "MTU of the link's devices in bytes")->group(network);
    command.add_flag("--ipv6", ipv6, "Use IPv6")->group(network);
    command.add_option("--port", port, "Port that the server listens on")
        ->default_str(number(defaults.port))
        ->group(network);

    const std::string measuring = "Measuring";
    command.add_flag("--no-trace", no_trace, "Run the benchmark alone: no BPF, no root needed")->group(measuring);
    command
        .add_option("--backend", backend,
                    "Backend that times paths: auto (the best that works), fentry, kprobe or tracepoint")
        ->type_name("BACKEND")
        ->default_str("auto")
        ->group(measuring);
    command.add_option("--sample-frequency", sample_frequency, "Stack samples per second and CPU; 0: none")
        ->default_str(number(defaults.sample_frequency))
        ->group(measuring);
    command.add_option("-e,--events", events, "perf events, libpfm4 names, for instance cycles,LLC-load-misses")
        ->group(measuring);
    command
        .add_option("--timeline", timeline,
                    "Record the first MS milliseconds of each cell event by event (0.1 to 1000), for report --export "
                    "perfetto")
        ->type_name("MS")
        ->group(measuring);
    command.add_flag("--stacks", stacks, "Record the sampled kernel stacks, for report --export folded")
        ->group(measuring);
}

Result<RunSpec> SpecOptions::spec() const {
    RunSpec spec;
    if (preset) {
        const auto named = netio::preset(*preset);
        if (!named)
            return unknown_value("preset", *preset, preset_names());
        spec = *named;
    }
    if (!variants.empty()) {
        spec.variants.clear();
        for (const std::string& text : variants) {
            NETIO_TRY_TO(auto variant, parse_variant(text));
            spec.variants.push_back(variant);
        }
    }
    if (pattern) {
        NETIO_TRY_TO(auto parsed, parse_pattern(*pattern));
        spec.pattern = parsed;
    }
    if (link) {
        NETIO_TRY_TO(auto parsed, parse_link(*link));
        spec.link = parsed;
    }
    if (backend) {
        NETIO_TRY_TO(auto parsed, parse_backend(*backend));
        spec.backend = parsed;
    }
    spec.events = perf::default_events();
    if (events) {
        NETIO_TRY_TO(auto parsed, perf::parse_events(*events));
        spec.events = parsed;
    }
    if (!field_sizes.empty())
        spec.field_sizes = field_sizes;
    if (!threads.empty())
        spec.threads = threads;
    spec.duration_s = duration.value_or(spec.duration_s);
    spec.warmup_messages = warmup.value_or(spec.warmup_messages);
    spec.repeats = repeats.value_or(spec.repeats);
    spec.mtu = mtu.value_or(spec.mtu);
    spec.send_buffer = send_buffer.value_or(spec.send_buffer);
    spec.receive_buffer = receive_buffer.value_or(spec.receive_buffer);
    spec.sample_frequency = sample_frequency.value_or(spec.sample_frequency);
    spec.port = port.value_or(spec.port);
    spec.think_time_ns = think_time.value_or(spec.think_time_ns);
    spec.timeline_ms = timeline.value_or(spec.timeline_ms);
    spec.stacks = stacks;
    spec.nagle = nagle;
    spec.pin = pin;
    spec.ipv6 = ipv6;
    spec.verify = verify;
    spec.trace = !no_trace;
    return spec;
}

Result<Variant> parse_variant(const std::string& text) {
    if (const auto variant = variant_from(text))
        return *variant;
    return unknown_value("variant", text, names_of(all_variants));
}

Result<Pattern> parse_pattern(const std::string& text) {
    if (const auto pattern = pattern_from(text))
        return *pattern;
    return unknown_value("pattern", text, names_of(std::array{Pattern::rr, Pattern::stream}));
}

Result<std::optional<Backend>> parse_backend(const std::string& text) {
    if (text == "auto")
        return std::optional<Backend>{};
    if (const auto backend = backend_from(text))
        return backend;
    return unknown_value("backend", text, backend_words(), "netio-trace doctor shows which of them work here");
}

std::vector<std::string> backend_words() {
    std::vector<std::string> words = names_of(std::array{Backend::fentry, Backend::kprobe, Backend::tracepoint});
    words.insert(words.begin(), "auto");
    return words;
}

Result<LinkSpec> parse_link(const std::string& text) {
    if (auto link = link_from(text))
        return std::move(*link);
    return unknown_value("link", text, {"veth", "loopback", "dev:SERVER_DEV,CLIENT_DEV with two different devices"});
}

} // namespace netio::cli
