// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/recording.h"

namespace netio::experiment {

/// The running processes that an attached trace begins with, by what /proc says now.
struct Targets {
    std::vector<std::uint32_t> pids; ///< as this process sees them
    bool wait_for_comm = false;      ///< processes that take the spec's name are added by the programs
};

/// An error, of bad input, when a process that is named is none or cannot be traced, or nothing can match.
[[nodiscard]] Result<Targets> find_targets(const AttachSpec& spec);

/// The control group of a process as /proc shows it: that of version 2, else that of the first named hierarchy; empty
/// when the process is gone.
[[nodiscard]] std::string cgroup_of(std::uint32_t pid);

/// Calls `work` in each network namespace that a process is in, in a thread of its own; the first error ends it. A
/// namespace that may not be entered is left out, and named in what is returned.
[[nodiscard]] Result<std::vector<std::string>> in_each_network_namespace(const std::function<Result<void>()>& work);

} // namespace netio::experiment
