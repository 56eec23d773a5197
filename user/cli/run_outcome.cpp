// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/run_outcome.h"

#include "analysis/laws.h"

namespace netio::cli {

ExitCode exit_code_of(const Run& run) {
    if (run.failure)
        return ExitCode::failure;
    if (run.interrupted)
        return ExitCode::interrupted;
    const analysis::Accounting accounting = analysis::account(run);
    if (accounting.laws_broken != 0)
        return ExitCode::law_broken;
    return accounting.laws_with_missed_hits != 0 ? ExitCode::hits_missed : ExitCode::success;
}

} // namespace netio::cli
