// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/text/sections.h"
#include "report/view/cause_view.h"

namespace netio::report {

void put_cause_tables(Page& page, const analysis::Group& group) {
    for (const ValueTable& values : cause_tables(group)) {
        page.blank();
        Table table = table_of(group, values.title);
        for (const ValueRow& row : values.rows) {
            std::vector<ColumnCell> cells;
            for (const std::string& value : row.values)
                cells.push_back(value.empty()                 ? no_figure
                                : value == nothing_there.text ? nothing_there
                                                              : TableCell{value});
            table.row("  " + row.label, std::move(cells));
        }
        table.put(page);
    }
}

} // namespace netio::report
