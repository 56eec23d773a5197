// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"

namespace netio::workload {

/// Fails when `needed` bytes are more than the memory that the kernel calls available (MemAvailable), naming both.
/// Allocation alone would not fail: Linux hands out memory that it does not have and kills somebody later.
[[nodiscard]] Result<void> check_memory(std::uint64_t needed, unsigned threads);

/// Raises the soft limit of open files to the hard one, and fails when `needed` descriptors on top of a few dozen are
/// still more.
[[nodiscard]] Result<void> allow_files(std::uint64_t needed);

/// The highest descriptor that may be used for something else when `connections` connections are still to be opened;
/// below 0 where there is none to spare. Call it after allow_files().
[[nodiscard]] int last_spare_file(unsigned connections);

/// MemAvailable of /proc/meminfo in bytes; nothing when it cannot be read.
[[nodiscard]] std::optional<std::uint64_t> available_memory();

} // namespace netio::workload
