// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/probe_trial.h"

namespace netio::tracer {

/// Loads the BPF programs of an object file (its bytes), attaches them, receives a MiB over a loopback connection on a
/// thread with a name of its own, and reads what the map "counts" has for that name: keys of 16 bytes, a task's name;
/// values of two numbers of 64 bits, copies and bytes. Nothing is left afterwards. Errors say what the verifier said,
/// or which map there is not. Needs root, or CAP_BPF and CAP_PERFMON.
[[nodiscard]] Result<ProbeTrial> try_probe(std::string_view object);

} // namespace netio::tracer
