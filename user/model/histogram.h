// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "netio_abi.h"

namespace netio {

/// Log-linear histogram of durations in nanoseconds: 0 to 2^36 ns (68.7 s), with buckets of at most 3.125 % of their
/// values; count, sum, minimum and maximum are exact. The layout is netio_abi.h's, so that what the
/// kernel counted can be merged into it bucket by bucket. Merging is addition: percentiles are never averaged.
class Histogram {
  public:
    static constexpr std::size_t bucket_count = NETIO_HISTOGRAM_BUCKETS;

    void record(std::uint64_t value_ns) {
        ++buckets_[netio_histogram_bucket(value_ns)];
        ++count_;
        sum_ += value_ns;
        if (value_ns < min_)
            min_ = value_ns;
        if (value_ns > max_)
            max_ = value_ns;
    }

    /// Adds what another histogram has counted.
    void merge(const Histogram& other);

    /// Adds `count` values to one bucket, without touching sum, minimum and maximum: for a histogram that was counted
    /// elsewhere and brings those along, with add_exact().
    void add_bucket(std::size_t bucket, std::uint64_t count);
    void add_exact(std::uint64_t sum_ns, std::uint64_t min_ns, std::uint64_t max_ns);

    [[nodiscard]] bool empty() const { return count_ == 0; }
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::uint64_t sum() const { return sum_; }
    /// 0 when empty.
    [[nodiscard]] std::uint64_t min() const { return count_ == 0 ? 0 : min_; }
    [[nodiscard]] std::uint64_t max() const { return max_; }
    /// Exact mean; 0 when empty.
    [[nodiscard]] double mean() const;
    /// The value below which `quantile` (0 to 1) of all values lie, with the values of a bucket spread evenly over it:
    /// it moves within the bucket, so that differences of less than a bucket can be seen. Never outside [min, max]; 0
    /// when empty. Wrong by less than its bucket, whatever lies where in it.
    [[nodiscard]] double quantile(double quantile) const { return quantile_with_doubt(quantile).value_ns; }
    struct Quantile {
        double value_ns = 0.0;
        /// How well it is known: where a share p of all values lies in the quantile's bucket, and nothing says where in
        /// it, the quantile may be wrong by p of the bucket's width. Next to nothing where values spread over many
        /// buckets.
        double doubt_ns = 0.0;
    };
    [[nodiscard]] Quantile quantile_with_doubt(double quantile) const;
    [[nodiscard]] std::uint64_t bucket(std::size_t index) const { return buckets_[index]; }

    /// The bucket that holds a value.
    [[nodiscard]] static std::size_t bucket_of(std::uint64_t value_ns) { return netio_histogram_bucket(value_ns); }
    /// Lowest value of a bucket, and the lowest value above it.
    [[nodiscard]] static std::uint64_t lower_bound(std::size_t bucket);
    [[nodiscard]] static std::uint64_t upper_bound(std::size_t bucket);

    bool operator==(const Histogram&) const = default;

  private:
    std::array<std::uint64_t, bucket_count> buckets_{};
    std::uint64_t count_ = 0;
    std::uint64_t sum_ = 0;
    std::uint64_t min_ = UINT64_MAX;
    std::uint64_t max_ = 0;
};

} // namespace netio
