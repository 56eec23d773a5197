// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <string>

#include "report/run_json/reader_parts.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

/// More values than this are in no histogram (a value a nanosecond for three days), and sums of counts over all the
/// cells of a run cannot overflow.
constexpr std::uint64_t most_values_of_a_histogram = std::uint64_t{1} << 48;

bool is_unsigned_triple(const Json& bucket) {
    return bucket.is_array() && bucket.size() == 3 && bucket[0].is_number_unsigned() &&
           bucket[1].is_number_unsigned() && bucket[2].is_number_unsigned();
}

/// What was added up beside the buckets has to fit them: the extremes lie in the first and the last of them, and the
/// mean between the extremes.
void check_exact(const JsonField& json, const Histogram& histogram, std::uint64_t sum, std::uint64_t least,
                 std::uint64_t most) {
    const auto check_bucket = [&](const char* name, std::uint64_t value, std::size_t index, const char* place) {
        // Also what is longer than the last bucket: it is counted there.
        if (Histogram::bucket_of(value) != index)
            json[name].fail("must be in the " + std::string(place) + " bucket that has values, from " +
                            std::to_string(Histogram::lower_bound(index)) + " up to, but without, " +
                            std::to_string(Histogram::upper_bound(index)));
    };
    std::size_t first = 0;
    while (histogram.bucket(first) == 0)
        ++first;
    std::size_t last = Histogram::bucket_count - 1;
    while (histogram.bucket(last) == 0)
        --last;
    check_bucket("min_ns", least, first, "first");
    check_bucket("max_ns", most, last, "last");
    if (least > most)
        json["min_ns"].fail("must not be above max_ns, " + std::to_string(most));
    const std::uint64_t mean = sum / histogram.count();
    const bool rounded = sum % histogram.count() != 0;
    if (mean < least || mean > most || (mean == most && rounded))
        json["sum_ns"].fail("must be " + grouped(histogram.count()) + " values between min_ns and max_ns");
}

} // namespace

Histogram read_histogram(const JsonField& json) {
    Histogram histogram;
    const std::uint64_t count = json["count"].integer(0, most_values_of_a_histogram);
    const std::uint64_t sum = json["sum_ns"].integer();
    const JsonField list = json["buckets"];
    if (!list.json().is_array()) {
        list.fail("must be a list of [lower_ns, upper_ns, count]");
        return histogram;
    }
    std::size_t next = 0;
    for (std::size_t i = 0; i < list.json().size(); ++i) {
        const Json& bucket = list.json()[i];
        const auto wrong = [&](const std::string& what) {
            list.fail_inside("bucket " + std::to_string(i) + " " + what);
            return Histogram{};
        };
        if (!is_unsigned_triple(bucket))
            return wrong("must be [lower_ns, upper_ns, count], three whole numbers");
        const auto lower = bucket[0].get<std::uint64_t>();
        const auto upper = bucket[1].get<std::uint64_t>();
        const auto values = bucket[2].get<std::uint64_t>();
        const std::size_t index = Histogram::bucket_of(lower);
        if (Histogram::lower_bound(index) != lower || Histogram::upper_bound(index) != upper)
            return wrong("has the bounds [" + std::to_string(lower) + ", " + std::to_string(upper) +
                         "], and there is no such bucket: the nearest is [" +
                         std::to_string(Histogram::lower_bound(index)) + ", " +
                         std::to_string(Histogram::upper_bound(index)) + "]");
        if (index < next)
            return wrong("does not follow the one before it: buckets ascend");
        if (values == 0)
            return wrong("is empty: only buckets with values are listed");
        if (values > count - histogram.count())
            return wrong("is more than is left: the counts of the buckets add up to more than the " + grouped(count) +
                         " of \"count\"");
        histogram.add_bucket(index, values);
        next = index + 1;
    }
    if (histogram.count() != count) {
        list.fail_inside("the counts of the buckets add up to " + grouped(histogram.count()) + ", and \"count\" says " +
                         grouped(count));
        return {};
    }
    if (count == 0)
        return histogram;
    const std::uint64_t least = json["min_ns"].integer();
    const std::uint64_t most = json["max_ns"].integer();
    check_exact(json, histogram, sum, least, most);
    histogram.add_exact(sum, least, most);
    return histogram;
}

Figure read_figure(const JsonField& value, Quality quality, const JsonField* interval, const JsonField& reason) {
    Figure figure;
    figure.quality = quality;
    figure.reason = reason.text_or_empty();
    if (quality == Quality::unavailable) {
        if (!value.is_null())
            value.fail("must be null, for its quality is unavailable");
        return figure;
    }
    figure.value = figure.low = figure.high = value.number();
    if (quality == Quality::sampled && interval != nullptr) {
        const std::vector<JsonField> bounds = interval->elements();
        if (bounds.size() != 2) {
            interval->fail("must be [low, high]");
            return figure;
        }
        figure.low = bounds[0].number();
        figure.high = bounds[1].number();
        if (figure.low > figure.high)
            interval->fail_inside("its low end is above its high end");
    }
    return figure;
}

Figure read_figure(const JsonField& json) {
    const JsonField interval = json["interval"];
    return read_figure(json["value"], json["quality"].one_of(all_qualities), &interval, json["reason"]);
}

CallTotals read_calls(const JsonField& json) {
    return {json["send_calls"].integer(), json["send_bytes"].integer(), json["recv_calls"].integer(),
            json["recv_bytes"].integer(), json["errqueue_calls"].integer()};
}

} // namespace netio::report
