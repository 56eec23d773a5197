// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "workload/message_sender.h"

namespace netio::workload {
namespace {

/// The kernel has its own copy when a call returns, so one set of buffers is enough.
class CopyingSend : public MessageSender {
  public:
    CopyingSend(Channel& channel, BufferSet buffers) : channel_(channel), buffers_(std::move(buffers)) {}

    Result<BufferSet*> next_buffers() override { return &buffers_; }

  protected:
    Channel& channel_;
    BufferSet buffers_;
};

/// One send() for each field.
class SendPerField final : public CopyingSend {
  public:
    using CopyingSend::CopyingSend;

    Result<void> send() override {
        for (unsigned field = 0; field < fields_per_message; ++field)
            if (Result<void> sent = channel_.send_all(buffers_.field(field)); !sent)
                return sent;
        return {};
    }
};

/// One sendmsg() with 8 iovecs.
class GatheringSend final : public CopyingSend {
  public:
    using CopyingSend::CopyingSend;

    Result<void> send() override {
        IoVectors vectors = buffers_.io_vectors();
        return channel_.send_all(std::span<iovec>(vectors));
    }
};

} // namespace

Result<std::unique_ptr<MessageSender>> send_per_field(Channel& channel, std::vector<BufferSet> sets) {
    return std::unique_ptr<MessageSender>(std::make_unique<SendPerField>(channel, std::move(sets.front())));
}

Result<std::unique_ptr<MessageSender>> gathering_send(Channel& channel, std::vector<BufferSet> sets) {
    return std::unique_ptr<MessageSender>(std::make_unique<GatheringSend>(channel, std::move(sets.front())));
}

} // namespace netio::workload
