// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

enum class Severity {
    note,   ///< good to know
    warning ///< changes how the figures must be read
};

/// Something that the data says and a reader could miss, in one or two sentences with the figures it rests on.
struct Finding {
    std::string id; ///< stable identifier, explained in the manual: "zerocopy-copied"
    Severity severity = Severity::note;
    std::string text;
};

/// Warnings first. Says nothing that the run's own data does not carry. Ids: law-broken, events-lost, zerocopy-copied,
/// delayed-ack-stall, enobufs, cpus-oversubscribed, counters-missing.
[[nodiscard]] std::vector<Finding> find_insights(const Run& run);

} // namespace netio::analysis
