// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "analysis/judge.h"
#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/path_view.h"

namespace netio::report {
namespace {

constexpr std::size_t size_width = 11;
constexpr std::size_t threads_width = 7;
constexpr std::size_t figure_width = 9;
constexpr std::size_t copies_width = 6;

using Value = double (*)(const analysis::VariantSummary&);

/// The columns of one figure for each variant; what is shown to be the best is bold. Missing variants leave their place
/// empty.
void add_figures(std::vector<TableCell>& pieces, const analysis::Group& group, const std::vector<Variant>& variants,
                 analysis::Statistic statistic, Value value) {
    const std::optional<analysis::Ranking> ranking = analysis::rank(group, statistic);
    for (Variant variant : variants) {
        const analysis::VariantSummary* summary = group.of(variant);
        if (summary == nullptr || !measured(summary->merged)) {
            pieces.push_back({right_in(summary != nullptr ? "n/a" : "–", figure_width), Style::dim});
            continue;
        }
        const bool best = ranking && ranking->settled() && ranking->leader == &*summary;
        pieces.push_back({right_in(significant(value(*summary)), figure_width), best ? Style::bold : Style::plain});
    }
}

/// Over the columns of one figure: the short title where the long one has no room.
TableCell title_in(std::size_t width, std::string_view title, std::string_view short_title) {
    return {right_in(display_width(title) <= width ? title : short_title, width), Style::dim};
}

TableCell copies_of(const analysis::Group& group, Variant variant) {
    const analysis::VariantSummary* summary = group.of(variant);
    if (summary == nullptr)
        return {right_in("–", copies_width), Style::dim};
    const Figure copies = summary->merged.copies_per_byte();
    if (!copies.available())
        return {right_in("n/a", copies_width), Style::dim};
    return {right_in(std::string(mark_of(copies.quality)) + fixed(copies.value, 1), copies_width)};
}

} // namespace

void put_overview(Page& page, const std::vector<analysis::Group>& groups) {
    std::vector<Variant> variants;
    for (Variant variant : all_variants)
        if (std::any_of(groups.begin(), groups.end(),
                        [&](const analysis::Group& group) { return group.of(variant) != nullptr; }))
            variants.push_back(variant);

    page.blank();
    page.heading("Overview: bold where shown to be the best of a row");
    const std::size_t figures = figure_width * variants.size();
    // A narrow page has no room for the copies; the tables of the groups tell them.
    const bool with_copies =
        page.width() >= size_width + threads_width + 2 * figures + copies_width * variants.size() + 4;
    std::vector<TableCell> titles{{left_in("", size_width + threads_width)},
                                  title_in(figures, "throughput, Gbit/s", "Gbit/s"),
                                  title_in(figures + 2, "latency p50, µs", "p50, µs")};
    if (with_copies)
        titles.push_back(title_in(copies_width * variants.size() + 2, "copies/byte", "copies"));
    page.pieces(titles);
    std::vector<TableCell> head{{left_in("8 fields of", size_width), Style::dim},
                                {right_in("conns", threads_width), Style::dim}};
    for (const std::size_t width : {figure_width, figure_width, copies_width}) {
        if (width == copies_width && !with_copies)
            break;
        for (Variant variant : variants)
            head.push_back({right_in(name_of(variant), width), style_of(variant)});
        head.push_back({"  "});
    }
    page.pieces(head);
    for (const analysis::Group& group : groups) {
        std::vector<TableCell> pieces{{left_in(binary_size(group.field_size), size_width)},
                                      {right_in(grouped(group.threads), threads_width)}};
        add_figures(pieces, group, variants, analysis::Statistic::throughput,
                    [](const analysis::VariantSummary& summary) { return summary.throughput_gbps.value; });
        pieces.push_back({"  "});
        add_figures(pieces, group, variants, analysis::Statistic::p50, [](const analysis::VariantSummary& summary) {
            return summary.merged.receiver.latency.quantile(0.5) / 1e3;
        });
        pieces.push_back({"  "});
        for (Variant variant : variants)
            if (with_copies)
                pieces.push_back(copies_of(group, variant));
        page.pieces(pieces);
    }
}

} // namespace netio::report
