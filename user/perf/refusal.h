// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>

#include "model/run_result.h"

namespace netio::perf {

/// Why an event has no count.
struct Refusal {
    CounterStatus status = CounterStatus::not_supported;
    std::string reason;
};

/// What perf_event_open(2)'s errno means, and what to do about it. `paranoid` is kernel.perf_event_paranoid where it is
/// known.
[[nodiscard]] Refusal explain_refusal(int errno_value, std::optional<int> paranoid);

/// kernel.perf_event_paranoid; none on a kernel without perf events.
[[nodiscard]] std::optional<int> perf_event_paranoid();

} // namespace netio::perf
