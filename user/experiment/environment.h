// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "model/run_result.h"
#include "netns/namespace.h"

namespace netio::experiment {

/// Adds what can be said of the machine without looking at a link or a plan. What cannot be read is left empty.
void describe_machine(Environment& environment);

/// Adds the settings that belong to a network namespace: to that of the calling thread, or to `where`.
void add_network_settings(Environment& environment);
[[nodiscard]] Result<void> add_network_settings(Environment& environment, const netns::Namespace& where);

inline constexpr const char* optmem_path = "/proc/sys/net/core/optmem_max";
/// Whether a network namespace shows a sysctl.
[[nodiscard]] bool has_setting(const netns::Namespace& where, const char* path);

/// Contents of a file such as a sysctl without trailing white space; "" when it cannot be read.
[[nodiscard]] std::string read_setting(const std::string& path);

} // namespace netio::experiment
