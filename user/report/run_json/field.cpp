// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/field.h"

#include <cmath>
#include <utility>

#include "report/view/format.h"

namespace netio::report {
namespace {

const Json nothing(nullptr);

std::string describe(const Json& value) {
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "a list of " + std::to_string(value.size());
    if (value.is_string()) {
        // Cut before it is quoted, for a string may be as long as the file.
        constexpr std::size_t longest = 40;
        const std::string clean = printable(value.get_ref<const std::string&>().substr(0, 4 * longest));
        return "\"" + left_in(clean, std::min(display_width(clean), longest)) + "\"";
    }
    return value.dump();
}

} // namespace

void JsonField::fail_inside(const std::string& what) const {
    if (!*fault_)
        *fault_ = (path_.empty() ? "" : printable(path_) + ": ") + what;
}

void JsonField::fail(const std::string& expected) const {
    if (!*fault_)
        fail_inside(expected + ", and is " + describe(*value_));
}

JsonField JsonField::operator[](std::string_view name) const {
    std::string path = (path_.empty() ? "" : path_ + ".") + std::string(name);
    if (!value_->is_object()) {
        fail("must be an object");
        return {nothing, std::move(path), *fault_};
    }
    const auto found = value_->find(name);
    if (found == value_->end()) {
        JsonField missing(nothing, std::move(path), *fault_);
        missing.fail_inside("is missing");
        return missing;
    }
    return {*found, std::move(path), *fault_};
}

std::optional<JsonField> JsonField::find(std::string_view name) const {
    if (!value_->is_object() || !value_->contains(name))
        return std::nullopt;
    return (*this)[name];
}

std::uint64_t JsonField::integer(std::uint64_t least, std::uint64_t most) const {
    if (value_->is_number_unsigned()) {
        const auto number = value_->get<std::uint64_t>();
        if (number >= least && number <= most)
            return number;
    }
    fail("must be a whole number " + (most == UINT64_MAX
                                          ? "from " + std::to_string(least)
                                          : "between " + std::to_string(least) + " and " + std::to_string(most)));
    return least;
}

double JsonField::number() const {
    if (value_->is_number()) {
        const auto number = value_->get<double>();
        if (std::isfinite(number) && number >= 0.0)
            return number;
    }
    fail("must be a number from 0");
    return 0.0;
}

bool JsonField::truth() const {
    if (value_->is_boolean())
        return value_->get<bool>();
    fail("must be true or false");
    return false;
}

std::string JsonField::text() const {
    if (value_->is_string())
        return value_->get<std::string>();
    fail("must be a string");
    return {};
}

std::string JsonField::text_or_empty() const {
    if (value_->is_string() || value_->is_null())
        return value_->is_null() ? std::string() : value_->get<std::string>();
    fail("must be a string or null");
    return {};
}

std::vector<std::string> JsonField::texts() const {
    std::vector<std::string> list;
    for (const JsonField& element : elements())
        list.push_back(element.text());
    return list;
}

std::vector<JsonField> JsonField::elements() const {
    std::vector<JsonField> list;
    if (!value_->is_array()) {
        fail("must be a list");
        return list;
    }
    list.reserve(value_->size());
    for (std::size_t i = 0; i < value_->size(); ++i)
        list.emplace_back((*value_)[i], path_ + "[" + std::to_string(i) + "]", *fault_);
    return list;
}

std::vector<std::pair<std::string, JsonField>> JsonField::members() const {
    std::vector<std::pair<std::string, JsonField>> list;
    if (!value_->is_object()) {
        fail("must be an object");
        return list;
    }
    for (const auto& [name, value] : value_->items())
        list.emplace_back(name, JsonField(value, path_ + "." + name, *fault_));
    return list;
}

} // namespace netio::report
