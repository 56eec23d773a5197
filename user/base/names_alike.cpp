// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "base/names_alike.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <utility>

namespace netio {
namespace {

/// Letters to insert, remove or replace to make one word of the other (Levenshtein).
std::size_t edits_between(std::string_view first, std::string_view second) {
    std::vector<std::size_t> row(second.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= first.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= second.size(); ++j) {
            const std::size_t replaced = diagonal + (first[i - 1] == second[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
        }
    }
    return row.back();
}

} // namespace

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return result;
}

std::vector<std::string> names_alike(std::string_view name, const std::vector<std::string>& known) {
    constexpr std::size_t most = 3;
    const std::string wanted = lower_case(name);
    const std::size_t farthest = std::max<std::size_t>(1, wanted.size() / 3);
    const std::size_t contained = farthest + 1;
    const std::size_t nothing_alike = farthest + 2;
    std::vector<std::pair<std::size_t, std::string>> alike;
    for (const std::string& candidate : known) {
        const std::string against = lower_case(candidate);
        std::size_t distance = edits_between(wanted, against);
        if (distance > farthest)
            distance = nothing_alike;
        if (wanted.size() >= 3 && against.find(wanted) != std::string::npos)
            distance = std::min(distance, contained); // "fault" for "page-faults": behind misspellings
        if (distance != nothing_alike)
            alike.emplace_back(distance, candidate);
    }
    std::sort(alike.begin(), alike.end());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most, alike.size()); ++i)
        names.push_back(alike[i].second);
    return names;
}

} // namespace netio
