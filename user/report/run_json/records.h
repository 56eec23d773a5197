// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "analysis/finding.h"
#include "model/fields.h"
#include "report/run_json/field.h"
#include "report/run_json/layout.h"

/// The model's values as JSON, and back: each type once, in both directions. What is a struct with a list of fields
/// (model/fields.h) is an object of these; Writer and Reader are for objects of another shape, and have the same face,
/// so that one function describes an object for both. What is wrong with a value that is read is noted in the field's
/// fault.
namespace netio::report {

/// The parts of a figure: value, reason (what is not there never goes without one), 95 % interval, and bounds.
[[nodiscard]] Json value_of(const Figure& figure);
[[nodiscard]] Json reason_of(const Figure& figure);
[[nodiscard]] Json interval_of(const Figure& figure);
[[nodiscard]] Json bounds_of(const Figure& figure);
/// A figure whose parts stand in different fields; `interval` is null, and `bounds` nothing, when there is none.
[[nodiscard]] Figure figure_from(const JsonField& value, Quality quality, const JsonField* interval,
                                 const JsonField& reason, const std::optional<JsonField>& bounds);

/// "findings" of run.json and of `explain --format json`.
[[nodiscard]] Json findings_to_json(const std::vector<analysis::Finding>& findings);

/// What is wrong with a "schema" that is not the known one; nothing when it is.
[[nodiscard]] std::optional<std::string> take_schema(const Json& value, std::string_view known);

/// Types with a JSON of their own.
[[nodiscard]] Json to_json(const Figure& figure);
[[nodiscard]] Json to_json(const Histogram& histogram);
[[nodiscard]] Json to_json(const LinkSpec& link);
[[nodiscard]] Json to_json(const std::optional<Backend>& backend);
[[nodiscard]] Json to_json(const PathSet& paths);
[[nodiscard]] Json to_json(const PathFigures& figures);
[[nodiscard]] Json to_json(const Timeline& timeline);
[[nodiscard]] Json to_json(const KernelStacks& stacks);
[[nodiscard]] Json to_json(const Cell& cell);
void read(const JsonField& json, Figure& figure, const FieldRule& rule = {});
void read(const JsonField& json, Histogram& histogram, const FieldRule& rule = {});
void read(const JsonField& json, LinkSpec& link, const FieldRule& rule = {});
void read(const JsonField& json, std::optional<Backend>& backend, const FieldRule& rule = {});
void read(const JsonField& json, PathSet& paths, const FieldRule& rule = {});
void read(const JsonField& json, PathFigures& figures, const FieldRule& rule = {});
void read(const JsonField& json, Timeline& timeline, const FieldRule& rule = {});
void read(const JsonField& json, KernelStacks& stacks, const FieldRule& rule = {});
void read(const JsonField& json, Cell& cell, const FieldRule& rule = {});
void read(const JsonField& json, bool& value, const FieldRule& rule = {});
void read(const JsonField& json, double& value, const FieldRule& rule = {});
void read(const JsonField& json, std::string& value, const FieldRule& rule = {});
void read(const JsonField& json, std::map<std::string, std::string>& value, const FieldRule& rule = {});
void read(const JsonField& json, std::map<std::string, std::uint64_t>& value, const FieldRule& rule = {});

/// Whether a value is written as null for what it is.
template <class Value>
[[nodiscard]] bool is_null(const Value& value, const FieldRule& rule) {
    if constexpr (std::is_arithmetic_v<Value> || std::is_same_v<Value, std::string>)
        return rule.empty_is_null && value == Value{};
    else
        return false;
}

template <class Value>
[[nodiscard]] Json to_json(const std::vector<Value>& list);
template <class Value>
[[nodiscard]] Json to_json(const std::optional<Value>& value);

template <class Value>
[[nodiscard]] Json to_json(const Value& value) {
    if constexpr (HasFields<Value>) {
        Json json = Json::object();
        for_each_field<Value>([&](const auto& field) {
            const auto& member = value.*field.member;
            json[std::string(field.name)] = is_null(member, field.rule) ? Json(nullptr) : to_json(member);
        });
        return json;
    } else if constexpr (requires { name_of(value); }) {
        return name_of(value);
    } else if constexpr (std::is_enum_v<Value>) { // that is in no file
        return static_cast<std::underlying_type_t<Value>>(value);
    } else {
        return value;
    }
}

template <class Value>
Json to_json(const std::vector<Value>& list) {
    Json json = Json::array();
    for (const Value& value : list)
        json.push_back(to_json(value));
    return json;
}

template <class Value>
Json to_json(const std::optional<Value>& value) {
    return value ? to_json(*value) : Json(nullptr);
}

template <std::unsigned_integral Value>
void read(const JsonField& json, Value& value, const FieldRule& rule = {}) {
    if (rule.empty_is_null && json.is_null()) {
        value = 0;
        return;
    }
    constexpr Value largest = std::numeric_limits<Value>::max();
    const Value most = rule.most < static_cast<double>(largest) ? static_cast<Value>(rule.most) : largest;
    value = static_cast<Value>(json.integer(static_cast<std::uint64_t>(rule.least), most));
}

template <class Enumeration>
requires std::is_enum_v<Enumeration>
void read(const JsonField& json, Enumeration& value, const FieldRule& = {}) {
    if constexpr (Named<Enumeration>)
        value = json.one_of(values_of<Enumeration>);
    else
        value = static_cast<Enumeration>(json.integer());
}

template <HasFields Struct>
void read(const JsonField& json, Struct& object, const FieldRule& = {});

/// The rule is that of the elements.
template <class Value>
void read(const JsonField& json, std::vector<Value>& list, const FieldRule& rule = {}) {
    list.clear();
    for (const JsonField& element : json.elements())
        read(element, list.emplace_back(), rule);
}

template <class Value>
void read(const JsonField& json, std::optional<Value>& value, const FieldRule& rule = {}) {
    if (json.is_null())
        value.reset();
    else
        read(json, value.emplace(), rule);
}

template <HasFields Struct>
void read(const JsonField& json, Struct& object, const FieldRule&) {
    for_each_field<Struct>([&](const auto& field) {
        if (!field.rule.may_be_missing || json.find(field.name))
            read(json[field.name], object.*field.member, field.rule);
    });
}

/// Puts an object together.
class Writer {
  public:
    static constexpr bool reads = false;

