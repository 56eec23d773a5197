// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/loss.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/probe.h"

namespace netio {
namespace {

/// System calls, and what closes inside of one and is added to the figures when the call returns.
constexpr PathBits in_calls = path_bits(paths_where<belongs_to_call>);
constexpr PathBits waits = path_bits(paths_where<is_wait>);
constexpr PathBits of_skbs = path_bits(paths_where<copies_skb>);
constexpr PathBits of_sockets = of_skbs | path_bits({Path::zc_complete});
constexpr PathBits all_of_them = path_bits(all_paths);
constexpr PathBits none = 0;

struct Row {
    std::string_view name;
    LossKind kind = {};
};

/// What was lost by programs that ran, in the order of NETIO_LOSS_*, and by what is around them.
///
/// Two of them name no path: they are seen by the difference that a law shows, and explain none. Bytes outside of calls
/// are counted where they moved, and an unseen completion is what is missing after all losses that could have taken it.
constexpr std::array<Row, NETIO_LOSS_COUNT + 4> kinds{{
    {"thread_table_full", {all_of_them, all_of_them, none, "threads that found no place", LossEffect::figures, true}},
    {"socket_table_full",
     whole_calls(of_sockets, none, "sockets that found no place, in the attribution of softirqs too")},
    {"zerocopy_table_full", whole_calls(path_bits({Path::zc_complete}), none, "sockets that found no place")},
    {"unclosed_calls", whole_calls(in_calls | of_skbs, none, "what was open when its end was not seen")},
    {"restarted_calls",
     {path_bits(paths_where<is_call>), none, none,
      "calls that a signal interrupted: whether they began anew is not seen"}},
    {"bytes_outside_calls",
     {none, none, none,
      "copy_in, pin, copy_out: calls that moved another number of bytes than they returned, because the socket is used "
      "by other threads or by other calls too"}},
    {"overtaken_zerocopy_sends",
     whole_calls(path_bits({Path::zc_complete}), none, "more sends in flight on a socket than can be followed")},
    {"unknown_completions",
     whole_calls(path_bits({Path::zc_complete}), none, "completions of sends that were not seen")},
    {"unwalkable_stacks",
     {none, none, none, "the precision of sampled times: sampling ticks without a stack", LossEffect::precision}},
    {"sample_table_full", {none, none, none, "sampled times: samples of stacks that found no place"}},
    {"missed_switches", {none, waits, in_calls, "too long where the end of a wait was not seen"}},
    {"copy_site_table_full", {none, none, none, "the reasons of copies after all: places that found no room"}},
    {"timeline_full",
     {none, none, none,
      "the timeline alone: events that found no room in it (record fewer milliseconds); no figure is counted from it",
      LossEffect::timeline}},
    {"unseen_completions", {none, none, none, "zc_complete: completions that were not seen"}},
    {"missed_samples",
     {none, none, none,
      "the precision of sampled times: sampling ticks that did not fire; times are scaled to those that did",
      LossEffect::precision}},
    {"wrapped_counts",
     {all_of_them, none, none, "more calls of about one duration on one CPU than 32 bits count, 4,294,967,295"}},
    // Of earlier versions, whose table of threads was shorter.
    {"thread_id_collisions",
     {all_of_them, all_of_them, none, "a thread whose id shares its low 16 bits with another one's",
      LossEffect::figures, true}},
}};

constexpr std::string_view recursion_prefix = "recursion_misses.";
constexpr std::string_view probe_prefix = "missed_probes.";

/// A loss's name is that of a program's hits that were missed: the program.
std::optional<std::string_view> program_in(std::string_view loss) {
    for (std::string_view prefix : {recursion_prefix, probe_prefix})
        if (loss.starts_with(prefix))
            return loss.substr(prefix.size());
    return std::nullopt;
}

/// What is known of a loss; null when nothing is.
const LossKind* kind_of(std::string_view loss) {
    if (const auto program = program_in(loss)) {
        const Probe* probe = probe_of_program(*program);
        return probe == nullptr ? nullptr : &probe->missed;
    }
    const auto* found = std::ranges::find(kinds, loss, &Row::name);
    return found == kinds.end() ? nullptr : &found->kind;
}

std::string names_in(const PathSet& paths) {
    if (paths == PathSet(path_bits(all_paths)))
        return "all paths";
    if (paths == PathSet(in_calls))
        return "system calls and what is nested in them";
    std::string text;
    for (Path path : all_paths)
        if (paths[index_of(path)])
            text += (text.empty() ? "" : ", ") + std::string(name_of(path));
    return text;
}

/// "copy_in, and times of wait_send, and own times of tcp_sendmsg: note".
std::string in_words(const TouchedFigures& figures, std::string_view note) {
    const PathSet whole = figures.counts & figures.times;
    std::string text;
    const auto add = [&text](std::string_view of_what, const PathSet& paths) {
        if (paths.any())
            text += (text.empty() ? "" : ", and ") + std::string(of_what) + names_in(paths);
    };
    add("", whole);
    add("calls and bytes of ", figures.counts & ~figures.times);
    add("times of ", figures.times & ~figures.counts);
    add("own times of ", figures.own_times & ~figures.times);
    if (!note.empty())
        text += (text.empty() ? "" : ": ") + std::string(note);
    return text;
}

} // namespace

std::optional<std::string_view> Loss::missed_by() const { return program_in(name); }

Loss loss_of(std::string name, std::uint64_t count, bool hooked) {
    Loss loss{std::move(name), count, {}};
    const auto program = program_in(loss.name);
    const LossKind* kind = kind_of(loss.name);
    if (kind == nullptr) {
        loss.touches = "figures of " + std::string(program.value_or(loss.name));
        return loss;
    }
    loss.effect = kind->effect;
    // Where hooks count, its probe is attached for the samples alone.
    const Probe* probe = program ? probe_of_program(*program) : nullptr;
    if (!(hooked && probe != nullptr && probe->attributes_samples))
        loss.figures = {PathSet(kind->counts), PathSet(kind->times), PathSet()};
    loss.figures.own_times = PathSet(kind->own_times) | loss.figures.times;
    loss.touches = in_words(loss.figures, kind->note);
    return loss;
}

void add_losses(std::vector<Loss>& sum, std::span<const Loss> losses) {
    for (const Loss& loss : losses)
        if (const auto same = std::ranges::find(sum, loss.name, &Loss::name); same != sum.end())
            same->count += loss.count;
        else
            sum.push_back(loss);
}

std::uint64_t count_of(std::span<const Loss> losses, LossEffect effect) {
    std::uint64_t count = 0;
    for (const Loss& loss : losses)
        count += loss.effect == effect ? loss.count : 0;
    return count;
}

bool takes_many_calls(std::string_view name) {
    const LossKind* kind = kind_of(name);
    return kind != nullptr && kind->takes_many_calls;
}

std::string_view loss_name(std::size_t kind) { return kinds.at(kind).name; }

std::string recursion_misses_of(std::string_view program) {
    return std::string(recursion_prefix) + std::string(program);
}

std::string missed_probes_of(std::string_view program) { return std::string(probe_prefix) + std::string(program); }

} // namespace netio
