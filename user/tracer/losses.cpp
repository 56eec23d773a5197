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
        const bool only_if_missing = probe != nullptr && probe->has_second_look;
        add(recursion_misses_of(program), only_if_missing ? std::min(misses, counts.completions_missing) : misses);
    }
    for (const auto& [program, misses] : counts.probe_misses)
        add(missed_probes_of(program), misses);
    add("unseen_completions", counts.completions_missing);
    add("missed_samples", counts.missed_samples);
    return list;
}

} // namespace netio::tracer
