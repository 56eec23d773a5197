// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "analysis/laws.h"
#include "analysis/summary.h"
#include "report/view/log_axis.h"

namespace netio::report {

/// "8 × 4 KiB fields = 32 KiB a message, 1 connection".
[[nodiscard]] std::string title_of(const analysis::Group& group);

/// From the shortest to the longest latency of all variants; nothing when no message was measured.
[[nodiscard]] std::optional<LogAxis> latency_axis(const analysis::Group& group, std::size_t columns);

/// Nothing contradicts the figures and nothing is missing from them.
[[nodiscard]] bool sound(const analysis::Accounting& accounting);

} // namespace netio::report
