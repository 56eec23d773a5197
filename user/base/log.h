// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <spdlog/spdlog.h>

namespace netio {

/// How much goes to standard error. Results go to standard output and never through the log.
enum class Verbosity { quiet, normal, verbose, debug };

/// Sets up spdlog's default logger: standard error, colour only on a terminal and without NO_COLOR. To be called once,
/// before any thread is started.
void set_up_log(Verbosity verbosity);

} // namespace netio
