// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cli/spec_options.h"

#include <CLI/CLI.hpp>
#include <gtest/gtest.h>

#include <sstream>

#include "model/run_options.h"
#include "perf/counters.h"

namespace netio::cli {
namespace {

Result<RunSpec> parse(const std::string& line) {
    CLI::App app;
    SpecOptions options;
    options.add_to(app);
    try {
        app.parse(line);
    } catch (const CLI::ParseError& failure) {
        return input_error("parse", failure.what());
    }
    return options.spec();
}

TEST(SpecOptions, TakesListsWithCommasOrSpacesAndSizesWithUnits) {
    const auto spec = parse("--variants A3,A1 --field-sizes 64,1K,64K,1MiB --threads 1 2 8");
    ASSERT_TRUE(spec.ok());
    EXPECT_EQ(spec->variants, (std::vector<Variant>{Variant::A3, Variant::A1}));
    EXPECT_EQ(spec->field_sizes, (std::vector<std::uint64_t>{64, 1024, 65536, 1048576}));
    EXPECT_EQ(spec->threads, (std::vector<unsigned>{1, 2, 8}));
}

/// What the command line takes for a value of each kind, other than the initial one.
std::string typed(bool) { return ""; }
std::string typed(const std::string&) { return "quick"; }
std::string typed(const std::vector<Variant>&) { return "A2"; }
std::string typed(const std::vector<std::string>&) { return "page-faults"; }
std::string typed(Pattern) { return "stream"; }
std::string typed(const LinkSpec&) { return "loopback"; }
std::string typed(const std::optional<Backend>&) { return "kprobe"; }
std::string typed(const auto&) { return "7"; } // numbers, and lists of them

TEST(SpecOptions, SetsTheMemberOfEachOptionByEachOfItsNames) {
    for_each_field<RunSpec>([]<class Value>(const RunOption<Value>& option) {
        std::istringstream names{std::string(option.flags)};
        for (std::string name; std::getline(names, name, ',');) {
            const auto spec = parse(name + " " + typed(RunSpec{}.*option.member));
            ASSERT_TRUE(spec) << name << ": " << spec.error().message();
            EXPECT_NE(*spec.*option.member, parse("").value().*option.member) << name;
        }
    });
}

TEST(SpecOptions, PutsWhatIsGivenOverThePreset) {
    const auto spec = parse("--preset assignment --duration 0.5 --nagle");
    ASSERT_TRUE(spec.ok());
    EXPECT_EQ(spec->preset, "assignment");
    EXPECT_EQ(spec->duration_s, 0.5);
    EXPECT_TRUE(spec->nagle);
    EXPECT_EQ(spec->threads, (std::vector<unsigned>{1, 2, 4, 8}));
}

TEST(SpecOptions, CountsTheDefaultEventsUnlessToldOtherwise) {
    EXPECT_EQ(parse("")->events, perf::default_events());
    EXPECT_EQ(parse("-e task-clock,page-faults")->events, (std::vector<std::string>{"task-clock", "page-faults"}));
}

TEST(SpecOptions, RecordsWhatIsAskedFor) {
    EXPECT_EQ(parse("")->timeline_ms, 0.0);
    EXPECT_FALSE(parse("")->stacks);
    EXPECT_EQ(parse("--preset smoke --timeline 2.5")->timeline_ms, 2.5);
    EXPECT_TRUE(parse("--stacks")->stacks);
}

TEST(SpecOptions, ReadsTheThreeKindsOfLink) {
    EXPECT_EQ(parse("--link veth")->link.kind, LinkKind::veth);
    EXPECT_EQ(parse("--link loopback")->link.kind, LinkKind::loopback);
    EXPECT_EQ(parse("--link dev:eth1,eth2")->link, (LinkSpec{LinkKind::devices, "eth1", "eth2"}));
}

TEST(SpecOptions, ReadsTheBackendToTimePathsWith) {
    EXPECT_EQ(parse("")->backend, std::nullopt);
    EXPECT_EQ(parse("--backend auto")->backend, std::nullopt);
    EXPECT_EQ(parse("--backend fentry")->backend, Backend::fentry);
    EXPECT_EQ(parse("--backend kprobe")->backend, Backend::kprobe);
    EXPECT_EQ(parse("--backend tracepoint")->backend, Backend::tracepoint);
    const auto refused = parse("--backend ebpf");
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().message().find("unknown backend \"ebpf\" (known: auto, fentry"), 0U)
        << refused.error().message();
}

TEST(SpecOptions, ASampleFrequencyOf0IsNotTheDefault) {
    EXPECT_EQ(parse("")->sample_frequency, RunSpec{}.sample_frequency);
    EXPECT_EQ(parse("--sample-frequency 0")->sample_frequency, 0U);
    EXPECT_EQ(parse("--sample-frequency 101")->sample_frequency, 101U);
}

TEST(SpecOptions, RefusesWhatItDoesNotKnowWithExitCode2) {
    for (const char* line : {"--variants A4",         "--preset big",
                             "--pattern ring",        "--link eth0",
                             "--link dev:eth0",       "--link dev:eth0,eth0",
                             "--link dev:,eth0",      "-e no-such-event",
                             "--field-sizes -1",      "--field-sizes x",
                             "--threads -1",          "--threads 1.5",
                             "--duration soon",       "--port 70000",
                             "--repeats often",       "--no-such-option",
                             "--backend none",        "--backend sampler",
                             "--backend Fentry",      "--backend fentry,kprobe",
                             "--sample-frequency -1", "--sample-frequency often"}) {
        const auto spec = parse(line);
        ASSERT_FALSE(spec.ok()) << line;
        EXPECT_EQ(spec.error().exit_code, ExitCode::bad_input) << line;
    }
}

} // namespace
} // namespace netio::cli
