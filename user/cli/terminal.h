// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "cli/program.h"
#include "report/text/run.h"

namespace netio::cli {

/// Whether this is a terminal, and not one without control sequences (TERM=dumb).
[[nodiscard]] bool takes_control_sequences(int fd);

/// Columns of a terminal; 80 where they are not known.
[[nodiscard]] std::size_t columns_of(int fd);

/// Colour when standard output takes it and NO_COLOR (https://no-color.org) is not set; the size of the terminal.
[[nodiscard]] report::TextOptions output_options(const Invocation& invocation);

/// Writes to standard output; whether all of it arrived.
[[nodiscard]] bool print(const std::string& text);

/// The error when that fails; `hint` says where else the text is, if anywhere.
[[nodiscard]] Error output_error(std::string hint = {});

} // namespace netio::cli
