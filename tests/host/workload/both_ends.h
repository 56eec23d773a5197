// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "workload/client.h"
#include "workload/server.h"

namespace netio::workload {

/// Options of a short run over loopback, on a port that is free.
inline Options short_run(Variant variant, Pattern pattern, std::uint64_t field_size) {
    Options options;
    options.variant = variant;
    options.pattern = pattern;
    options.field_size = field_size;
    options.duration_s = 0.1;
    options.warmup_messages = 4;
    options.address = "127.0.0.1";
    options.port = 0;
    return options;
}

/// A server that serves in a thread of its own until it is done or stopped.
class RunningServer {
  public:
    explicit RunningServer(const Options& options, unsigned connections, ObserverFactory* observers = nullptr)
        : observers_(observers != nullptr ? observers : &nothing_) {
        Result<Server> server = Server::listen(options);
        if (!server) {
            result_ = std::move(server).error();
            return;
        }
        port_ = server->port();
        server_.emplace(std::move(*server));
        thread_ = std::thread([this, connections] { result_ = server_->serve(connections, *observers_, stop_); });
    }
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;
    ~RunningServer() {
        stop();
        join();
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }
    void stop() { stop_.signal(); }
    /// Waits until it is done by itself or stopped.
    const Result<EndResult>& join() {
        if (thread_.joinable())
            thread_.join();
        return *result_;
    }

  private:
    NoObserver nothing_;
    ObserverFactory* observers_;
    StopEvent stop_ = *StopEvent::create();
    std::optional<Server> server_;
    std::uint16_t port_ = 0;
    std::optional<Result<EndResult>> result_;
    std::thread thread_;
};

struct BothEnds {
    Result<EndResult> sender;
    Result<EndResult> receiver;
};

/// Runs a client against a server of the same options. The server is stopped when the client failed.
inline BothEnds run_both(const Options& options, ObserverFactory* observers = nullptr,
                         const MeasuringHooks& hooks = {}) {
    NoObserver nothing;
    RunningServer server(options, options.threads, observers);
    Options client = options;
    client.port = server.port();
    const StopEvent never = *StopEvent::create();
    Result<EndResult> receiver = server.port() == 0
                                     ? Result<EndResult>(Error{"no server", {}, {}})
                                     : run_client(client, observers != nullptr ? *observers : nothing, never, hooks);
    if (!receiver)
        server.stop();
    return {server.join(), std::move(receiver)};
}

} // namespace netio::workload
