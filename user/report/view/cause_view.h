// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/summary.h"

namespace netio::report {

/// A row of a table with a column for each variant of a group.
struct ValueRow {
    std::string label;
    std::vector<std::string> values; ///< one for each variant; "" where nothing is known, "–" for 0
};

struct ValueTable {
    std::string title;
    std::vector<ValueRow> rows;
};

/// What explains the figures of a group: where both ends spend the time of a message, and what the machine did
/// meanwhile; what TCP and IP counted, and how the connections fared. What is 0 or was not recorded in all variants has
/// no row, and what has no rows is no table.
[[nodiscard]] std::vector<ValueTable> cause_tables(const analysis::Group& group);

} // namespace netio::report
