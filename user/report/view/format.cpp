// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/view/format.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace netio::report {
namespace {

/// What follows the program's name where a text means a command, and not the program as such.
constexpr std::array<std::string_view, 10> commands{"run",    "server",  "client",  "show",       "report",
                                                    "doctor", "compare", "explain", "completion", "--help"};

bool begins_with_a_command(std::string_view text) {
    const std::string_view word = text.substr(0, std::min(text.find_first_of(" `,.;:)"), text.size()));
    return std::ranges::find(commands, word) != commands.end();
}

/// With what follows it in a sentence: "%),".
bool is_unit(std::string_view word) {
    constexpr std::array<std::string_view, 12> units{"%",  "×",  "B",  "KiB", "MiB",  "GiB",
                                                     "ns", "µs", "ms", "s",   "ns/B", "Gbit/s"};
    word = word.substr(0, std::min(word.find_first_of(",.;:)]"), word.size()));
    return std::ranges::find(units, word) != units.end();
}

std::size_t end_of_word(std::string_view text, std::size_t at) { return std::min(text.find(' ', at), text.size()); }

/// End of the word that begins at `at`, or, when that is a figure with its unit behind it, of both.
std::size_t end_of_piece(std::string_view text, std::size_t at) {
    const std::size_t end = end_of_word(text, at);
    if (end == at || end == text.size() || text[end - 1] < '0' || text[end - 1] > '9')
        return end;
    const std::size_t next = end_of_word(text, end + 1);
    return is_unit(text.substr(end + 1, next - end - 1)) ? next : end;
}

} // namespace

std::string as_called(std::string_view text, std::string_view program) {
    constexpr std::string_view name = "netio-trace ";
    std::string changed;
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name)) {
        changed += text.substr(0, at);
        text.remove_prefix(at + name.size());
        changed += begins_with_a_command(text) ? std::string(program) + " " : std::string(name);
    }
    return changed + std::string(text);
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    for (const char byte : text)
        if ((static_cast<unsigned char>(byte) & 0xc0U) != 0x80U)
            ++width;
    return width;
}

std::string left_in(std::string_view text, std::size_t width) {
    const std::size_t wanted = display_width(text);
    if (wanted <= width)
        return std::string(text) + std::string(width - wanted, ' ');
    std::size_t end = 0;
    for (std::size_t column = 0; column + 1 < width; ++column)
        do
            ++end;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80);
    return width == 0 ? std::string() : std::string(text.substr(0, end)) + "…";
}

std::string right_in(std::string_view text, std::size_t width) {
    const std::size_t wanted = display_width(text);
    return wanted <= width ? std::string(width - wanted, ' ') + std::string(text) : left_in(text, width);
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    const std::string clean = printable(text);
    std::vector<std::string> lines;
    std::string line;
    const auto finish_line = [&] {
        lines.push_back(line);
        line.clear();
    };
    std::size_t at = 0;
    while (at < clean.size()) {
        const std::size_t end = end_of_piece(clean, at);
        std::string word = clean.substr(at, end - at);
        at = end + 1;
        if (word.empty())
            continue;
        if (!line.empty() && display_width(line) + 1 + display_width(word) > width)
            finish_line();
        while (display_width(word) > width) {
            std::size_t bytes = 0;
            for (std::size_t column = 0; column < width; ++column)
                do
                    ++bytes;
                while (bytes < word.size() && (static_cast<unsigned char>(word[bytes]) & 0xc0) == 0x80);
            lines.push_back(word.substr(0, bytes));
            word.erase(0, bytes);
        }
        line += (line.empty() ? "" : " ") + word;
    }
    if (!line.empty() || lines.empty())
        finish_line();
    return lines;
}

std::vector<std::string> join_parts(const std::vector<std::string>& parts, std::size_t width) {
    std::vector<std::string> lines;
    std::string line;
    for (const std::string& part : parts) {
        const std::string clean = printable(part);
        if (clean.empty())
            continue;
        if (!line.empty() && display_width(line) + 3 + display_width(clean) <= width) {
            line += " · " + clean;
            continue;
        }
        if (!line.empty())
            lines.push_back(line);
        std::vector<std::string> pieces = wrap(clean, width);
        line = pieces.back();
        pieces.pop_back();
        lines.insert(lines.end(), pieces.begin(), pieces.end());
    }
    if (!line.empty())
        lines.push_back(line);
    return lines;
}

std::string percent(double share) {
    if (share > 0.0 && share < 0.005)
        return "<1%";
    return fixed(share * 100.0, 0) + "%";
}

std::string bar(double share, std::size_t width) {
    constexpr std::array<const char*, 8> parts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
    const double clamped = std::isfinite(share) ? std::clamp(share, 0.0, 1.0) : 0.0;
    const auto eighths = static_cast<std::size_t>(std::lround(clamped * static_cast<double>(width) * 8.0));
    std::string text;
    for (std::size_t i = 0; i < eighths / 8; ++i)
        text += "█";
    return text + parts[eighths % 8];
}

double reach(const Figure& figure) { return std::max(figure.high - figure.value, figure.value - figure.low); }

std::string_view mark_of(Quality quality) {
    switch (quality) {
    case Quality::exact:
    case Quality::unavailable:
        return "";
    case Quality::bracketed:
        return "⊢";
    case Quality::sampled:
        return "~";
    case Quality::estimated:
        return "≈";
    }
    return "";
}

} // namespace netio::report
