// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/spec_check.h"

#include <algorithm>
#include <fstream>
#include <string>

#include "workload/options.h"

namespace netio::experiment {
namespace {

template <class Value>
bool has_duplicates(std::vector<Value> values) {
    std::sort(values.begin(), values.end());
    return std::adjacent_find(values.begin(), values.end()) != values.end();
}

/// MemAvailable of /proc/meminfo in bytes; 0 when it cannot be read.
std::uint64_t available_memory() {
    std::ifstream meminfo("/proc/meminfo");
    std::string key;
    std::uint64_t kibibytes = 0;
    std::string unit;
    while (meminfo >> key >> kibibytes >> unit)
        if (key == "MemAvailable:")
            return kibibytes * 1024;
    return 0;
}

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

/// Both ends hold a message of 8 fields for each direction and connection: four in all, and A3 up to twice that.
Result<void> check_memory(const RunSpec& spec) {
    const std::uint64_t largest_field = *std::max_element(spec.field_sizes.begin(), spec.field_sizes.end());
    const std::uint64_t most_threads = *std::max_element(spec.threads.begin(), spec.threads.end());
    const std::uint64_t needed = largest_field * fields_per_message * most_threads * 4;
    const std::uint64_t available = available_memory();
    if (available != 0 && needed > available)
        return input_error("the run does not fit into memory",
                           "8 fields of " + std::to_string(largest_field) + " bytes on " +
                               std::to_string(most_threads) + " connections need about " + mebibytes(needed) +
                               " of buffers, and " + mebibytes(available) + " are available",
                           "choose smaller fields or fewer threads");
    return {};
}

/// What the workload itself refuses, tried with the values of each cell.
Result<void> check_workload(const RunSpec& spec) {
    workload::Options options;
    options.duration_s = spec.duration_s;
    options.think_time_ns = spec.think_time_ns;
    for (std::uint64_t field_size : spec.field_sizes)
        for (unsigned threads : spec.threads) {
            options.field_size = field_size;
            options.threads = threads;
            if (auto checked = workload::check(options); !checked)
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
        return input_error(std::to_string(spec.repeats) + " repeats cannot be used", "it must be 1 to 1000");
    if (spec.trace && spec.sample_frequency > most_sample_frequency)
        return input_error("a sample frequency of " + std::to_string(spec.sample_frequency) + " cannot be used",
                           "it must be 1 to 20000 samples per second and CPU, or 0 for none");
    if (auto checked = check_tracing(spec); !checked)
        return checked;
    return check_memory(spec);
}

} // namespace netio::experiment
