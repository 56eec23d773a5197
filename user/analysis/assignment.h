// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"

namespace netio::analysis {

enum class Answered {
    yes,
    in_part, ///< `missing` says of what
    no       ///< the same
};

/// The answer to a question of the assignment, from the run's own figures.
struct Answer {
    char letter = 'a';
    std::string question;
    Answered answered = Answered::no;
    std::string text;    ///< a few sentences
    std::string brief;   ///< those of them that answer the question
    std::string missing; ///< what was not measured; empty when nothing is missing
    std::vector<Evidence> evidence;
    std::vector<std::string> rests_on;
    Advice advice; ///< how to get what is missing, or to settle what is open
};

/// The six questions, (a) to (f), in their order. The labels two-copy, one-copy and zero-copy are the assignment's:
/// where the measured copies per byte differ from them, the answers say so.
[[nodiscard]] std::vector<Answer> answer_assignment(const Run& run);

} // namespace netio::analysis
