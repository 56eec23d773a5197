// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/spec_check.h"

#include <algorithm>
#include <string>

#include "experiment/cell_runner.h"
#include "model/run_options.h"
#include "workload/client.h"
#include "workload/limits.h"
#include "workload/options.h"
#include "workload/server.h"

namespace netio::experiment {
namespace {

template <class Value>
bool has_duplicates(std::vector<Value> values) {
    std::sort(values.begin(), values.end());
    return std::adjacent_find(values.begin(), values.end()) != values.end();
}

/// What the workload itself refuses, tried with the values of each cell.
Result<void> check_workload(const RunSpec& spec) {
    for (std::uint64_t field_size : spec.field_sizes)
        for (unsigned threads : spec.threads)
            for (Variant variant : spec.variants) {
                const CellKey key{variant, field_size, threads, 0};
                const workload::Options options = workload_options(spec, key);
                NETIO_TRY(workload::check(options));
                // Both ends are on this machine, and cells run one after the other.
                NETIO_TRY(workload::check_memory(workload::server_memory(options) + workload::client_memory(options),
                                                 threads));
            }
    return {};
}

/// What is chosen or kept of tracing, and what that needs.
Result<void> check_tracing(const RunSpec& spec) {
    Result<void> checked;
    for_each_field<RunSpec>([&](const auto& option) {
        if (checked && option.of_tracing && !spec.trace && spec.*option.member != RunSpec{}.*option.member)
            checked = input_error(std::string(option.flags) + " needs tracing", "--no-trace was given",
                                  "leave out one of the two");
    });
    if (checked && spec.stacks && spec.sample_frequency == 0)
        return input_error("--stacks needs samples", "--sample-frequency is 0", "leave out one of the two");
    return checked;
}

} // namespace

Result<void> check_spec(const RunSpec& spec) {
    if (spec.variants.empty() || spec.field_sizes.empty() || spec.threads.empty())
        return input_error("nothing to run", "give at least one variant, field size and number of threads");
    if (has_duplicates(spec.variants) || has_duplicates(spec.field_sizes) || has_duplicates(spec.threads))
        return input_error("a variant, field size or number of threads is given twice", {},
                           "give it once, and use --repeats to run cells again");
    if (auto checked = check_workload(spec); !checked)
        return checked;
    return check_tracing(spec);
}

} // namespace netio::experiment
