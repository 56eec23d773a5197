// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "report/html/data.h"
#include "report/view/format.h"

namespace netio::report {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

void add_bounds(Json& json, double value, double low, double high) {
    if (low != value || high != value) {
        json["lo"] = rounded(low);
        json["hi"] = rounded(high);
        json["s"] = significant(low) + " to " + significant(high);
    }
}

} // namespace

std::string embed(const Json& data) {
    std::string text = with_escapes(data.dump(-1, ' ', false, Json::error_handler_t::replace));
    for (const auto& [from, to] : {std::pair{"<", "\\u003c"}, {">", "\\u003e"}, {"&", "\\u0026"}})
        replace_all(text, from, to);
    return text;
}

Json rounded(double value) {
    if (!std::isfinite(value))
        return nullptr;
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return std::strtod(text, nullptr);
}

Json figure_to_page(const Figure& figure) {
    Json json{{"v", nullptr}, {"t", "n/a"}, {"q", name_of(figure.quality)}};
    if (figure.available()) {
        json["v"] = rounded(figure.value);
        json["t"] = std::string(mark_of(figure.quality)) + significant(figure.value);
        add_bounds(json, figure.value, figure.low, figure.high);
    } else if (figure.bounds) {
        json["t"] = analysis::bounds_text(*figure.bounds, 3);
        json["q"] = "range";
    }
    if (!figure.reason.empty())
        json["why"] = printable(figure.reason);
    return json;
}

Json spread_to_page(double value, const analysis::Spread& spread, unsigned repeats) {
    Json json{{"v", rounded(value)}, {"t", significant(value)}, {"q", "exact"}};
    if (repeats > 1)
        add_bounds(json, value, spread.low, spread.high);
    return json;
}

} // namespace netio::report
