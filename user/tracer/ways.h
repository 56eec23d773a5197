// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/recording.h"

namespace netio::tracer {

/// What is to be counted.
struct WaysOptions {
    SubjectKind by = SubjectKind::process;
    std::uint32_t subjects = 1024;     ///< that have figures of their own; more are summed
    bool every_task = false;           ///< all programs of this machine, but this one
    std::string comm;                  ///< processes that take this name are added; empty: none
    std::optional<std::uint16_t> port; ///< sockets with this local or remote port alone
    bool sockets_alone = false; ///< nothing runs at a call: bytes are those of the sockets' own numbers, and no ways
    bool may_hook = true;       ///< functions, where the kernel allows it; else tracepoints alone
};

/// How ways are seen here: of each path, what is not; and what of the whole.
struct WaysPlan {
    std::vector<std::string> programs;
    Backend backend = Backend::tracepoint;
    std::array<std::string, path_count> unseen; ///< why the bytes of a path are not counted; empty: they are
    std::string no_fates;   ///< why it is not known what becomes of io_uring's zero-copy sends; empty: it is
    std::string no_copies;  ///< why it is not known where their bytes are copied after all; empty: it is
    std::string doubt;      ///< what is counted on another path than its own; empty: nothing
    std::string impossible; ///< why nothing can be counted; empty: something can
};

[[nodiscard]] WaysPlan plan_ways(bool may_hook);
/// How sockets are followed where nothing runs at a call: what is seen at once of every way is nothing, for this
/// reason.
[[nodiscard]] WaysPlan plan_sockets_alone(const std::string& reason);

/// The paths that are counted where they are seen.
[[nodiscard]] std::vector<Path> counted_ways();

/// Bytes of kernel memory of the tables for so many subjects, on a machine with so many CPUs; sockets come on top, with
/// some 200 bytes each.
[[nodiscard]] std::uint64_t ways_bytes(std::uint32_t subjects, unsigned cpus);

/// A process or thread that was added.
struct FoundTask {
    std::uint32_t tid = 0; ///< of the initial PID namespace
    std::uint32_t tgid = 0;
    std::uint32_t visible_tgid = 0; ///< as this process sees it
};

/// What a subject did, from the beginning of the trace.
struct CountedSubject {
    std::uint32_t number = 0;
    std::uint32_t tgid = 0; ///< of the initial PID namespace; 0: of several
    std::optional<std::uint32_t> pid;
    std::string comm;
    std::string connection;
    struct Way {
        std::uint64_t calls = 0;
        std::uint64_t bytes = 0;
    };
    std::array<Way, path_count> ways{}; ///< by path
    CallTotals calls;
    std::uint64_t failed_sends = 0;
    std::uint64_t failed_receives = 0;
    std::uint64_t ends_of_file = 0;
    std::vector<CallFigures> by_call;
    SocketTotals sockets;
    std::uint64_t tls_sockets = 0;
    std::uint64_t unknown_sockets = 0;   ///< first seen in the middle of their life
    std::uint64_t differing_sockets = 0; ///< whose own count is not that of the calls
    std::uint64_t called_sent = 0;       ///< as the calls on those sockets returned
    std::uint64_t called_received = 0;
    std::uint64_t cut_bytes = 0; ///< of calls that were under way when the trace began
    /// What became of its zero-copy sends by io_uring.
    struct Fates {
        std::uint64_t sends = 0;
        std::uint64_t completions = 0; ///< that the program was told of
        std::uint64_t copied = 0;      ///< of those, copied after all
        std::uint64_t unknown = 0;     ///< of those, for which nobody has asked whether they were
        std::uint64_t elapsed_ns = 0;  ///< of all completions, from the send on
        Way copies;                    ///< of packets with their pages
        std::vector<CopySite> sites;   ///< where those were made; read at the end
    } fates;
};

/// Counts the bytes that any program moves over TCP by the way that they take, exactly and without clocks, from open()
/// until destruction. Nothing is pinned.
class Ways {
  public:
    static Result<Ways> open(const WaysPlan& plan, const WaysOptions& options);
    Ways(Ways&&) noexcept;
    Ways& operator=(Ways&&) noexcept;
    ~Ways();

    /// Never counts what this process does.
    void exclude_this_process();
    /// Adds the processes of these ids, as this process sees them, and those of the wanted name, with all their threads
    /// and descendants, and gives those; with every_task, all that there are. What was added before stays so.
    [[nodiscard]] Result<std::vector<FoundTask>> add(const std::vector<std::uint32_t>& pids, bool by_comm);
    /// Reads where the sockets of this process's network namespace are: what they did before does not count.
    [[nodiscard]] Result<void> adopt_sockets();
    /// With sockets_alone: finds out whose the sockets are that are open.
    [[nodiscard]] Result<void> own_sockets();
    /// With sockets_alone: sockets that ended before it was known whose they are, and their bytes.
    struct Ownerless {
        std::uint64_t sockets = 0;
        std::uint64_t bytes = 0;
    };
    [[nodiscard]] Ownerless ownerless() const;
    /// Of the sockets that were adopted, those that may send with MSG_ZEROCOPY.
    [[nodiscard]] std::uint64_t zero_copy_sockets() const;
    /// Reads where they are now. Not in the last pass: a socket on which a call is under way is left out and counted in
    /// what is returned.
    [[nodiscard]] Result<std::uint64_t> freeze_sockets(bool last_pass);
    /// All subjects so far; that of all others is the last where it has counts.
    [[nodiscard]] Result<std::vector<CountedSubject>> read() const;
    /// Adds where bytes of io_uring's zero-copy sends were copied after all.
    [[nodiscard]] Result<void> add_copy_sites(std::vector<CountedSubject>& subjects) const;
    /// The subject of a process, by its id in the initial PID namespace, while that lives; nothing when it has none
    /// yet.
    [[nodiscard]] std::optional<std::uint32_t> subject_of(std::uint32_t tgid) const;
    /// Times that something found no room among the subjects, and sockets for which there was no memory.
    [[nodiscard]] std::uint64_t without_subject() const;
    [[nodiscard]] std::uint64_t without_storage() const;
    /// Zero-copy sends of io_uring that found no room, so that it is not known what became of them.
    [[nodiscard]] std::uint64_t without_fate() const;
    /// Copies after all whose place found no room.
    [[nodiscard]] std::uint64_t without_site() const;
    /// Hits that the kernel dropped, by program.
    [[nodiscard]] std::vector<std::pair<std::string, std::uint64_t>> misses() const;
    [[nodiscard]] std::uint64_t map_bytes() const;

  private:
    struct State;
    explicit Ways(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace netio::tracer
