// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/run_facts.h"

#include <algorithm>

#include "analysis/phrases.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

std::string yes_or_no(bool value) { return value ? "yes" : "no"; }

std::string size_or_own(unsigned bytes) { return bytes == 0 ? "the kernel's own" : binary_size(bytes); }

template <class List, class ToText>
std::string list_of(const List& list, ToText&& to_text) {
    std::vector<std::string> words;
    words.reserve(list.size());
    for (const auto& element : list)
        words.push_back(to_text(element));
    return analysis::joined(words);
}

std::string machine_of(const Environment& environment) {
    return counted(environment.cpus, "CPU") + (environment.cpu_model.empty() ? "" : ", " + environment.cpu_model);
}

} // namespace

std::vector<RunFact> facts_of(const Run& run) {
    const Environment& environment = run.environment;
    const RunSpec& spec = run.spec;
    std::vector<RunFact> facts{
        {"Started", environment.started_at, false},
        {"Command", environment.command_line, false},
        {"netio-trace", environment.tool_version},
        {"Kernel", environment.kernel_release},
        {"Architecture", environment.architecture},
        {"Processors", machine_of(environment)},
        {"Memory", environment.memory_bytes == 0
                       ? ""
                       : fixed(static_cast<double>(environment.memory_bytes) / (1U << 30U), 1) + " GiB"},
        {"Virtual machine", environment.virtualization.empty() ? "none recognised" : environment.virtualization},
        {"Clock", environment.clock_source},
        {"Link", environment.link},
        {"MTU", environment.mtu == 0 ? "" : grouped(environment.mtu)},
        {"Congestion control", environment.congestion_control},
        {"Traced by", spec.trace ? environment.backends : "nothing"},
        {"Not traced because", environment.untraced},
        {"Samples per second and CPU", spec.trace ? grouped(spec.sample_frequency) : "none"},
        {"Variants", list_of(spec.variants, [](Variant variant) { return std::string(name_of(variant)); })},
        {"Field sizes", list_of(spec.field_sizes, binary_size)},
        {"Connections", list_of(spec.threads, grouped)},
        {"Seconds a cell", trimmed(spec.duration_s)},
        {"Repeats", grouped(spec.repeats)},
        {"Warm-up messages", grouped(spec.warmup_messages)},
        {"Pattern", std::string(name_of(spec.pattern))},
        {"SO_SNDBUF", size_or_own(spec.send_buffer)},
        {"SO_RCVBUF", size_or_own(spec.receive_buffer)},
        {"Nagle's algorithm", yes_or_no(spec.nagle)},
        {"IPv6", yes_or_no(spec.ipv6)},
        {"Threads pinned to CPUs", yes_or_no(spec.pin)},
        {"Every byte verified", yes_or_no(spec.verify)},
        {"Events", analysis::joined(spec.events)}};
    for (const auto& [name, value] : environment.settings)
        facts.push_back({name, value});
    for (RunFact& fact : facts) {
        fact.name = printable(fact.name);
        fact.value = printable(fact.value);
    }
    return facts;
}

std::vector<Difference> differences_of(const std::vector<std::vector<RunFact>>& runs) {
    std::vector<Difference> all;
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const RunFact& fact : runs[i]) {
            if (!fact.bears_on_figures)
                continue;
            auto found = std::ranges::find(all, fact.name, &Difference::name);
            if (found == all.end())
                found = all.insert(all.end(), {fact.name, std::vector<std::string>(runs.size())});
            found->values[i] = fact.value;
        }
    std::erase_if(all, [](const Difference& difference) {
        return std::ranges::all_of(difference.values,
                                   [&](const std::string& value) { return value == difference.values.front(); });
    });
    return all;
}

} // namespace netio::report
