// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "netio_abi.h"

namespace netio::tracer {

/// The table of traced threads, which the BPF programs read and write at the same time (bpf/tasks.bpf.c). It is shared
/// memory: what a forked process adds is seen by all.
class TaskTable {
  public:
    /// The programs' variables of these names; `lost` counts threads that found no place. All are only referred to.
    TaskTable(std::span<netio_thread> threads, std::span<std::uint16_t> thread_index, std::uint32_t& next_thread,
              __u64& lost, bool always_slow)
        : threads_(threads), index_(thread_index), next_(next_thread), lost_(lost), always_slow_(always_slow) {}

    /// A thread that is in the table already is its new subject's, and in no call.
    [[nodiscard]] Result<void> add(std::uint32_t tid, std::uint32_t subject);
    /// Forgets all threads. None of them may be in a call.
    void clear();

    /// No thread is in a call, as far as the programs know.
    void restart();

  private:
    netio_thread* claim(std::uint32_t tid);

    std::span<netio_thread> threads_;
    std::span<std::uint16_t> index_;
    std::uint32_t& next_;
    __u64& lost_;
    bool always_slow_;
};

} // namespace netio::tracer
