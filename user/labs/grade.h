// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labs/check.h"

namespace netio::labs {

/// What one student handed in for one lab.
struct Submission {
    std::string name;  ///< of its folder
    std::string fault; ///< why nothing of it could be graded; empty otherwise
    const Lab* lab = nullptr;
    Answers answers;
    SavedRuns runs;
    LabResult result;
    std::vector<std::string> remarks; ///< what cannot be as it says, copies, and what was not made for the lab
};

/// Looks at all that was handed in together: judges answers, and adds remarks on submissions that have the same
/// measurement or the same sentences.
void grade(std::vector<Submission>& submissions);

/// A row for each question, and one for each submission with its sum ("total") and remarks. Text that a spreadsheet
/// would take for a formula begins with an apostrophe.
[[nodiscard]] std::string render_grades_csv(const std::vector<Submission>& submissions);

/// A page for showing: numbers instead of names, points per question, what was given and expected, medians of the
/// class. It needs nothing but itself, and allows no script.
[[nodiscard]] std::string render_grades_page(const std::vector<Submission>& submissions);

/// What `grade` prints.
[[nodiscard]] std::string summary_of(const std::vector<Submission>& submissions, std::size_t width);

} // namespace netio::labs
