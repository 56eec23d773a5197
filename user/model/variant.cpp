// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/variant.h"

#include <algorithm>

namespace netio {
namespace {

template <class Matches>
std::optional<Variant> find(Matches&& matches) {
    const auto* found = std::ranges::find_if(variant_table, matches);
    return found == variant_table.end() ? std::nullopt : std::optional(found->variant);
}

} // namespace

std::string_view name_of(Textbook textbook) {
    switch (textbook) {
    case Textbook::none:
        return "";
    case Textbook::two_copy:
        return "two-copy";
    case Textbook::one_copy:
        return "one-copy";
    case Textbook::zero_copy:
        return "zero-copy";
    }
    return "";
}

std::string title_of(Variant variant) {
    const VariantEntry& entry = entry_of(variant);
    return std::string(entry.id) + " " + std::string(entry.label);
}

bool any_uses_zero_copy(const std::vector<Variant>& variants) { return std::ranges::any_of(variants, uses_zero_copy); }

std::optional<Variant> variant_from(std::string_view name) {
    return find([&](const VariantEntry& entry) { return entry.id == name; });
}

std::optional<Variant> copying_counterpart(Variant variant) {
    return find([calls = entry_of(variant).calls_per_message](const VariantEntry& entry) {
        return !entry.uses_zero_copy && entry.calls_per_message == calls;
    });
}

std::vector<Variant> default_variants() {
    std::vector<Variant> variants;
    for (const VariantEntry& entry : variant_table)
        if (entry.by_default)
            variants.push_back(entry.variant);
    return variants;
}

std::string known_variants(std::string_view separator) {
    std::string list;
    for (const VariantEntry& entry : variant_table)
        list += (list.empty() ? "" : std::string(separator)) + std::string(entry.id);
    return list;
}

} // namespace netio
