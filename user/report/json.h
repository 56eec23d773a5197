// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"

namespace netio::report {

/// run.json, schema "netio-trace/run/1"; docs/formats.md describes it.
[[nodiscard]] std::string render_json(const Run& run);

} // namespace netio::report
