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

/// What commands have to be like where they are typed.
struct Surroundings {
    std::string folder;                  ///< that the form was written to
    std::string program = "netio-trace"; ///< what a shell finds the program by, from any folder
    std::string tree{};                  ///< the source tree; empty: there is none
    bool is_root = false;                ///< no sudo is needed
};

/// What `start` prints: where the lab runs, how long it takes, its commands, and what to do then. Who is not root and
/// has the source tree is told the same runs in a guest.
[[nodiscard]] std::string introduction_to(const Lab& lab, const Surroundings& surroundings, std::size_t width);

/// A line for each lab.
[[nodiscard]] std::string list_of_labs(std::size_t width);

/// What `check` prints: a paragraph for each question, and the sum.
[[nodiscard]] std::string told(const LabResult& result, std::size_t width);

} // namespace netio::labs
