// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/laws.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "analysis/copies.h"
#include "analysis/missed_hits.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// Times are sums of whole nanoseconds, but may have passed through a division: what double precision leaves of them.
constexpr double rounding = 1e-9;

enum class Relation { equal, at_most, at_least };

class LawList {
  public:
    void check(std::string name, std::string statement, double expected, double observed,
               Relation relation = Relation::equal) {
        const bool holds = relation == Relation::equal     ? observed == expected
                           : relation == Relation::at_most ? observed <= expected
                                                           : observed >= expected;
        laws_.push_back({std::move(name), std::move(statement), expected, observed, true, holds, {}});
    }
    void check(std::string name, std::string statement, std::uint64_t expected, std::uint64_t observed,
               Relation relation = Relation::equal) {
        check(std::move(name), std::move(statement), static_cast<double>(expected), static_cast<double>(observed),
              relation);
    }
    void check_time(std::string name, std::string statement, double expected_ns, double observed_ns) {
        const bool same = std::abs(observed_ns - expected_ns) <= rounding * std::max(expected_ns, observed_ns);
        laws_.push_back({std::move(name), std::move(statement), expected_ns, observed_ns, true, same, {}});
    }
    void cannot_check(std::string name, std::string statement, std::string reason) {
        laws_.push_back({std::move(name), std::move(statement), 0.0, 0.0, false, false, std::move(reason)});
    }
    [[nodiscard]] std::vector<LawCheck> take() { return std::move(laws_); }

  private:
    std::vector<LawCheck> laws_;
};

/// Names and statements of a law of one subject.
std::string name_with(std::string_view law, const Subject& subject) { return std::string(law) + "." + subject.name; }
std::string statement_of(const Subject& subject, const std::string& statement) {
    return subject.name + ": " + statement;
}

const EndResult& end_of(const Cell& cell, Role role) { return role == Role::sender ? cell.sender : cell.receiver; }

/// A bracketed figure is exact in its count of bytes and calls, and its time is that of the bracket.
bool is_good_enough(const Figure& figure) {
    return figure.quality == Quality::exact || figure.quality == Quality::bracketed;
}

/// Why a figure is not good enough for a law; empty when it is.
std::string shortcoming(Path path, std::string_view what, const Figure& figure) {
    if (is_good_enough(figure))
        return {};
    std::string text =
        std::string(what) + " of " + std::string(name_of(path)) + ": " + std::string(name_of(figure.quality));
    return figure.reason.empty() ? text : text + ", " + figure.reason;
}

void check_calls(LawList& laws, const SubjectTrace& trace, const CallTotals& made) {
    const CallTotals& traced = trace.calls;
    const auto check = [&](std::string_view name, const char* statement, std::uint64_t expected,
                           std::uint64_t observed) {
        laws.check(name_with(name, trace.subject), statement_of(trace.subject, statement), expected, observed);
    };
    check("send_calls", "send calls traced = send calls made", made.send_calls, traced.send_calls);
    check("send_bytes", "bytes of traced send calls = bytes that send calls returned", made.send_bytes,
          traced.send_bytes);
    check("recv_calls", "receive calls traced = receive calls made", made.recv_calls, traced.recv_calls);
    check("recv_bytes", "bytes of traced receive calls = bytes that receive calls returned", made.recv_bytes,
          traced.recv_bytes);
    if (made.errqueue_calls != 0 || traced.errqueue_calls != 0)
        check("errqueue_calls", "error-queue reads traced = error-queue reads made", made.errqueue_calls,
              traced.errqueue_calls);
}

void check_copy_in(LawList& laws, const SubjectTrace& trace, const CallTotals& returned) {
    const Figure& copied = trace.path(Path::copy_in).bytes;
    const Figure& pinned = trace.path(Path::pin).bytes;
    std::string name = name_with("copy_in_bytes", trace.subject);
    std::string statement = statement_of(trace.subject, "bytes of copy_in + pin = bytes that send calls returned");
    // Without a zero-copy send there is nothing to pin, whether or not pinning can be seen here.
    const bool nothing_to_pin = trace.zerocopy.sends == 0 && !pinned.available();
    std::string why = shortcoming(Path::copy_in, "bytes", copied);
    if (why.empty() && !nothing_to_pin)
        why = shortcoming(Path::pin, "bytes", pinned);
    if (!why.empty())
        return laws.cannot_check(std::move(name), std::move(statement), std::move(why));
    laws.check(std::move(name), std::move(statement), static_cast<double>(returned.send_bytes),
               copied.value + (nothing_to_pin ? 0.0 : pinned.value));
}

