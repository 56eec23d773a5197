// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

namespace netio::tracer {

/// Address of a kernel function, static ones included, from /proc/kallsyms; 0 when it is not there or hidden.
[[nodiscard]] std::uint64_t address_of_symbol(std::string_view name);

} // namespace netio::tracer
