// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"
#include "experiment/cell_runner.h"
#include "model/run_result.h"

namespace netio::experiment {

/// Follows a run; every call comes from the runner's own thread.
class RunListener {
  public:
    RunListener() = default;
    RunListener(const RunListener&) = delete;
    RunListener& operator=(const RunListener&) = delete;
    virtual ~RunListener() = default;

    /// Before the first cell: the environment is known.
    virtual void run_started(const Run& run, std::size_t cells) = 0;
    virtual void cell_started(const CellKey& key, std::size_t index) = 0;
    /// Some ten times a second: the share of the cell's measured part that is over, 0 to 1.
    virtual void cell_goes_on(double share) = 0;
    /// `run.cells` has the new cell at its end. An error ends the run: for instance the disk is full.
    virtual Result<void> cell_finished(const Run& run) = 0;
};

/// Runs every cell of the spec: for each (field size, threads) the variants one after the other, and the whole again
/// for each repeat, so that a drift of the machine hits all variants alike. The calling process must have one thread
/// only, because worker processes are forked from it.
///
/// An error means that not even the first cell could be started. When a later one fails, or the user stops the run, the
/// finished cells are returned with Run::failure or Run::interrupted.
[[nodiscard]] Result<Run> run_experiment(const RunSpec& spec, const std::string& command_line, RunListener& listener);

} // namespace netio::experiment
