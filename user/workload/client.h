// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "model/run_result.h"
#include "workload/options.h"
#include "workload/start_and_stop.h"
#include "workload/thread_observer.h"

namespace netio::workload {

/// Told when the measured part begins (all threads are at the barrier, and none has been let go) and ends; called from
/// a client thread, once each. Not told of the end when the run is stopped before.
struct MeasuringHooks {
    std::function<void()> begins;
    std::function<void()> ends;   ///< the first thread has finished its last message
    std::function<void()> over{}; ///< the last thread has
};

/// Bytes of the buffers of a receiving end with all of its connections.
[[nodiscard]] std::uint64_t client_memory(const Options& options);

/// The receiving end: options.threads connections, each with a thread, for options.duration_s after the warm-up. When
/// `stop` is signalled the threads finish their message and the result so far is returned.
[[nodiscard]] Result<EndResult> run_client(const Options& options, ObserverFactory& observers, const StopEvent& stop,
                                           const MeasuringHooks& hooks = {});

} // namespace netio::workload
