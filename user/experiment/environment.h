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

/// Whether mm_account_pinned_pages() leaves this process alone, as it does under CAP_IPC_LOCK in the kernel's first
/// user namespace (PROC_USER_INIT_INO); in another one capabilities do not count there.
[[nodiscard]] bool exempt_from_memory_lock_limit();

} // namespace netio::experiment
