// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/insights.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "analysis/phrases.h"
#include "analysis/summary.h"

namespace netio::analysis {
namespace {

using Findings = std::vector<Finding>;

/// "A1, 8 x 256 B, 4 threads"
std::string name_of_cell(const Cell& cell) {
    return std::string(name_of(cell.variant)) + ", " + std::to_string(fields_per_message) + " × " +
           size(cell.field_size) + ", " + plural(cell.threads, "thread");
}

/// One finding, for one cause often breaks several laws; the laws themselves are all listed with the cells.
void find_broken_laws(const Run& run, Findings& findings) {
    const Cell* first_cell = nullptr;
    const LawCheck* first = nullptr;
    std::set<std::string> others;
    std::uint64_t cells = 0;
    for (const Cell& cell : run.cells) {
        bool fails_here = false;
        for (const LawCheck& law : cell.laws) {
            if (!law.checked || law.holds)
                continue;
            if (first == nullptr) {
                first = &law;
                first_cell = &cell;
            }
            if (law.name == first->name)
                fails_here = true;
            else
                others.insert(law.name);
        }
        cells += fails_here ? 1 : 0;
    }
    if (first == nullptr)
        return;
    std::string text = "The figures do not add up: \"" + first->statement + "\" (" + first->name + ") fails in " +
                       std::to_string(cells) + " of " + plural(run.cells.size(), "cell") + ", first in " +
                       name_of_cell(*first_cell) + ": expected " + fixed(first->expected, 0) + ", observed " +
                       fixed(first->observed, 0) + ".";
    if (!others.empty())
        text += " So do: " + joined({others.begin(), others.end()}) + ".";
    findings.push_back({"law-broken", Severity::warning, std::move(text)});
}

/// Ticks of the sampling clock that may fail to happen without a finding: 1 % of those due, far below the width of a
/// sampled figure's interval. They are counted and shown all the same.
double tolerated_missed_samples(const Run& run) {
    double seconds = 0.0;
    for (const Cell& cell : run.cells)
        seconds += cell.trace ? cell.duration_s() : 0.0;
    return 0.01 * seconds * run.spec.sample_frequency * run.environment.cpus;
}

void find_losses(const Run& run, Findings& findings) {
    std::map<std::string, Loss> losses;
    for (const Cell& cell : run.cells)
        if (cell.trace)
            for (const Loss& loss : cell.trace->lost) {
                Loss& sum = losses.try_emplace(loss.name, Loss{loss.name, 0, loss.touches}).first->second;
                sum.count += loss.count;
            }
    const double tolerated = tolerated_missed_samples(run);
    for (const auto& [name, loss] : losses) {
        const bool only_precision = name == "missed_samples"; // sampled times are scaled to the ticks that happened
        const bool no_figure = name == "timeline_full";
        if (loss.count == 0 || (only_precision && static_cast<double>(loss.count) <= tolerated))
            continue;
        findings.push_back({"events-lost", only_precision || no_figure ? Severity::note : Severity::warning,
                            "The tracer lost " + plural(loss.count, "event") + " (" + name + ")" +
                                (loss.touches.empty() ? "" : "; they touch " + loss.touches) + "."});
    }
}

struct CopiedSends {
    std::uint64_t completions = 0;
    std::uint64_t copied = 0;
    bool by_tracer = false;
};

/// The tracer's word goes before the error queue's, which loses the flag of a range when it merges it with another.
CopiedSends copied_sends(const Run& run) {
    CopiedSends traced{0, 0, true};
    CopiedSends reported;
    for (const Cell& cell : run.cells) {
        reported.completions += cell.sender.zerocopy.completions;
        reported.copied += cell.sender.zerocopy.copied;
        if (cell.trace) {
            traced.completions += cell.trace->zerocopy.completions;
            traced.copied += cell.trace->zerocopy.copied;
        }
    }
    return traced.completions != 0 ? traced : reported;
}

/// The reasons that the tracer saw, those with the most bytes first: "local delivery (veth)"; empty when it saw none.
std::string reasons_of_copies(const Run& run) {
    std::map<CopyReason, std::uint64_t> bytes;
    for (const Cell& cell : run.cells)
        if (cell.trace)
            for (const CopySite& site : cell.trace->copied_after_all)
                bytes[site.reason] += site.bytes;
    std::vector<std::pair<std::uint64_t, CopyReason>> order;
    for (const auto& [reason, of_reason] : bytes)
        order.emplace_back(of_reason, reason);
    std::ranges::sort(order, std::ranges::greater{}, [](const auto& entry) { return entry.first; });
    std::string text;
    for (const auto& [of_reason, reason] : order)
        text += (text.empty() ? "" : ", ") + std::string(describe(reason)) +
                (order.size() > 1 ? " (" + size(of_reason) + ")" : "");
    if (!text.empty() && order.size() == 1 && order.front().second == CopyReason::local_delivery)
        text += " (" + to_string(run.spec.link) + ")";
    return text;
}

std::string why_copied(const LinkSpec& link) {
    switch (link.kind) {
    case LinkKind::veth:
    case LinkKind::loopback:
        return "The sender's pages never leave this machine over " +
               std::string(link.kind == LinkKind::veth ? "veth" : "loopback") +
               ": when the peer's receive path takes a segment, skb_copy_ubufs copies them, later than copy_in would "
               "have and in softirq. On a network card with scatter-gather and checksum offload they could stay "
               "where they are.";
    case LinkKind::devices:
        return "A device without scatter-gather or checksum offload has its frames copied before it sends them, and "
               "so does a packet tap on the link: see `ethtool -k` of the server's device.";
    }
    return {};
}

/// What the copy cost, in parentheses; empty when it was not seen.
std::string cost_of_deferred_copy(const std::vector<Group>& groups) {
    for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
        const std::optional<VariantSummary>& summary = group->variants[index_of(Variant::A3)];
        if (!summary || !summary->merged.trace)
            continue;
        const Figure cost =
            summary->merged.trace->paths[index_of(Role::sender)][index_of(Path::deferred_copy)].time_per_byte_ns();
        if (cost.available() && cost.value > 0.0)
            return " It cost " + fixed(cost.value, 3) + " ns per payload byte" +
                   (cost.quality == Quality::sampled
                        ? " (95 %: " + fixed(cost.low, 3) + " to " + fixed(cost.high, 3) + ")"
                        : "") +
                   " with fields of " + size(group->field_size) + ".";
    }
    return {};
}

void find_copied_zerocopy(const Run& run, const std::vector<Group>& groups, Findings& findings) {
    const CopiedSends sends = copied_sends(run);
    if (sends.copied == 0)
        return;
    const bool all = sends.copied == sends.completions;
    const double share = static_cast<double>(sends.copied) / static_cast<double>(sends.completions);
    const std::string reasons = reasons_of_copies(run);
    findings.push_back({"zerocopy-copied", Severity::warning,
                        "A3: " + (all ? "100 %" : percent(share)) + " of " + plural(sends.completions, "send") +
                            " were copied after all" + (reasons.empty() ? "" : ": " + reasons) +
                            (sends.by_tracer ? "" : ", by what the error queue says") + ". " +
                            why_copied(run.spec.link) + cost_of_deferred_copy(groups)});
}

/// Share of the messages whose latency lies in the buckets from `low_ns` to `high_ns`.
double share_between(const Histogram& latency, std::uint64_t low_ns, std::uint64_t high_ns) {
    if (latency.empty())
        return 0.0;
    std::uint64_t inside = 0;
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i)
        if (Histogram::lower_bound(i) >= low_ns && Histogram::upper_bound(i) <= high_ns)
            inside += latency.bucket(i);
    return static_cast<double>(inside) / static_cast<double>(latency.count());
}

