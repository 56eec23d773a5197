// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/run_facts.h"

#include <algorithm>
#include <optional>

#include "analysis/comparison.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

std::string size_or_own(unsigned bytes) { return bytes == 0 ? "the kernel's own" : binary_size(bytes); }

/// The brief form of what is told only where it is not the default.
std::string if_set(bool set, std::string text) { return set ? std::move(text) : std::string(); }

std::string with_name(const std::string& name, const std::string& value) {
    return value.empty() ? std::string() : name + " " + value;
}

template <class List, class ToText>
std::string list_of(const List& list, ToText&& to_text) {
    std::vector<std::string> words;
    words.reserve(list.size());
    for (const auto& element : list)
        words.push_back(to_text(element));
    return joined(words);
}

std::string gibibytes(std::uint64_t bytes) {
    return bytes == 0 ? "" : fixed(static_cast<double>(bytes) / (1U << 30U), 1) + " GiB";
}

std::string feature(const char* name, const std::optional<bool>& on) {
    return std::string(name) + (!on ? " not known" : *on ? " on" : " off");
}

/// "eth1 (virtio_net): scatter-gather on, transmit checksum off, segmentation not known"
std::string describe(const DeviceFacts& device) {
    return device.name + (device.driver.empty() ? "" : " (" + device.driver + ")") + ": " +
           feature("scatter-gather", device.scatter_gather) + ", " +
           feature("transmit checksum", device.transmit_checksum) + ", " + feature("segmentation", device.segmentation);
}

/// What keeps zero-copy sends from staying that: "no scatter-gather at eth1".
std::string missing_offload(const DeviceFacts& device) {
    std::vector<std::string> missing;
    if (device.scatter_gather == false)
        missing.emplace_back("scatter-gather");
    if (device.transmit_checksum == false)
        missing.emplace_back("transmit checksum");
    return missing.empty() ? "" : "no " + joined_by_and(missing) + " at " + device.name;
}

using Facts = std::vector<RunFact>;

void add_machine(Facts& facts, const Environment& environment) {
    constexpr auto figures = Bearing::figures;
    const std::string cpus = counted(environment.cpus, "CPU");
    const std::string& model = environment.cpu_model;
    facts.insert(
        facts.end(),
        {{"Started", environment.started_at, "", Bearing::none},
         {"Command", environment.command_line, "", Bearing::none},
         {"netio-trace", environment.tool_version, with_name("netio-trace", environment.tool_version), figures, true},
         {"Kernel", environment.kernel_release, "Linux " + environment.kernel_release + " " + environment.architecture,
          figures, true},
         {"Architecture", environment.architecture},
         {"Processors", cpus + (model.empty() ? "" : ", " + model), cpus + (model.empty() ? "" : " (" + model + ")"),
          figures, true},
         {"Memory", gibibytes(environment.memory_bytes)},
         {"Virtual machine", environment.virtualization.empty() ? "none recognised" : environment.virtualization,
          with_name("guest:", environment.virtualization), figures, true},
         {"Clock", environment.clock_source}});
}

void add_network(Facts& facts, const Environment& environment) {
    const bool says_mtu = environment.link.find("MTU") != std::string::npos;
    facts.push_back({"Link", environment.link, with_name("link", environment.link)});
    facts.push_back({"MTU", environment.mtu == 0 ? "" : grouped(environment.mtu),
                     if_set(environment.mtu != 0 && !says_mtu, "MTU " + std::to_string(environment.mtu))});
    if (const auto& devices = environment.devices) {
        facts.push_back({"Sender's device", describe(devices->server), missing_offload(devices->server)});
        facts.push_back({"Receiver's device", describe(devices->client)});
    }
    facts.push_back(
        {"Congestion control", environment.congestion_control, with_name("TCP", environment.congestion_control)});
}

