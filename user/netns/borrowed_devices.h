// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// Two existing devices, taken from the calling thread's namespace into two others, and given back with the name, MTU,
/// addresses (IPv4, and IPv6 of global scope), routes and up/down state that they had. A device that carries a default
/// route, or belongs to a bridge or bond, is refused.
///
/// If the process dies, a guardian process gives them back. A physical device would fall back to the initial namespace
/// by itself (default_device_exit_net(), net/core/dev.c), but down and without addresses; a virtual one would be
/// destroyed with the namespace.
class BorrowedDevices {
  public:
    /// Either takes both or leaves both as they were. The namespaces must outlive the object.
    static Result<BorrowedDevices> take(const std::string& server_device, const Namespace& server,
                                        const std::string& client_device, const Namespace& client);
    BorrowedDevices(BorrowedDevices&&) noexcept;
    BorrowedDevices& operator=(BorrowedDevices&&) = delete;
    ~BorrowedDevices(); ///< gives them back; a failure is logged

    /// Success at once when they have been given back already, or in a child of the process that took them.
    [[nodiscard]] Result<void> give_back();

  private:
    struct State;
    explicit BorrowedDevices(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace netio::netns
