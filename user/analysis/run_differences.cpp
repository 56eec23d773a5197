// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <map>
#include <string>
#include <utility>

#include "analysis/comparison.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

std::string yes_no(bool value) { return value ? "yes" : "no"; }
std::string or_own(std::uint64_t value) { return value == 0 ? "the kernel's own" : std::to_string(value); }

using Facts = std::vector<std::pair<std::string, std::string>>;

Facts facts_of(const Run& run) {
    const Environment& environment = run.environment;
    const RunSpec& spec = run.spec;
    return {
        {"kernel", environment.kernel_release},
        {"architecture", environment.architecture},
        {"processor", environment.cpu_model},
        {"number of processors", std::to_string(environment.cpus)},
        {"memory", std::to_string(environment.memory_bytes >> 20) + " MiB"},
        {"hypervisor", environment.virtualization.empty() ? "none" : environment.virtualization},
        {"clock source", environment.clock_source},
        {"congestion control", environment.congestion_control},
        {"link", environment.link},
        {"MTU", std::to_string(environment.mtu)},
        {"backends", environment.backends},
        {"version of netio-trace", environment.tool_version},
        {"pattern", std::string(name_of(spec.pattern))},
        {"measured time of a cell", trimmed(spec.duration_s) + " s"},
        {"warm-up", std::to_string(spec.warmup_messages) + " messages"},
        {"send buffer", or_own(spec.send_buffer)},
        {"receive buffer", or_own(spec.receive_buffer)},
        {"Nagle's algorithm", yes_no(spec.nagle)},
        {"pinned threads", yes_no(spec.pin)},
        {"IPv6", yes_no(spec.ipv6)},
        {"checking of payload bytes", yes_no(spec.verify)},
        {"think time", std::to_string(spec.think_time_ns) + " ns"},
        {"tracing", yes_no(spec.trace)},
        {"sampling frequency", std::to_string(spec.trace ? spec.sample_frequency : 0) + " Hz"},
        {"asked-for backend", spec.backend ? std::string(name_of(*spec.backend)) : "auto"},
        {"timeline", trimmed(spec.timeline_ms) + " ms"},
        {"kept kernel stacks", yes_no(spec.stacks)},
        {"counted events", joined(spec.events)},
    };
}

} // namespace

std::vector<std::string> differences_between(const NamedRun& one, const NamedRun& other) {
    std::vector<std::string> sentences;
    const auto note = [&](const std::string& what, const std::string& here, const std::string& there) {
        if (here != there)
            sentences.push_back(what + ": " + (here.empty() ? "none" : here) + " in " + one.name + ", " +
                                (there.empty() ? "none" : there) + " in " + other.name + ".");
    };
    const Run& first = one.parts.front();
    const Run& second = other.parts.front();
    const Facts here = facts_of(first);
    const Facts there = facts_of(second);
    for (std::size_t i = 0; i < here.size(); ++i)
        note(here[i].first, here[i].second, there[i].second);
    std::map<std::string, std::pair<std::string, std::string>> settings;
    for (const auto& [name, value] : first.environment.settings)
        settings[name].first = value;
    for (const auto& [name, value] : second.environment.settings)
        settings[name].second = value;
    for (const auto& [name, values] : settings)
        note(name, values.first, values.second);
    return sentences;
}

} // namespace netio::analysis
