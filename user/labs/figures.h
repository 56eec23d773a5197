// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "model/probe_trial.h"
#include "model/recording.h"
#include "model/run_result.h"

namespace netio::labs {

/// What a lab asks of a run: a figure by its name, and where in the run it is.
struct FigureQuery {
    std::string name; ///< see figure_names()
    std::string run;  ///< LabRun::id
    std::optional<Variant> variant;
    std::optional<Variant> against; ///< of figures that compare two
    std::uint64_t field_size = 0;   ///< bytes; 0: the smallest that there is
    unsigned threads = 0;           ///< 0: the fewest that there are
    std::optional<Path> path;
    std::optional<Role> role;
    std::optional<Direction> direction; ///< of attached traces, as the next two
    std::string subject;                ///< its comm or name; "": the busiest that moved bytes in the direction
    std::string call;                   ///< system call
    std::string event;                  ///< counter of the network or of the hardware
    std::optional<double> value;        ///< of "constant"
};

/// The id under which the check puts what a student's own BPF program counted.
inline constexpr std::string_view probe_trial_id = "probe";

/// What a submission has, by LabRun::id.
using SavedRun = std::variant<Run, Recording, ProbeTrial>;
using SavedRuns = std::map<std::string, SavedRun, std::less<>>;

/// A figure that was looked up.
struct Found {
    Figure figure;
    std::string word;    ///< of figures that are words
    std::string missing; ///< what the run lacks: no such run, variant or size. The question cannot be checked
};

/// All that can be asked for.
[[nodiscard]] std::vector<std::string_view> figure_names();

/// Looks a figure up. Everything that analysis computes comes from there.
[[nodiscard]] Found find_figure(const FigureQuery& query, const SavedRuns& runs);

} // namespace netio::labs
