// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "analysis/judge.h"
#include "model/recording.h"

namespace netio::analysis {

/// Attached traces that count as one, each a repeat of the same.
struct NamedTrace {
    std::string name;
    std::vector<Recording> parts; ///< one at least
};

/// One figure on both sides.
struct ComparedFigure {
    std::string name; ///< "throughput", "send call p50"
    std::string unit; ///< "bytes", "Gbit/s", "ns"; "" for copies per byte and numbers
    Figure baseline;
    Figure other;
    /// What the judge says, of throughput and times; none of counts and copies, which no interval belongs to.
    std::optional<Difference> difference;

    /// The other side by the baseline; nothing where one of them is 0 or not there.
    [[nodiscard]] std::optional<double> ratio() const;
};

/// A subject of one side with one of the other.
struct ComparedSubject {
    std::string baseline; ///< "TRACE: SUBJECT", or of one trace the subject
    std::string other;
    std::vector<ComparedFigure> figures;
};

struct TraceComparison {
    std::vector<std::string> traces;
    std::vector<ComparedSubject> pairs;
    std::vector<std::string> alone;    ///< subjects that have none to be compared with, in words
    std::vector<std::string> warnings; ///< what differs between the traces, beside what is compared
    std::size_t repeats = 1;           ///< of the side with fewer
};

/// They are one trace, read twice: as long, with the same calls and bytes of the same subjects.
[[nodiscard]] bool is_same_trace(const Recording& one, const Recording& other);

/// Compares the first trace with the others, subjects of the same name with one another: processes by their comm, for
/// pids differ. Of one trace its busiest subject with the others.
[[nodiscard]] TraceComparison compare_traces(std::span<const NamedTrace> traces);

} // namespace netio::analysis
