// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/recording.h"
#include "model/run_result.h"

namespace netio::analysis {

enum class Severity {
    note,   ///< good to know
    warning ///< changes how the figures must be read
};

/// Where in a run or an attached trace a figure is from; what is not set stands for all of it.
struct Location {
    std::optional<Variant> variant;
    std::uint64_t field_size = 0; ///< bytes; 0: all
    unsigned threads = 0;         ///< connections; 0: all
    std::string subject{};        ///< of an attached trace, its name; empty: all

    bool operator==(const Location&) const = default;
};

[[nodiscard]] Location location_of(const Cell& cell);

/// One figure that a finding or an answer rests on.
struct Evidence {
    std::string name; ///< "copied sends"
    std::string unit; ///< "ns/B", "sends"; "" for a ratio or a plain number; "share" for a part of something: 1 for all
                      ///< of it, and more for bytes that were copied more than once
    Figure figure;
    Location place;
};

/// A limit that decides whether a finding is made.
struct Threshold {
    std::string name; ///< "least share of messages"
    double value = 0.0;
    std::string unit;
};

/// What another run would have to do to tell what this one leaves open. Analysis knows no options: report phrases it.
struct Advice {
    enum class Change {
        compare_variants, ///< run `variants` beside one another
        more_field_sizes,
        more_threads,
        count_cache_misses,
        trace,
        do_not_trace,
        pin,
        disable_nagle
    };
    std::vector<Change> changes; ///< each once
    std::vector<Variant> variants;
    unsigned repeats = 0; ///< that would probably settle what is open; 0: nothing is, or how many is not known
    bool first = false;   ///< of a run with one repeat, whose spread is not known
    bool remains = false; ///< something probably remains open even with the most repeats that are asked for
    bool needs_idle_machine = false; ///< something is open because the machine was busy: repeats do not settle it

    void add(Change change);
    void add(const Advice& other);
};

/// Something that the data says and a reader could miss.
struct Finding {
    std::string id; ///< stable identifier, explained in docs/method.md: "zerocopy-copied"
    Severity severity = Severity::note;
    std::string fact;    ///< one sentence: what was seen
    std::string meaning; ///< one or two sentences: what it means or what to do; may be empty
    std::vector<Evidence> evidence;
    std::vector<Threshold> thresholds;
    std::vector<std::string> rests_on; ///< names of paths, counters and other parts of run.json
    Advice advice;

    [[nodiscard]] std::string text() const { return meaning.empty() ? fact : fact + " " + meaning; }
};

/// What the run's own data says and a reader could miss: warnings first, then by importance, each thing once for the
/// whole run. docs/method.md, section "Findings", says of each id what it rests on.
[[nodiscard]] std::vector<Finding> find_insights(const Run& run);
/// The same of an attached trace: each thing once, of the subject that it shows most in.
[[nodiscard]] std::vector<Finding> find_insights(const Recording& recording);

} // namespace netio::analysis
