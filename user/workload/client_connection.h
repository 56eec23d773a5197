// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "model/run_result.h"
#include "workload/channel.h"
#include "workload/options.h"
#include "workload/progress.h"
#include "workload/sockets.h"
#include "workload/start_and_stop.h"
#include "workload/thread_observer.h"

namespace netio::workload {

/// What all threads of a client share.
struct ClientRun {
    const Options& options;
    const std::vector<Endpoint>& endpoints;
    ObserverFactory& observers;
    const StopEvent& stop;
    StartBarrier& barrier;
    /// Set when the run is to end early; read once a message, written once.
    const std::atomic<bool>& stopping;
    /// To be called when the thread has finished its last measured message.
    const std::function<void()>& finished_measuring;
};

/// What came of one connection. The figures are filled as far as it got, also after an error.
struct ClientOutcome {
    EndResult figures;
    std::uint64_t last_message_at = 0; ///< end of the last measured message (CLOCK_MONOTONIC, ns); 0: there was none
    std::optional<Error> error;
};

/// Runs one connection from connect to close, in the calling thread. A connection that breaks while the run is stopping
/// is no error.
[[nodiscard]] ClientOutcome run_connection(Channel& channel, Progress& progress, unsigned number, const ClientRun& run);

} // namespace netio::workload
