// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "labs/sealed_text.h"

#include <cstdint>

namespace netio::labs {
namespace {

constexpr std::string_view mark = "netio:";

/// The bytes that a key makes, one after another.
class Stream {
  public:
    explicit Stream(std::string_view key) {
        for (const char letter : key)
            state_ = (state_ ^ static_cast<unsigned char>(letter)) * 0x100000001b3;
    }

    char next() {
        if (left_ == 0) {
            state_ += 0x9e3779b97f4a7c15;
            word_ = state_;
            word_ = (word_ ^ (word_ >> 30)) * 0xbf58476d1ce4e5b9;
            word_ = (word_ ^ (word_ >> 27)) * 0x94d049bb133111eb;
            word_ ^= word_ >> 31;
            left_ = 8;
        }
        const char byte = static_cast<char>(word_ & 0xff);
        word_ >>= 8;
        --left_;
        return byte;
    }

  private:
    std::uint64_t state_ = 0xcbf29ce484222325;
    std::uint64_t word_ = 0;
    int left_ = 0;
};

/// The six bits of a letter of base64; none for another one.
std::optional<unsigned> bits_of(char letter) {
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t at = letters.find(letter);
    return at == std::string_view::npos ? std::nullopt : std::optional(static_cast<unsigned>(at));
}

} // namespace

std::optional<std::string> open_sealed(std::string_view sealed, std::string_view key) {
    while (sealed.ends_with('='))
        sealed.remove_suffix(1);
    Stream stream(key);
    std::string text;
    std::uint32_t collected = 0;
    unsigned held = 0;
    for (const char letter : sealed) {
        const std::optional<unsigned> bits = bits_of(letter);
        if (!bits)
            return std::nullopt;
        collected = (collected << 6 | *bits) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            text += static_cast<char>((collected >> held & 0xff) ^ static_cast<unsigned char>(stream.next()));
            if (text.size() == mark.size() && text != mark)
                return std::nullopt;
        }
    }
    if (!text.starts_with(mark))
        return std::nullopt;
    text.erase(0, mark.size());
    text.erase(text.find_last_not_of(' ') + 1); // what makes all of a question equally long
    return text;
}

} // namespace netio::labs
