// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "model/run_result.h"
#include "workload/options.h"

namespace netio::cli {

/// A few lines on what one end did by hand.
[[nodiscard]] std::string describe_end(const workload::Options& options, const EndResult& result);

} // namespace netio::cli
