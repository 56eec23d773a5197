// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "labs/answers.h"
#include "labs/figures.h"
#include "labs/lab.h"
#include "model/names.h"

namespace netio::labs {

enum class Outcome {
    right,
    wrong,
    noted,        ///< a prediction or sentences: there, and not judged
    not_answered, ///< nothing stands behind the colon
    malformed,    ///< no number, or none of the choices
    unchecked     ///< the run that it is about is not there, or does not hold what it is about
};

} // namespace netio::labs

namespace netio {
template <>
inline constexpr std::array<std::string_view, 6> value_names<labs::Outcome>{"right",        "wrong",     "noted",
                                                                            "not answered", "malformed", "not checked"};
} // namespace netio

namespace netio::labs {

/// What a student writes where the run has no such figure.
inline constexpr std::string_view not_measured = "not measured";

struct Checked {
    const Question* question = nullptr;
    Outcome outcome = Outcome::not_answered;
    std::string given;            ///< as it stands in the file
    std::string expected;         ///< for the instructor; empty where it is not known
    std::string reply;            ///< the "why" of a right answer, the hint of a wrong one, or what is the matter
    unsigned points = 0;          ///< earned
    std::optional<double> number; ///< given, where it is one
};

struct LabResult {
    const Lab* lab = nullptr;
    std::vector<Checked> questions;

    [[nodiscard]] unsigned points() const; ///< earned
    [[nodiscard]] unsigned
    possible() const; ///< without questions that are unchecked for an optional run that is not there
    /// Everything that can be judged is right, and nothing is unanswered.
    [[nodiscard]] bool passed() const;
};

/// Judges answers by the student's own runs.
///
/// A number is right within the question's tolerance of the figure; of a figure of which bounds are known, within them,
/// and of one that is not available when "not measured" is said of it. Where a figure that students take for the right
/// one is given instead, the hint is of that. Replies of choices and words are sealed under
/// "LAB/QUESTION/ANSWER", and the first character of what opens says whether it is right (+) or not (-); "*" stands for
/// each other word. Those of numbers and of choices that depend on the run are sealed under "right", "above", "below",
/// "wrong", "unavailable" and "confusion" in the same place.
[[nodiscard]] LabResult check(const Lab& lab, const Answers& answers, const SavedRuns& runs);

/// A number as students write it: digits with an optional decimal point, exponent, thousands' commas, the mark of a
/// quality before it and the unit behind it; none for all else.
[[nodiscard]] std::optional<double> number_in(std::string_view text, std::string_view unit);

} // namespace netio::labs