/// Of each message's time, the part that the receiver was blocked; empty when it was not traced.
std::string blocked_part(const Cell& cell) {
    if (!cell.trace)
        return {};
    const Figure& waited = cell.trace->paths[index_of(Role::receiver)][index_of(Path::wait_recv)].time_ns;
    const std::uint64_t messages = cell.receiver.total_payload_bytes / cell.message_size();
    if (!waited.available() || waited.quality == Quality::sampled || messages == 0)
        return {};
    return " For " + fixed(waited.value / static_cast<double>(messages) / 1e6, 1) +
           " ms of each message the receiver is blocked in wait_recv.";
}

/// Nagle's algorithm (RFC 896) holds a short segment back until what was sent before it is acknowledged, and the peer
/// delays its acknowledgement (RFC 1122, 4.2.3.2) by 40 ms or more (TCP_DELACK_MIN).
void find_delayed_ack_stall(const Run& run, const std::vector<Group>& groups, Findings& findings) {
    constexpr std::uint64_t shortest_ns = 38'000'000;
    constexpr std::uint64_t longest_ns = 50'000'000;
    constexpr double least_share = 0.2;
    constexpr double idle = 0.1;
    if (!run.spec.nagle)
        return;
    for (const Group& group : groups)
        for (const std::optional<VariantSummary>& summary : group.variants) {
            if (!summary)
                continue;
            const Cell& cell = summary->merged;
            const double share = share_between(cell.receiver.latency, shortest_ns, longest_ns);
            const double thread_seconds = 2.0 * cell.duration_s() * cell.threads;
            const double busy_seconds = cell.cpu_ns_per_byte() * static_cast<double>(cell.payload_bytes()) / 1e9;
            if (share < least_share || thread_seconds <= 0.0 || busy_seconds / thread_seconds > idle)
                continue;
            findings.push_back(
                {"delayed-ack-stall", Severity::warning,
                 name_of_cell(cell) + ": " + percent(share) +
                     " of the messages took 38 to 50 ms, while the threads used " +
                     percent(busy_seconds / thread_seconds) + " of their time on a CPU." + blocked_part(cell) +
                     " This is waiting, not copying: Nagle's algorithm holds the next short segment until the last is "
                     "acknowledged, and the receiver delays that by its 40 ms timer. Set TCP_NODELAY (leave out "
                     "--nagle), or send the message with one call."});
        }
}

