// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "model/run_result.h"
#include "workload/options.h"
#include "workload/start_and_stop.h"
#include "workload/thread_observer.h"

namespace netio::workload {

/// Bytes of the buffers of a sending end with all of its connections.
[[nodiscard]] std::uint64_t server_memory(const Options& options);

/// The sending end. Listens from listen() on, so that a client may connect before serve() is called.
class Server {
  public:
    static Result<Server> listen(const Options& options);
    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    ~Server();

    /// The port that it listens on, also when options.port was 0.
    [[nodiscard]] std::uint16_t port() const;
    /// The descriptor that it listens on.
    [[nodiscard]] int listener() const;

    /// Accepts connections, each served by a thread of its own, at most options.threads at a time (one more is refused
    /// with a logged line). Returns when `connections` of them have come and gone (0: never by itself) or `stop` is
    /// signalled; the figures of all connections are added up. A broken connection, a peer that does not speak the
    /// protocol or does not agree on the options, or a failed verification is an error when `connections` is not 0, and
    /// logged otherwise.
    [[nodiscard]] Result<EndResult> serve(unsigned connections, ObserverFactory& observers, const StopEvent& stop);

  private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace netio::workload
