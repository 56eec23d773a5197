// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "cli/program.h"
#include "report/text/run.h"

namespace netio::cli {

/// Colour when standard output is a terminal and NO_COLOR (https://no-color.org) is not set; as wide as the terminal,
/// from 80 to 100 columns, and 100 where there is none.
[[nodiscard]] report::TextOptions output_options(const Invocation& invocation);

/// Writes to standard output; whether all of it arrived.
[[nodiscard]] bool print(const std::string& text);

/// The error when that fails; `hint` says where else the text is, if anywhere.
[[nodiscard]] Error output_error(std::string hint = {});

} // namespace netio::cli
