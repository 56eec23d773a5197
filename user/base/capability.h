// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

namespace netio {

/// Whether the calling thread has the capability in its effective set. `capability` is a CAP_… of linux/capability.h;
/// what the kernel does not know or does not tell is not held.
[[nodiscard]] bool has_capability(unsigned capability);

} // namespace netio
