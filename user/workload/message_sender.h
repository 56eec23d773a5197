// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>

#include "base/result.h"
#include "model/run_result.h"
#include "workload/buffers.h"
#include "workload/channel.h"
#include "workload/options.h"

namespace netio::workload {

/// Sends messages over one connection in the way of one variant, out of buffers that live as long as it.
class MessageSender {
  public:
    MessageSender() = default;
    MessageSender(const MessageSender&) = delete;
    MessageSender& operator=(const MessageSender&) = delete;
    virtual ~MessageSender() = default;

    /// The buffers of the next message, which may be written: nothing in the kernel reads them any more. Waits for that
    /// if it must. Without writing they still hold what they held.
    [[nodiscard]] virtual Result<BufferSet*> next_buffers() = 0;
    /// Sends the buffers that next_buffers() gave last.
    [[nodiscard]] virtual Result<void> send() = 0;
    /// Waits until nothing in the kernel reads any buffer.
    [[nodiscard]] virtual Result<void> finish() { return {}; }
    [[nodiscard]] virtual ZerocopyTotals zerocopy() const { return {}; }

    /// The sender of options.variant; `channel` must outlive it. All buffers are filled with the pattern of connection
    /// 0, message 0, so that their pages exist.
    static Result<std::unique_ptr<MessageSender>> create(const Options& options, Channel& channel);
    /// Sets of 8 buffers that create() will allocate.
    static unsigned buffer_sets(const Options& options);
};

/// Fills the 8 fields of an answer.
void fill_message(const BufferSet& buffers, std::uint32_t connection, std::uint64_t message);

} // namespace netio::workload