    explicit Writer(Json& json) : json_(json) {}

    template <class Value>
    void operator()(std::string_view name, const Value& value, const FieldRule& rule = {}) {
        if constexpr (std::is_same_v<Value, double>)
            put(name, number(value));
        else
            put(name, is_null(value, rule) ? Json(nullptr) : to_json(value));
    }
    /// What is there under a condition, and null otherwise.
    template <class Value>
    void when(bool there, std::string_view name, const Value& value, const FieldRule& rule = {}) {
        there ? (*this)(name, value, rule) : put(name, nullptr);
    }
    /// What `make` returns: it follows from other members, and is written and not read.
    void derived(std::string_view name, auto&& make) { put(name, make()); }
    /// All fields of a struct, in this object.
    template <HasFields Struct>
    void members(const Struct& object) {
        for_each_field<Struct>([&](const auto& field) { (*this)(field.name, object.*field.member, field.rule); });
    }
    /// An object in this one.
    void object(std::string_view name, auto&& describe, const FieldRule& = {}) {
        Json inner = Json::object();
        Writer writer(inner);
        describe(writer);
        put(name, std::move(inner));
    }
    void object_when(bool there, std::string_view name, auto&& describe) {
        there ? object(name, describe) : put(name, nullptr);
    }
    /// A list of objects, one for each element.
    void list(std::string_view name, const auto& elements, auto&& describe) {
        Json inner = Json::array();
        for (const auto& element : elements) {
            Json object = Json::object();
            Writer writer(object);
            describe(writer, element);
            inner.push_back(std::move(object));
        }
        put(name, std::move(inner));
    }
    /// A member for each element, under the name that `name` of the element is.
    void entries(const auto& elements, auto name, auto&& describe) {
        for (const auto& element : elements)
            object(element.*name, [&](Writer& inner) { describe(inner, element); });
    }

  private:
    void put(std::string_view name, Json value) { json_[std::string(name)] = std::move(value); }

    Json& json_;
};

/// Takes an object apart.
class Reader {
  public:
    static constexpr bool reads = true;

    explicit Reader(const JsonField& json) : json_(json) {}

    template <class Value>
    void operator()(std::string_view name, Value& value, const FieldRule& rule = {}) {
        if (!rule.may_be_missing || json_.find(name))
            read(json_[name], value, rule);
    }
    template <class Value>
    void when(bool there, std::string_view name, Value& value, const FieldRule& rule = {}) {
        if (there)
            (*this)(name, value, rule);
    }
    void derived(std::string_view, auto&&) {}
    [[nodiscard]] bool has(std::string_view name) const { return !json_[name].is_null(); }
    template <HasFields Struct>
    void members(Struct& object) {
        read(json_, object);
    }
    void object(std::string_view name, auto&& describe, const FieldRule& rule = {}) {
        if (rule.may_be_missing && !json_.find(name))
            return;
        Reader reader(json_[name]);
        describe(reader);
    }
    void object_when(bool there, std::string_view name, auto&& describe) {
        if (there)
            object(name, describe);
    }
    void list(std::string_view name, auto& elements, auto&& describe) {
        elements.clear();
        for (const JsonField& json : json_[name].elements()) {
            Reader reader(json);
            describe(reader, elements.emplace_back());
        }
    }
    void entries(auto& elements, auto name, auto&& describe) {
        elements.clear();
        for (const auto& [key, json] : json_.members()) {
            elements.emplace_back().*name = key;
            Reader inner(json);
            describe(inner, elements.back());
        }
    }

  private:
    JsonField json_;
};

} // namespace netio::report
