// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <cstring>
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

/// The fields copied into one buffer, and one send() of that.
class JoiningSend final : public CopyingSend {
  public:
    JoiningSend(Channel& channel, BufferSet buffers, Buffer joined)
        : CopyingSend(channel, std::move(buffers)), joined_(std::move(joined)) {}

    Result<void> send() override {
        std::span<std::byte> rest = joined_.bytes();
        for (unsigned field = 0; field < fields_per_message; ++field) {
            const std::span<const std::byte> bytes = buffers_.field(field);
            std::memcpy(rest.data(), bytes.data(), bytes.size());
            rest = rest.subspan(bytes.size());
        }
        return channel_.send_all(joined_.bytes());
    }

  private:
    Buffer joined_;
};

} // namespace

Result<std::unique_ptr<MessageSender>> joining_send(Channel& channel, std::vector<BufferSet> sets) {
    NETIO_TRY_TO(Buffer joined, Buffer::allocate(sets.front().field(0).size() * fields_per_message));
    std::memset(joined.bytes().data(), 0, joined.bytes().size()); // so that its pages exist
    return std::unique_ptr<MessageSender>(
        std::make_unique<JoiningSend>(channel, std::move(sets.front()), std::move(joined)));
}

Result<std::unique_ptr<MessageSender>> send_per_field(Channel& channel, std::vector<BufferSet> sets) {
    return std::unique_ptr<MessageSender>(std::make_unique<SendPerField>(channel, std::move(sets.front())));
}

Result<std::unique_ptr<MessageSender>> gathering_send(Channel& channel, std::vector<BufferSet> sets) {
    return std::unique_ptr<MessageSender>(std::make_unique<GatheringSend>(channel, std::move(sets.front())));
}

} // namespace netio::workload
