// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/judge.h"
#include "analysis/sample.h"
#include "model/run_result.h"

namespace netio::analysis {

/// What the things that are held against one another differ in; all else is the same.
enum class Axis { variant, run, threads, field_size };
/// "variant", "run", "threads", "field-size".
[[nodiscard]] std::string_view name_of(Axis axis);
[[nodiscard]] std::optional<Axis> axis_from(std::string_view name);

struct ComparedRun {
    std::string name; ///< as the user named it
    /// One, or several that were made with the same options and count as one with more repeats.
    std::vector<Run> parts;
};

/// They are one run, read twice: with the same messages in the same cells, or nothing measured and begun at the same
/// time.
[[nodiscard]] bool is_same_run(const Run& one, const Run& other);

/// From so many parts a side on, runs are what varies: what they differ by is seen, and need not be guessed.
inline constexpr std::size_t enough_runs = 3;

/// Which cells are meant: all repeats of one (run, variant, field size, threads).
struct EntryKey {
    std::size_t run = 0; ///< index in the list of runs
    Variant variant{};
    std::uint64_t field_size = 0; ///< bytes
    unsigned threads = 0;

    // clang-tidy 14 takes what the compiler makes of this for a comparison of a pointer with 0.
    auto operator<=>(const EntryKey&) const = default; // NOLINT(modernize-use-nullptr)
};

struct Entry {
    EntryKey key;
    Sample sample;
};

/// One entry against another of its group.
struct Pair {
    std::size_t other = 0;               ///< index in ComparedGroup::entries
    std::size_t baseline = 0;            ///< the same, of what it is compared with
    std::vector<Difference> differences; ///< of the statistics that the metric has
    std::optional<Distance> distance;    ///< where both have a histogram
    /// The blocks of both sides were made side by side, and are compared pair by pair (see Difference): cells of one
    /// run, which makes all of them once for each repeat, and runs that were made in turn.
    bool in_pairs = false;
    double run_spread = 0.0; ///< that had to be assumed
};

/// Entries that differ in the axis alone, and one metric.
struct ComparedGroup {
    Metric metric;
    std::vector<Entry> entries; ///< in the axis' order
    std::size_t baseline = 0;   ///< index in entries
    /// All but the baseline against it, in order; then, between variants where the request names no baseline, the
    /// others against one another: the one that is ahead need not be ahead of the first alone.
    std::vector<Pair> pairs;

    [[nodiscard]] bool with_baseline(const Pair& pair) const { return pair.baseline == baseline; }
};

struct ComparisonRequest {
    Axis axis = Axis::variant;
    std::vector<Metric> metrics{{Metric::Kind::latency}};
    std::uint64_t seed = default_seed;
    /// Between runs, see Difference; with Axis::run only, and not where both sides have enough_runs.
    double run_spread = 0.03;
    /// What the others are compared with: a variant, run, number of threads or field size, of which the axis tells
    /// which is looked at. Nothing: the first in order.
    std::optional<EntryKey> baseline;
};

struct Comparison {
    ComparisonRequest request;
    std::vector<std::string> runs; ///< names
    std::vector<ComparedGroup> groups;
    std::vector<std::string> warnings; ///< what differs between the runs beside what is compared, and the like
    std::vector<std::string> left_out; ///< cells that have nothing to be compared with, and why
    unsigned intervals = 0;            ///< that were made
    unsigned shown = 0;                ///< of those, such that show a difference
};

/// The axis that is meant when none is named: runs when there are several, else what the run has several of, the
/// variants first.
[[nodiscard]] Axis default_axis(const std::vector<ComparedRun>& runs);

/// Groups in order of field size, threads, variant and run. Cells are repeats of one another when they agree in all
/// four, whatever their `repeat` number.
[[nodiscard]] Comparison compare(const std::vector<ComparedRun>& runs, const ComparisonRequest& request);

/// Why there is no group: what the cells, or the runs, do not have in common.
[[nodiscard]] std::string why_nothing(const std::vector<ComparedRun>& runs, const ComparisonRequest& request);

/// What an entry is called beside the others of its group: "X", the run's name (or "run 2", counted
/// from 1, where a name is long), "4 connections", "8 × 1 KiB".
[[nodiscard]] std::string label_of(const Comparison& comparison, const EntryKey& key);
/// What all entries of a group have in common: "X, 8 × 1 KiB, 4 connections".
[[nodiscard]] std::string title_of(const Comparison& comparison, const ComparedGroup& group);

/// The difference that a verdict is about first: of the median where single values are known.
[[nodiscard]] const Difference& leading_difference(const Metric& metric, const Pair& pair);

/// One of those that a verdict tells is shown: throughput; median, 99th percentile and time a byte.
[[nodiscard]] bool shows_difference(const Pair& pair);

/// The judge's sentence on each statistic that is told and shown, and the names of those that are tested and not shown:
/// "X takes 12 % [9, 15] less time than Y at p50; no significant difference at p99." Where none is shown, the sentence
/// on the leading one.
[[nodiscard]] std::string verdict_on(const Comparison& comparison, const ComparedGroup& group, const Pair& pair);

/// What differs between the circumstances of two runs, one sentence each, as far as it bears on the figures: kernel,
/// machine, processors, link, MTU, backends, settings, the tool's version and the options; of several parts, the first.
/// Empty for like runs.
[[nodiscard]] std::vector<std::string> differences_between(const ComparedRun& one, const ComparedRun& other);

} // namespace netio::analysis
