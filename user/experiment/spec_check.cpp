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

/// The error about a value that is in a list twice.
template <class Value, class InWords>
Result<void> check_once(std::vector<Value> values, const std::string& what, InWords in_words) {
    std::ranges::sort(values);
    const auto twice = std::ranges::adjacent_find(values);
    if (twice == values.end())
        return {};
    return input_error(what + " " + std::string(in_words(*twice)) + " is given twice", {},
                       "give it once, and use --repeats to run cells again");
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
                                                 2 * threads));
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
    NETIO_TRY(check_once(spec.variants, "variant", [](Variant variant) { return name_of(variant); }));
    NETIO_TRY(check_once(spec.field_sizes, "field size", [](std::uint64_t size) { return std::to_string(size); }));
    NETIO_TRY(check_once(spec.threads, "number of threads", [](unsigned threads) { return std::to_string(threads); }));
    if (auto checked = check_workload(spec); !checked)
        return checked;
    return check_tracing(spec);
}

} // namespace netio::experiment
