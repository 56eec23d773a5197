// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "model/run_result.h"

namespace netio::report {

/// Something that was the case while a run was made, in words.
struct RunFact {
    std::string name;
    std::string value;            ///< "" when it is not known or there is nothing to say
    bool bears_on_figures = true; ///< false: two runs that differ in this alone are repeats of one another
};

/// Machine, kernel, link, settings and every option, always the same facts in the same order but for the settings,
/// which come last. Control characters are taken out of the texts.
[[nodiscard]] std::vector<RunFact> facts_of(const Run& run);

/// A fact that is not the same in all runs, with its value in each; "" where a run does not have it.
struct Difference {
    std::string name;
    std::vector<std::string> values;
};

/// The facts that bear on figures and differ, in the order of facts_of().
[[nodiscard]] std::vector<Difference> differences_of(const std::vector<std::vector<RunFact>>& runs);

} // namespace netio::report
