// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/histogram.h"

#include <algorithm>

namespace netio {

void Histogram::merge(const Histogram& other) {
    for (std::size_t i = 0; i < bucket_count; ++i)
        buckets_[i] += other.buckets_[i];
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

void Histogram::add_bucket(std::size_t bucket, std::uint64_t count) {
    buckets_[bucket] += count;
    count_ += count;
}

void Histogram::add_exact(std::uint64_t sum_ns, std::uint64_t min_ns, std::uint64_t max_ns) {
    sum_ += sum_ns;
    min_ = std::min(min_, min_ns);
    max_ = std::max(max_, max_ns);
}

double Histogram::mean() const { return count_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(count_); }

Histogram::Quantile Histogram::quantile_with_doubt(double quantile) const {
    const double wanted = std::clamp(quantile, 0.0, 1.0) * static_cast<double>(count_);
    double seen = 0.0;
    for (std::size_t i = 0; i < bucket_count && count_ != 0; ++i) {
        const auto here = static_cast<double>(buckets_[i]);
        if (here != 0.0 && seen + here >= wanted) {
            const auto low = static_cast<double>(std::max(lower_bound(i), min()));
            // The last bucket also holds longer values.
            const auto high = static_cast<double>(i + 1 == bucket_count ? max_ : std::min(upper_bound(i), max_));
            const double width = std::max(0.0, high - low);
            return {low + (wanted - seen) / here * width, here / static_cast<double>(count_) * width};
        }
        seen += here;
    }
    return {static_cast<double>(max_), 0.0};
}

std::uint64_t Histogram::lower_bound(std::size_t bucket) {
    if (bucket < NETIO_HISTOGRAM_SUB_COUNT)
        return bucket;
    const std::size_t octave = bucket / NETIO_HISTOGRAM_SUB_COUNT - 1;
    const std::uint64_t sub = bucket % NETIO_HISTOGRAM_SUB_COUNT;
    return (NETIO_HISTOGRAM_SUB_COUNT + sub) << octave;
}

std::uint64_t Histogram::upper_bound(std::size_t bucket) { return lower_bound(bucket + 1); }

} // namespace netio
