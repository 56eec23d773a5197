// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace netio {

/// Memory that this process may still take.
struct MemoryHeadroom {
    std::uint64_t bytes = 0;
    std::string limited_by; ///< "the memory limit of the control group /a/b", "this machine", ...
};

/// What is left below the memory limits of the process's control groups (versions 1 and 2) and in the machine. Page
/// cache counts as left, for the kernel gives it up. Nothing when nothing could be read.
///
/// The kernel answers a BPF map that goes beyond a control group's limit with its out-of-memory killer, not with an
/// error, so it must be asked before. `root` is where /proc and /sys are.
[[nodiscard]] std::optional<MemoryHeadroom> memory_headroom(const std::filesystem::path& root = "/");

/// What RLIMIT_AS and RLIMIT_DATA leave to this process alone (getrlimit(2)); nothing where they are unlimited.
[[nodiscard]] std::optional<MemoryHeadroom> own_memory_headroom();

/// How many processes the kernel's memory killer has ended since the machine started (oom_kill of /proc/vmstat, since
/// Linux 4.13; those that it ended for a control group's limit included); nothing when that cannot be read.
[[nodiscard]] std::optional<std::uint64_t> memory_kills(const std::filesystem::path& root = "/");

} // namespace netio
