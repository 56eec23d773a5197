// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/standing.h"

#include <cmath>
#include <map>
#include <utility>

#include "analysis/student.h"

namespace netio::analysis {
namespace {

Standing standing_of(const std::vector<double>& log_ratios) {
    Standing standing;
    const auto count = static_cast<double>(log_ratios.size());
    double mean = 0.0;
    for (double value : log_ratios)
        mean += value / count;
    standing.repeats = static_cast<unsigned>(log_ratios.size());
    standing.ratio = standing.low = standing.high = std::exp(mean);
    if (log_ratios.size() < 2)
        return standing;
    double squares = 0.0;
    for (double value : log_ratios)
        squares += (value - mean) * (value - mean);
    const double half = student_quantile(0.975, count - 1.0) * std::sqrt(squares / (count - 1.0) / count);
    standing.low = std::exp(mean - half);
    standing.high = std::exp(mean + half);
    return standing;
}

int sign_of(const Standing& standing) { return standing.ahead() ? 1 : standing.behind() ? -1 : 0; }

std::optional<double> interpolate(const std::vector<Standing>& standings, std::uint64_t after, std::uint64_t before) {
    for (std::size_t i = 1; i < standings.size(); ++i) {
        const Standing& small = standings[i - 1];
        const Standing& large = standings[i];
        if (small.field_size < after || large.field_size > before || (small.ratio > 1.0) == (large.ratio > 1.0))
            continue;
        const double share = std::log(small.ratio) / (std::log(small.ratio) - std::log(large.ratio));
        const double from = std::log(static_cast<double>(small.field_size));
        const double to = std::log(static_cast<double>(large.field_size));
        return std::exp(from + share * (to - from));
    }
    return std::nullopt;
}

} // namespace

Figure Standing::figure() const {
    if (repeats < 2)
        return Figure::estimated(ratio, "one repeat: its spread is not known");
    return Figure::sampled(ratio, low, high);
}

std::vector<Standing> standings(const Run& run, Variant one, Variant other, unsigned threads) {
    struct Pair {
        double one = 0.0;
        double other = 0.0;
    };
    std::map<std::uint64_t, std::map<unsigned, Pair>> pairs; // by size and repeat
    for (const Cell& cell : run.cells) {
        if (cell.threads != threads)
            continue;
        if (cell.variant == one)
            pairs[cell.field_size][cell.repeat].one = cell.throughput_gbps();
        if (cell.variant == other)
            pairs[cell.field_size][cell.repeat].other = cell.throughput_gbps();
    }
    std::vector<Standing> list;
    for (const auto& [size, repeats] : pairs) {
        std::vector<double> log_ratios;
        for (const auto& [repeat, pair] : repeats)
            if (pair.one > 0.0 && pair.other > 0.0)
                log_ratios.push_back(std::log(pair.one / pair.other));
        if (log_ratios.empty())
            continue;
        Standing standing = standing_of(log_ratios);
        standing.field_size = size;
        standing.threads = threads;
        list.push_back(standing);
    }
    return list;
}

Crossing crossing_of(const std::vector<Standing>& standings) {
    Crossing crossing;
    int first = 0;
    int last = 0;
    unsigned changes = 0;
    for (const Standing& standing : standings) {
        const int sign = sign_of(standing);
        if (sign == 0)
            continue;
        if (first == 0)
            first = sign;
        if (last != 0 && sign != last) {
            ++changes;
            crossing.before = standing.field_size;
        }
        if (changes == 0)
            crossing.after = standing.field_size;
        last = sign;
    }
    if (changes == 0)
        return {first > 0 ? Course::ahead : first < 0 ? Course::behind : Course::level, 0, 0, std::nullopt};
    if (changes > 1)
        return {Course::mixed, 0, 0, std::nullopt};
    crossing.course = last > 0 ? Course::overtakes : Course::falls_back;
    crossing.estimate = interpolate(standings, crossing.after, crossing.before);
    return crossing;
}

} // namespace netio::analysis