void check_copy_out(LawList& laws, const SubjectTrace& trace, const CallTotals& returned) {
    const Figure& copied = trace.path(Path::copy_out).bytes;
    std::string name = name_with("copy_out_bytes", trace.subject);
    std::string statement = statement_of(trace.subject, "bytes of copy_out = bytes that receive calls returned");
    if (std::string why = shortcoming(Path::copy_out, "bytes", copied); !why.empty())
        return laws.cannot_check(std::move(name), std::move(statement), std::move(why));
    laws.check(std::move(name), std::move(statement), static_cast<double>(returned.recv_bytes), copied.value);
}

void check_zerocopy(LawList& laws, const Cell& cell) {
    const ZerocopyTotals& made = cell.sender.zerocopy;
    const ZerocopyTotals& traced = cell.trace->of(Role::sender).zerocopy;
    if (!uses_zero_copy(cell.variant) && made.sends == 0 && traced.sends == 0 && traced.completions == 0)
        return;
    laws.check("zerocopy_completions", "zero-copy sends reported complete on the error queue = zero-copy sends",
               made.sends, made.completions);
    laws.check("zerocopy_copied", "sends reported as copied after all are among the completed ones", made.completions,
               made.copied, Relation::at_most);

    const std::string why =
        shortcoming(Path::zc_complete, "calls", cell.trace->of(Role::sender).path(Path::zc_complete).calls);
    const std::array<std::pair<std::string, std::string>, 3> traced_laws{{
        {"traced_zerocopy_sends", "zero-copy sends traced = zero-copy sends made"},
        {"traced_zerocopy_completions", "completions traced = zero-copy sends made"},
        {"traced_zerocopy_copied", "completions traced as copied are among the completed ones"},
    }};
    if (!why.empty()) {
        for (const auto& [name, statement] : traced_laws)
            laws.cannot_check(name, statement, why);
        return;
    }
    laws.check(traced_laws[0].first, traced_laws[0].second, made.sends, traced.sends);
    laws.check(traced_laws[1].first, traced_laws[1].second, made.sends, traced.completions);
    laws.check(traced_laws[2].first, traced_laws[2].second, traced.completions, traced.copied, Relation::at_most);
}

/// A send that was reported as copied has at least one byte that was copied, on whatever path.
void check_copied_bytes(LawList& laws, const Cell& cell) {
    const std::uint64_t copied = completed_zerocopy(cell).copied;
    if (copied == 0)
        return;
    const std::string name = "copied_bytes";
    const std::string statement = "where sends are reported as copied after all, bytes are counted as copied";
    const Figure bytes = bytes_copied_after_all(*cell.trace);
    if (!bytes.available())
        return laws.cannot_check(name, statement, bytes.reason.empty() ? "not all copies are counted" : bytes.reason);
    laws.check(name, statement, static_cast<double>(copied), bytes.value, Relation::at_least);
}

/// One system call with the paths that are only ever open inside of it.
struct Nest {
    std::string_view law;
    Path outermost;
};

constexpr std::array nests{Nest{"send_time", Path::send_syscall}, Nest{"recv_time", Path::recv_syscall}};

/// Exclusive time, and the time in which it stood still. A path whose exclusive time is not exact was not timed at its
/// edges; its time is contained in the exclusive time of the path around it.
double own_time(const PathFigures& figures) {
    if (!is_good_enough(figures.exclusive_ns))
        return 0.0;
    return figures.exclusive_ns.value + (figures.preempted_ns.available() ? figures.preempted_ns.value : 0.0);
}

void check_times(LawList& laws, const SubjectTrace& trace, const Nest& nest) {
    const PathFigures& outermost = trace.path(nest.outermost);
    std::string name = name_with(nest.law, trace.subject);
    std::string statement =
        statement_of(trace.subject, "exclusive and preempted times of " + std::string(name_of(nest.outermost)) +
                                        " and of what is nested in it = its inclusive time");
    std::string why = shortcoming(nest.outermost, "time", outermost.time_ns);
    if (why.empty())
        why = shortcoming(nest.outermost, "exclusive time", outermost.exclusive_ns);
    if (!why.empty())
        return laws.cannot_check(std::move(name), std::move(statement), std::move(why));
    double sum = own_time(outermost) + (outermost.skb_path_ns.available() ? outermost.skb_path_ns.value : 0.0);
    for (Path path : all_paths)
        if (is_inside(path, nest.outermost))
            sum += own_time(trace.path(path));
    laws.check_time(std::move(name), std::move(statement), outermost.time_ns.value, sum);
}

