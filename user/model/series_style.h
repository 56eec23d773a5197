// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <string_view>

namespace netio {

/// A colour of data by name. Each renderer has a palette of its own for them, which fits its background.
enum class SeriesColor { blue, vermilion, green, purple, orange, sky, yellow, grey, slate };
inline constexpr std::array all_series_colors{SeriesColor::blue,   SeriesColor::vermilion, SeriesColor::green,
                                              SeriesColor::purple, SeriesColor::orange,    SeriesColor::sky,
                                              SeriesColor::yellow, SeriesColor::grey,      SeriesColor::slate};

/// What the area of a bar is filled with, over its colour.
enum class SeriesFill { plain, rising, falling, dots };

enum class SeriesLine { solid, dashed, dotted, dash_dot };

enum class SeriesMarker { circle, square, triangle, diamond };

/// How one series of data is drawn. No two series of a chart differ by colour alone.
struct SeriesStyle {
    SeriesColor color = SeriesColor::slate;
    SeriesFill fill = SeriesFill::plain;
    SeriesLine line = SeriesLine::solid;        ///< of what is drawn as a line too
    SeriesMarker marker = SeriesMarker::circle; ///< of what is drawn as a line too
};

/// The identifiers used in files.
[[nodiscard]] constexpr std::string_view name_of(SeriesColor color) {
    constexpr std::array<std::string_view, all_series_colors.size()> names{
        "blue", "vermilion", "green", "purple", "orange", "sky", "yellow", "grey", "slate"};
    return names[static_cast<std::size_t>(color)];
}
[[nodiscard]] constexpr std::string_view name_of(SeriesFill fill) {
    constexpr std::array<std::string_view, 4> names{"plain", "rising", "falling", "dots"};
    return names[static_cast<std::size_t>(fill)];
}
[[nodiscard]] constexpr std::string_view name_of(SeriesLine line) {
    constexpr std::array<std::string_view, 4> names{"solid", "dashed", "dotted", "dash_dot"};
    return names[static_cast<std::size_t>(line)];
}
[[nodiscard]] constexpr std::string_view name_of(SeriesMarker marker) {
    constexpr std::array<std::string_view, 4> names{"circle", "square", "triangle", "diamond"};
    return names[static_cast<std::size_t>(marker)];
}

} // namespace netio
