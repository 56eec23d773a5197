// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/trace.h"

#include <algorithm>

namespace netio {
std::uint64_t Timeline::lost() const {
    std::uint64_t sum = lost_at_end;
    for (const TimelineEvent& event : events)
        sum += event.lost_before;
    return sum;
}

std::vector<Subject> both_ends() {
    return {{std::string(name_of(Role::sender)), Role::sender, subject_of(Role::receiver)},
            {std::string(name_of(Role::receiver)), Role::receiver, subject_of(Role::sender)}};
}

Trace Trace::of(std::vector<Subject> subjects) {
    Trace trace;
    for (Subject& subject : subjects)
        trace.subjects.emplace_back().subject = std::move(subject);
    return trace;
}

void SampleCounts::add(const SampleCounts& other) {
    taken += other.taken;
    of_no_subject += other.of_no_subject;
    unattributed_softirq += other.unattributed_softirq;
    without_stack += other.without_stack;
}

std::uint64_t Trace::lost_events() const { return count_of(losses, LossEffect::figures); }

std::uint64_t Trace::missed_hits() const {
    std::vector<Loss> missed = losses;
    std::erase_if(missed, [](const Loss& loss) { return !loss.missed_by(); });
    return count_of(missed, LossEffect::figures);
}

void CallTotals::add(const CallTotals& other) {
    send_calls += other.send_calls;
    send_bytes += other.send_bytes;
    recv_calls += other.recv_calls;
    recv_bytes += other.recv_bytes;
    errqueue_calls += other.errqueue_calls;
}

void ZerocopyTotals::add(const ZerocopyTotals& other) {
    sends += other.sends;
    completions += other.completions;
    copied += other.copied;
    notifications += other.notifications;
    enobufs += other.enobufs;
    deepest_outstanding = std::max(deepest_outstanding, other.deepest_outstanding);
}

Figure Figure::per(double amount, std::string without) const {
    if (!available() && !bounds)
        return *this;
    if (amount <= 0.0)
        return unavailable(std::move(without));
    Figure each = *this;
    if (each.bounds)
        each.bounds = Bounds{bounds->low / amount, bounds->high / amount};
    each.value /= amount;
    each.low /= amount;
    each.high /= amount;
    return each;
}

Figure PathFigures::sampled_time_per_byte_ns() const {
    return sampled_time_ns.per(static_cast<double>(sampled_bytes), "no bytes on this path");
}

} // namespace netio
