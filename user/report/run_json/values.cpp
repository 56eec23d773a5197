// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/values.h"

#include <cmath>

namespace netio::report {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json number(double value) {
    constexpr double exact_integers = 9007199254740992.0; // 2^53
    if (!std::isfinite(value))
        return nullptr;
    if (value == std::trunc(value) && std::fabs(value) <= exact_integers)
        return static_cast<std::int64_t>(value);
    return value;
}

Json value_of(const Figure& figure) { return figure.available() ? number(figure.value) : Json(nullptr); }

Json reason_of(const Figure& figure) {
    if (!figure.available() && figure.reason.empty())
        return "not measured";
    return text_or_null(figure.reason);
}

Json interval_of(const Figure& figure) {
    return figure.quality == Quality::sampled ? Json::array({number(figure.low), number(figure.high)}) : Json(nullptr);
}

Json figure_to_json(const Figure& figure) {
    return {{"value", value_of(figure)},
            {"quality", name_of(figure.quality)},
            {"interval", interval_of(figure)},
            {"reason", reason_of(figure)}};
}

Json missed_hits_to_json(const std::vector<MissedHits>& missed) {
    Json list = Json::array();
    for (const MissedHits& entry : missed)
        list.push_back({{"loss", entry.loss}, {"count", entry.count}});
    return list;
}

} // namespace netio::report
