// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/printable.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace netio {
namespace {

struct Decoded {
    std::uint32_t code_point;
    std::size_t bytes; ///< 0: not UTF-8
};

/// One code point by RFC 3629: shortest form only, no surrogates, at most U+10FFFF.
Decoded decode(std::string_view text) {
    const auto byte = [&](std::size_t i) -> std::uint32_t { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t first = byte(0);
    if (first < 0x80)
        return {first, 1};
    const std::size_t length = first >= 0xf0 && first < 0xf8 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    if (length == 0 || first >= 0xf8 || text.size() < length)
        return {0, 0};
    std::uint32_t code_point = first & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0U) != 0x80U)
            return {0, 0};
        code_point = (code_point << 6U) | (byte(i) & 0x3fU);
    }
    constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    if (code_point < smallest[length] || code_point > 0x10ffff || surrogate)
        return {0, 0};
    return {code_point, length};
}

bool is_control(std::uint32_t code_point) { return code_point < 0x20 || (code_point >= 0x7f && code_point <= 0x9f); }

/// Characters that take no column or turn the direction of the text around them.
bool is_invisible(std::uint32_t code_point) {
    return code_point == 0xad || (code_point >= 0x300 && code_point <= 0x36f) ||
           (code_point >= 0x200b && code_point <= 0x200f) || (code_point >= 0x2028 && code_point <= 0x202e) ||
           (code_point >= 0x2060 && code_point <= 0x206f) || code_point == 0xfeff ||
           (code_point >= 0xfe00 && code_point <= 0xfe0f);
}

} // namespace

std::string printable(std::string_view text) {
    std::string clean;
    while (!text.empty()) {
        const Decoded decoded = decode(text);
        if (decoded.bytes == 0) {
            clean += "\xef\xbf\xbd";
            text.remove_prefix(1);
            continue;
        }
        if (decoded.code_point == '\n' || decoded.code_point == '\t')
            clean += ' ';
        else if (!is_control(decoded.code_point) && !is_invisible(decoded.code_point))
            clean += text.substr(0, decoded.bytes);
        text.remove_prefix(decoded.bytes);
    }
    return clean;
}

std::string with_escapes(std::string_view json) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    const auto append_unit = [&](std::uint32_t unit) {
        text += "\\u";
        for (const unsigned shift : {12U, 8U, 4U, 0U})
            text += hex[(unit >> shift) & 0xfU];
    };
    while (!json.empty()) {
        const Decoded decoded = decode(json);
        const std::size_t bytes = std::max<std::size_t>(decoded.bytes, 1);
        // All of them are in the basic plane: one unit each. Line feeds and tabs stand between the values.
        if (decoded.code_point >= 0x7f && (is_control(decoded.code_point) || is_invisible(decoded.code_point)))
            append_unit(decoded.code_point);
        else
            text += json.substr(0, bytes);
        json.remove_prefix(bytes);
    }
    return text;
}

} // namespace netio
