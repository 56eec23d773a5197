// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/missed_hits.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

/// A call and what is only ever open inside of it.
template <Path call>
constexpr PathBits within = path_bits(paths_where<[](Path path) { return path == call || is_inside(path, call); }>);

/// What a law says something about; of both roles, where its name ends with the role.
struct LawRow {
    std::string_view name; ///< without the role
    PathBits counts;       ///< paths on whose calls and bytes it rests
    PathBits own_times;    ///< paths on whose exclusive and preempted times it rests
    PathBits calls;        ///< paths whose calls are right when it holds
    PathBits bytes;        ///< paths whose bytes are right when it holds
    bool of_calls = false; ///< its sides are numbers of calls
};

constexpr auto sending = path_bits({Path::send_syscall});
constexpr auto receiving = path_bits({Path::recv_syscall});
constexpr auto reading_errors = path_bits({Path::errqueue_syscall});
constexpr auto taking_in = path_bits({Path::copy_in, Path::pin});
constexpr auto giving_out = path_bits({Path::copy_out});
constexpr auto completing = path_bits({Path::zc_complete});

/// The laws that rest on what the tracer saw. A chunk is copied, or pinned, with its bytes, so that all calls were seen
/// where all bytes were.
constexpr std::array<LawRow, 13> rows{{
    {"send_calls", sending, 0, sending, 0, true},
    {"send_bytes", sending, 0, 0, sending},
    {"recv_calls", receiving, 0, receiving, 0, true},
    {"recv_bytes", receiving, 0, 0, receiving},
    {"errqueue_calls", reading_errors, 0, reading_errors, 0, true},
    {"copy_in_bytes", taking_in, 0, taking_in, taking_in},
    {"copy_out_bytes", giving_out, 0, giving_out, giving_out},
    {"traced_zerocopy_sends", sending, 0, 0, 0, true},
    {"traced_zerocopy_completions", completing, 0, completing, 0},
    {"traced_zerocopy_copied", completing, 0, 0, 0},
    {"copied_bytes", completing | path_bits(paths_where<copies_skb>), 0, 0, 0},
    {"send_time", 0, within<Path::send_syscall>, 0, 0},
    {"recv_time", 0, within<Path::recv_syscall>, 0, 0},
}};

struct NamedLaw {
    const LawRow* row;        ///< nullptr: it rests on nothing that can be lost
    std::optional<Role> role; ///< whose figures it is about; none: the sender's, of zero-copy
};

NamedLaw look_up(std::string_view name) {
    const std::string_view stem = name.substr(0, name.find('.'));
    const std::string_view role = stem.size() == name.size() ? "" : name.substr(stem.size() + 1);
    const auto* row = std::ranges::find(rows, stem, &LawRow::name);
    NamedLaw law{row == rows.end() ? nullptr : &*row, std::nullopt};
    for (Role one : all_roles)
        if (name_of(one) == role)
            law.role = one;
    return law;
}

std::vector<MissedHits> losses_where(const Trace& trace, const std::function<bool(const Loss&)>& touches) {
    std::vector<MissedHits> list;
    for (const Loss& loss : trace.losses)
        if (loss.count != 0 && touches(loss))
            list.push_back({loss.name, loss.count});
    return list;
}

/// Whether so many calls can be missing: no loss adds one, and most take one at a time.
bool can_explain(const std::vector<MissedHits>& missed, double missing_calls) {
    std::uint64_t at_most = 0;
    for (const MissedHits& entry : missed) {
        if (takes_many_calls(entry.loss))
            return missing_calls > 0.0;
        at_most += entry.count;
    }
    return missing_calls > 0.0 && missing_calls <= static_cast<double>(at_most);
}

/// What laws that hold say of one role.
struct Confirmed {
    PathSet calls;
    PathSet bytes;
};

