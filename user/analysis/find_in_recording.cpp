// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <utility>

#include "analysis/missed_hits.h"
#include "analysis/phrases.h"
#include "analysis/recording_finders.h"
#include "analysis/subjects.h"

namespace netio::analysis {
namespace {

/// A way that took less of a direction's bytes than this is not worth a note.
constexpr double least_share_of_bytes = 0.01;
/// Data of one segment on Ethernet: 1,500 bytes less the headers of IP and TCP with timestamps.
constexpr double segment_bytes = 1448.0;
constexpr std::uint64_t fewest_calls = 100;

Evidence evidence_of(const AttachedSubject& subject, std::string name, std::string unit, Figure figure) {
    Location place;
    place.subject = subject.figures.subject.name;
    return {std::move(name), std::move(unit), std::move(figure), std::move(place)};
}

Figure exactly(std::uint64_t count) { return Figure::exact(static_cast<double>(count)); }

const std::string& name_of(const AttachedSubject& subject) { return subject.figures.subject.name; }

/// The subjects for which an amount is above 0, those with the most first.
struct Ranked {
    const AttachedSubject* subject;
    double amount;
};
std::vector<Ranked> ranked(const Recording& recording, const std::function<double(const AttachedSubject&)>& amount_of) {
    std::vector<Ranked> list;
    for (const AttachedSubject& subject : recording.subjects)
        if (const double amount = amount_of(subject); amount > 0.0)
            list.push_back({&subject, amount});
    std::ranges::stable_sort(list, std::ranges::greater{}, &Ranked::amount);
    return list;
}

/// "NAME", "NAME and 3 more".
std::string names_of(const std::vector<Ranked>& list) {
    return name_of(*list.front().subject) + (list.size() == 1 ? "" : " and " + grouped(list.size() - 1) + " more");
}

double sum_of(const std::vector<Ranked>& list) {
    double sum = 0.0;
    for (const Ranked& one : list)
        sum += one.amount;
    return sum;
}

double bytes_on(const AttachedSubject& subject, std::initializer_list<Path> paths) {
    double bytes = 0.0;
    for (Path path : paths)
        if (const Figure& figure = subject.figures.path(path).bytes; figure.available())
            bytes += figure.value;
    return bytes;
}

/// Subjects of whose bytes of a direction a worthwhile share went these ways.
std::vector<Ranked> with_share_on(const Recording& recording, std::initializer_list<Path> paths, Direction direction) {
    return ranked(recording, [&](const AttachedSubject& subject) {
        const double bytes = bytes_on(subject, paths);
        const auto all = static_cast<double>(bytes_of(subject.figures, direction));
        return bytes >= least_share_of_bytes * all ? bytes : 0.0;
    });
}

/// A note on ways that bytes took: the fact, with evidence of each subject.
Finding note_on_ways(const std::vector<Ranked>& list, std::initializer_list<Path> paths, std::string fact,
                     std::string meaning) {
    Finding finding;
    finding.fact = std::move(fact);
    finding.meaning = std::move(meaning);
    finding.thresholds = {{"least share of the bytes", least_share_of_bytes, "share"}};
    for (const Ranked& one : list)
        for (Path path : paths)
            if (bytes_on(*one.subject, {path}) > 0.0)
                finding.evidence.push_back(evidence_of(*one.subject, std::string(netio::name_of(path)), "bytes",
                                                       one.subject->figures.path(path).bytes));
    for (Path path : paths)
        finding.rests_on.emplace_back(netio::name_of(path));
    return finding;
}

std::optional<Finding> find_laws(const Recording& recording, LawOutcome outcome) {
    Finding finding;
    finding.severity = Severity::warning;
    std::uint64_t count = 0;
    std::string first;
    std::vector<MissedHits> missed;
    for (const AttachedSubject& subject : recording.subjects)
        for (const LawCheck& law : subject.laws) {
            if (law.outcome() != outcome)
                continue;
            if (count++ == 0) {
                first = "\"" + law.statement + "\" (" + law.name + ") " +
                        (outcome == LawOutcome::broken ? "fails for " : "is not shown for ") + name_of(subject) +
                        ": expected " + fixed(law.expected, 0) + ", observed " + fixed(law.observed, 0) + ".";
                finding.evidence = {evidence_of(subject, law.name + " expected", "", Figure::exact(law.expected)),
                                    evidence_of(subject, law.name + " observed", "", Figure::exact(law.observed))};
            }
            add_up(missed, law.missed);
        }
    if (count == 0)
        return std::nullopt;
    finding.fact = (outcome == LawOutcome::broken ? "The figures do not add up: " : missed_in_words(missed) + ": ") +
                   first + (count == 1 ? "" : " The same is so of " + counted(count - 1, "more law") + ".");
    if (outcome == LawOutcome::missed_hits)
        finding.meaning = "Figures that rest on them are marked as estimated.";
    for (const MissedHits& each : missed)
        finding.evidence.push_back({each.loss, "", exactly(each.count), {}});
    finding.rests_on = {"laws"};
    if (outcome == LawOutcome::missed_hits)
        finding.rests_on.emplace_back("losses");
    return finding;
}

} // namespace

std::optional<Finding> find_broken_laws_of_subjects(const Recording& recording) {
    return find_laws(recording, LawOutcome::broken);
}

std::optional<Finding> find_subjects_with_missed_hits(const Recording& recording) {
    return find_laws(recording, LawOutcome::missed_hits);
}

std::optional<Finding> find_losses_of_trace(const Recording& recording) {
    Finding finding;
    std::vector<std::string> lost;
    for (const Loss& loss : recording.losses) {
        if (loss.count == 0 || loss.effect == LossEffect::precision)
            continue;
        if (loss.effect == LossEffect::figures)
            finding.severity = Severity::warning;
        lost.push_back(counted(loss.count, "event") + " (" + loss.name + ")");
        finding.meaning += (finding.meaning.empty() ? "Affected: " : "; ") + loss.touches;
        finding.evidence.push_back({loss.name, "", exactly(loss.count), {}});
    }
    if (lost.empty())
        return std::nullopt;
    finding.fact = "The tracer lost " + joined_by_and(lost) + ".";
    finding.meaning += ".";
    finding.thresholds = {{"least number of events", 1, ""}};
    finding.rests_on = {"losses"};
    return finding;
}

std::optional<Finding> find_copied_zerocopy_of_subjects(const Recording& recording) {
    const std::vector<Ranked> list = ranked(
        recording, [](const AttachedSubject& subject) { return static_cast<double>(subject.figures.zerocopy.copied); });
    if (list.empty())
        return std::nullopt;
    Finding finding;
    finding.severity = Severity::warning;
    std::uint64_t completions = 0;
    bool by_io_uring = false;
    std::vector<std::string> reasons;
    bool local = false;
    for (const Ranked& one : list) {
        const AttachedSubject& subject = *one.subject;
        completions += subject.figures.zerocopy.completions;
        by_io_uring = by_io_uring || sends_by_io_uring(subject);
        finding.evidence.push_back(evidence_of(subject, "copied sends", "sends", Figure::exact(one.amount)));
        finding.evidence.push_back(
            evidence_of(subject, "completed sends", "sends", exactly(subject.figures.zerocopy.completions)));
        for (const CopySite& site : subject.figures.copied_after_all) {
            local = local || site.reason == CopyReason::local_delivery;
            if (const std::string reason(describe(site.reason)); std::ranges::find(reasons, reason) == reasons.end())
                reasons.push_back(reason);
            finding.evidence.push_back(
                evidence_of(subject, std::string(describe(site.reason)), "bytes", exactly(site.bytes)));
        }
    }
    const double copied = sum_of(list);
    finding.fact = "Zero-copy did not work for " + names_of(list) + ": " +
                   share_text(completions == 0 ? 1.0 : copied / static_cast<double>(completions)) + " of " +
                   counted(completions, "completed send") + (completions == 1 ? " was" : " were") +
                   " copied after all" + (reasons.empty() ? "" : ": " + joined(reasons)) + ".";
    finding.meaning = local ? "The frames reached a receiver on this machine, which must not keep the sender's pages, "
                              "so that the kernel copied them (deferred_copy); a peer on another machine, behind a "
                              "network card, does not need that."
                            : "The kernel copied the pinned pages later, which costs more than a plain send.";
    finding.meaning += by_io_uring ? " A program sees it as IORING_NOTIF_USAGE_ZC_COPIED, when it asks with "
                                     "IORING_SEND_ZC_REPORT_USAGE."
                                   : " A program sees it as SO_EE_CODE_ZEROCOPY_COPIED in the error queue.";
    finding.thresholds = {{"least number of copied sends", 1, ""}};
    finding.rests_on = {"zerocopy", "deferred_copy", "pin"};
    return finding;
}

std::optional<Finding> find_unknown_fates(const Recording& recording) {
    const std::vector<Ranked> list =
        ranked(recording, [](const AttachedSubject& subject) { return static_cast<double>(subject.unknown_fates); });
    if (list.empty())
        return std::nullopt;
    const AttachedSubject& most = *list.front().subject;
    Finding finding;
    finding.fact = "It is not known whether " + counted(static_cast<std::uint64_t>(sum_of(list)), "zero-copy send") +
                   " of " + names_of(list) + (sum_of(list) == 1.0 ? " was" : " were") +
                   " copied after all: " + most.unknown_fates_reason + ".";
    finding.meaning = "Over loopback, veth and to a packet tap each of them is copied.";
    finding.meaning += sends_by_io_uring(most)
                           ? " The program is told of each if it asks with IORING_SEND_ZC_REPORT_USAGE, and then so is "
                             "this trace."
                           : " --timing all follows each.";
    for (const Ranked& one : list) {
        finding.evidence.push_back(
            evidence_of(*one.subject, "sends of unknown fate", "sends", Figure::exact(one.amount)));
        finding.evidence.push_back(
            evidence_of(*one.subject, "zero-copy sends", "sends", exactly(one.subject->figures.zerocopy.sends)));
    }
    finding.thresholds = {{"least number of sends", 1, ""}};
    finding.rests_on = {"zerocopy"};
    return finding;
}

std::optional<Finding> find_unread_completions(const Recording& recording) {
    // A read takes some time to come: the last few are not held against a program.
    constexpr double least_share = 0.1;
    const std::vector<Ranked> list = ranked(recording, [](const AttachedSubject& subject) {
        const ZerocopyTotals& zerocopy = subject.figures.zerocopy;
        const Notifications& notifications = subject.figures.notifications;
        // io_uring tells of completions in its own ring.
        if (sends_by_io_uring(subject))
            return 0.0;
        std::uint64_t told = notifications.read - notifications.merged + notifications.merged_sends;
        if (!notifications.reason.empty()) {
            // How many sends a notification tells of is not known then: only that there was none.
            if (!subject.figures.path(Path::errqueue_syscall).calls.available() || zerocopy.notifications != 0)
                return 0.0;
            told = 0;
        }
        const auto unread = static_cast<double>(zerocopy.completions - std::min(zerocopy.completions, told));
        return unread >= least_share * static_cast<double>(zerocopy.completions) ? unread : 0.0;
    });
    if (list.empty())
        return std::nullopt;
    Finding finding;
    finding.severity = Severity::warning;
    std::uint64_t completions = 0;
    for (const Ranked& one : list) {
        completions += one.subject->figures.zerocopy.completions;
        finding.evidence.push_back(evidence_of(*one.subject, "unread completions", "sends", Figure::exact(one.amount)));
        finding.evidence.push_back(
            evidence_of(*one.subject, "completed sends", "sends", exactly(one.subject->figures.zerocopy.completions)));
        finding.evidence.push_back(
            evidence_of(*one.subject, "notifications read", "", exactly(one.subject->figures.notifications.read)));
    }
    const double unread = sum_of(list);
    finding.fact =
        names_of(list) + (list.size() == 1 ? " does" : " do") + " not read completions of zero-copy sends: " +
        (unread >= static_cast<double>(completions)
             ? "none of " + grouped(completions) + " was read."
             : grouped(static_cast<std::uint64_t>(unread)) + " of " + grouped(completions) + " were not read.");
    finding.meaning =
        "Until a completion is read the program cannot know when its buffer may be used again: a buffer "
        "that is used before sends other bytes. Unread completions also use up net.core.optmem_max, after "
        "which sends fail with ENOBUFS.";
    finding.thresholds = {{"least share of completions", least_share, "share"}};
    finding.rests_on = {"zerocopy", "notifications"};
    return finding;
}

namespace {

// A receiver that delays an acknowledgement (RFC 1122, 4.2.3.2) sends it when a timer expires, after 40 ms or more
// (TCP_DELACK_MIN, include/net/tcp.h).
constexpr double timer_ns = 40e6;
constexpr double shortest_stall_ns = 38e6;
constexpr double longest_stall_ns = 60e6;
constexpr double least_stalled_share = 0.1;

/// Time that a subject's receive calls took where each took about as long as the timer, as a share of the time of its
/// sockets.
double stalled_share(const AttachedSubject& subject, double timed_s) {
    const auto& histogram = subject.figures.path(Path::recv_syscall).histogram;
    if (!histogram || timed_s <= 0.0)
        return 0.0;
    double stalled_ns = 0.0;
    for (std::size_t i = 0; i < Histogram::bucket_count; ++i) {
        const auto low = static_cast<double>(Histogram::lower_bound(i));
        const auto high = static_cast<double>(Histogram::upper_bound(i));
        if (low < longest_stall_ns && high > shortest_stall_ns)
            stalled_ns += static_cast<double>(histogram->bucket(i)) * (low + high) / 2.0;
    }
    const auto sockets = static_cast<double>(std::max<std::uint64_t>(subject.sockets.sockets, 1));
    return stalled_ns / (timed_s * 1e9 * sockets);
}

bool sends_several_small_parts(const AttachedSubject& subject) {
    const CallTotals& calls = subject.figures.calls;
    return calls.send_calls > calls.recv_calls &&
           static_cast<double>(calls.send_bytes) < segment_bytes * static_cast<double>(calls.send_calls);
}

} // namespace

std::optional<Finding> find_delayed_ack_stall_of_subjects(const Recording& recording) {
    const std::vector<Ranked> list = ranked(recording, [&](const AttachedSubject& subject) {
        const double share = stalled_share(subject, recording.timed_s);
        return share >= least_stalled_share ? std::min(share, 1.0) : 0.0;
    });
    if (list.empty())
        return std::nullopt;
    Finding finding;
    finding.severity = Severity::warning;
    std::optional<std::uint64_t> delayed;
    if (recording.network) {
        const auto& counters = recording.network->counters;
        const auto found = counters.find("TcpExt.DelayedACKs");
        delayed = found == counters.end() ? 0 : found->second;
        // Without a delayed acknowledgement something else takes as long.
        if (*delayed == 0)
            return std::nullopt;
        finding.evidence.push_back({"delayed acknowledgements", "", exactly(*delayed), {}});
    }
    for (const Ranked& one : list)
        finding.evidence.push_back(
            evidence_of(*one.subject, "time in receive calls of about 40 ms", "share",
                        Figure::estimated(one.amount, "of the time of each socket; calls of 38 to 60 ms")));
    const auto culprit = std::ranges::find_if(recording.subjects, sends_several_small_parts);
    finding.fact = names_of(list) + (list.size() == 1 ? " waits" : " wait") + " about 40 ms in receive calls, " +
                   share_text(list.front().amount) + " of the time" +
                   (delayed ? ", and the kernel sent " + counted(*delayed, "delayed acknowledgement") : "") + ".";
    finding.meaning =
        "That is the delayed-acknowledgement timer: this is waiting, not copying. Nagle's algorithm holds "
        "a short segment until the previous one is acknowledged, and the receiver delays that. ";
    if (culprit != recording.subjects.end()) {
        const CallTotals& calls = culprit->figures.calls;
        finding.meaning += name_of(*culprit) + " sends in " +
                           significant(static_cast<double>(calls.send_calls) /
                                           static_cast<double>(std::max<std::uint64_t>(calls.recv_calls, 1)),
                                       2) +
                           " calls for each that it receives: set TCP_NODELAY there, or send a message with one call.";
        finding.evidence.push_back(evidence_of(*culprit, "send calls", "", exactly(calls.send_calls)));
        finding.evidence.push_back(evidence_of(*culprit, "receive calls", "", exactly(calls.recv_calls)));
    } else {
        finding.meaning += "Set TCP_NODELAY at the sender, or send a message with one call.";
    }
    finding.thresholds = {{"least share of the time", least_stalled_share, "share"},
                          {"the timer", timer_ns / 1e6, "ms"}};
    finding.rests_on = {"recv_syscall", "network.counters", "totals"};
    return finding;
}

std::optional<Finding> find_peeked_bytes(const Recording& recording) {
    const std::vector<Ranked> list = with_share_on(recording, {Path::peeked}, Direction::received);
    if (list.empty())
        return std::nullopt;
    return note_on_ways(list, {Path::peeked},
                        names_of(list) + (list.size() == 1 ? " looks" : " look") + " at " + amount(sum_of(list)) +
                            " with MSG_PEEK before reading them.",
                        "Bytes that are looked at and then read are copied twice.");
}

std::optional<Finding> find_small_sends(const Recording& recording) {
    constexpr double most_bytes = 512.0;
    const std::vector<Ranked> list = ranked(recording, [&](const AttachedSubject& subject) {
        const CallTotals& calls = subject.figures.calls;
        const bool small = calls.send_calls >= fewest_calls && calls.send_calls >= 2 * calls.recv_calls &&
                           static_cast<double>(calls.send_bytes) < most_bytes * static_cast<double>(calls.send_calls);
        return small ? static_cast<double>(calls.send_calls) : 0.0;
    });
    if (list.empty())
        return std::nullopt;
    const AttachedSubject& most = *list.front().subject;
    const CallTotals& calls = most.figures.calls;
    Finding finding;
    finding.fact = names_of(list) + (list.size() == 1 ? " sends" : " send") + " small parts: " +
                   amount(static_cast<double>(calls.send_bytes) / static_cast<double>(calls.send_calls)) +
                   " a call of " + name_of(most) + ", " +
                   significant(static_cast<double>(calls.send_calls) /
                                   static_cast<double>(std::max<std::uint64_t>(calls.recv_calls, 1)),
                               2) +
                   " calls for each that it receives.";
    finding.meaning =
        "A system call costs as much as copying some kilobytes: writev or sendmsg send several parts with "
        "one call.";
    for (const Ranked& one : list) {
        const CallTotals& own = one.subject->figures.calls;
        finding.evidence.push_back(evidence_of(*one.subject, "send calls", "", exactly(own.send_calls)));
        finding.evidence.push_back(evidence_of(*one.subject, "sent", "bytes", exactly(own.send_bytes)));
    }
    finding.thresholds = {{"bytes a call, less than", most_bytes, "bytes"},
                          {"send calls for each receive call, at least", 2, ""},
                          {"send calls, at least", static_cast<double>(fewest_calls), ""}};
    finding.rests_on = {"totals"};
    return finding;
}

std::optional<Finding> find_bytes_by_reference(const Recording& recording) {
    const std::vector<Ranked> list = with_share_on(recording, {Path::splice_in}, Direction::sent);
    if (list.empty())
        return std::nullopt;
    return note_on_ways(list, {Path::splice_in},
                        names_of(list) + (list.size() == 1 ? " sends " : " send ") + amount(sum_of(list)) +
                            " by sendfile or splice.",
                        "The pages are handed to the socket as they are, so that these bytes have no copy_in.");
}

std::optional<Finding> find_mapped_bytes(const Recording& recording) {
    const std::initializer_list<Path> ways{Path::mapped, Path::splice_out};
    const std::vector<Ranked> list = with_share_on(recording, ways, Direction::received);
    if (list.empty())
        return std::nullopt;
    return note_on_ways(list, ways,
                        names_of(list) + (list.size() == 1 ? " receives " : " receive ") + amount(sum_of(list)) +
                            " without a copy.",
                        "Pages are mapped to the program (TCP_ZEROCOPY_RECEIVE) or moved to a pipe (splice), so that "
                        "these bytes have no copy_out.");
}

std::optional<Finding> find_discarded_bytes(const Recording& recording) {
    const std::vector<Ranked> list = with_share_on(recording, {Path::discarded}, Direction::received);
    if (list.empty())
        return std::nullopt;
    return note_on_ways(list, {Path::discarded},
                        names_of(list) + (list.size() == 1 ? " drops " : " drop ") + amount(sum_of(list)) +
                            " unread with MSG_TRUNC.",
                        "These bytes count as received and are copied nowhere.");
}

std::optional<Finding> find_kernel_tls(const Recording& recording) {
    const std::initializer_list<Path> ways{Path::tls_tx, Path::tls_rx};
    const std::vector<Ranked> list =
        ranked(recording, [&](const AttachedSubject& subject) { return bytes_on(subject, ways); });
    if (list.empty())
        return std::nullopt;
    return note_on_ways(
        list, ways, "The kernel encrypts or decrypts " + amount(sum_of(list)) + " of " + names_of(list) + " (kTLS).",
        "Encrypting reads each byte and writes it anew: it counts as a copy.");
}

std::optional<Finding> find_uncertain_bytes(const Recording& recording) {
    const std::vector<Ranked> list = ranked(
        recording, [](const AttachedSubject& subject) { return static_cast<double>(subject.sockets.uncertain_bytes); });
    if (list.empty())
        return std::nullopt;
    Finding finding;
    finding.fact = "Sockets of " + names_of(list) +
                   " were in use when the trace began or ended: their bytes may be "
                   "wrong by " +
                   amount(sum_of(list)) + " at most.";
    for (const Ranked& one : list)
        finding.evidence.push_back(evidence_of(*one.subject, "wrong by at most", "bytes", Figure::exact(one.amount)));
    finding.thresholds = {{"least number of bytes", 1, "bytes"}};
    finding.rests_on = {"sockets"};
    return finding;
}

std::optional<Finding> find_summed_subjects(const Recording& recording) {
    if (recording.subjects.empty() || name_of(recording.subjects.back()) != others_name)
        return std::nullopt;
    const AttachedSubject& others = recording.subjects.back();
    Finding finding;
    constexpr std::array kinds{"processes", "names", "control groups", "connections"};
    finding.fact = grouped(others.members) + " more " + kinds[index_of(recording.spec.by)] +
                   " found no room and are summed as \"" + std::string(others_name) +
                   "\": " + amount(static_cast<double>(others.bytes())) + ".";
    finding.meaning = "Trace fewer of them, or others: --by comm and --by cgroup sum what belongs together.";
    finding.evidence = {evidence_of(others, "sent", "bytes", exactly(others.figures.calls.send_bytes)),
                        evidence_of(others, "received", "bytes", exactly(others.figures.calls.recv_bytes))};
    finding.thresholds = {{"least number", 1, ""}};
    finding.rests_on = {"subjects"};
    return finding;
}

std::vector<Finding> find_insights(const Recording& recording) {
    std::vector<Finding> findings;
    for (const RecordingFinderEntry& entry : recording_finders)
        if (std::optional<Finding> found = entry.find(recording)) {
            found->id = entry.id;
            findings.push_back(*std::move(found));
        }
    std::ranges::stable_sort(findings, std::ranges::greater{}, &Finding::severity);
    return findings;
}

} // namespace netio::analysis
