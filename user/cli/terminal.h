// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "report/text.h"

namespace netio::cli {

/// Colour when standard output is a terminal and NO_COLOR (https://no-color.org) is not set.
[[nodiscard]] report::TextOptions output_options();

/// Writes to standard output; whether all of it arrived.
[[nodiscard]] bool print(const std::string& text);

} // namespace netio::cli
