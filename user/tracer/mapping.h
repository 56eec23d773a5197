// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <span>
#include <utility>

namespace netio::tracer {

/// Sole owner of a shared memory mapping; unmaps it on destruction.
class Mapping {
  public:
    Mapping() = default;
    /// Maps the descriptor's first `size` bytes for reading and writing; empty when the kernel refuses (see errno).
    Mapping(int fd, std::size_t size) {
        void* address = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (address != MAP_FAILED)
            bytes_ = {static_cast<std::byte*>(address), size};
    }
    Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    Mapping& operator=(Mapping&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping() {
        if (!bytes_.empty())
            munmap(bytes_.data(), bytes_.size());
    }

    [[nodiscard]] std::span<std::byte> bytes() const { return bytes_; }

  private:
    std::span<std::byte> bytes_;
};

} // namespace netio::tracer
