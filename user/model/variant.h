// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/names.h"
#include "model/series_style.h"

namespace netio {

/// Fields in a message; fixed by the experiment.
inline constexpr unsigned fields_per_message = 8;

/// A way of sending the same message, by its row in the table of variants. New ones come last: the resampling of a
/// comparison begins with a variant's number, and a saved run is to get the same intervals again.
enum class Variant { A1, A2, A3, A0 };

/// What textbooks call a way of sending. A label only: how often a byte is copied is measured.
enum class Textbook { none, two_copy, one_copy, zero_copy };
template <>
inline constexpr std::array<std::string_view, 4> value_names<Textbook>{"", "two-copy", "one-copy", "zero-copy"};

/// All that is known of a variant but its sender, which is registered in user/workload/message_sender.cpp.
struct VariantEntry {
    Variant variant{};
    std::string_view id;     ///< in options, files and tables
    std::string_view label;  ///< beside the id, in a word or two
    std::string_view method; ///< how it sends, in a few words
    Textbook textbook = Textbook::none;
    bool uses_zero_copy = false;                       ///< sends with MSG_ZEROCOPY and waits for completions
    std::optional<Variant> counterpart = std::nullopt; ///< of zero-copy: makes the same calls and lets the kernel copy
    bool joins_fields = false; ///< copies the fields into one buffer before it sends: a copy that no figure counts
    unsigned calls_per_message = 1;
    bool by_default = true; ///< in a run that names no variants
    SeriesStyle style;
};

/// The table of variants, in the order in which they are shown.
inline constexpr std::array variant_table{
    VariantEntry{.variant = Variant::A1,
                 .id = "A1",
                 .label = "send×8",
                 .method = "one send() a field",
                 .textbook = Textbook::two_copy,
                 .calls_per_message = fields_per_message,
                 .style = {SeriesColor::blue, SeriesFill::plain, SeriesLine::solid, SeriesMarker::circle}},
    VariantEntry{.variant = Variant::A2,
                 .id = "A2",
                 .label = "sendmsg",
                 .method = "one sendmsg() with 8 iovecs",
                 .textbook = Textbook::one_copy,
                 .style = {SeriesColor::vermilion, SeriesFill::rising, SeriesLine::dashed, SeriesMarker::square}},
    VariantEntry{.variant = Variant::A3,
                 .id = "A3",
                 .label = "zero-copy",
                 .method = "sendmsg() with MSG_ZEROCOPY",
                 .textbook = Textbook::zero_copy,
                 .uses_zero_copy = true,
                 .counterpart = Variant::A2,
                 .style = {SeriesColor::green, SeriesFill::dots, SeriesLine::dotted, SeriesMarker::triangle}},
    VariantEntry{.variant = Variant::A0,
                 .id = "A0",
                 .label = "copy+send",
                 .method = "fields copied into one buffer, one send()",
                 .joins_fields = true,
                 .by_default = false,
                 .style = {SeriesColor::purple, SeriesFill::falling, SeriesLine::dash_dot, SeriesMarker::diamond}},
};

inline constexpr std::size_t variant_count = variant_table.size();

template <>
inline constexpr auto value_names<Variant> = column(variant_table, &VariantEntry::id);
inline constexpr auto all_variants = values_of<Variant>;
static_assert(are_rows(column(variant_table, &VariantEntry::variant)));

[[nodiscard]] constexpr const VariantEntry& entry_of(Variant variant) { return variant_table[index_of(variant)]; }

/// The heading of a column: "A1 send×8".
[[nodiscard]] std::string title_of(Variant variant);

[[nodiscard]] constexpr bool uses_zero_copy(Variant variant) { return entry_of(variant).uses_zero_copy; }

/// The variant that a textbook's name stands for.
[[nodiscard]] constexpr Variant variant_called(Textbook textbook) {
    for (const VariantEntry& entry : variant_table)
        if (entry.textbook == textbook)
            return entry.variant;
    return variant_table.front().variant; // not reached: see the assertion below
}
static_assert(entry_of(variant_called(Textbook::two_copy)).textbook == Textbook::two_copy);
static_assert(entry_of(variant_called(Textbook::one_copy)).textbook == Textbook::one_copy);
static_assert(entry_of(variant_called(Textbook::zero_copy)).textbook == Textbook::zero_copy);

/// The variants of the textbook, for what is said of these three alone.
inline constexpr Variant two_copy_variant = variant_called(Textbook::two_copy);
inline constexpr Variant one_copy_variant = variant_called(Textbook::one_copy);
inline constexpr Variant zero_copy_variant = variant_called(Textbook::zero_copy);

/// What a run sends with that names no variants.
[[nodiscard]] std::vector<Variant> default_variants();
/// The identifiers of all variants: "A1, A2, A3".
[[nodiscard]] std::string known_variants();
/// The identifiers with how each sends: "A1 (one send() a field), …". A constant, because help texts are.
inline constexpr auto variant_descriptions = [] {
    std::array<char, 1024> text{};
    std::size_t length = 0;
    const auto add = [&](std::string_view part) {
        for (char letter : part)
            text[length++] = letter;
    };
    for (const VariantEntry& entry : variant_table) {
        add(length == 0 ? "" : ", ");
        add(entry.id);
        add(" (");
        add(entry.method);
        add(")");
    }
    return text;
}();
[[nodiscard]] constexpr std::string_view described_variants() { return variant_descriptions.data(); }

} // namespace netio
