// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include "base/result.h"
#include "model/run_spec.h"

namespace netio::workload {

/// One heap buffer. From a page on it starts on a page boundary: a field of n pages then takes n pages to pin, not n+1,
/// and no other heap object shares a page with bytes that the network device may still read. Smaller ones start on a
/// cache line instead, because buffers that all begin a page would compete for the same few lines of the cache. All
/// variants get the same buffers, so that alignment never speaks for one of them.
class Buffer {
  public:
    static Result<Buffer> allocate(std::uint64_t size);

    [[nodiscard]] std::span<std::byte> bytes() const { return {data_.get(), size_}; }

  private:
    struct Free {
        // What aligned_alloc() gives, free() alone takes back.
        void operator()(std::byte* data) const { std::free(data); } // NOLINT(cppcoreguidelines-no-malloc)
    };
    Buffer(std::byte* data, std::size_t size) : data_(data), size_(size) {}

    std::unique_ptr<std::byte, Free> data_;
    std::size_t size_;
};

using IoVectors = std::array<iovec, fields_per_message>;

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

/// The 8 buffers of one message: 8 allocations, as in a program whose fields live in objects of their own.
class BufferSet {
  public:
    static Result<BufferSet> allocate(std::uint64_t field_size);

    [[nodiscard]] std::span<std::byte> field(unsigned index) const {
        return {static_cast<std::byte*>(vectors_[index].iov_base), vectors_[index].iov_len};
    }
    /// For sendmsg(); a copy, because sending in pieces eats it up.
    [[nodiscard]] IoVectors io_vectors() const { return vectors_; }

  private:
    explicit BufferSet(std::array<std::unique_ptr<Buffer>, fields_per_message> fields);

    std::array<std::unique_ptr<Buffer>, fields_per_message> fields_;
    IoVectors vectors_{};
};

} // namespace netio::workload
