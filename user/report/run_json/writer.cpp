// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "report/run_json/writer.h"

#include "analysis/finding.h"
#include "analysis/laws.h"
#include "model/run_options.h"
#include "report/run_json/accounting.h"
#include "report/run_json/records.h"

namespace netio::report {
namespace {

/// Readers of the schema need "corrupt_at": versions up to 1.1 had an option for their own tests.
Json spec_to_json(const RunSpec& spec) {
    Json json = to_json(spec);
    json["corrupt_at"] = nullptr;
    return json;
}

} // namespace

Json accounting_to_json(const analysis::Accounting& accounting) {
    const bool any = accounting.laws_checked != 0;
    return {{"percent", any ? Json(accounting.percent) : Json(nullptr)},
            {"laws_checked", accounting.laws_checked},
            {"laws_broken", accounting.laws_broken},
            {"laws_with_missed_hits", accounting.laws_with_missed_hits},
            {"missed_hits", to_json(accounting.missed_hits)},
            {"lost", accounting.lost},
            {"reason", any ? Json(nullptr) : Json("no law was checked: nothing was traced")}};
}

std::string render_json(const Run& run) {
    return lay_out({{"schema", run_schema},
                    {"environment", to_json(run.environment)},
                    {"spec", spec_to_json(run.spec)},
                    {"interrupted", run.interrupted},
                    {"failure", to_json(run.failure)},
                    {"accounting", accounting_to_json(analysis::account(run))},
                    {"findings", findings_to_json(analysis::find_insights(run))},
                    {"cells", to_json(run.cells)}});
}

} // namespace netio::report
