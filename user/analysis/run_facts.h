// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "model/run_result.h"

namespace netio::analysis {

/// What two runs may make of a fact that they do not share.
enum class Bearing {
    none,  ///< runs that differ in it alone are repeats of one another
    cells, ///< it says which cells there are, not what they are like
    figures
};

/// Something that was the case while a run was made, in words.
struct RunFact {
    std::string name;
    std::string value; ///< "" when it was not recorded
    /// As the head of a page says it, without the name: "TCP_NODELAY"; "" for what is not said there.
    std::string brief{};
    Bearing bearing = Bearing::figures;
    bool of_machine = false; ///< belongs into the first line of a page's head
};

/// Machine, kernel, link, every option and the settings: the one list of what can differ between runs. Always the same
/// facts in the same order but for the settings, which come last.
[[nodiscard]] std::vector<RunFact> facts_of(const Run& run);

/// A fact that is not the same in all runs, with its value in each; "" where it was not recorded.
struct FactDifference {
    std::string name;
    std::vector<std::string> values;
    Bearing bearing = Bearing::figures;
};

/// The facts that bear on cells or figures and differ, in the order of facts_of().
[[nodiscard]] std::vector<FactDifference> differences_of(const std::vector<std::vector<RunFact>>& runs);

} // namespace netio::analysis
