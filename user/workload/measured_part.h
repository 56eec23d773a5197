// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>

#include "model/run_result.h"

namespace netio::workload {

/// What the kernel accounts to the calling thread and its connection in the measured part. Both are asked before and
/// after, never during it.
class MeasuredPart {
  public:
    void begin_thread();
    void begin_connection(int socket);
    /// Puts what happened since both began into the figures of the end that the thread is of.
    void end(int socket, EndResult& figures) const;

  private:
    struct CpuTime {
        double user_s = 0.0;
        double system_s = 0.0;

        static CpuTime now();
    };

    CpuTime cpu_;
    std::optional<double> runnable_s_;
    std::optional<ConnectionFigures> connection_;
};

/// What TCP_INFO says of a connection since it was made: one round-trip time and congestion window, and sums. Nothing
/// for a socket that has no such thing.
[[nodiscard]] std::optional<ConnectionFigures> figures_of_connection(int socket);

} // namespace netio::workload
