// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <bpf/bpf.h>

#include <string>

#include "base/unique_fd.h"
#include "tracer/kernel_types.h"

namespace netio::tracer {

/// "return 0" of the given type; no descriptor, and errno, when the kernel refuses it.
[[nodiscard]] UniqueFd load_trivial_program(bpf_prog_type type, bpf_prog_load_opts* options = nullptr);

/// The same for the entry of a kernel function, of type tracing. ENOENT when the kernel's types do not have it.
[[nodiscard]] UniqueFd load_trivial_fentry(const KernelTypes& types, const std::string& function);

} // namespace netio::tracer
