// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/figures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <utility>

#include "analysis/copies.h"
#include "analysis/costs.h"
#include "analysis/crossing.h"
#include "analysis/judge.h"
#include "analysis/laws.h"
#include "analysis/message_time.h"
#include "analysis/sample.h"
#include "analysis/subjects.h"
#include "analysis/summary.h"

namespace netio::labs {
namespace {

constexpr double ns_per_us = 1e3;

/// One place of a run, its repeats merged.
struct Place {
    const analysis::VariantSummary& summary;
    const FigureQuery& query;

    [[nodiscard]] const Cell& cell() const { return summary.merged; }
    [[nodiscard]] Path path() const { return query.path.value_or(Path::copy_in); }
    [[nodiscard]] double messages() const { return static_cast<double>(cell().messages()); }
    /// Messages of the whole connections, which is what calls are counted over.
    [[nodiscard]] double all_messages() const {
        return static_cast<double>(cell().receiver.total_payload_bytes) / static_cast<double>(cell().message_size());
    }
};

Figure share_of(double part, double whole, const char* without) { return Figure::exact(part).per(whole, without); }

Figure calls_per_message(const Place& place) {
    const CallTotals& sent = place.cell().sender.calls;
    const CallTotals& received = place.cell().receiver.calls;
    double calls = 0.0;
    switch (place.path()) {
    case Path::recv_syscall:
        calls = static_cast<double>(received.recv_calls);
        break;
    case Path::errqueue_syscall:
        calls = static_cast<double>(sent.errqueue_calls);
        break;
    default:
        calls = static_cast<double>(sent.send_calls);
    }
    return Figure::exact(calls).per(place.all_messages(), "no message was sent");
}

Figure path_bytes_per_byte(const Place& place) {
    if (!place.cell().trace)
        return Figure::unavailable("the run was not traced");
    return place.cell()
        .trace->payload_path(place.path())
        .bytes.per(static_cast<double>(place.cell().receiver.total_payload_bytes), "no payload was sent");
}

Figure copied_share(const Place& place) {
    const ZerocopyTotals& totals = analysis::completed_zerocopy(place.cell());
    return share_of(static_cast<double>(totals.copied), static_cast<double>(totals.completions),
                    "no zero-copy send completed");
}

Figure sends_per_notification(const Place& place) {
    const ZerocopyTotals& totals = place.cell().sender.zerocopy;
    return share_of(static_cast<double>(totals.completions), static_cast<double>(totals.notifications),
                    "no notification was read");
}

Figure completed_share(const Place& place) {
    const ZerocopyTotals& totals = place.cell().sender.zerocopy;
    return share_of(static_cast<double>(totals.completions), static_cast<double>(totals.sends),
                    "no send asked for zero-copy");
}

/// From the barrier to the end, for each message of a connection: what one connection takes for a message.
Figure message_us(const Place& place) {
    Figure whole = analysis::message_time(place.cell(), place.query.role.value_or(Role::receiver)).whole;
    return whole.per(ns_per_us, "no message was finished");
}

Figure message_part(const Place& place, analysis::MessagePart part) {
    const analysis::MessageTime time = analysis::message_time(place.cell(), place.query.role.value_or(Role::receiver));
    if (!time.whole.available())
        return time.whole;
    return time.part(part).per(time.whole.value, "no message was finished");
}

Figure percentile_us(const Place& place, double quantile) {
    return analysis::percentile(place.cell().receiver.latency, quantile).per(ns_per_us, "no message was finished");
}

Figure mean_latency_us(const Place& place) {
    const Histogram& latency = place.cell().receiver.latency;
    return latency.empty() ? Figure::unavailable("no message was finished") : Figure::exact(latency.mean() / ns_per_us);
}

Figure network_per_message(const Place& place) {
    const auto count = place.cell().network_count(place.query.event);
    return count ? Figure::exact(static_cast<double>(*count)).per(place.all_messages(), "no message was sent")
                 : Figure::unavailable("the run has no counters of the network");
}

Figure cpu_us_per_message(const Place& place) {
    return Figure::exact(place.cell().cpu_ns_per_byte() * static_cast<double>(place.cell().message_size()) / ns_per_us);
}

struct CellFigure {
    std::string_view name;
    Figure (*find)(const Place&);
};

constexpr std::array cell_figures{
    CellFigure{"copies_per_byte", [](const Place& place) { return analysis::copies_per_byte(place.cell()); }},
    CellFigure{"bytes_per_byte", path_bytes_per_byte},
    CellFigure{"ns_per_byte",
               [](const Place& place) { return analysis::ns_per_payload_byte(place.cell(), place.path()); }},
    CellFigure{"own_ns_per_byte",
               [](const Place& place) { return analysis::own_time_per_payload_byte_ns(place.cell(), place.path()); }},
    CellFigure{"calls_per_message", calls_per_message},
    CellFigure{"throughput_gbps",
               [](const Place& place) { return Figure::exact(place.summary.throughput_gbps.value); }},
    CellFigure{"messages_per_second",
               [](const Place& place) { return Figure::exact(place.summary.messages_per_second.value); }},
    CellFigure{"messages", [](const Place& place) { return Figure::exact(place.messages()); }},
    CellFigure{"latency_p50_us", [](const Place& place) { return percentile_us(place, 0.5); }},
    CellFigure{"latency_p99_us", [](const Place& place) { return percentile_us(place, 0.99); }},
    CellFigure{"latency_mean_us", mean_latency_us},
    CellFigure{"published_latency_us",
               [](const Place& place) { return Figure::exact(place.cell().published_latency_us()); }},
    CellFigure{"message_us", message_us},
    CellFigure{"runnable_share",
               [](const Place& place) { return message_part(place, analysis::MessagePart::runnable); }},
    CellFigure{"cpu_ns_per_byte", [](const Place& place) { return Figure::exact(place.cell().cpu_ns_per_byte()); }},
    CellFigure{"cpu_us_per_message", cpu_us_per_message},
    CellFigure{"blocked_share", [](const Place& place) { return analysis::blocked_share(place.cell(), place.path()); }},
    CellFigure{"copy_share", [](const Place& place) { return analysis::copy_share(place.cell()); }},
    CellFigure{"system_call_share", [](const Place& place) { return analysis::system_call_share(place.cell()); }},
    CellFigure{"tracing_share", [](const Place& place) { return analysis::tracing_share(place.cell()); }},
    CellFigure{"copied_share", copied_share},
    CellFigure{"sends_per_notification", sends_per_notification},
    CellFigure{"completed_share", completed_share},
    CellFigure{
        "enobufs",
        [](const Place& place) { return Figure::exact(static_cast<double>(place.cell().sender.zerocopy.enobufs)); }},
    CellFigure{"received_mib",
               [](const Place& place) {
                   return Figure::exact(static_cast<double>(place.cell().receiver.calls.recv_bytes) / 1048576.0);
               }},
    CellFigure{"network_per_message", network_per_message},
    CellFigure{"counts_per_byte",
               [](const Place& place) { return analysis::counts_per_byte(place.cell(), place.query.event); }},
};

/// The straight line through the CPU time of a message over its size, by least squares with each size counted alike in
/// proportion: the residuals are divided by the value, for times of small and large messages lie decades apart.
struct Line {
    double fixed_us = 0.0;
    double ns_per_byte = 0.0;
};

std::optional<Line> line_of(const std::vector<analysis::Group>& groups, const FigureQuery& query) {
    double weight = 0.0;
    double x = 0.0;
    double y = 0.0;
    double xx = 0.0;
    double xy = 0.0;
    std::size_t sizes = 0;
    for (const analysis::Group& group : groups) {
        const analysis::VariantSummary* summary = group.of(query.variant.value_or(two_copy_variant));
        if (summary == nullptr || summary->merged.messages() == 0 ||
            (query.threads != 0 && group.threads != query.threads))
            continue;
        const double bytes = static_cast<double>(summary->merged.message_size());
        const double us = cpu_us_per_message({*summary, query}).value;
        if (us <= 0.0)
            continue;
        const double w = 1.0 / (us * us);
        weight += w;
        x += w * bytes;
        y += w * us;
        xx += w * bytes * bytes;
        xy += w * bytes * us;
        ++sizes;
    }
    const double spread = weight * xx - x * x;
    if (sizes < 3 || spread <= 0.0)
        return std::nullopt;
    const double slope = (weight * xy - x * y) / spread;
    return Line{(y - slope * x) / weight, slope * ns_per_us};
}

Found line_figure(const Run& run, const FigureQuery& query, double Line::*member) {
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    const std::optional<Line> line = line_of(groups, query);
    return {line ? Figure::estimated((*line).*member, "the cost of a message grows in a straight line")
                 : Figure::unavailable("a line needs three field sizes"),
            {},
            {}};
}

/// Which of two variants is shown to be the faster: its name in small letters, or "none".
Found faster(const analysis::Group& group, const FigureQuery& query) {
    const analysis::VariantSummary* one = group.of(query.variant.value_or(two_copy_variant));
    const analysis::VariantSummary* other = group.of(query.against.value_or(one_copy_variant));
    if (one == nullptr || other == nullptr)
        return {{}, {}, "it has not both variants"};
    const analysis::Difference difference = analysis::difference_of(*other, *one);
    std::string word = "none";
    if (difference.more() || difference.less())
        word = name_of(difference.more() ? one->merged.variant : other->merged.variant);
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return {{}, std::move(word), {}};
}

struct RunFigure {
    std::string_view name;
    Found (*find)(const Run&, const FigureQuery&);
};

/// The first group that a query means; null: there is none.
const analysis::Group* group_of(const std::vector<analysis::Group>& groups, const FigureQuery& query) {
    const auto found = std::ranges::find_if(groups, [&](const analysis::Group& group) {
        return (query.field_size == 0 || group.field_size == query.field_size) &&
               (query.threads == 0 || group.threads == query.threads) &&
               (!query.variant || group.of(*query.variant) != nullptr);
    });
    return found == groups.end() ? nullptr : &*found;
}

constexpr std::array run_figures{
    RunFigure{"fixed_us",
              [](const Run& run, const FigureQuery& query) { return line_figure(run, query, &Line::fixed_us); }},
    RunFigure{"cost_per_byte_ns",
              [](const Run& run, const FigureQuery& query) { return line_figure(run, query, &Line::ns_per_byte); }},
    RunFigure{"faster",
              [](const Run& run, const FigureQuery& query) {
                  const std::vector<analysis::Group> groups = analysis::summarize(run);
                  const analysis::Group* group = group_of(groups, query);
                  return group == nullptr ? Found{{}, {}, "it has no such field size"} : faster(*group, query);
              }},
    RunFigure{"cpus",
              [](const Run& run, const FigureQuery&) {
                  return Found{Figure::exact(run.environment.cpus), {}, {}};
              }},
};

const AttachedSubject* subject_of(const Recording& recording, const FigureQuery& query) {
    const auto found = std::ranges::find_if(recording.subjects, [&](const AttachedSubject& subject) {
        const CallTotals& calls = subject.figures.calls;
        return (query.direction == Direction::received ? calls.recv_bytes : calls.send_bytes) != 0 &&
               (query.subject.empty() || subject.comm == query.subject ||
                subject.figures.subject.name.starts_with(query.subject));
    });
    return found == recording.subjects.end() ? nullptr : &*found;
}

/// Of one system call, or of all of a direction.
std::pair<double, double> calls_and_bytes(const AttachedSubject& subject, const FigureQuery& query) {
    double calls = 0.0;
    double bytes = 0.0;
    for (const CallFigures& call : subject.calls)
        if (call.direction == query.direction.value_or(Direction::sent) &&
            (query.call.empty() || call.name == query.call)) {
            calls += static_cast<double>(call.calls);
            bytes += static_cast<double>(call.bytes);
        }
    return {calls, bytes};
}

struct TraceFigure {
    std::string_view name;
    Figure (*find)(const AttachedSubject&, const FigureQuery&);
};

constexpr std::array trace_figures{
    TraceFigure{"trace.copies_per_byte",
                [](const AttachedSubject& subject, const FigureQuery& query) {
                    return analysis::copies_per_byte(subject.figures, query.direction.value_or(Direction::sent));
                }},
    TraceFigure{"trace.bytes_per_byte",
                [](const AttachedSubject& subject, const FigureQuery& query) {
                    return analysis::bytes_per_byte(subject.figures, query.path.value_or(Path::copy_in));
                }},
    TraceFigure{"trace.calls",
                [](const AttachedSubject& subject, const FigureQuery& query) {
                    return Figure::exact(calls_and_bytes(subject, query).first);
                }},
    TraceFigure{"trace.bytes",
                [](const AttachedSubject& subject, const FigureQuery& query) {
                    return Figure::exact(calls_and_bytes(subject, query).second);
                }},
    TraceFigure{"trace.bytes_per_call",
                [](const AttachedSubject& subject, const FigureQuery& query) {
                    const auto [calls, bytes] = calls_and_bytes(subject, query);
                    return Figure::exact(bytes).per(calls, "there was no such call");
                }},
    TraceFigure{"trace.zerocopy_sends",
                [](const AttachedSubject& subject, const FigureQuery&) {
                    return Figure::exact(static_cast<double>(subject.figures.zerocopy.sends));
                }},
    TraceFigure{"trace.copied_share",
                [](const AttachedSubject& subject, const FigureQuery&) {
                    return share_of(static_cast<double>(subject.figures.zerocopy.copied),
                                    static_cast<double>(subject.figures.zerocopy.completions),
                                    "no zero-copy send completed");
                }},
    TraceFigure{"trace.completions_read",
                [](const AttachedSubject& subject, const FigureQuery&) {
                    const Notifications& read = subject.figures.notifications;
                    return read.reason.empty() ? Figure::exact(static_cast<double>(read.read))
                                               : Figure::unavailable(read.reason);
                }},
};

template <class Table>
auto entry_in(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table, name, [](const auto& entry) { return entry.name; });
    return found == std::ranges::end(table) ? nullptr : &*found;
}

Found in_run(const Run& run, const FigureQuery& query) {
    if (const RunFigure* of_run = entry_in(run_figures, query.name))
        return of_run->find(run, query);
    const CellFigure* of_cell = entry_in(cell_figures, query.name);
    if (of_cell == nullptr)
        return {{}, {}, "it is a run, and not an attached trace"};
    const std::vector<analysis::Group> groups = analysis::summarize(run);
    const analysis::Group* group = group_of(groups, query);
    if (group == nullptr || group->variants.empty())
        return {{}, {}, "it has no cell of the variant, field size and connections that are asked about"};
    const analysis::VariantSummary* summary = query.variant ? group->of(*query.variant) : &group->variants.front();
    if (summary->merged.messages() == 0)
        return {Figure::unavailable("no message was finished"), {}, {}};
    return {of_cell->find({*summary, query}), {}, {}};
}

Found in_trace(const Recording& recording, const FigureQuery& query) {
    const TraceFigure* entry = entry_in(trace_figures, query.name);
    if (entry == nullptr)
        return {{}, {}, "it is an attached trace, and not a run"};
    const AttachedSubject* subject = subject_of(recording, query);
    if (subject == nullptr)
        return {{},
                {},
                "it has no process" + (query.subject.empty() ? "" : " " + query.subject) +
                    " that moved bytes this way"};
    return {entry->find(*subject, query), {}, {}};
}

} // namespace

