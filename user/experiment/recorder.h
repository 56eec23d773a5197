// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>

#include "base/result.h"
#include "model/recording.h"

namespace netio::experiment {

/// Follows an attached trace; every call comes from the recorder's own thread.
class RecordListener {
  public:
    RecordListener() = default;
    RecordListener(const RecordListener&) = delete;
    RecordListener& operator=(const RecordListener&) = delete;
    virtual ~RecordListener() = default;

    /// Tracing has begun: what is traced, and with how much memory.
    virtual void attached(const Recording& recording) = 0;
    /// Nothing matches yet: what is waited for.
    virtual void waiting_for(const std::string& what) = 0;
    /// About once a second.
    virtual void goes_on(const Recording& so_far) = 0;
};

/// Traces what the spec names until its duration is over, its command has ended, or SIGINT or SIGTERM comes.
[[nodiscard]] Result<Recording> record(const AttachSpec& spec, const std::string& command_line,
                                       RecordListener& listener);

} // namespace netio::experiment
