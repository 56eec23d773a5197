// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "model/names.h"

namespace netio::tracer {

/// A kernel function that the exact backends hook, and at which of its edges. The BPF programs are named after it:
/// fentry_F and fexit_F, kprobe_F and kretprobe_F.
struct HookedFunction {
    std::string_view name;
    bool entry = false;
    bool exit = false;
    bool zero_copy_only = false; ///< of use only in cells whose sender uses MSG_ZEROCOPY
};

/// All of them. docs/method.md says what each is for.
[[nodiscard]] std::span<const HookedFunction> hooked_functions();

[[nodiscard]] const HookedFunction* find_hooked_function(std::string_view name);

/// Name of the program at an edge; `backend` is fentry or kprobe.
[[nodiscard]] std::string entry_program(Backend backend, std::string_view function);
[[nodiscard]] std::string exit_program(Backend backend, std::string_view function);

} // namespace netio::tracer
