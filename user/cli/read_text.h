// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace netio::cli {

/// The text of a regular file of at most so many bytes, opened with the rights of the user who called (FileRights). Of
/// what is no regular file (a pipe could last for ever), and of one that is larger, an error of exit code bad_input.
[[nodiscard]] Result<std::string> read_text(const std::string& path, std::size_t most_bytes);

} // namespace netio::cli
