// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "model/variant.h"

namespace netio {
std::string title_of(Variant variant) {
    const VariantEntry& entry = entry_of(variant);
    return std::string(entry.id) + " " + std::string(entry.label);
}

std::vector<Variant> default_variants() {
    std::vector<Variant> variants;
    for (const VariantEntry& entry : variant_table)
        if (entry.by_default)
            variants.push_back(entry.variant);
    return variants;
}

std::string known_variants() {
    std::string list;
    for (const VariantEntry& entry : variant_table)
        list += (list.empty() ? "" : ", ") + std::string(entry.id);
    return list;
}

} // namespace netio
