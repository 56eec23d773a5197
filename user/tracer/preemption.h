// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "tracer/features.h"

namespace netio::tracer {

/// Whether the kernel lets another thread run while a program of a raw tracepoint runs in a thread (it does since 7.2).
/// Then it drops the hits of the others until that thread has gone on, because the program counts as running. Attaches
/// a program that looks at the preemption count, and makes a system call.
[[nodiscard]] Answer probe_preemption();

} // namespace netio::tracer
