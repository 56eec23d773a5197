// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/run_spec.h"

namespace netio {

/// smoke: does everything work, under 30 s. quick: the default variants over small, middling and large fields, under
/// 2 minutes. assignment: the 48 cells of the published experiment, with TCP_NODELAY unless --nagle is given; instead
/// of once for 10 s each is measured 5 times for 2 s, because one repeat has no interval. With 5 repeats Student's t
/// is 2.8 and not 4.3 as with 3.
[[nodiscard]] std::optional<RunSpec> preset(std::string_view name);
[[nodiscard]] const std::vector<std::string>& preset_names();

} // namespace netio
