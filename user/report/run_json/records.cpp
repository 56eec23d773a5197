// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/records.h"

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

/// What is wrong with a bucket that follows those that the histogram has; empty when nothing is.
std::string fault_of(const Json& bucket, const Histogram& histogram, std::size_t next, std::uint64_t count) {
    if (!is_unsigned_triple(bucket))
        return "must be [lower_ns, upper_ns, count], three whole numbers";
    const auto lower = bucket[0].get<std::uint64_t>();
    const auto upper = bucket[1].get<std::uint64_t>();
    const auto values = bucket[2].get<std::uint64_t>();
    const std::size_t index = Histogram::bucket_of(lower);
    const auto bounds = [](std::uint64_t low, std::uint64_t high) {
        return "[" + std::to_string(low) + ", " + std::to_string(high) + "]";
    };
    if (Histogram::lower_bound(index) != lower || Histogram::upper_bound(index) != upper)
        return "has the bounds " + bounds(lower, upper) + ", and there is no such bucket: the nearest is " +
               bounds(Histogram::lower_bound(index), Histogram::upper_bound(index));
    if (index < next)
        return "does not follow the one before it: buckets ascend";
    if (values == 0)
        return "is empty: only buckets with values are listed";
    if (values > count - histogram.count())
        return "is more than is left: the counts of the buckets add up to more than the " + grouped(count) +
               " of \"count\"";
    return {};
}

} // namespace

Json value_of(const Figure& figure) { return figure.available() ? number(figure.value) : Json(nullptr); }

Json reason_of(const Figure& figure) {
    if (!figure.available() && figure.reason.empty())
        return "not measured";
    return text_or_null(figure.reason);
}

Json interval_of(const Figure& figure) {
    return figure.quality == Quality::sampled ? Json::array({number(figure.low), number(figure.high)}) : Json(nullptr);
}

Json bounds_of(const Figure& figure) {
    const std::optional<Bounds>& bounds = figure.bounds;
    return bounds ? Json::array({number(bounds->low), number(bounds->high)}) : Json(nullptr);
}

Json to_json(const Figure& figure) {
    return {{"value", value_of(figure)},
            {"quality", name_of(figure.quality)},
            {"interval", interval_of(figure)},
            {"bounds", bounds_of(figure)},
            {"reason", reason_of(figure)}};
}

namespace {

Bounds bounds_from(const JsonField& json) {
    const std::vector<JsonField> ends = json.elements();
    if (ends.size() != 2) {
        json.fail("must be [low, high]");
        return {};
    }
    Bounds bounds{ends[0].number(), std::numeric_limits<double>::infinity()};
    if (!ends[1].is_null())
        bounds.high = ends[1].number();
    if (bounds.low > bounds.high)
        json.fail_inside("its low end is above its high end");
    return bounds;
}

} // namespace

Figure figure_from(const JsonField& value, Quality quality, const JsonField* interval, const JsonField& reason,
                   const std::optional<JsonField>& bounds) {
    Figure figure;
    figure.quality = quality;
    figure.reason = reason.text_or_empty();
    if (quality == Quality::unavailable) {
        if (!value.is_null())
            value.fail("must be null, for its quality is unavailable");
        if (bounds && !bounds->is_null())
            figure.bounds = bounds_from(*bounds);
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

void read(const JsonField& json, Figure& figure, const FieldRule&) {
    const JsonField interval = json["interval"];
    figure = figure_from(json["value"], json["quality"].one_of(values_of<Quality>), &interval, json["reason"],
                         json.find("bounds"));
}

Json to_json(const Histogram& histogram) {
    Json buckets = Json::array();
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i)
        if (histogram.bucket(i) != 0)
            buckets.push_back({Histogram::lower_bound(i), Histogram::upper_bound(i), histogram.bucket(i)});
    return {{"count", histogram.count()},
            {"sum_ns", histogram.sum()},
            {"min_ns", histogram.empty() ? Json(nullptr) : Json(histogram.min())},
            {"max_ns", histogram.empty() ? Json(nullptr) : Json(histogram.max())},
            {"buckets", std::move(buckets)}};
}

void read(const JsonField& json, Histogram& histogram, const FieldRule&) {
    histogram = {};
    const std::uint64_t count = json["count"].integer(0, most_values_of_a_histogram);
    const std::uint64_t sum = json["sum_ns"].integer();
    const JsonField list = json["buckets"];
    if (!list.json().is_array()) {
        list.fail("must be a list of [lower_ns, upper_ns, count]");
        return;
    }
    std::size_t next = 0;
    for (std::size_t i = 0; i < list.json().size(); ++i) {
        const Json& bucket = list.json()[i];
        if (const std::string fault = fault_of(bucket, histogram, next, count); !fault.empty()) {
            list.fail_inside("bucket " + std::to_string(i) + " " + fault);
            histogram = {};
            return;
        }
        next = Histogram::bucket_of(bucket[0].get<std::uint64_t>());
        histogram.add_bucket(next++, bucket[2].get<std::uint64_t>());
    }
    if (histogram.count() != count) {
        list.fail_inside("the counts of the buckets add up to " + grouped(histogram.count()) + ", and \"count\" says " +
                         grouped(count));
        histogram = {};
        return;
    }
    if (count == 0)
        return;
    const std::uint64_t least = json["min_ns"].integer();
    const std::uint64_t most = json["max_ns"].integer();
    check_exact(json, histogram, sum, least, most);
    histogram.add_exact(sum, least, most);
}

Json to_json(const LinkSpec& link) { return to_string(link); }

void read(const JsonField& json, LinkSpec& link, const FieldRule&) {
    if (auto parsed = link_from(json.text()))
        link = std::move(*parsed);
    else
        json.fail("must be veth, loopback or dev:SERVER_DEV,CLIENT_DEV");
}

Json to_json(const std::optional<Backend>& backend) { return backend ? name_of(*backend) : "auto"; }

void read(const JsonField& json, std::optional<Backend>& backend, const FieldRule&) {
    backend.reset();
    if (json.text() != "auto")
        backend = json.one_of(timing_backends);
}

Json to_json(const PathSet& paths) {
    Json list = Json::array();
    for (Path path : attach_paths)
        if (paths[index_of(path)])
            list.push_back(name_of(path));
    return list;
}

void read(const JsonField& json, PathSet& paths, const FieldRule&) {
    paths.reset();
    for (const JsonField& path : json.elements())
        paths.set(index_of(path.one_of(attach_paths)));
}

void read(const JsonField& json, bool& value, const FieldRule&) { value = json.truth(); }

void read(const JsonField& json, double& value, const FieldRule& rule) {
    value = 0.0;
    if (rule.empty_is_null && json.is_null())
        return;
    value = json.number();
    if (value < rule.least || value > rule.most)
        json.fail(std::string("must be ") + (rule.empty_is_null ? "null or " : "") + "between " +
                  Json(rule.least).dump() + " and " + Json(rule.most).dump());
}

void read(const JsonField& json, std::string& value, const FieldRule& rule) {
    value = rule.empty_is_null ? json.text_or_empty() : json.text();
}

void read(const JsonField& json, std::map<std::string, std::string>& value, const FieldRule&) {
    value.clear();
    for (const auto& [name, element] : json.members())
        value[name] = element.text();
}

void read(const JsonField& json, std::map<std::string, std::uint64_t>& value, const FieldRule&) {
    value.clear();
    for (const auto& [name, element] : json.members())
        value[name] = element.integer();
}

} // namespace netio::report
