// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

namespace netio {

/// Whether the calling thread has the capability in its effective set. `capability` is a CAP_… of linux/capability.h;
/// what the kernel does not know or does not tell is not held.
[[nodiscard]] bool has_capability(unsigned capability);

/// Whether mm_account_pinned_pages() leaves this process alone, as it does under CAP_IPC_LOCK in the kernel's first
/// user namespace (PROC_USER_INIT_INO); in another one capabilities do not count there.
[[nodiscard]] bool exempt_from_memory_lock_limit();

/// Whether the process is in the kernel's first PID namespace (PROC_PID_INIT_INO), in which BPF programs see threads by
/// the ids that the threads themselves see.
[[nodiscard]] bool in_first_pid_namespace();

/// Sets RLIMIT_MEMLOCK of this process to unlimited, if that is allowed.
[[nodiscard]] bool lift_memory_lock_limit();

} // namespace netio