Confirmed confirmed_for(const std::vector<LawCheck>& laws, Role role) {
    Confirmed confirmed;
    for (const LawCheck& law : laws) {
        const NamedLaw named = look_up(law.name);
        if (law.outcome() != LawOutcome::holds || named.row == nullptr || named.role.value_or(Role::sender) != role)
            continue;
        confirmed.calls |= PathSet(named.row->calls);
        confirmed.bytes |= PathSet(named.row->bytes);
    }
    return confirmed;
}

void lower_quality(Figure& figure, const std::vector<MissedHits>& missed) {
    if (missed.empty() || !figure.available() || figure.quality == Quality::sampled)
        return;
    figure.quality = Quality::estimated;
    figure.reason += (figure.reason.empty() ? "" : "; ") + missed_in_words(missed);
}

void lower_quality(PathFigures& figures, Path path, const Trace& trace, const Confirmed& confirmed) {
    const std::size_t at = index_of(path);
    const auto of_counts = losses_where(trace, [at](const Loss& loss) { return loss.figures.counts[at]; });
    if (!confirmed.calls[at])
        lower_quality(figures.calls, of_counts);
    if (!confirmed.bytes[at])
        lower_quality(figures.bytes, of_counts);
    const auto times_without_calls = [&](const Loss& loss) {
        return !(loss.figures.counts[at] && confirmed.calls[at]);
    };
    lower_quality(figures.time_ns, losses_where(trace, [&](const Loss& loss) {
                      return loss.figures.times[at] && times_without_calls(loss);
                  }));
    const auto of_own_times =
        losses_where(trace, [&](const Loss& loss) { return loss.figures.own_times[at] && times_without_calls(loss); });
    for (Figure* figure : {&figures.exclusive_ns, &figures.preempted_ns, &figures.skb_path_ns})
        lower_quality(*figure, of_own_times);
}

} // namespace

void weigh_losses(Cell& cell) {
    if (!cell.trace)
        return;
    Trace& trace = *cell.trace;
    for (LawCheck& law : cell.laws) {
        const LawRow* row = look_up(law.name).row;
        if (row == nullptr || !law.checked || law.holds)
            continue;
        law.missed = losses_where(trace, [row](const Loss& loss) {
            return (loss.figures.counts & PathSet(row->counts)).any() ||
                   (loss.figures.own_times & PathSet(row->own_times)).any();
        });
        if (row->of_calls && !can_explain(law.missed, law.expected - law.observed))
            law.missed.clear();
    }
    for (Role role : all_roles) {
        const Confirmed confirmed = confirmed_for(cell.laws, role);
        for (Path path : all_paths)
            lower_quality(trace.of(role).path(path), path, trace, confirmed);
    }
}

void add_up(std::vector<MissedHits>& sum, const std::vector<MissedHits>& other) {
    for (const MissedHits& missed : other) {
        const auto same = std::ranges::find(sum, missed.loss, &MissedHits::loss);
        if (same == sum.end())
            sum.push_back(missed);
        else
            same->count += missed.count;
    }
}

std::string missed_in_words(const std::vector<MissedHits>& missed) {
    std::vector<MissedHits> by_program;
    for (const MissedHits& entry : missed) {
        const Loss loss = loss_of(entry.loss, entry.count);
        if (const auto program = loss.missed_by())
            add_up(by_program, {{std::string(*program), entry.count}});
    }
    const std::vector<MissedHits>& named = by_program.empty() ? missed : by_program;
    std::uint64_t sum = 0;
    std::vector<std::string> names;
    for (const MissedHits& entry : named) {
        sum += entry.count;
        if (named.size() == 1)
            names.push_back(entry.loss);
        else if (by_program.empty())
            names.push_back(grouped(entry.count) + " " + entry.loss);
        else
            names.push_back(entry.loss + " (" + grouped(entry.count) + ")");
    }
    if (by_program.empty())
        return counted(sum, "event") + " lost (" + joined(names) + ")";
    return counted(sum, "hit") + " missed by " + joined_by_and(names);
}

} // namespace netio::analysis