std::vector<std::string_view> figure_names() {
    std::vector<std::string_view> names{"constant", "counted_share"};
    for (const auto& entry : cell_figures)
        names.push_back(entry.name);
    for (const auto& entry : run_figures)
        names.push_back(entry.name);
    for (const auto& entry : trace_figures)
        names.push_back(entry.name);
    return names;
}

Found find_figure(const FigureQuery& query, const SavedRuns& runs) {
    if (query.value)
        return {Figure::exact(*query.value), {}, {}};
    const auto run = runs.find(query.run);
    if (run == runs.end() && query.run == probe_trial_id)
        return {{}, {}, "your program was not tried: lab check does that as root, where the lab's object file is"};
    if (run == runs.end())
        return {{}, {}, "there is no run \"" + query.run + "\" beside the answers"};
    if (const auto* trial = std::get_if<ProbeTrial>(&run->second))
        return {Figure::exact(static_cast<double>(trial->counted))
                    .per(static_cast<double>(trial->moved), "nothing was received"),
                {},
                {}};
    Found found = std::holds_alternative<Run>(run->second) ? in_run(std::get<Run>(run->second), query)
                                                           : in_trace(std::get<Recording>(run->second), query);
    if (!found.missing.empty())
        found.missing = "run \"" + query.run + "\": " + found.missing;
    return found;
}

} // namespace netio::labs
