// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/printable.h"

namespace netio::report {
namespace {

constexpr std::size_t columns = 120;
constexpr std::size_t step = 2;

std::string scalar(const Json& value) {
    return with_escapes(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::string key_text(const std::string& key) { return scalar(Json(key)) + ": "; }

std::string on_one_line(const Json& value) {
    if (!value.is_structured())
        return scalar(value);
    std::string text(1, value.is_object() ? '{' : '[');
    const char* separator = "";
    for (auto item = value.begin(); item != value.end(); ++item) {
        text += separator;
        if (value.is_object())
            text += key_text(item.key());
        text += on_one_line(*item);
        separator = ", ";
    }
    return text + (value.is_object() ? '}' : ']');
}

bool holds_no_objects(const Json& value) {
    if (value.is_object())
        return false;
    return !value.is_array() || std::all_of(value.begin(), value.end(), holds_no_objects);
}

void append(std::string& text, const Json& value, std::size_t indent, std::size_t already_on_line) {
    const bool breakable = value.is_structured() && !value.empty();
    std::string line = on_one_line(value);
    if (!breakable || already_on_line + line.size() + 1 <= columns) {
        text += line;
        return;
    }
    const std::string inner(indent + step, ' ');
    text += value.is_object() ? "{\n" : "[\n";
    if (value.is_array() && holds_no_objects(value)) {
        std::string current = inner;
        for (auto item = value.begin(); item != value.end(); ++item) {
            const std::string element = on_one_line(*item) + (std::next(item) == value.end() ? "" : ",");
            if (current.size() > inner.size() && current.size() + 1 + element.size() > columns) {
                text += current + '\n';
                current = inner;
            }
            current += (current.size() > inner.size() ? " " : "") + element;
        }
        text += current + '\n';
    } else {
        for (auto item = value.begin(); item != value.end(); ++item) {
            const std::string key = value.is_object() ? key_text(item.key()) : std::string();
            text += inner + key;
            append(text, *item, indent + step, inner.size() + key.size());
            text += std::next(item) == value.end() ? "\n" : ",\n";
        }
    }
    text += std::string(indent, ' ') + (value.is_object() ? '}' : ']');
}

} // namespace

std::string lay_out(const Json& document) {
    std::string text;
    append(text, document, 0, 0);
    text += '\n';
    return text;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json number(double value) {
    constexpr double exact_integers = 9007199254740992.0; // 2^53
    if (!std::isfinite(value))
        return nullptr;
    if (value == std::trunc(value) && std::fabs(value) <= exact_integers)
        return static_cast<std::int64_t>(value);
    return value;
}

} // namespace netio::report
