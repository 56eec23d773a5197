// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/path.h"

namespace netio {

/// Paths, by index_of().
using PathSet = std::bitset<path_count>;

/// What a loss takes away.
enum class LossEffect {
    figures,   ///< events are missing in figures
    precision, ///< samples are missing; times are scaled to those that there are, and no event is lost
    timeline   ///< events are missing in the recorded timeline alone
};
template <>
inline constexpr std::array<std::string_view, 3> value_names<LossEffect>{"figures", "precision", "timeline"};

/// What a kind of loss takes away.
struct LossKind {
    PathBits counts = 0;    ///< calls and bytes
    PathBits times = 0;     ///< inclusive times
    PathBits own_times = 0; ///< exclusive and preempted times, beside those of `times`
    std::string_view note = {};
    LossEffect effect = LossEffect::figures;
    bool takes_many_calls = false; ///< each may take all calls of a thread; others take one
};

/// Whole calls of these paths, and what is left of the time of those around them.
[[nodiscard]] constexpr LossKind whole_calls(PathBits paths, PathBits own_times = 0, std::string_view note = {}) {
    return {.counts = paths, .times = paths, .own_times = own_times, .note = note};
}

/// The figures that a loss makes wrong, by path and in both roles.
struct TouchedFigures {
    PathSet counts;    ///< calls and bytes
    PathSet times;     ///< inclusive times
    PathSet own_times; ///< exclusive and preempted times; those of `times` are touched too and need not be named here

    bool operator==(const TouchedFigures&) const = default;
};

/// Something that was lost, how often, and what that makes wrong.
struct Loss {
    std::string name; ///< stable identifier, for instance "recursion_misses.tp_sys_exit"
    std::uint64_t count = 0;
    std::string touches; ///< the same as `figures`, and what is no figure of a path, in words
    LossEffect effect = LossEffect::figures;
    TouchedFigures figures{};

    /// Its name is that of a program's hits that were missed: the program. Nothing for what a program lost that ran.
    [[nodiscard]] std::optional<std::string_view> missed_by() const;
};

/// A loss with all that is known of its kind. Of a name that is not known, a program's or another, nothing is known but
/// that figures are missing. `hooked`: where the paths that tracepoints stand in for are counted by hooks, those
/// tracepoints touch them no more.
[[nodiscard]] Loss loss_of(std::string name, std::uint64_t count, bool hooked = false);

/// Adds losses up by name, in the order in which each name came first.
void add_losses(std::vector<Loss>& sum, std::span<const Loss> losses);

/// How often something with this effect was lost.
[[nodiscard]] std::uint64_t count_of(std::span<const Loss> losses, LossEffect effect);

/// Whether each of these losses may have taken any number of calls: all of a thread's. Others take one.
[[nodiscard]] bool takes_many_calls(std::string_view name);

/// The name of what NETIO_LOSS_* counts.
[[nodiscard]] std::string_view loss_name(std::size_t kind);

/// The name of the hits that a program's recursion guard kept from it, and of those that a probe dropped before.
[[nodiscard]] std::string recursion_misses_of(std::string_view program);
[[nodiscard]] std::string missed_probes_of(std::string_view program);

} // namespace netio
