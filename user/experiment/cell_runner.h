// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <functional>
#include <optional>

#include "base/result.h"
#include "experiment/worker_process.h"
#include "model/run_result.h"
#include "netns/link.h"
#include "tracer/session.h"
#include "workload/options.h"

namespace netio::experiment {

/// What a cell is run with; all of it is only referred to.
struct CellContext {
    const RunSpec& spec;
    const netns::Link* link;  ///< null: both ends stay in this process's network namespace, and use its loopback
    tracer::Session* session; ///< null: not traced
    const SignalReceiver& signals;
    std::function<void(double)>
        tick; ///< called some ten times a second with the share of the measured part that is over
    /// How long to wait for a sign of life beyond the measured part. Generous, because connection set-up, warm-up and
    /// draining of thousands of connections on few CPUs take their time; it only ends a cell that would hang for ever.
    double patience_s = 120.0;
};

/// Runs one cell: a server and a client process, each in its namespace, and the tracer around them. Nothing when the
/// user stopped it with a signal.
[[nodiscard]] Result<std::optional<Cell>> run_cell(const CellKey& key, const CellContext& context);

/// What both ends of a cell do, but for the address.
[[nodiscard]] workload::Options workload_options(const RunSpec& spec, const CellKey& key);

/// Messages of each connection before the measured part: as many as asked for, but no more than 64 MiB of payload, so
/// that large fields do not spend longer warming up than being measured.
[[nodiscard]] unsigned effective_warmup(unsigned asked, std::uint64_t field_size);

} // namespace netio::experiment
