// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <optional>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// Runs `work` in a thread of its own and returns what it returned. A thread's namespace can be changed without the
/// caller noticing, so everything that must happen inside another namespace happens in here.
template <class Work>
auto in_helper_thread(Work&& work) -> std::invoke_result_t<Work> {
    std::optional<std::invoke_result_t<Work>> result;
    try {
        std::thread helper([&] { result.emplace(work()); });
        helper.join();
    } catch (const std::system_error& failure) {
        return system_error("cannot start a helper thread", failure.code().value(),
                            "raise the limit of processes (ulimit -u) or of the control group (pids.max)");
    }
    return std::move(*result);
}

/// Runs `work`, which returns a Result, in a helper thread that has entered `target`. Sockets that it opens stay in
/// that namespace and may be used by any thread afterwards.
template <class Work>
auto in_namespace(const Namespace& target, Work&& work) -> std::invoke_result_t<Work> {
    return in_helper_thread([&]() -> std::invoke_result_t<Work> {
        NETIO_TRY(target.enter());
        return work();
    });
}

} // namespace netio::netns
