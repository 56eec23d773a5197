// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "analysis/reasons.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/phrases.h"

namespace netio::analysis {
namespace {

using Words = std::vector<std::string>;

/// Nothing between separators is no part.
Words split(const std::string& text, std::string_view separator) {
    Words parts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        if (end != at)
            parts.push_back(text.substr(at, end - at));
        at = end + separator.size();
    }
    return parts;
}

std::string with_separators(const Words& parts, std::string_view separator) {
    std::string text;
    for (const std::string& part : parts)
        text += (text.empty() ? "" : std::string(separator)) + part;
    return text;
}

/// "1,234" and "(1,234)", with what is around the number.
struct Count {
    std::string before;
    std::uint64_t value = 0;
    std::string after;

    static std::optional<Count> in(const std::string& word) {
        constexpr std::string_view digits = "0123456789,";
        const std::size_t begin = word.find_first_not_of('(');
        if (begin == std::string::npos)
            return std::nullopt;
        const std::size_t end = std::min(word.find_first_not_of(digits, begin), word.size());
        std::string number = word.substr(begin, end - begin);
        std::erase(number, ',');
        if (number.empty() || number.size() > 18 || word.find_first_not_of("),", end) != std::string::npos)
            return std::nullopt;
        return Count{word.substr(0, begin), std::stoull(number), word.substr(end)};
    }
};

/// "3 hits missed by X" of "1 hit missed by X" and "2 hits missed by X"; nothing where they say something else than how
/// many, or do not begin with a count.
std::optional<std::string> sum_of_counts(const std::string& one, const std::string& other) {
    Words words = split(one, " ");
    const Words others = split(other, " ");
    if (words.size() != others.size() || words.size() < 2 || !Count::in(words.front()))
        return std::nullopt;
    const auto plural = [](const std::string& noun) { return noun.ends_with('s') ? noun : noun + 's'; };
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto count = Count::in(words[i]);
        const auto more = Count::in(others[i]);
        if (count && more && count->before == more->before && count->after == more->after)
            words[i] = count->before + grouped(count->value + more->value) + count->after;
        else if (i == 1 && plural(words[i]) == plural(others[i]))
            words[i] = plural(words[i]);
        else if (words[i] != others[i])
            return std::nullopt;
    }
    return with_separators(words, " ");
}

} // namespace

std::string merged_reasons(const std::string& one, const std::string& other, ReasonsOf what) {
    constexpr std::string_view separator = "; ";
    Words clauses = split(one, separator);
    for (const std::string& clause : split(other, separator)) {
        const auto same = std::ranges::find_if(clauses, [&](const std::string& known) {
            return known == clause || (what == ReasonsOf::repeats && sum_of_counts(known, clause));
        });
        if (same == clauses.end())
            clauses.push_back(clause);
        else if (what == ReasonsOf::repeats)
            *same = sum_of_counts(*same, clause).value_or(clause);
    }
    return with_separators(clauses, separator);
}

} // namespace netio::analysis
