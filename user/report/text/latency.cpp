// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>
#include <vector>

#include "report/text/sections.h"
#include "report/view/format.h"
#include "report/view/log_axis.h"

namespace netio::report {

void put_latency_plot(Page& page, const analysis::Group& group) {
    constexpr std::size_t lines = 2;
    const std::string indent(5, ' ');
    std::vector<const Cell*> cells;
    for (const analysis::VariantSummary& summary : group.variants)
        if (!summary.merged.receiver.latency.empty())
            cells.push_back(&summary.merged);
    const auto axis = latency_axis(group, page.width() - indent.size() - 1);
    if (!axis)
        return;

    std::vector<std::vector<double>> shares;
    double tallest = 0.0;
    for (const Cell* cell : cells) {
        shares.push_back(axis->spread(cell->receiver.latency));
        tallest = std::max(tallest, *std::max_element(shares.back().begin(), shares.back().end()));
    }

    page.blank();
    page.heading("Latency of a message, share of messages by duration (log scale; · a few)");
    for (std::size_t i = 0; i < cells.size(); ++i) {
        for (double& share : shares[i])
            share /= tallest;
        const std::vector<std::string> plot = block_plot(shares[i], lines);
        const Style style = style_of(cells[i]->variant);
        for (std::size_t line = 0; line < lines; ++line)
            if (line + 1 == lines || plot[line].find_first_not_of(' ') != std::string::npos)
                page.pieces({{line + 1 == lines ? "  " + std::string(name_of(cells[i]->variant)) + " " : indent, style},
                             {plot[line], style}});
    }
    const LogAxis::Scale scale = axis->scale();
    page.pieces({{indent + scale.line, Style::dim}});
    page.pieces({{indent + scale.labels, Style::dim}});
}

} // namespace netio::report
