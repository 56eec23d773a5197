// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"

namespace netio::cli {

/// One line for a user: "what: why (hint; use fewer --threads)". The only place where an error's choices become
/// options.
[[nodiscard]] std::string error_text(const Error& error);

} // namespace netio::cli
