// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/buffers.h"

#include <unistd.h>

#include <string>
#include <utility>

namespace netio::workload {
namespace {

constexpr std::size_t cache_line = 64;

std::size_t page_size() {
    static const auto size = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return size;
}

} // namespace

Result<Buffer> Buffer::allocate(std::uint64_t size) {
    const std::size_t alignment = size >= page_size() ? page_size() : cache_line;
    const std::size_t whole = (size + alignment - 1) / alignment * alignment;
    auto* data = static_cast<std::byte*>(std::aligned_alloc(alignment, whole));
    if (data == nullptr)
        return out_of_memory().within("a buffer of " + std::to_string(size) + " bytes");
    return Buffer(data, size);
}

BufferSet::BufferSet(std::array<std::unique_ptr<Buffer>, fields_per_message> fields) : fields_(std::move(fields)) {
    for (unsigned i = 0; i < fields_per_message; ++i)
        vectors_[i] = {fields_[i]->bytes().data(), fields_[i]->bytes().size()};
}

Result<BufferSet> BufferSet::allocate(std::uint64_t field_size) {
    std::array<std::unique_ptr<Buffer>, fields_per_message> fields;
    for (auto& field : fields) {
        NETIO_TRY_TO(Buffer buffer, Buffer::allocate(field_size));
        field = std::make_unique<Buffer>(std::move(buffer));
    }
    return BufferSet(std::move(fields));
}

} // namespace netio::workload
