// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/result.h"
#include "model/run_result.h"
#include "workload/channel.h"
#include "workload/options.h"
#include "workload/progress.h"
#include "workload/thread_observer.h"

namespace netio::workload {

/// What came of one connection. The figures are filled as far as it got, also after an error.
struct ServedConnection {
    enum class Standing : std::uint8_t {
        unknown,  ///< it failed at this end before that was known
        stranger, ///< it said no hello of ours, or there was no place for it
        client
    };
    EndResult figures;
    unsigned number = 0; ///< as the client counts its connections
    Standing standing = Standing::unknown;
    std::optional<Error> error;
};

/// What all connections of a server share.
struct ServerRun {
    const Options& options;
    ObserverFactory& observers;
    /// Set when the server is to end; read once a message, written once.
    const std::atomic<bool>& stopping;
    /// Called with the hello of a client of ours; false: there is no place for it.
    std::function<bool()> admit;
};

/// Serves one accepted connection from hello to close, in the calling thread: warm-up, then the measured part until the
/// client ends it or `stopping` becomes true, then the draining of what is outstanding. A connection that ends while
/// `stopping` is no error. To end at once, stopping is followed by channel.cut().
[[nodiscard]] ServedConnection serve_connection(Channel& channel, Progress& progress, const ServerRun& run);

} // namespace netio::workload
