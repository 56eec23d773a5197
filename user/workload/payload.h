// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace netio::workload {

enum class Direction : std::uint8_t { request, answer };

/// Which field of which message; decides every byte of it. A request is one field of 8 times the size, number 0.
struct FieldName {
    Direction direction = Direction::answer;
    std::uint32_t connection = 0;
    std::uint64_t message = 0; ///< from 0, warm-up included
    unsigned field = 0;
};

/// A byte that is not what it should be.
struct Mismatch {
    std::size_t offset = 0; ///< in the field
    std::byte expected{};
    std::byte found{};
};

/// Fills a field with its pattern. The 64-bit word number w of a field is seed + w x an odd constant, where the seed is
/// mixed from the field's name: a byte that was lost, doubled, moved, or left over from another message, field or
/// connection changes words in more than one byte, and both loops are independent additions that compilers vectorise.
void fill(std::span<std::byte> field, const FieldName& name);

/// The first byte of the field that differs from its pattern, if any. Looks at every byte.
[[nodiscard]] std::optional<Mismatch> find_mismatch(std::span<const std::byte> field, const FieldName& name);

/// One phrase that names the connection, message, field, offset, and both bytes.
[[nodiscard]] std::string describe(const Mismatch& mismatch, const FieldName& name);

} // namespace netio::workload
