// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "model/run_result.h"
#include "netio_abi.h"

namespace netio::tracer {

/// What was lost in a cell, as it is counted.
struct LossCounts {
    std::array<std::uint64_t, NETIO_LOSS_COUNT> in_programs{}; ///< by netio_loss
    std::map<std::string, std::uint64_t> recursion_misses;     ///< by program; see bpf(2), BPF_OBJ_GET_INFO_BY_FD
    std::map<std::string, std::uint64_t>
        probe_misses; ///< by program: hits of a kprobe that never reached it, where told
    std::uint64_t missed_samples = 0;
    std::uint64_t completions_missing = 0; ///< zero-copy sends whose completion was not seen by any program
    std::uint64_t wrapped_counts = 0;      ///< counts of 32 bits that went past their end, seen afterwards
    bool deferred_copy_hooked = false;     ///< no tracepoint stands in for it

    /// What the programs count when they follow zero-copy sends to their completions is no loss where they cannot.
    void forget_completions() {
        in_programs[NETIO_LOSS_RING_TABLE_FULL] = 0;
        in_programs[NETIO_LOSS_SEND_OVERTAKEN] = 0;
        in_programs[NETIO_LOSS_COMPLETION_UNKNOWN] = 0;
    }
};

/// Every kind of loss that could occur, also with count 0, each with the figures that are too low because of it.
[[nodiscard]] std::vector<Loss> list_losses(const LossCounts& counts);

} // namespace netio::tracer
