// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"

namespace netio::experiment {

/// What can be said of the machine without looking at a link or a plan. What cannot be read is left empty.
[[nodiscard]] Environment describe_machine();

/// Adds the settings that belong to a network namespace; the calling thread must be in it.
void add_network_settings(Environment& environment);

/// Contents of a file such as a sysctl without trailing white space; "" when it cannot be read.
[[nodiscard]] std::string read_setting(const std::string& path);

} // namespace netio::experiment
