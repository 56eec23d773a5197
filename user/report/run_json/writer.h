// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

#include "model/run_result.h"

namespace netio::report {

/// What "schema" says in a run.json that this program writes, and has to say in one that it reads.
inline constexpr std::string_view run_schema = "netio-trace/run/1";

/// run.json; docs/formats.md describes it.
[[nodiscard]] std::string render_json(const Run& run);

} // namespace netio::report
