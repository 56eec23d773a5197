// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/export/csv_row.h"

#include <charconv>
#include <cmath>

#include "base/printable.h"

namespace netio::report {

void CsvRow::separate() {
    if (!first_)
        line_ += ',';
    first_ = false;
}

CsvRow& CsvRow::text(std::string_view value) {
    separate();
    const std::string clean = printable(value);
    if (clean.find_first_of(",\"") == std::string::npos) {
        line_ += clean;
        return *this;
    }
    line_ += '"';
    for (const char character : clean) {
        if (character == '"')
            line_ += '"';
        line_ += character;
    }
    line_ += '"';
    return *this;
}

CsvRow& CsvRow::integer(std::uint64_t value) {
    separate();
    line_ += std::to_string(value);
    return *this;
}

CsvRow& CsvRow::number(double value) {
    separate();
    if (!std::isfinite(value))
        return *this;
    constexpr double exact_integers = 9007199254740992.0; // 2^53
    if (value == std::trunc(value) && value >= 0.0 && value <= exact_integers) {
        line_ += std::to_string(static_cast<std::uint64_t>(value));
        return *this;
    }
    char buffer[32];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    line_.append(buffer, error == std::errc() ? end : buffer);
    return *this;
}

CsvRow& CsvRow::nothing() {
    separate();
    return *this;
}

CsvRow& CsvRow::value(const CsvValue& value) {
    if (const auto* whole = std::get_if<std::uint64_t>(&value))
        return integer(*whole);
    if (const auto* real = std::get_if<double>(&value))
        return number(*real);
    if (const auto* words = std::get_if<std::string>(&value))
        return text(*words);
    return nothing();
}

} // namespace netio::report
