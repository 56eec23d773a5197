// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/standing.h"

#include <cmath>
#include <set>

#include <boost/math/statistics/univariate_statistics.hpp>

#include "analysis/student.h"
#include "analysis/summary.h"

namespace netio::analysis {
namespace {

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

StudentMean student_mean(const std::vector<double>& values) {
    if (values.size() < 2)
        return {values.front(), 0.0};
    const auto [mean, variance] = boost::math::statistics::mean_and_sample_variance(values);
    const auto count = static_cast<double>(values.size());
    return {mean, student_quantile(0.975, count - 1.0) * std::sqrt(variance / count)};
}

std::optional<Standing> standing_of(std::span<const Cell* const> one, std::span<const Cell* const> other) {
    std::vector<double> log_ratios;
    for (const Cell* own : one)
        for (const Cell* against : other)
            if (own->repeat == against->repeat && own->throughput_gbps() > 0.0 && against->throughput_gbps() > 0.0)
                log_ratios.push_back(std::log(own->throughput_gbps() / against->throughput_gbps()));
    if (log_ratios.empty())
        return std::nullopt;
    const StudentMean mean = student_mean(log_ratios);
    return Standing{one.front()->field_size,
                    one.front()->threads,
                    static_cast<unsigned>(log_ratios.size()),
                    std::exp(mean.value),
                    std::exp(mean.value - mean.half_width),
                    std::exp(mean.value + mean.half_width)};
}

std::vector<Standing> standings(const Run& run, Variant one, Variant other, unsigned threads) {
    std::set<std::uint64_t> sizes;
    for (const Cell& cell : run.cells)
        sizes.insert(cell.field_size);
    std::vector<Standing> list;
    for (std::uint64_t size : sizes)
        if (const std::optional<Standing> standing =
                standing_of(repeats_of(run, one, size, threads), repeats_of(run, other, size, threads)))
            list.push_back(*standing);
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
