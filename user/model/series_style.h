// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "model/names.h"

namespace netio {

/// A colour of data by name. Each renderer has a palette of its own for them, which fits its background.
enum class SeriesColor { blue, vermilion, green, purple, orange, sky, yellow, grey, slate };
template <>
inline constexpr std::array<std::string_view, 9> value_names<SeriesColor>{
    "blue", "vermilion", "green", "purple", "orange", "sky", "yellow", "grey", "slate"};

/// What the area of a bar is filled with, over its colour.
enum class SeriesFill { plain, rising, falling, dots };
template <>
inline constexpr std::array<std::string_view, 4> value_names<SeriesFill>{"plain", "rising", "falling", "dots"};

enum class SeriesLine { solid, dashed, dotted, dash_dot };
template <>
inline constexpr std::array<std::string_view, 4> value_names<SeriesLine>{"solid", "dashed", "dotted", "dash_dot"};

enum class SeriesMarker { circle, square, triangle, diamond };
template <>
inline constexpr std::array<std::string_view, 4> value_names<SeriesMarker>{"circle", "square", "triangle", "diamond"};

/// How one series of data is drawn. No two series of a chart differ by colour alone.
struct SeriesStyle {
    SeriesColor color = SeriesColor::slate;
    SeriesFill fill = SeriesFill::plain;
    SeriesLine line = SeriesLine::solid;        ///< of what is drawn as a line too
    SeriesMarker marker = SeriesMarker::circle; ///< of what is drawn as a line too
};

} // namespace netio
