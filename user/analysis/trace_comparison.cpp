// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/trace_comparison.h"

#include <algorithm>
#include <array>
#include <utility>

#include "analysis/merge.h"
#include "analysis/phrases.h"
#include "analysis/sample.h"
#include "analysis/subjects.h"

namespace netio::analysis {
namespace {

/// A subject over the repeats of its side.
struct Side {
    std::string name;
    std::vector<AttachedSubject> repeats;
    std::vector<double> durations_s;
};

/// What subjects of different traces have in common.
std::string key_of(const Recording& recording, const AttachedSubject& subject) {
    const bool by_name = recording.spec.by == SubjectKind::cgroup || recording.spec.by == SubjectKind::comm;
    return by_name || subject.comm.empty() ? subject.figures.subject.name : subject.comm;
}

std::vector<std::string> keys_of(const NamedTrace& trace) {
    std::vector<std::string> keys;
    for (const Recording& recording : trace.parts)
        for (const AttachedSubject& subject : recording.subjects)
            if (std::string key = key_of(recording, subject); std::ranges::find(keys, key) == keys.end())
                keys.push_back(std::move(key));
    return keys;
}

Side side_of(const NamedTrace& trace, const std::string& key) {
    Side side{trace.name + ": " + key, {}, {}};
    for (const Recording& recording : trace.parts) {
        std::vector<const AttachedSubject*> same;
        for (const AttachedSubject& subject : recording.subjects)
            if (key_of(recording, subject) == key)
                same.push_back(&subject);
        if (same.empty())
            continue;
        side.repeats.push_back(sum_of(same, key));
        side.durations_s.push_back(recording.duration_s);
    }
    return side;
}

/// The repeats as the judge takes them: cells of which one thing is known.
std::vector<Cell> cells_of(const Side& side, std::optional<Path> timed) {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < side.repeats.size(); ++i) {
        const AttachedSubject& subject = side.repeats[i];
        Cell cell;
        cell.repeat = static_cast<unsigned>(i);
        cell.receiver.duration_s = side.durations_s[i];
        cell.receiver.payload_bytes = subject.bytes();
        if (timed) {
            const auto& histogram = subject.figures.path(*timed).histogram;
            cell.receiver.latency = histogram ? *histogram : Histogram{};
        } else if (subject.bytes() != 0) {
            cell.receiver.latency.record(1); // the judge leaves out repeats in which nothing was finished
        }
        cell.receiver.messages = cell.receiver.latency.count();
        cells.push_back(std::move(cell));
    }
    return cells;
}

Sample sample_of(const std::vector<Cell>& cells, const Metric& metric) {
    std::vector<Block> blocks;
    for (const Cell& cell : cells)
        blocks.push_back({&cell});
    return estimate(blocks, metric, default_seed);
}

Figure figure_of(const Estimate& estimate) {
    return estimate.available() ? Figure::exact(estimate.value) : Figure::unavailable(estimate.reason);
}

ComparedFigure judged(std::string name, std::string unit, const Side& baseline, const Side& other,
                      std::optional<Path> timed, Statistic statistic) {
    const Metric metric{timed ? Metric::Kind::latency : Metric::Kind::throughput};
    const Sample one = sample_of(cells_of(baseline, timed), metric);
    const Sample two = sample_of(cells_of(other, timed), metric);
    return {std::move(name), std::move(unit), figure_of(one.of(statistic)), figure_of(two.of(statistic)),
            difference_of(one, two, statistic)};
}

std::uint64_t sum_over(const Side& side, const auto& of) {
    std::uint64_t sum = 0;
    for (const AttachedSubject& repeat : side.repeats)
        sum += of(repeat);
    return sum;
}

ComparedFigure counted_figure(std::string name, std::string unit, const Side& baseline, const Side& other,
                              const auto& of) {
    const auto mean = [&](const Side& side) {
        return Figure::exact(static_cast<double>(sum_over(side, of)) / static_cast<double>(side.repeats.size()));
    };
    return {std::move(name), std::move(unit), mean(baseline), mean(other), std::nullopt};
}

Figure mean_calls(const Side& side, Direction direction) {
    Figure sum = Figure::exact(0.0);
    for (const AttachedSubject& subject : side.repeats)
        sum = sum_of(sum, calls_of(subject.figures, direction));
    return sum.per(static_cast<double>(side.repeats.size()), {});
}

AttachedSubject all_repeats_of(const Side& side) {
    std::vector<const AttachedSubject*> repeats;
    for (const AttachedSubject& repeat : side.repeats)
        repeats.push_back(&repeat);
    return sum_of(repeats, side.name);
}

bool is_timed(const Side& side, Path path) {
    return std::ranges::any_of(side.repeats, [&](const AttachedSubject& subject) {
        const auto& histogram = subject.figures.path(path).histogram;
        return histogram && !histogram->empty();
    });
}

ComparedSubject compare_sides(const Side& baseline, const Side& other) {
    ComparedSubject pair{baseline.name, other.name, {}};
    const AttachedSubject one = all_repeats_of(baseline);
    const AttachedSubject two = all_repeats_of(other);
    for (Direction direction : values_of<Direction>) {
        const std::string name(name_of(direction));
        pair.figures.push_back(counted_figure("bytes " + name, "bytes", baseline, other, [&](const auto& subject) {
            return bytes_of(subject.figures, direction);
        }));
        pair.figures.push_back(
            {"calls " + name, "calls", mean_calls(baseline, direction), mean_calls(other, direction), std::nullopt});
    }
    pair.figures.push_back(judged("throughput", "Gbit/s", baseline, other, std::nullopt, Statistic::throughput));
    for (Direction direction : values_of<Direction>)
        if (bytes_of(one.figures, direction) != 0 || bytes_of(two.figures, direction) != 0)
            pair.figures.push_back({"copies per byte " + std::string(name_of(direction)), "",
                                    copies_per_byte(one.figures, direction), copies_per_byte(two.figures, direction),
                                    std::nullopt});
    for (const auto& [path, name] : {std::pair{Path::send_syscall, "send call"}, {Path::recv_syscall, "receive call"}})
        if (is_timed(baseline, path) && is_timed(other, path))
            for (Statistic statistic : {Statistic::p50, Statistic::p99})
                pair.figures.push_back(judged(std::string(name) + " " + std::string(name_of(statistic)), "ns", baseline,
                                              other, path, statistic));
    return pair;
}

void compare_subjects_of(const NamedTrace& trace, TraceComparison& result) {
    std::vector<Side> sides;
    for (const Recording& recording : trace.parts)
        for (const AttachedSubject& subject : recording.subjects) {
            const std::string& name = subject.figures.subject.name;
            auto side = std::ranges::find(sides, name, &Side::name);
            if (side == sides.end())
                side = sides.insert(sides.end(), {name, {}, {}});
            side->repeats.push_back(subject);
            side->durations_s.push_back(recording.duration_s);
        }
    for (std::size_t i = 1; i < sides.size(); ++i)
        result.pairs.push_back(compare_sides(sides.front(), sides[i]));
}

void warn_of_differences(const NamedTrace& baseline, const NamedTrace& other, std::vector<std::string>& warnings) {
    const Recording& one = baseline.parts.front();
    const Recording& two = other.parts.front();
    const auto differ = [&](const char* what, const std::string& mine, const std::string& theirs) {
        if (mine != theirs)
            warnings.push_back(std::string(what) + ": " + mine + " in " + baseline.name + ", " + theirs + " in " +
                               other.name + ".");
    };
    differ("Kernel", one.environment.kernel_release, two.environment.kernel_release);
    differ("CPU", one.environment.cpu_model, two.environment.cpu_model);
    differ("Backends", one.environment.backends, two.environment.backends);
    differ("Calls timed", std::string(name_of(one.spec.timing)), std::string(name_of(two.spec.timing)));
}

} // namespace

