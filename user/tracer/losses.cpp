// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/losses.h"

#include <algorithm>

#include "model/probe.h"

namespace netio::tracer {
std::vector<Loss> list_losses(const LossCounts& counts) {
    std::vector<Loss> list;
    const auto add = [&](std::string name, std::uint64_t count) {
        list.push_back(loss_of(std::move(name), count, counts.deferred_copy_hooked));
    };
    for (std::size_t kind = 0; kind < NETIO_LOSS_COUNT; ++kind)
        add(std::string(loss_name(kind)), counts.in_programs[kind]);
    for (const auto& [program, misses] : counts.recursion_misses) {
        const Probe* probe = probe_of_program(program);
        std::uint64_t lost = misses;
        if (probe != nullptr && probe->has_second_look)
            lost = std::min(lost, counts.completions_missing);
        if (probe != nullptr && probe->twice) {
            const bool is_second = program == second_program(*probe);
            const auto other = counts.recursion_misses.find(is_second ? raw_program(*probe) : second_program(*probe));
            if (other != counts.recursion_misses.end() && is_second)
                continue;
            if (other != counts.recursion_misses.end())
                lost = std::min(lost, other->second);
        }
        add(recursion_misses_of(program), lost);
    }
    for (const auto& [program, misses] : counts.probe_misses)
        add(missed_probes_of(program), misses);
    add("unseen_completions", counts.completions_missing);
    add("missed_samples", counts.missed_samples);
    add("wrapped_counts", counts.wrapped_counts);
    return list;
}

} // namespace netio::tracer
