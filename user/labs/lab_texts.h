// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labs/lab.h"

namespace netio::labs {

/// The files of one lab, as docs/labs has them.
struct LabText {
    std::string folder;
    std::string_view text;      ///< lab.md
    std::string_view questions; ///< questions.json
    std::vector<LabFile> others;
};

/// Of all labs, in the order of their folders. The build puts them into the program.
[[nodiscard]] const std::vector<LabText>& lab_texts();

} // namespace netio::labs
