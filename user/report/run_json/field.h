// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/run_json/layout.h"

namespace netio::report {

/// A value in a JSON document, together with the way to it ("cells[3].trace.losses"), for reading documents that may
/// hold anything. What is missing or of another kind than asked for is noted in `fault`, the first time that it
/// happens, and reads as 0, "" or nothing; so a reader takes all that it wants and looks at `fault` once at the end.
class JsonField {
  public:
    JsonField(const Json& value, std::string path, std::optional<std::string>& fault)
        : value_(&value), path_(std::move(path)), fault_(&fault) {}

    /// A member that has to be there.
    [[nodiscard]] JsonField operator[](std::string_view name) const;
    /// A member that files written by earlier versions lack.
    [[nodiscard]] std::optional<JsonField> find(std::string_view name) const;
    [[nodiscard]] bool is_null() const { return value_->is_null(); }

    /// A whole number in the range.
    [[nodiscard]] std::uint64_t integer(std::uint64_t least = 0, std::uint64_t most = UINT64_MAX) const;
    template <class Integer>
    [[nodiscard]] Integer integer_as(Integer least = 0) const {
        return static_cast<Integer>(integer(least, std::numeric_limits<Integer>::max()));
    }
    [[nodiscard]] double number() const; ///< finite, and not below 0
    [[nodiscard]] bool truth() const;
    [[nodiscard]] std::string text() const;
    [[nodiscard]] std::string text_or_empty() const; ///< "" for null
    [[nodiscard]] std::vector<std::string> texts() const;
    /// One of the values that the list has names for, by name_of().
    template <class List>
    [[nodiscard]] typename List::value_type one_of(const List& values) const {
        const std::string name = text();
        for (const auto value : values)
            if (name_of(value) == name)
                return value;
        std::string names;
        for (const auto value : values)
            names += (names.empty() ? "" : ", ") + std::string(name_of(value));
        fail("must be one of " + names);
        return *values.begin();
    }

    /// The elements of a list.
    [[nodiscard]] std::vector<JsonField> elements() const;
    /// The members of an object, in their order.
    [[nodiscard]] std::vector<std::pair<std::string, JsonField>> members() const;
    [[nodiscard]] const Json& json() const { return *value_; }

    /// Notes that the value is wrong: "must be …"; what it is is added.
    void fail(const std::string& expected) const;
    /// Notes what is wrong with what the value holds.
    void fail_inside(const std::string& what) const;

  private:
    const Json* value_;
    std::string path_;
    std::optional<std::string>* fault_;
};

} // namespace netio::report
