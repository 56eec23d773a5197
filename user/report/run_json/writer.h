// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <string_view>

#include "model/recording.h"
#include "model/run_result.h"

namespace netio::report {

/// What "schema" says in a run.json that this program writes, and has to say in one that it reads.
inline constexpr std::string_view run_schema = "netio-trace/run/1";

/// The same of a trace.json, and what that is called in a folder.
inline constexpr std::string_view recording_schema = "netio-trace/attach/1";
inline constexpr std::string_view recording_file = "trace.json";

/// run.json; docs/formats.md describes it.
[[nodiscard]] std::string render_json(const Run& run);

/// trace.json; docs/formats.md describes it.
[[nodiscard]] std::string render_recording_json(const Recording& recording);

} // namespace netio::report
