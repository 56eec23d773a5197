// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "analysis/laws.h"
#include "model/recording.h"

namespace netio::analysis {

/// What the subject that sums all others is called.
inline constexpr std::string_view others_name = "others";

/// The direction whose bytes a path moves.
[[nodiscard]] constexpr Direction direction_of(Path path) {
    return payload_role(path) == Role::sender ? Direction::sent : Direction::received;
}
/// Payload goes this way: it is copied, pinned, handed over by reference or dropped here, inside of calls or later.
[[nodiscard]] constexpr bool is_way_of_bytes(Path path) { return moves_bytes(path) && !is_call(path); }

/// Bytes that calls of a direction returned, or that the sockets tell of.
[[nodiscard]] std::uint64_t bytes_of(const SubjectTrace& figures, Direction direction);
/// How many calls that took; not available where bytes moved and nothing ran at calls.
[[nodiscard]] Figure calls_of(const SubjectTrace& figures, Direction direction);

/// Zero-copy sends that were copied after all: at least so many where the fate of some is not known.
[[nodiscard]] Figure copied_sends(const AttachedSubject& subject);

/// How often each byte that a subject sent or received was copied on its own side, see docs/method.md. What no probe
/// counts is not taken for none: the figure is then unavailable but for its lower bound.
[[nodiscard]] Figure copies_per_byte(const SubjectTrace& figures, Direction direction);

/// A path's bytes for each byte that the subject moved in the path's direction.
[[nodiscard]] Figure bytes_per_byte(const SubjectTrace& figures, Path path);

/// Several subjects as one of this name. What is not known of one of them is not known of the sum.
[[nodiscard]] AttachedSubject sum_of(std::span<const AttachedSubject* const> subjects, std::string name);

/// At most so many subjects, busiest first; the last is the sum of those that find no room. `most` is 1 at least.
[[nodiscard]] std::vector<AttachedSubject> busiest(const Recording& recording, std::size_t most);

/// All of them as one.
[[nodiscard]] AttachedSubject sum_of_all(const Recording& recording);

/// Whether a subject sent anything by io_uring.
[[nodiscard]] bool sends_by_io_uring(const AttachedSubject& subject);

/// Whether a subject moved any byte or made any call.
[[nodiscard]] bool did_anything(const AttachedSubject& subject);

/// How much of what was moved is accounted for, by the laws that the subjects carry.
[[nodiscard]] Accounting account(const Recording& recording);

} // namespace netio::analysis
