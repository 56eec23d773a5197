// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/payload.h"

#include <spdlog/fmt/fmt.h>

#include <array>
#include <bit>
#include <cstring>

namespace netio::workload {
namespace {

constexpr std::uint64_t word_step = 0x9e3779b97f4a7c15U; // 2^64 / golden ratio, odd: no two words of a field are equal
constexpr std::size_t word_size = sizeof(std::uint64_t);
constexpr std::size_t block_words = 8; // a cache line
constexpr std::size_t block_size = block_words * word_size;

/// The finaliser of MurmurHash3 (Austin Appleby, public domain): each bit of the input changes half of the output.
constexpr std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 33;
    value *= 0xff51afd7ed558ccdU;
    value ^= value >> 33;
    value *= 0xc4ceb9fe1a85ec53U;
    value ^= value >> 33;
    return value;
}

std::uint64_t seed_of(const FieldName& name) {
    const std::uint64_t where = (static_cast<std::uint64_t>(name.connection) << 8) |
                                (static_cast<std::uint64_t>(name.field) << 1) |
                                static_cast<std::uint64_t>(name.direction);
    return mix(mix(where + 1) + name.message);
}

/// The same bytes on machines of either byte order.
std::uint64_t wire(std::uint64_t word) {
    if constexpr (std::endian::native == std::endian::big)
        return __builtin_bswap64(word);
    return word;
}

using Block = std::array<std::uint64_t, block_words>;

Block block_at(std::uint64_t seed, std::size_t first_word) {
    Block block;
    for (std::size_t i = 0; i < block_words; ++i)
        block[i] = wire(seed + (first_word + i) * word_step);
    return block;
}

Mismatch first_difference(std::span<const std::byte> found, const Block& expected, std::size_t offset) {
    std::array<std::byte, block_size> bytes{};
    std::memcpy(bytes.data(), expected.data(), block_size);
    std::size_t at = 0;
    while (found[at] == bytes[at])
        ++at;
    return Mismatch{offset + at, bytes[at], found[at]};
}

} // namespace

void fill(std::span<std::byte> field, const FieldName& name) {
    const std::uint64_t seed = seed_of(name);
    for (std::size_t offset = 0; offset < field.size(); offset += block_size) {
        const Block block = block_at(seed, offset / word_size);
        const std::size_t rest = field.size() - offset;
        std::memcpy(field.data() + offset, block.data(), rest < block_size ? rest : block_size);
    }
}

std::optional<Mismatch> find_mismatch(std::span<const std::byte> field, const FieldName& name) {
    const std::uint64_t seed = seed_of(name);
    for (std::size_t offset = 0; offset < field.size(); offset += block_size) {
        const Block expected = block_at(seed, offset / word_size);
        const std::size_t rest = field.size() - offset;
        if (rest >= block_size) {
            Block found;
            std::memcpy(found.data(), field.data() + offset, block_size);
            std::uint64_t different = 0;
            for (std::size_t i = 0; i < block_words; ++i)
                different |= found[i] ^ expected[i];
            if (different != 0)
                return first_difference(field.subspan(offset, block_size), expected, offset);
        } else if (std::memcmp(field.data() + offset, expected.data(), rest) != 0) {
            return first_difference(field.subspan(offset), expected, offset);
        }
    }
    return std::nullopt;
}

std::string describe(const Mismatch& mismatch, const FieldName& name) {
    return fmt::format("connection {}, {} {}, field {}, offset {}: expected 0x{:02x}, found 0x{:02x}", name.connection,
                       name.direction == Direction::request ? "request" : "message", name.message, name.field,
                       mismatch.offset, std::to_integer<unsigned>(mismatch.expected),
                       std::to_integer<unsigned>(mismatch.found));
}

} // namespace netio::workload
