// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>

namespace netio::workload {

/// What is left to send after the first `sent` bytes of `vectors` have gone: finished vectors are dropped (empty ones
/// too) and the first that remains is shortened in place. `sent` is at most the sum of the lengths.
inline std::span<iovec> unsent(std::span<iovec> vectors, std::size_t sent) {
    while (!vectors.empty() && sent >= vectors.front().iov_len) {
        sent -= vectors.front().iov_len;
        vectors = vectors.subspan(1);
    }
    if (sent > 0 && !vectors.empty()) {
        vectors.front().iov_base = static_cast<std::byte*>(vectors.front().iov_base) + sent;
        vectors.front().iov_len -= sent;
    }
    return vectors;
}

} // namespace netio::workload
