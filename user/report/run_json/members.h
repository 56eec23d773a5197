// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "report/run_json/layout.h"

namespace netio::report {

/// Takes the members of the one object that a JSON text holds, as they are read.
class MemberListener {
  public:
    virtual ~MemberListener() = default;
    /// Whether a member is to be delivered; what is not wanted is checked for its syntax and forgotten.
    [[nodiscard]] virtual bool wants(std::string_view member) = 0;
    /// Whether a member, if it is a list, is to be delivered element by element.
    [[nodiscard]] virtual bool in_pieces(std::string_view member) = 0;
    /// A whole member, or one element of a list that comes in pieces. What it returns is what is wrong with it, which
    /// ends the reading.
    [[nodiscard]] virtual std::optional<std::string> take(std::string_view member, std::optional<std::size_t> element,
                                                          Json value) = 0;
};

/// Reads a JSON text and hands out its members. Never more than one member, or one element of a list that comes in
/// pieces, is in memory as JSON at a time. Returns what is wrong, with line and column where it is the syntax. Nesting
/// deeper than 64 levels, an object of more than 512 members and an element of more than two million values are
/// refused: they would take memory or time out of all proportion, and nothing that netio-trace writes comes near.
[[nodiscard]] std::optional<std::string> read_members(std::string_view text, MemberListener& listener);

} // namespace netio::report
