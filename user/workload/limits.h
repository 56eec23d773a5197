// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/confinement.h"
#include "base/result.h"
#include "workload/options.h"

namespace netio::workload {

/// Fails when `buffers` bytes and so many threads need more memory than the machine or a control group of this process
/// has left, naming both. Allocation alone would not fail: Linux hands out memory that it does not have and kills
/// somebody later.
[[nodiscard]] Result<void> check_memory(std::uint64_t buffers, unsigned threads);

/// The same of this process alone: also what its own limits leave it (RLIMIT_AS, RLIMIT_DATA).
[[nodiscard]] Result<void> check_own_memory(std::uint64_t buffers, unsigned threads);

/// The capabilities that one end's connections of these options cannot do without: CAP_NET_ADMIN for a congestion
/// control that not everybody may choose in this network namespace, and, where the limit of locked memory
/// (RLIMIT_MEMLOCK) cannot be lifted, which is tried, CAP_IPC_LOCK for zero-copy sends beyond it.
[[nodiscard]] CapabilitySet needed_capabilities(const Options& options, Role role);

/// Raises the soft limit of open files to the hard one, and fails when `needed` descriptors on top of a few dozen are
/// still more.
[[nodiscard]] Result<void> allow_files(std::uint64_t needed);

/// The highest descriptor that may be used for something else when `connections` connections are still to be opened;
/// below 0 where there is none to spare. Call it after allow_files().
[[nodiscard]] int last_spare_file(unsigned connections);

} // namespace netio::workload
