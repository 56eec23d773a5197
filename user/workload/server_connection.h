// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <atomic>
#include <optional>

#include "base/result.h"
#include "model/run_result.h"
#include "workload/channel.h"
#include "workload/options.h"
#include "workload/thread_observer.h"

namespace netio::workload {

/// What came of one connection. The figures are filled as far as it got, also after an error.
struct ServedConnection {
    EndResult figures;
    unsigned number = 0; ///< as the client counts its connections
    std::optional<Error> error;
};

/// Serves one accepted connection from hello to close, in the calling thread: warm-up, then the measured part until the
/// client ends it or `stopping` becomes true, then the draining of what is outstanding. A connection that ends while
/// `stopping` is no error. To end at once, stopping is followed by channel.shut_down().
[[nodiscard]] ServedConnection serve_connection(Channel& channel, const Options& options, ObserverFactory& observers,
                                                const std::atomic<bool>& stopping);

} // namespace netio::workload
