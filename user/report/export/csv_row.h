// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace netio::report {

/// A value of a column; none is what is not there.
using CsvValue = std::variant<std::monostate, std::uint64_t, double, std::string>;

/// Builds one line of a CSV file by RFC 4180: fields with a comma, a quote or a line break are quoted, quotes doubled,
/// lines end with LF as every other text file here. Numbers are the shortest text that reads back as the same value,
/// with "." whatever the locale.
class CsvRow {
  public:
    CsvRow& text(std::string_view value);
    CsvRow& integer(std::uint64_t value);
    /// A number that is not finite is an empty field.
    CsvRow& number(double value);
    /// A figure that is not there.
    CsvRow& nothing();
    CsvRow& value(const CsvValue& value);

    [[nodiscard]] std::string line() const { return line_ + '\n'; }

  private:
    void separate();

    std::string line_;
    bool first_ = true;
};

} // namespace netio::report
