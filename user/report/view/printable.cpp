// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/format.h"

namespace netio::report {
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

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (const char byte : text)
        if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80U)
            ++width;
    return width;
}

} // namespace netio::report
