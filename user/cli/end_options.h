// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "model/run_result.h"
#include "workload/options.h"
#include "workload/stop.h"

namespace CLI {
class App;
}

namespace netio::cli {

/// Options that `server` and `client` have in common, and that both ends must agree on.
struct EndOptions {
    workload::Options options;
    std::string pattern = "rr";

    void add_to(CLI::App& command);
    /// Checks what was typed and fills `options`.
    [[nodiscard]] Result<void> settle();
};

/// Stops a server or client in an orderly way when SIGINT or SIGTERM arrives, from creation on; one at a time.
[[nodiscard]] Result<const workload::StopEvent*> stop_on_signals();

/// Whether a signal has asked for the stop.
[[nodiscard]] ExitCode exit_code_after(const workload::StopEvent& stop);

} // namespace netio::cli
