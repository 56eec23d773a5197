// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>

#include "model/names.h"
#include "model/series_style.h"
#include "netio_abi.h"

namespace netio {

/// A place where bytes move or time goes, by its number in netio_abi.h.
enum class Path {
    send_syscall = NETIO_PATH_SEND_SYSCALL,
    recv_syscall = NETIO_PATH_RECV_SYSCALL,
    errqueue_syscall = NETIO_PATH_ERRQUEUE_SYSCALL,
    tcp_sendmsg = NETIO_PATH_TCP_SENDMSG,
    copy_in = NETIO_PATH_COPY_IN,
    pin = NETIO_PATH_PIN,
    deferred_copy = NETIO_PATH_DEFERRED_COPY,
    linearize = NETIO_PATH_LINEARIZE,
    skb_copy = NETIO_PATH_SKB_COPY,
    copy_out = NETIO_PATH_COPY_OUT,
    zc_complete = NETIO_PATH_ZC_COMPLETE,
    wait_send = NETIO_PATH_WAIT_SEND,
    wait_recv = NETIO_PATH_WAIT_RECV,
    // Of attached traces alone, behind those that a run has.
    splice_in = NETIO_PATH_COUNT,
    splice_out,
    mapped,
    discarded,
    peeked,
    tls_tx,
    tls_rx
};

enum class PathKind {
    copy,      ///< bytes are copied
    pin,       ///< pages of the user are pinned instead of copied
    reference, ///< pages are handed over as they are, or bytes are dropped: nothing is copied
    function,  ///< a function of the kernel inside of a call
    call,      ///< a system call of a worker thread, entry to return
    wait,      ///< a thread is blocked inside of a call
    completion ///< from a zero-copy send to its completion: elapsed time, of no thread
};

/// All that is known of a path except how it is observed: see model/probe.h.
struct PathEntry {
    Path path{};
    std::string_view name;        ///< in output, files and options
    std::string_view label;       ///< what happens, beside the name in a table; may be empty
    std::string_view description; ///< what happens, for a reader who sees it for the first time
    PathKind kind = PathKind::function;
    /// The path that is open around it, in the same thread. None for a call, and for what happens to an skb in whatever
    /// context that is handled.
    std::optional<Path> parent = std::nullopt;
    Role payload_role = Role::sender; ///< whose figures belong to the payload; the other role's to the requests
    /// Under what the programs count it where it is not timed; NETIO_COUNT_KINDS: it is always timed, or counted with
    /// the call that it is in.
    netio_count_kind counted_as = NETIO_COUNT_KINDS;
    /// Has bytes of its own. Where it has not, none are missing: those of tcp_sendmsg are those of copy_in and pin.
    bool moves_bytes = false;
    /// Seen in attached traces alone: no variant of a run goes this way.
    bool attached_only = false;
    SeriesStyle style{};
};

/// The table of paths, in the order in which they are shown: first those that a byte takes, as it meets them.
inline constexpr std::array path_table{
    PathEntry{.path = Path::copy_in,
              .name = "copy_in",
              .label = "user→kernel",
              .description = "user to kernel",
              .kind = PathKind::copy,
              .parent = Path::tcp_sendmsg,
              .moves_bytes = true,
              .style = {SeriesColor::blue, SeriesFill::plain}},
    PathEntry{.path = Path::pin,
              .name = "pin",
              .label = "pages pinned",
              .description = "user pages pinned",
              .kind = PathKind::pin,
              .parent = Path::tcp_sendmsg,
              .moves_bytes = true,
              .style = {SeriesColor::sky, SeriesFill::dots}},
    PathEntry{.path = Path::splice_in,
              .name = "splice_in",
              .label = "pages handed in",
              .description = "pages of a file or pipe sent as they are (sendfile, splice)",
              .kind = PathKind::reference,
              .moves_bytes = true,
              .attached_only = true,
              .style = {SeriesColor::sky, SeriesFill::plain}},
    PathEntry{.path = Path::tls_tx,
              .name = "tls_tx",
              .label = "encrypted",
              .description = "encrypted by the kernel (kTLS)",
              .kind = PathKind::copy,
              .moves_bytes = true,
              .attached_only = true,
              .style = {SeriesColor::blue, SeriesFill::dots}},
    PathEntry{.path = Path::deferred_copy,
              .name = "deferred_copy",
              .label = "copied late",
              .description = "zero-copy pages copied after all",
              .kind = PathKind::copy,
              .counted_as = NETIO_COUNT_DEFERRED_COPY,
              .moves_bytes = true,
              .style = {SeriesColor::vermilion, SeriesFill::plain}},
    PathEntry{.path = Path::linearize,
              .name = "linearize",
              .label = "made linear",
              .description = "frame made linear for the device",
              .kind = PathKind::copy,
              .moves_bytes = true,
              .style = {SeriesColor::yellow, SeriesFill::rising}},
    PathEntry{.path = Path::skb_copy,
              .name = "skb_copy",
              .label = "skb copied",
              .description = "whole skb copied",
              .kind = PathKind::copy,
              .moves_bytes = true,
              .style = {SeriesColor::purple, SeriesFill::falling}},
    PathEntry{.path = Path::copy_out,
              .name = "copy_out",
              .label = "kernel→user",
              .description = "kernel to user",
              .kind = PathKind::copy,
              .parent = Path::recv_syscall,
              .payload_role = Role::receiver,
              .moves_bytes = true,
              .style = {SeriesColor::green, SeriesFill::plain}},
    PathEntry{.path = Path::splice_out,
              .name = "splice_out",
              .label = "pages handed out",
              .description = "pages moved to a pipe as they are (splice)",
              .kind = PathKind::reference,
              .payload_role = Role::receiver,
              .moves_bytes = true,
              .attached_only = true,
              .style = {SeriesColor::green, SeriesFill::dots}},
    PathEntry{.path = Path::mapped,
              .name = "mapped",
              .label = "pages mapped",
              .description = "pages mapped to the user (TCP_ZEROCOPY_RECEIVE)",
              .kind = PathKind::reference,
              .payload_role = Role::receiver,
              .moves_bytes = true,
              .attached_only = true,
              .style = {SeriesColor::green, SeriesFill::rising}},
    PathEntry{.path = Path::discarded,
              .name = "discarded",
              .label = "dropped",
              .description = "dropped unread (MSG_TRUNC)",
              .kind = PathKind::reference,
              .payload_role = Role::receiver,
              .moves_bytes = true,
              .attached_only = true,
              .style = {SeriesColor::slate, SeriesFill::plain}},
    PathEntry{.path = Path::peeked,
              .name = "peeked",
              .label = "looked at",
              .description = "copied to the user and left in the queue (MSG_PEEK)",
              .kind = PathKind::copy,
              .payload_role = Role::receiver,
              .moves_bytes = true,
              .attached_only = true,
              .style = {SeriesColor::yellow, SeriesFill::plain}},
    PathEntry{.path = Path::tls_rx,
              .name = "tls_rx",
              .label = "decrypted",
              .description = "decrypted by the kernel (kTLS)",
              .kind = PathKind::copy,
              .payload_role = Role::receiver,
              .moves_bytes = true,
              .attached_only = true,
              .style = {SeriesColor::purple, SeriesFill::plain}},
    PathEntry{.path = Path::tcp_sendmsg,
              .name = "tcp_sendmsg",
              .label = "",
              .description = "TCP's send function",
              .kind = PathKind::function,
              .parent = Path::send_syscall,
              .style = {SeriesColor::orange, SeriesFill::rising}},
    PathEntry{.path = Path::send_syscall,
              .name = "send_syscall",
              .label = "",
              .description = "send calls, entry to return",
              .kind = PathKind::call,
              .moves_bytes = true,
              .style = {SeriesColor::grey, SeriesFill::plain}},
    PathEntry{.path = Path::recv_syscall,
              .name = "recv_syscall",
              .label = "",
              .description = "receive calls, entry to return",
              .kind = PathKind::call,
              .payload_role = Role::receiver,
              .moves_bytes = true,
              .style = {SeriesColor::grey, SeriesFill::falling}},
    PathEntry{.path = Path::errqueue_syscall,
              .name = "errqueue_syscall",
              .label = "",
              .description = "reading completions",
              .kind = PathKind::call,
              .style = {SeriesColor::slate, SeriesFill::dots}},
    PathEntry{.path = Path::wait_send,
              .name = "wait_send",
              .label = "for space",
              .description = "blocked for buffer space",
              .kind = PathKind::wait,
              .parent = Path::send_syscall},
    PathEntry{.path = Path::wait_recv,
              .name = "wait_recv",
              .label = "for data",
              .description = "blocked for data",
              .kind = PathKind::wait,
              .parent = Path::recv_syscall,
              .payload_role = Role::receiver},
    PathEntry{.path = Path::zc_complete,
              .name = "zc_complete",
              .label = "send→done",
              .description = "zero-copy send to completion",
              .kind = PathKind::completion},
};

inline constexpr std::size_t path_count = path_table.size();
/// Those that a run has are the first.
inline constexpr std::size_t run_path_count = NETIO_PATH_COUNT;

[[nodiscard]] constexpr const PathEntry& entry_of(Path path) {
    for (const PathEntry& entry : path_table)
        if (entry.path == path)
            return entry;
    return path_table.front(); // not reached: see the assertion below
}

template <>
inline constexpr auto value_names<Path> = [] {
    std::array<std::string_view, path_count> names{};
    for (std::size_t i = 0; i < path_count; ++i)
        names[i] = entry_of(static_cast<Path>(i)).name;
    return names;
}();
/// The paths of attached traces, which are all, by their numbers: the order in files.
inline constexpr auto attach_paths = values_of<Path>;
static_assert(std::ranges::is_permutation(column(path_table, &PathEntry::path), attach_paths), "each path has one row");
/// The paths of a run, the same way.
inline constexpr auto all_paths = [] {
    std::array<Path, run_path_count> paths{};
    std::copy_n(attach_paths.begin(), run_path_count, paths.begin());
    return paths;
}();
static_assert(std::ranges::none_of(all_paths, [](Path path) { return entry_of(path).attached_only; }));

/// What happens on a path, in a few words for a reader who sees it for the first time.
[[nodiscard]] constexpr std::string_view describe(Path path) { return entry_of(path).description; }
[[nodiscard]] constexpr Role payload_role(Path path) { return entry_of(path).payload_role; }
[[nodiscard]] constexpr bool moves_bytes(Path path) { return entry_of(path).moves_bytes; }

[[nodiscard]] constexpr bool is_call(Path path) { return entry_of(path).kind == PathKind::call; }
[[nodiscard]] constexpr bool is_copy(Path path) { return entry_of(path).kind == PathKind::copy; }
[[nodiscard]] constexpr bool is_wait(Path path) { return entry_of(path).kind == PathKind::wait; }
/// A copy of an skb, in whatever context that is handled.
[[nodiscard]] constexpr bool copies_skb(Path path) { return is_copy(path) && !entry_of(path).parent; }
/// Bytes of the payload are copied or pinned here; calls and functions are around them.
[[nodiscard]] constexpr bool takes_bytes(Path path) { return is_copy(path) || entry_of(path).kind == PathKind::pin; }
/// A processor works on it: its own time is CPU time, and samples show it. Waiting takes none, and a completion is no
/// function.
[[nodiscard]] constexpr bool takes_cpu_time(Path path) {
    return !is_wait(path) && entry_of(path).kind != PathKind::completion;
}

/// Whether `outer` is open around `path`, at once or further out.
[[nodiscard]] constexpr bool is_inside(Path path, Path outer) {
    for (std::optional<Path> around = entry_of(path).parent; around; around = entry_of(*around).parent)
        if (*around == outer)
            return true;
    return false;
}
/// A call, or CPU time inside of one.
[[nodiscard]] constexpr bool belongs_to_call(Path path) {
    return is_call(path) || (entry_of(path).parent && !is_wait(path));
}

/// Of a run, the paths for which something is so, in the order of the table: `for (Path path : paths_where<is_copy>)`.
template <auto is_so>
inline constexpr auto paths_where = [] {
    constexpr std::size_t count = [] {
        std::size_t sum = 0;
        for (const PathEntry& entry : path_table)
            sum += !entry.attached_only && is_so(entry.path) ? 1 : 0;
        return sum;
    }();
    std::array<Path, count> paths{};
    std::size_t next = 0;
    for (const PathEntry& entry : path_table)
        if (!entry.attached_only && is_so(entry.path))
            paths[next++] = entry.path;
    return paths;
}();

/// A set of paths, by index_of().
using PathBits = unsigned long long;
static_assert(path_count <= 64);
[[nodiscard]] constexpr PathBits path_bits(std::span<const Path> paths) {
    PathBits bits = 0;
    for (Path path : paths)
        bits |= PathBits{1} << index_of(path);
    return bits;
}
[[nodiscard]] constexpr PathBits path_bits(std::initializer_list<Path> paths) {
    return path_bits(std::span(paths.begin(), paths.size()));
}

} // namespace netio
