// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "experiment/surroundings.h"
#include "experiment/worker_process.h"
#include "netns/namespace.h"
#include "tracer/session.h"
#include "workload/options.h"
#include "workload/start_and_stop.h"

namespace netio::experiment {

/// What the two worker processes of a cell are started with.
struct WorkerSetup {
    workload::Options options;
    const std::vector<std::string>& events;
    tracer::Session* session = nullptr; ///< null: not traced
    const workload::StopEvent& stop;
    /// Called in the receiving end's process: before its threads are let go, and when the first has finished
    /// its last message.
    std::function<void()> measuring_begins;
    std::function<void()> measuring_ends;
    /// Used in the receiving end's process.
    Surroundings& surroundings;
};

/// Starts the sending end in a process of its own, inside `where` (null: where this one
/// is). It reports `listening`, then `result` or `error`.
[[nodiscard]] Result<WorkerProcess> start_server(const WorkerSetup& setup, const netns::Namespace* where);

/// Starts the receiving end likewise. It reports `measuring`, then `result` or `error`.
[[nodiscard]] Result<WorkerProcess> start_client(const WorkerSetup& setup, const netns::Namespace* where);

} // namespace netio::experiment
