// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

namespace netio::netns {

/// An unnamed network namespace, held open by a descriptor alone: no entry in /run/netns, no bind mount. It goes away,
/// with every virtual device in it, when the last process or descriptor that uses it is gone, kill -9 included.
class Namespace {
  public:
    /// A new, empty namespace with its loopback device up. The calling thread stays where it is.
    static Result<Namespace> create();
    /// The namespace that the calling thread is in.
    static Result<Namespace> current();

    /// Moves the calling thread into the namespace. Threads started afterwards inherit it.
    [[nodiscard]] Result<void> enter() const;
    [[nodiscard]] int fd() const { return fd_.get(); }

  private:
    explicit Namespace(UniqueFd fd) : fd_(std::move(fd)) {}
    UniqueFd fd_;
};

/// Whether this process may make and configure network namespaces as it is.
[[nodiscard]] bool has_network_privileges();

/// Makes the calling process root in a user namespace of its own, so that it may create network namespaces without
/// privileges. The process must have one thread only. Nothing to do, and success, when it already may.
/// Otherwise the process loses what capabilities it has outside of that namespace, those for BPF among them; what it
/// has opened with them it keeps.
[[nodiscard]] Result<void> gain_network_privileges();

} // namespace netio::netns
