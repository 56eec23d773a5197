// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/spec_check.h"

#include <algorithm>
#include <optional>
#include <string>

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

/// Both ends are on this machine, and cells run one after the other.
Result<void> check_memory(const workload::Options& options) {
    const std::uint64_t needed = workload::server_memory(options) + workload::client_memory(options);
    const std::optional<std::uint64_t> available = workload::available_memory();
    const auto mebibytes = [](std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; };
    if (!available || needed <= *available)
        return {};
    return input_error("the run does not fit into memory",
                       std::string(name_of(options.variant)) + " with fields of " + std::to_string(options.field_size) +
                           " bytes on " + std::to_string(options.threads) + " connections needs " + mebibytes(needed) +
                           " of buffers, and " + mebibytes(*available) + " are available",
                       "choose smaller fields or fewer threads");
}

/// What the workload itself refuses, tried with the values of each cell.
Result<void> check_workload(const RunSpec& spec) {
    workload::Options options;
    options.pattern = spec.pattern;
    options.duration_s = spec.duration_s;
    options.think_time_ns = spec.think_time_ns;
    for (std::uint64_t field_size : spec.field_sizes)
        for (unsigned threads : spec.threads)
            for (Variant variant : spec.variants) {
                options.variant = variant;
                options.field_size = field_size;
                options.threads = threads;
                if (auto checked = workload::check(options); !checked)
                    return checked;
                if (auto checked = check_memory(options); !checked)
                    return checked;
            }
    return {};
}

/// What is chosen or kept of tracing, and what that needs.
Result<void> check_tracing(const RunSpec& spec) {
    const bool has_timeline = spec.timeline_ms != 0.0;
    if (has_timeline && !(spec.timeline_ms >= shortest_timeline_ms && spec.timeline_ms <= longest_timeline_ms))
        return input_error("a timeline of this length cannot be recorded", "it must be 0.1 to 1000 milliseconds",
                           "for instance --timeline 10");
    if (has_timeline && !spec.trace)
        return input_error("--timeline records nothing without tracing", "--no-trace was given",
                           "leave out one of the two");
    if (spec.backend && !spec.trace)
        return input_error("--backend times nothing without tracing", "--no-trace was given",
                           "leave out one of the two");
    if (spec.stacks && !spec.trace)
        return input_error("--stacks keeps nothing without tracing", "--no-trace was given",
                           "leave out one of the two");
    if (spec.stacks && spec.sample_frequency == 0)
        return input_error("--stacks keeps nothing without samples", "--sample-frequency is 0",
                           "leave out one of the two");
    return {};
}

} // namespace

Result<void> check_spec(const RunSpec& spec) {
    if (spec.variants.empty() || spec.field_sizes.empty() || spec.threads.empty())
        return input_error("there is nothing to run", "variants, field sizes and threads need a value each");
    if (has_duplicates(spec.variants) || has_duplicates(spec.field_sizes) || has_duplicates(spec.threads))
        return input_error("a variant, field size or number of threads is named twice", "each makes a cell of its own",
                           "name it once, and use --repeats to run cells again");
    if (auto checked = check_workload(spec); !checked)
        return checked;
    if (spec.repeats == 0 || spec.repeats > most_repeats)
        return input_error(std::to_string(spec.repeats) + " repeats cannot be used", "it must be 1 to 1000",
                           "for instance --repeats 5");
    if (spec.trace && spec.sample_frequency > most_sample_frequency)
        return input_error("a sample frequency of " + std::to_string(spec.sample_frequency) + " cannot be used",
                           "it must be 1 to 20000 samples per second and CPU, or 0 for none",
                           "leave out --sample-frequency for " + std::to_string(RunSpec{}.sample_frequency));
    return check_tracing(spec);
}

} // namespace netio::experiment
