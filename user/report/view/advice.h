// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/assignment.h"
#include "analysis/finding.h"
#include "analysis/summary.h"

/// What the judge and the findings say, with the options that would tell more.
namespace netio::report {

/// "`--repeats 9` would probably settle what is open."; "" where there is nothing to advise.
[[nodiscard]] std::string in_words(const analysis::Advice& advice);

/// Which variant is the fastest, and whether that is shown; "" for fewer than two variants with messages. `on_repeats`
/// is the run's advice_on_repeats(), told where something is open.
[[nodiscard]] std::string headline_of(const analysis::Group& group, const analysis::Advice& on_repeats);
/// The same of a whole run.
[[nodiscard]] std::string verdict_of(const std::vector<analysis::Group>& groups);

/// What must be known before any figure is believed: that the run was not traced, or ended early.
[[nodiscard]] std::vector<std::string> alerts_of(const Run& run);

/// What a finding means, and what to do.
[[nodiscard]] std::string meaning_of(const analysis::Finding& finding);
/// The fact, and the above.
[[nodiscard]] std::string text_of(const analysis::Finding& finding);

/// An answer, and what it lacks. The advice goes with the second, if anything is missing.
[[nodiscard]] std::string text_of(const analysis::Answer& answer);
[[nodiscard]] std::string missing_of(const analysis::Answer& answer);

} // namespace netio::report