void add_workload(Facts& facts, const RunSpec& spec) {
    const double think_ns = static_cast<double>(spec.think_time_ns);
    facts.insert(
        facts.end(),
        {{"Variants", list_of(spec.variants, [](Variant variant) { return std::string(name_of(variant)); }), "",
          Bearing::cells},
         {"Field sizes", list_of(spec.field_sizes, binary_size), "", Bearing::cells},
         {"Connections", list_of(spec.threads, grouped), "", Bearing::cells},
         {"Nagle's algorithm", yes_or_no(spec.nagle), spec.nagle ? "Nagle on" : "TCP_NODELAY"},
         {"Pattern", std::string(name_of(spec.pattern)), spec.pattern == Pattern::rr ? "request and answer" : "stream"},
         {"Seconds a cell", trimmed(spec.duration_s),
          trimmed(spec.duration_s) + " s a cell" +
              if_set(spec.repeats > 1, " × " + grouped(spec.repeats) + " repeats")},
         {"Repeats", grouped(spec.repeats), "", Bearing::cells},
         {"Warm-up messages", grouped(spec.warmup_messages)},
         {"SO_SNDBUF", size_or_own(spec.send_buffer),
          if_set(spec.send_buffer != 0, "SO_SNDBUF " + binary_size(spec.send_buffer))},
         {"SO_RCVBUF", size_or_own(spec.receive_buffer),
          if_set(spec.receive_buffer != 0, "SO_RCVBUF " + binary_size(spec.receive_buffer))},
         {"IPv6", yes_or_no(spec.ipv6), if_set(spec.ipv6, "IPv6")},
         {"Threads pinned to CPUs", yes_or_no(spec.pin), if_set(spec.pin, "threads pinned to CPUs")},
         {"Think time", spec.think_time_ns == 0 ? "none" : duration(think_ns),
          if_set(spec.think_time_ns != 0, "think time " + duration(think_ns))},
         {"Every byte verified", yes_or_no(spec.verify), if_set(spec.verify, "every payload byte verified")},
         {"Events", joined(spec.events)}});
}

void add_tracing(Facts& facts, const Run& run) {
    const Environment& environment = run.environment;
    const RunSpec& spec = run.spec;
    const bool samples = spec.trace && spec.sample_frequency != 0;
    const std::string frequency = samples ? grouped(spec.sample_frequency) + " Hz" : "none";
    facts.insert(facts.end(), {{"Traced by", spec.trace ? environment.backends : "nothing",
                                spec.trace ? "traced by " + environment.backends + if_set(samples, " at " + frequency)
                                           : "not traced"},
                               {"Not traced because", environment.untraced},
                               {"Backend asked for", spec.backend ? std::string(name_of(*spec.backend)) : "auto"},
                               {"Samples per second and CPU", frequency},
                               {"Timeline", spec.timeline_ms == 0.0 ? "none" : trimmed(spec.timeline_ms) + " ms"},
                               {"Kernel stacks kept", yes_or_no(spec.stacks)}});
}

} // namespace

Facts facts_of(const Run& run) {
    Facts facts;
    add_machine(facts, run.environment);
    add_network(facts, run.environment);
    add_workload(facts, run.spec);
    add_tracing(facts, run);
    for (const auto& [name, value] : run.environment.settings)
        facts.push_back({name, value});
    return facts;
}

std::vector<FactDifference> differences_of(const std::vector<Facts>& runs) {
    std::vector<FactDifference> all;
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const RunFact& fact : runs[i]) {
            if (fact.bearing == Bearing::none)
                continue;
            auto found = std::ranges::find(all, fact.name, &FactDifference::name);
            if (found == all.end())
                found = all.insert(all.end(), {fact.name, std::vector<std::string>(runs.size()), fact.bearing});
            found->values[i] = fact.value;
        }
    std::erase_if(all, [](const FactDifference& difference) {
        return std::ranges::all_of(difference.values,
                                   [&](const std::string& value) { return value == difference.values.front(); });
    });
    return all;
}

std::vector<std::string> differences_between(const ComparedRun& one, const ComparedRun& other) {
    std::vector<std::string> sentences;
    const auto or_none = [](const std::string& value) { return value.empty() ? std::string("none") : value; };
    for (const FactDifference& difference :
         differences_of({facts_of(one.parts.front()), facts_of(other.parts.front())}))
        if (difference.bearing == Bearing::figures)
            sentences.push_back(difference.name + ": " + or_none(difference.values[0]) + " in " + one.name + ", " +
                                or_none(difference.values[1]) + " in " + other.name + ".");
    return sentences;
}

} // namespace netio::analysis
