// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "netns/namespace.h"

namespace netio::netns {

/// Sets sysctls ("net.ipv4.tcp_sack", or with slashes) in a network namespace, and returns what the kernel then shows
/// for them there. Fails (exit code 2) for what is none, for a value that the kernel does not take, and for what is not
/// each network namespace's own: the calling thread's namespace is left as it was.
[[nodiscard]] Result<std::map<std::string, std::string>> set_sysctls(const Namespace& where,
                                                                     const std::map<std::string, std::string>& values);

} // namespace netio::netns
