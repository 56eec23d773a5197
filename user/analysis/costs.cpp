// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/costs.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

#include "analysis/merge.h"

namespace netio::analysis {
namespace {

/// A time of the path for each payload byte of the part that it is of.
Figure per_payload_byte(const Cell& cell, Path path, Figure PathFigures::*member) {
    if (!cell.trace)
        return Figure::unavailable("not traced");
    const PathFigures& figures = cell.trace->payload_path(path);
    const Figure& time = figures.*member;
    const std::uint64_t payload =
        time.quality == Quality::sampled ? figures.sampled_bytes : cell.sender.total_payload_bytes;
    return time.per(static_cast<double>(payload), "no payload was sent");
}

/// Intervals that are put together can reach beyond what is possible.
Figure at_least_zero(Figure figure) {
    figure.low = std::max(figure.low, 0.0);
    return figure;
}

constexpr auto in_send_calls = paths_where<[](Path path) {
    return belongs_to_call(path) && (path == Path::send_syscall || is_inside(path, Path::send_syscall));
}>;

const Figure& not_traced() {
    static const Figure figure = Figure::unavailable("not traced");
    return figure;
}

/// Timed at its edges, call by call.
bool timed(const Figure& figure) { return figure.quality == Quality::exact || figure.quality == Quality::bracketed; }

/// CPU time inside of system calls of one end: exclusive times add up to inclusive ones without waiting (law 4). What a
/// backend does not time at its edges is contained in the call around it.
Figure time_in_calls(const Trace& trace, Role role, std::span<const Path> paths) {
    const SubjectTrace& end = trace.of(role);
    double sum = 0.0;
    for (Path path : paths) {
        const PathFigures& figures = end.path(path);
        const Figure& own = figures.exclusive_ns;
        const bool outermost = is_call(path);
        if (!timed(own) && outermost && !(figures.calls.available() && figures.calls.value == 0.0))
            return Figure::unavailable(std::string(name_of(path)) + ": " +
                                       (own.available() ? "its calls are not timed one by one" : own.reason));
        sum += timed(own) ? own.value : 0.0;
        const Figure& skb = figures.skb_path_ns;
        sum += outermost && timed(skb) ? skb.value : 0.0;
    }
    return Figure::exact(sum);
}

} // namespace

bool was_not_taken(const PathFigures& figures) {
    return (!figures.calls.available() || figures.calls.value == 0.0) && figures.bytes.available() &&
           figures.bytes.value == 0.0;
}

Figure ns_per_payload_byte(const Cell& cell, Path path) { return per_payload_byte(cell, path, &PathFigures::time_ns); }

Figure own_time_per_payload_byte_ns(const Cell& cell, Path path) {
    return per_payload_byte(cell, path, &PathFigures::exclusive_ns);
}

std::vector<Path> still_contained(const Cell& cell, Path path) {
    if (!cell.trace || cell.trace->payload_path(path).exclusive_ns.quality == Quality::sampled)
        return {};
    std::vector<Path> contained;
    for (Path nested : all_paths) {
        if (!belongs_to_call(nested) || !is_inside(nested, path))
            continue;
        const Quality time = cell.trace->payload_path(nested).time_ns.quality;
        if (time == Quality::sampled || time == Quality::unavailable)
            contained.push_back(nested);
    }
    return contained;
}

Figure total_cpu_ns(const Trace& trace) {
    return at_least_zero(sum_of(trace.of(Role::sender).cpu.total_ns, trace.of(Role::receiver).cpu.total_ns));
}

Figure combined_share(const Trace& trace, const std::function<const Figure&(const CpuProfile&)>& share) {
    Figure total = total_cpu_ns(trace);
    if (!total.available())
        return total;
    if (total.value <= 0.0)
        return Figure::unavailable("no sample was taken");
    const CpuProfile& sender = trace.of(Role::sender).cpu;
    const CpuProfile& receiver = trace.of(Role::receiver).cpu;
    Figure combined =
        at_least_zero(weighted_mean(share(sender), sender.total_ns.value, share(receiver), receiver.total_ns.value));
    combined.high = std::min(combined.high, 1.0);
    return combined;
}

Figure per_payload_byte(const Cell& cell, const Figure& figure, double scale) {
    return scaled(figure, scale).per(static_cast<double>(cell.payload_bytes()), "no payload in the measured part");
}

Figure cpu_share_per_byte(const Cell& cell, const Figure& share) {
    const Figure total = total_cpu_ns(*cell.trace);
    Figure part = scaled(share, total.value);
    if (total.quality == Quality::sampled && part.available()) {
        const auto distance = [&](double of_share, double of_total) {
            return std::min(std::hypot(total.value * of_share, share.value * of_total), of_total);
        };
        part.low = std::max(0.0, part.value - distance(share.value - share.low, total.value - total.low));
        part.high = part.value + distance(share.high - share.value, total.high - total.value);
    }
    return per_payload_byte(cell, part, 1.0);
}

bool has_enough_samples(const Trace& trace) {
    std::uint64_t samples = 0;
    for (const SubjectTrace& each : trace.subjects)
        samples += each.cpu.samples;
    return samples >= least_samples;
}

Figure copy_share(const Cell& cell) {
    if (!cell.trace)
        return not_traced();
    if (has_enough_samples(*cell.trace))
        return combined_share(*cell.trace, [](const CpuProfile& cpu) -> const Figure& {
            return cpu.share[index_of(CpuClass::data_copy)];
        });
    if (cell.cpu_ns_per_byte() <= 0.0)
        return Figure::unavailable("no CPU time was measured");
    Figure time = Figure::exact(0.0);
    std::string without;
    for (Path path : paths_where<is_copy>) {
        const Figure own = own_time_per_payload_byte_ns(cell, path);
        if (timed(own))
            time = sum_of(time, own);
        else if (!copies_skb(path))
            return Figure::unavailable("fewer than " + std::to_string(least_samples) +
                                       " samples, and copies are not timed one by one");
        else
            without += (without.empty() ? "" : ", ") + std::string(name_of(path));
    }
    // Copies in softirq run in any thread's time, which the kernel need not have accounted to these threads.
    return Figure::estimated(std::min(time.value / cell.cpu_ns_per_byte(), 1.0),
                             "times of copies over CPU time of the threads" +
                                 (without.empty() ? std::string() : ", without " + without));
}

Figure system_call_share(const Cell& cell) {
    if (!cell.trace)
        return not_traced();
    Figure time = Figure::exact(0.0);
    for (Role role : all_roles)
        time = sum_of(time, time_in_calls(*cell.trace, role, paths_where<belongs_to_call>));
    if (!time.available())
        return time;
    if (cell.cpu_ns_per_byte() <= 0.0 || cell.sender.total_payload_bytes == 0)
        return Figure::unavailable("no CPU time was measured");
    const double per_byte = time.value / static_cast<double>(cell.sender.total_payload_bytes);
    return Figure::estimated(std::min(per_byte / cell.cpu_ns_per_byte(), 1.0),
                             "warm-up is taken to cost as much a byte as the measured part");
}

Figure send_ns_per_message(const Cell& cell) {
    if (!cell.trace)
        return not_traced();
    if (cell.sender.total_payload_bytes == 0)
        return Figure::unavailable("no payload was sent");
    const Figure time = time_in_calls(*cell.trace, Role::sender, in_send_calls);
    return time.available() ? scaled(time, static_cast<double>(cell.message_size()) /
                                               static_cast<double>(cell.sender.total_payload_bytes))
                            : time;
}

Figure blocked_share(const Cell& cell, Path wait) {
    if (!cell.trace)
        return not_traced();
    const Figure& time = cell.trace->payload_path(wait).time_ns;
    if (!time.available())
        return time;
    if (cell.payload_bytes() == 0 || cell.duration_s() <= 0.0)
        return Figure::unavailable("no message was finished in the measured part");
    const double warm_up =
        static_cast<double>(cell.sender.total_payload_bytes) / static_cast<double>(cell.payload_bytes());
    const double lifetime_ns = cell.duration_s() * 1e9 * cell.threads * std::max(warm_up, 1.0);
    return Figure::estimated(std::min(time.value / lifetime_ns, 1.0),
                             "warm-up is taken to be as fast a message as the measured part");
}

Figure tracing_share(const Cell& cell) {
    if (!cell.trace)
        return not_traced();
    return combined_share(*cell.trace, [](const CpuProfile& cpu) -> const Figure& { return cpu.tracing; });
}

Figure counts_per_byte(const Cell& cell, std::string_view event) {
    double sum = 0.0;
    bool in_part = false;
    for (const EndResult* end : {&cell.sender, &cell.receiver}) {
        const auto reading = std::ranges::find(end->counters, event, &CounterReading::event);
        if (reading == end->counters.end())
            return Figure::unavailable("was not asked for");
        if (!reading->available())
            return Figure::unavailable(reading->reason.empty() ? std::string(name_of(reading->status))
                                                               : reading->reason);
        sum += reading->scaled;
        in_part = in_part || reading->status == CounterStatus::multiplexed;
    }
    if (cell.payload_bytes() == 0)
        return Figure::unavailable("no message was finished in the measured part");
    const double value = sum / static_cast<double>(cell.payload_bytes());
    return in_part ? Figure::estimated(value, "counted part of the time, scaled") : Figure::exact(value);
}

} // namespace netio::analysis