std::optional<double> ComparedFigure::ratio() const {
    if (!baseline.available() || !other.available() || baseline.value <= 0.0 || other.value <= 0.0)
        return std::nullopt;
    return other.value / baseline.value;
}

bool is_same_trace(const Recording& one, const Recording& other) {
    return one.duration_s == other.duration_s &&
           std::ranges::equal(one.subjects, other.subjects, [](const AttachedSubject& a, const AttachedSubject& b) {
               return a.figures.subject.name == b.figures.subject.name && a.figures.calls == b.figures.calls &&
                      a.sockets == b.sockets;
           });
}

TraceComparison compare_traces(std::span<const NamedTrace> traces) {
    TraceComparison result;
    result.repeats = traces.front().parts.size();
    for (const NamedTrace& trace : traces) {
        result.traces.push_back(trace.name);
        result.repeats = std::min(result.repeats, trace.parts.size());
    }
    if (traces.size() == 1) {
        compare_subjects_of(traces.front(), result);
        return result;
    }
    const std::vector<std::string> keys = keys_of(traces.front());
    for (const NamedTrace& other : traces.subspan(1)) {
        warn_of_differences(traces.front(), other, result.warnings);
        const std::vector<std::string> theirs = keys_of(other);
        for (const std::string& key : keys)
            if (std::ranges::find(theirs, key) != theirs.end())
                result.pairs.push_back(compare_sides(side_of(traces.front(), key), side_of(other, key)));
            else
                result.alone.push_back(key + " in " + traces.front().name + " alone");
        for (const std::string& key : theirs)
            if (std::ranges::find(keys, key) == keys.end())
                result.alone.push_back(key + " in " + other.name + " alone");
    }
    return result;
}

} // namespace netio::analysis
