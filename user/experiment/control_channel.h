// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/run_result.h"

namespace netio::experiment {

/// A message from a server or client process to the runner.
struct ControlMessage {
    enum class Kind {
        listening, ///< `port` is bound
        measuring, ///< the measured part begins
        result,    ///< `result` is the last word
        error      ///< `error` is the last word
    };
    Kind kind = Kind::error;
    std::uint16_t port = 0;
    std::optional<EndResult> result;
    std::vector<NamespaceActivity> namespaces; ///< with the result of the receiving end, as the next
    std::optional<MachineLoad> machine;
    std::optional<Error> error;
};

/// A message as a packet, in CBOR, and back.
[[nodiscard]] std::vector<std::uint8_t> encode(const ControlMessage& message);
[[nodiscard]] Result<ControlMessage> decode(std::span<const std::uint8_t> packet);

/// One end of a SOCK_SEQPACKET pair between the runner and a process that it forked; a packet is one message in CBOR.
class ControlChannel {
  public:
    /// Two connected ends, close-on-exec.
    static Result<std::pair<ControlChannel, ControlChannel>> create_pair();

    [[nodiscard]] Result<void> send(const ControlMessage& message) const;
    /// The next message; nothing when the other end is closed. Blocks when none has arrived.
    [[nodiscard]] Result<std::optional<ControlMessage>> receive() const;
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    explicit ControlChannel(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

} // namespace netio::experiment
