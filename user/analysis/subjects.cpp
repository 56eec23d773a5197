// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/subjects.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "analysis/merge.h"
#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

void add_calls(std::vector<CallFigures>& sum, const std::vector<CallFigures>& other) {
    for (const CallFigures& call : other) {
        const auto same = std::ranges::find_if(sum, [&](const CallFigures& known) {
            return known.name == call.name && known.direction == call.direction;
        });
        if (same == sum.end()) {
            sum.push_back(call);
            continue;
        }
        same->calls += call.calls;
        same->bytes += call.bytes;
    }
    std::ranges::stable_sort(sum, std::ranges::greater{}, &CallFigures::bytes);
}

void add(SocketTotals& sum, const SocketTotals& other) {
    sum.sockets += other.sockets;
    sum.adopted += other.adopted;
    sum.bytes_sent += other.bytes_sent;
    sum.bytes_received += other.bytes_received;
    sum.uncertain_bytes += other.uncertain_bytes;
}

/// Laws of several subjects: those of one name as one, whose sides are sums.
void add_laws(std::vector<LawCheck>& sum, const std::vector<LawCheck>& other) {
    for (const LawCheck& law : other) {
        const auto same = std::ranges::find(sum, law.name, &LawCheck::name);
        if (same == sum.end())
            sum.push_back(law);
        else if (same->checked && law.checked) {
            same->expected += law.expected;
            same->observed += law.observed;
            same->holds = same->holds && law.holds;
        } else if (same->checked)
            *same = law;
    }
}

} // namespace

std::uint64_t bytes_of(const SubjectTrace& figures, Direction direction) {
    return direction == Direction::sent ? figures.calls.send_bytes : figures.calls.recv_bytes;
}

Figure calls_of(const SubjectTrace& figures, Direction direction) {
    const bool sent = direction == Direction::sent;
    const std::uint64_t calls = sent ? figures.calls.send_calls : figures.calls.recv_calls;
    const Figure& counted = figures.path(sent ? Path::send_syscall : Path::recv_syscall).calls;
    if (calls == 0 && !counted.available() && bytes_of(figures, direction) != 0)
        return Figure::unavailable(counted.reason);
    return Figure::exact(static_cast<double>(calls));
}

Figure copied_sends(const AttachedSubject& subject) {
    const ZerocopyTotals& zerocopy = subject.figures.zerocopy;
    const auto copied = static_cast<double>(zerocopy.copied);
    if (subject.unknown_fates == 0)
        return Figure::exact(copied);
    return subject.unknown_fates >= zerocopy.sends ? Figure::unavailable(subject.unknown_fates_reason)
                                                   : Figure::at_least(copied, subject.unknown_fates_reason);
}

Figure copies_per_byte(const SubjectTrace& figures, Direction direction) {
    const std::uint64_t bytes = bytes_of(figures, direction);
    if (bytes == 0)
        return Figure::unavailable("no byte was " + std::string(name_of(direction)));
    Figure sum = Figure::exact(0.0);
    std::vector<std::string> unknown;
    unsigned known = 0;
    for (Path path : attach_paths) {
        if (!is_copy(path) || direction_of(path) != direction)
            continue;
        const Figure copies = figures.path(path).bytes.per(static_cast<double>(bytes), {});
        known += copies.available() || copies.bounds ? 1 : 0;
        if (copies.available()) {
            sum = sum_of(sum, copies);
            continue;
        }
        unknown.emplace_back(name_of(path));
        sum.value += copies.bounds ? copies.bounds->low : 0.0;
    }
    if (unknown.empty())
        return sum;
    if (known == 0)
        return Figure::unavailable(figures.path(Path::copy_in).bytes.reason);
    return Figure::at_least(sum.value, "copies in " + joined(unknown) + " are not counted here");
}

Figure bytes_per_byte(const SubjectTrace& figures, Path path) {
    const Direction direction = direction_of(path);
    return figures.path(path).bytes.per(static_cast<double>(bytes_of(figures, direction)),
                                        "no byte was " + std::string(name_of(direction)));
}

AttachedSubject sum_of(std::span<const AttachedSubject* const> subjects, std::string name) {
    AttachedSubject sum;
    bool first = true;
    for (const AttachedSubject* subject : subjects) {
        if (std::exchange(first, false)) {
            sum = *subject;
            continue;
        }
        const auto same_or_none = [](std::string& mine, const std::string& other) {
            if (mine != other)
                mine.clear();
        };
        if (sum.pid != subject->pid)
            sum.pid.reset();
        same_or_none(sum.comm, subject->comm);
        same_or_none(sum.cgroup, subject->cgroup);
        same_or_none(sum.connection, subject->connection);
        sum.members += subject->members;
        sum.unknown_fates += subject->unknown_fates;
        if (sum.unknown_fates_reason.empty())
            sum.unknown_fates_reason = subject->unknown_fates_reason;
        add(sum.figures, subject->figures);
        add_calls(sum.calls, subject->calls);
        add(sum.sockets, subject->sockets);
        add_laws(sum.laws, subject->laws);
    }
    sum.figures.subject.name = std::move(name);
    return sum;
}

bool sends_by_io_uring(const AttachedSubject& subject) {
    return std::ranges::any_of(subject.calls, [](const CallFigures& call) {
        return call.direction == Direction::sent && call.name.starts_with("io_uring");
    });
}

std::vector<AttachedSubject> busiest(const Recording& recording, std::size_t most) {
    const std::vector<AttachedSubject>& all = recording.subjects;
    if (all.size() <= most)
        return all;
    std::vector<AttachedSubject> shown(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(most - 1));
    std::vector<const AttachedSubject*> rest;
    std::uint64_t members = 0;
    for (std::size_t i = most - 1; i < all.size(); ++i) {
        rest.push_back(&all[i]);
        members += all[i].members;
    }
    shown.push_back(sum_of(rest, grouped(members) + " " + std::string(others_name)));
    return shown;
}

AttachedSubject sum_of_all(const Recording& recording) {
    std::vector<const AttachedSubject*> all;
    for (const AttachedSubject& subject : recording.subjects)
        all.push_back(&subject);
    return sum_of(all, "all");
}

bool did_anything(const AttachedSubject& subject) {
    const CallTotals& calls = subject.figures.calls;
    return subject.bytes() != 0 || calls.send_calls != 0 || calls.recv_calls != 0;
}

Accounting account(const Recording& recording) {
    std::vector<const std::vector<LawCheck>*> laws;
    for (const AttachedSubject& subject : recording.subjects)
        laws.push_back(&subject.laws);
    return account(laws, recording.losses);
}

} // namespace netio::analysis