void find_enobufs(const Run& run, Findings& findings) {
    std::uint64_t refused = 0;
    std::uint64_t sends = 0;
    std::uint64_t deepest = 0;
    for (const Cell& cell : run.cells) {
        refused += cell.sender.zerocopy.enobufs;
        sends += cell.sender.zerocopy.sends;
        deepest = std::max(deepest, cell.sender.zerocopy.deepest_outstanding);
    }
    if (refused == 0)
        return;
    const auto optmem = run.environment.settings.find("net.core.optmem_max");
    const std::string limit = optmem == run.environment.settings.end() ? "" : " (" + optmem->second + " bytes here)";
    findings.push_back({"enobufs", Severity::note,
                        "Zero-copy sends were refused " + plural(refused, "time") + " with ENOBUFS, beside " +
                            grouped(sends) + " that were taken; at most " + grouped(deepest) +
                            " were outstanding on a connection. The limit is net.core.optmem_max" + limit +
                            ", or RLIMIT_MEMLOCK without CAP_IPC_LOCK: raise it, or read completions more often."});
}

void find_oversubscribed_cpus(const Run& run, Findings& findings) {
    unsigned threads = 0;
    for (const Cell& cell : run.cells)
        threads = std::max(threads, cell.threads);
    const unsigned workers = 2 * threads;
    if (run.environment.cpus == 0 || workers <= run.environment.cpus)
        return;
    findings.push_back({"cpus-oversubscribed", Severity::note,
                        plural(threads, "connection") + " have " + std::to_string(workers) +
                            " worker threads, a sender and a receiver each, on " + plural(run.environment.cpus, "CPU") +
                            ": latencies contain waiting for a CPU, and more connections mean more of it."});
}

void find_missing_counters(const Run& run, Findings& findings) {
    std::map<std::string, std::vector<std::string>> events_by_reason;
    const auto note = [&](const CounterReading& reading) {
        if (reading.available())
            return;
        const std::string reason = reading.reason.empty() ? std::string(name_of(reading.status)) : reading.reason;
        std::vector<std::string>& events = events_by_reason[reason];
        if (std::find(events.begin(), events.end(), reading.event) == events.end())
            events.push_back(reading.event);
    };
    for (const Cell& cell : run.cells)
        for (const EndResult* end : {&cell.sender, &cell.receiver})
            for (const CounterReading& reading : end->counters)
                note(reading);
    for (const auto& [reason, events] : events_by_reason)
        findings.push_back({"counters-missing", Severity::note,
                            "Not counted: " + joined(events) + " (" + reason + "). " +
                                "An empty place in the tables means this, not 0."});
}

} // namespace

std::vector<Finding> find_insights(const Run& run) {
    const std::vector<Group> groups = summarize(run);
    Findings findings;
    find_broken_laws(run, findings);
    find_losses(run, findings);
    find_copied_zerocopy(run, groups, findings);
    find_delayed_ack_stall(run, groups, findings);
    find_enobufs(run, findings);
    find_oversubscribed_cpus(run, findings);
    find_missing_counters(run, findings);
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& one, const Finding& other) { return one.severity > other.severity; });
    return findings;
}

} // namespace netio::analysis
