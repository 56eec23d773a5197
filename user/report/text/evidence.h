// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <string>
#include <vector>

#include "analysis/finding.h"
#include "report/text/page.h"

namespace netio::report {

/// The figures below a finding or an answer: those of the whole run on one line, those of single cells as tables with a
/// column for each field size and a block for each number of connections; then why figures are missing or estimated.
void put_evidence(Page& page, const std::vector<analysis::Evidence>& evidence);

/// "rests on  copy_in · pin": a labelled list of parts, indented like the figures. Nothing without parts.
void put_labelled(Page& page, const std::string& label, const std::vector<std::string>& parts);

/// A figure of evidence with the mark of its quality, the reach or both ends of its 95 % interval and, where the unit
/// needs it, the unit:
/// "~27 ± 2 %", "1.36 GiB", "≈0.84". `with_unit` adds the unit to plain numbers too.
[[nodiscard]] std::string evidence_value(const Figure& figure, const std::string& unit, bool with_unit);

} // namespace netio::report
