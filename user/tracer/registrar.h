// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>

#include "tracer/session.h"

namespace netio::tracer {

/// Registers threads by running the BPF program register_thread, whose descriptor the caller keeps, in their context.
[[nodiscard]] std::unique_ptr<ThreadRegistrar> make_registrar(int program_fd);

} // namespace netio::tracer
