// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/result.h"
#include "report/renderers.h"

/// What the targets have in common.
namespace netio::fuzz {

[[noreturn]] inline void complain(std::string_view what, std::string_view details) {
    std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(details.size()),
                 details.data());
    std::abort();
}

[[nodiscard]] inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Nothing that a terminal would obey.
inline void check_plain(std::string_view what, std::string_view text) {
    for (const char letter : text)
        if ((static_cast<unsigned char>(letter) < ' ' && letter != '\n') || letter == 0x7f)
            complain("a control character in " + std::string(what), text);
}

/// A refusal is one line that somebody reads.
inline void check_refusal(const Error& error) {
    const std::string message = error.message();
    if (error.exit_code != ExitCode::bad_input)
        complain("not refused as bad input", message);
    if (message.size() > 600)
        complain("a refusal that nobody reads", message);
    if (message.find('\n') != std::string::npos)
        complain("a refusal of several lines", message);
    check_plain("the refusal", message);
}

/// Whatever a file held, what is made of it for people is made, and can be looked at. One input in eight: rendering
/// takes ten times as long as reading.
template <class Make>
void render_now_and_then(std::size_t size, Make make) {
    if (size % 8 != 0)
        return;
    for (const report::Renderer& renderer : report::renderers) {
        const auto files = make(renderer);
        if (!files) {
            check_refusal(files.error());
            continue;
        }
        for (const report::RenderedFile& file : *files)
            check_plain(renderer.name, file.text);
    }
}

} // namespace netio::fuzz
