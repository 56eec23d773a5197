// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "workload/message_sender.h"

namespace netio::workload {

/// A1: one send() for each field. The kernel has its own copy when send() returns, so one set of buffers is enough.
class SendPerField final : public MessageSender {
  public:
    SendPerField(Channel& channel, BufferSet buffers) : channel_(channel), buffers_(std::move(buffers)) {}

    Result<BufferSet*> next_buffers() override { return &buffers_; }
    Result<void> send() override;

  private:
    Channel& channel_;
    BufferSet buffers_;
};

} // namespace netio::workload
