// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "model/trace.h"
#include "tracer/kernel_symbols.h"

namespace netio::tracer {

/// A call of a function that copies bytes of zero-copy sends, as it was counted in the kernel.
struct RawCopySite {
    Path path = Path::deferred_copy;
    std::uint64_t calls = 0;
    std::uint64_t bytes = 0;
    std::vector<std::uint64_t> frames; ///< return addresses, innermost first
};

/// Why a copy was made, by the functions that led to it, innermost first.
[[nodiscard]] CopyReason reason_of(Path path, std::span<const std::string_view> functions);

/// Adds sites up by reason and path, most bytes first. Pure.
[[nodiscard]] std::vector<CopySite> explain_copies(std::span<const RawCopySite> sites, const KernelSymbols& symbols);

} // namespace netio::tracer
