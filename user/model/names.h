// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>

namespace netio {

/// The identifiers of an enumeration's values in output, files and options, in the order of the values from 0.
template <class Enumeration>
inline constexpr std::array<std::string_view, 0> value_names{};

template <class Enumeration>
concept Named = std::is_enum_v<Enumeration> && !value_names<Enumeration>.empty();

constexpr std::size_t index_of(Named auto value) { return static_cast<std::size_t>(value); }

[[nodiscard]] constexpr std::string_view name_of(Named auto value) {
    return value_names<decltype(value)>[index_of(value)];
}

/// All values of an enumeration, in their order.
template <class Enumeration>
inline constexpr auto values_of = [] {
    std::array<Enumeration, value_names<Enumeration>.size()> values{};
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = static_cast<Enumeration>(i);
    return values;
}();

/// The value of a name; nothing for a name that no value has.
template <Named Enumeration>
[[nodiscard]] constexpr std::optional<Enumeration> value_of_name(std::string_view name) {
    for (const Enumeration value : values_of<Enumeration>)
        if (name_of(value) == name)
            return value;
    return std::nullopt;
}

/// One column of a table.
template <class Row, std::size_t rows, class Value>
[[nodiscard]] constexpr std::array<Value, rows> column(const std::array<Row, rows>& table, Value Row::*member) {
    std::array<Value, rows> values{};
    for (std::size_t i = 0; i < rows; ++i)
        values[i] = table[i].*member;
    return values;
}

/// Whether each value of a column is the number of its row, so that a row is found without a search.
template <class Value, std::size_t rows>
[[nodiscard]] constexpr bool are_rows(const std::array<Value, rows>& values) {
    for (std::size_t i = 0; i < rows; ++i)
        if (static_cast<std::size_t>(values[i]) != i)
            return false;
    return true;
}

/// The end of a connection. The server sends the payload under test, so it is the sender.
enum class Role { sender, receiver };
template <>
inline constexpr std::array<std::string_view, 2> value_names<Role>{"sender", "receiver"};
inline constexpr auto all_roles = values_of<Role>;

/// How messages follow one another.
enum class Pattern {
    rr,    ///< request and answer: the client asks, the server answers with one message
    stream ///< the server sends messages back to back, without requests
};
template <>
inline constexpr std::array<std::string_view, 2> value_names<Pattern>{"rr", "stream"};

/// What a receive call asks for.
enum class ReceiveUnit {
    field,  ///< one call for each field of a message
    message ///< one call for all of them
};
template <>
inline constexpr std::array<std::string_view, 2> value_names<ReceiveUnit>{"field", "message"};

/// How a path is observed.
enum class Backend { none, fentry, kprobe, tracepoint, sampler };
template <>
inline constexpr std::array<std::string_view, 5> value_names<Backend>{"none", "fentry", "kprobe", "tracepoint",
                                                                      "sampler"};
/// What a run can be asked to time paths with.
inline constexpr std::array timing_backends{Backend::fentry, Backend::kprobe, Backend::tracepoint};

/// How far a figure can be trusted.
enum class Quality {
    exact,      ///< every occurrence was counted or timed
    bracketed,  ///< exact but for a stated few nanoseconds around it
    sampled,    ///< estimated from periodic samples; carries a 95 % confidence interval
    estimated,  ///< derived from other figures under a stated assumption, or counted while a stated number was missed
    unavailable ///< could not be measured; carries the reason
};
template <>
inline constexpr std::array<std::string_view, 5> value_names<Quality>{"exact", "bracketed", "sampled", "estimated",
                                                                      "unavailable"};

} // namespace netio
