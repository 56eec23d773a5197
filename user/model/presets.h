// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/run_spec.h"

namespace netio {

/// smoke: does everything work, under 30 s. quick: the three variants over small, middling and large fields, under
/// 2 minutes. assignment: the published experiment (48 cells of 10 s), with TCP_NODELAY unless --nagle is given.
[[nodiscard]] std::optional<RunSpec> preset(std::string_view name);
[[nodiscard]] const std::vector<std::string>& preset_names();

} // namespace netio