void check_workload(LawList& laws, const Cell& cell) {
    laws.check("payload_bytes", "payload bytes received = payload bytes sent, warm-up included",
               cell.sender.total_payload_bytes, cell.receiver.total_payload_bytes);
    laws.check("whole_messages", "measured payload bytes = measured messages x their size",
               cell.messages() * cell.message_size(), cell.payload_bytes());
    laws.check("latency_count", "latencies in the histogram = measured messages", cell.messages(),
               cell.receiver.latency.count());
    if (cell.receiver.bytes_verified != 0)
        laws.check("verified_bytes", "payload bytes verified = payload bytes received",
                   cell.receiver.total_payload_bytes, cell.receiver.bytes_verified);
}

struct Sums {
    double expected = 0.0;
    double missing = 0.0;
};

} // namespace

std::vector<LawCheck> check_trace(const Trace& trace) {
    LawList laws;
    for (const SubjectTrace& each : trace.subjects) {
        check_copy_in(laws, each, each.calls);
        check_copy_out(laws, each, each.calls);
        for (const Nest& nest : nests)
            check_times(laws, each, nest);
    }
    return laws.take();
}

std::vector<LawCheck> check_laws(const Cell& cell) {
    LawList laws;
    if (!cell.trace)
        return laws.take();
    for (Role role : all_roles)
        check_calls(laws, cell.trace->of(role), end_of(cell, role).calls);
    for (Role role : all_roles)
        check_copy_in(laws, cell.trace->of(role), end_of(cell, role).calls);
    for (Role role : all_roles)
        check_copy_out(laws, cell.trace->of(role), end_of(cell, role).calls);
    check_zerocopy(laws, cell);
    check_copied_bytes(laws, cell);
    for (const Nest& nest : nests)
        for (Role role : all_roles)
            check_times(laws, cell.trace->of(role), nest);
    check_workload(laws, cell);
    return laws.take();
}

Accounting account(const Run& run) {
    std::vector<const std::vector<LawCheck>*> laws;
    for (const Cell& cell : run.cells)
        laws.push_back(&cell.laws);
    return account(laws, run.losses());
}

Accounting account(std::span<const std::vector<LawCheck>* const> laws, std::span<const Loss> losses) {
    Accounting result;
    std::map<std::string, Sums, std::less<>> by_law;
    for (const std::vector<LawCheck>* together : laws) {
        std::vector<MissedHits> of_these;
        for (const LawCheck& law : *together) {
            if (!law.checked)
                continue;
            ++result.laws_checked;
            Sums& sums = by_law[law.name];
            sums.expected += std::max(law.expected, law.observed);
            if (law.holds)
                continue;
            ++(law.outcome() == LawOutcome::broken ? result.laws_broken : result.laws_with_missed_hits);
            sums.missing += std::abs(law.expected - law.observed);
            // Each law that rests on a loss names it.
            for (const MissedHits& missed : law.missed)
                if (std::ranges::find(of_these, missed.loss, &MissedHits::loss) == of_these.end())
                    of_these.push_back(missed);
        }
        add_up(result.missed_hits, of_these);
    }
    result.lost = count_of(losses, LossEffect::figures);
    if (result.laws_checked == 0)
        return result;
    if (!result.any_law_open()) {
        result.percent = 100.0;
        return result;
    }
    double worst = 1.0;
    for (const auto& [name, sums] : by_law)
        if (sums.expected > 0.0)
            worst = std::min(worst, 1.0 - sums.missing / sums.expected);
    constexpr double decimals = 1000.0;
    constexpr double largest_below_100 = 99.999;
    result.percent = std::clamp(std::floor(worst * 100.0 * decimals) / decimals, 0.0, largest_below_100);
    return result;
}

std::string laws_in_words(const Accounting& accounting) {
    const std::string checked = counted(accounting.laws_checked, "checked law");
    if (!accounting.any_law_open())
        return "all " + checked + " hold";
    const std::string broken =
        accounting.laws_broken == 0 ? "" : grouped(accounting.laws_broken) + " of " + checked + " broken";
    if (accounting.laws_with_missed_hits == 0)
        return broken;
    return (broken.empty() ? "" : broken + ", ") + grouped(accounting.laws_with_missed_hits) +
           (broken.empty() ? " of " + checked : "") + " not shown: " + missed_in_words(accounting.missed_hits);
}

} // namespace netio::analysis
