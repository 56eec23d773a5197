// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>
#include <span>
#include <string>

#include "experiment/runner.h"

namespace netio::cli {

/// How a run's progress is shown on standard error: a bar with the time left on a terminal, a line a cell elsewhere,
/// nothing when `quiet`.
[[nodiscard]] std::unique_ptr<experiment::RunListener> make_progress(bool quiet);

/// What is told before the first cell: how long the run takes, and what it cannot measure here, by what the kernel says
/// of the events that it counts and of tracing. Lines, without the last line end.
[[nodiscard]] std::string announcement(const Run& run, std::size_t cells, std::span<const CounterReading> events);

} // namespace netio::cli
