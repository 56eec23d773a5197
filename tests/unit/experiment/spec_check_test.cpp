// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/spec_check.h"

#include <gtest/gtest.h>

#include <limits>

#include "experiment/cell_runner.h"
#include "model/presets.h"
#include "workload/client.h"
#include "workload/options.h"
#include "workload/server.h"

namespace netio::experiment {
namespace {

std::string complaint(const RunSpec& spec) {
    const auto checked = check_spec(spec);
    return checked ? "" : checked.error().message();
}

TEST(SpecCheck, AcceptsEveryPreset) {
    for (const std::string& name : preset_names())
        EXPECT_EQ(complaint(*preset(name)), "") << name;
}

TEST(SpecCheck, RefusesEachAbsurdValueAndNamesIt) {
    RunSpec spec;
    spec.field_sizes = {0};
    EXPECT_NE(complaint(spec).find("field size 0"), std::string::npos);
    spec.field_sizes = {most_field_size + 1};
    EXPECT_NE(complaint(spec).find("67108865"), std::string::npos);
    spec.field_sizes = {64, 64};
    EXPECT_NE(complaint(spec).find("field size 64 is given twice"), std::string::npos);
    spec = {};
    spec.threads = {0};
    EXPECT_NE(complaint(spec).find("0 threads"), std::string::npos);
    spec.threads = {most_threads + 1};
    EXPECT_NE(complaint(spec).find("4097 threads"), std::string::npos);
    spec = {};
    for (double seconds :
         {-1.0, 0.0, 1e9, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        spec.duration_s = seconds;
        EXPECT_NE(complaint(spec).find("duration"), std::string::npos) << seconds;
    }
    spec = {};
    spec.sample_frequency = 0;
    EXPECT_EQ(complaint(spec), "") << "no sampling";
    spec.trace = false;
    EXPECT_NE(complaint(spec).find("--sample-frequency needs tracing"), std::string::npos);
}

TEST(SpecCheck, RefusesRecordingsThatCannotBeMade) {
    RunSpec spec;
    spec.timeline_ms = 0.1;
    EXPECT_EQ(complaint(spec), "");
    spec.trace = false;
    EXPECT_NE(complaint(spec).find("--timeline needs tracing"), std::string::npos);
    spec = {};
    spec.stacks = true;
    EXPECT_EQ(complaint(spec), "");
    spec.sample_frequency = 0;
    EXPECT_NE(complaint(spec).find("--stacks needs samples"), std::string::npos);
    spec.sample_frequency = RunSpec{}.sample_frequency;
    spec.trace = false;
    EXPECT_NE(complaint(spec).find("--stacks needs tracing"), std::string::npos);
}

TEST(SpecCheck, RefusesABackendForNothing) {
    RunSpec spec;
    spec.backend = Backend::kprobe;
    EXPECT_EQ(complaint(spec), "");
    spec.trace = false;
    EXPECT_NE(complaint(spec).find("--backend needs tracing"), std::string::npos);
}

TEST(SpecCheck, RefusesBuffersThatDoNotFitIntoMemory) {
    RunSpec spec;
    spec.field_sizes = {most_field_size};
    spec.threads = {most_threads};
    EXPECT_NE(complaint(spec).find("memory"), std::string::npos);
    EXPECT_EQ(check_spec(spec).error().exit_code, ExitCode::bad_input);
}

// A connection of A3 that streams small messages has 64 of them in flight, where A1 and A2 have one.
TEST(SpecCheck, CountsTheBuffersThatZeroCopyKeepsUntilItsCompletions) {
    workload::Options options;
    options.pattern = Pattern::stream;
    options.field_size = 4096;
    options.threads = 10;
    options.variant = Variant::A2;
    const std::uint64_t gathered = workload::server_memory(options);
    options.variant = Variant::A3;
    EXPECT_EQ(gathered, 10U * 8 * 4096);
    EXPECT_GE(workload::server_memory(options), 2 * gathered);
    EXPECT_EQ(workload::client_memory(options), 10U * 8 * 4096);
}

TEST(EffectiveWarmup, IsBoundedByBytesButNeverNone) {
    EXPECT_EQ(effective_warmup(32, 64), 32U);
    EXPECT_EQ(effective_warmup(32, std::uint64_t{1} << 20), 8U);
    EXPECT_EQ(effective_warmup(32, most_field_size), 1U);
    EXPECT_EQ(effective_warmup(0, 64), 0U);
}

} // namespace
} // namespace netio::experiment
