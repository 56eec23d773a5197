// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "labs/lab.h"

namespace netio::labs {

/// What is read of an answers file at most, in bytes.
inline constexpr std::size_t most_answers_bytes = std::size_t{64} * 1024;
/// The longest answer, in bytes.
inline constexpr std::size_t most_answer_bytes = 4000;

/// What a student gave.
struct Answers {
    unsigned lab = 0;
    std::string name;                                        ///< of the student, as given; may be empty
    std::map<std::string, std::string, std::less<>> runs;    ///< LabRun::id to path, as given; where none is, the id
    std::map<std::string, std::string, std::less<>> answers; ///< by Question::id; empty ones are left out
};

/// The number of the lab that an answers file is of; 0: it does not say.
[[nodiscard]] unsigned lab_number_in(std::string_view text);

/// Reads an answers file: lines of "key: value", empty ones, and comments from "#" at the beginning of a line on. The
/// error (exit code bad_input) names the line: a key that the lab does not have or that comes twice, a line without a
/// colon, text that is not UTF-8 or has control characters, too much of it, or another lab's file. `name` is what
/// errors call the text.
[[nodiscard]] Result<Answers> read_answers(std::string_view text, const Lab& lab, const std::string& name);

} // namespace netio::labs
