// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "labs/check.h"
#include "labs/lab.h"

namespace netio::labs {

/// What the file with a student's answers is called.
inline constexpr std::string_view answers_file = "answers.txt";

/// The form that `start` writes: the questions as comments, and their keys.
[[nodiscard]] std::string form_of(const Lab& lab);

/// What `start` prints: where the lab runs, how long it takes, its commands, and what to do then. `folder` is where the
/// form was written; as root or with sudo (`is_root`) commands need no sudo.
[[nodiscard]] std::string introduction_to(const Lab& lab, const std::string& folder, bool is_root, std::size_t width);

/// A line for each lab.
[[nodiscard]] std::string list_of_labs(std::size_t width);

/// What `check` prints: a paragraph for each question, and the sum.
[[nodiscard]] std::string told(const LabResult& result, std::size_t width);

} // namespace netio::labs
