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
std::string typed(ReceiveUnit) { return "message"; }
std::string typed(const std::map<std::string, std::string>&) { return "net.ipv4.tcp_sack=0"; }
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

struct OutOfRange {
    std::string line;
    std::string said;
};

TEST(SpecOptions, SaysOfANumberThatIsNoneWhatItMayBe) {
    for (const auto& [line, said] : std::vector<OutOfRange>{
             {"--repeats 0", "--repeats: 0 is out of range: give 1 to 1,000"},
             {"--repeats often", "--repeats: \"often\" is not a number: give 1 to 1,000"},
             {"--sample-frequency 1000000", "--sample-frequency: 1000000 is out of range: give 0 to 20,000 Hz"},
             {"--threads 1,999999", "--threads: 999999 is out of range: give 1 to 4,096"},
             {"--threads 1.5", "--threads: 1.5 is not a whole number: give 1 to 4,096"},
             {"--threads -1", "--threads: -1 is out of range: give 1 to 4,096"},
             {"--port 99999", "--port: 99999 is out of range: give 0 to 65,535"},
             {"--field-sizes 64,0", "--field-sizes: 0 is out of range: give 1 to 67,108,864 B"},
             {"--field-sizes 65M", "--field-sizes: 65M is out of range: give 1 to 67,108,864 B"},
             {"--duration 0", "--duration: 0 is out of range: give 0.001 to 86,400 s"},
             {"--duration 1e999", "--duration: 1e999 is out of range: give 0.001 to 86,400 s"},
             {"--duration nan", "--duration: nan is out of range: give 0.001 to 86,400 s"},
             {"--timeline 0.09", "--timeline: 0.09 is out of range: give 0.1 to 1,000 ms, or 0 for none"},
             {"--timeline 1000.1", "--timeline: 1000.1 is out of range: give 0.1 to 1,000 ms, or 0 for none"},
             {"--warmup 99999999999", "--warmup: 99999999999 is out of range: give 0 to 4,294,967,295"},
             {"--warmup 99999999999999999999",
              "--warmup: 99999999999999999999 is out of range: give 0 to 4,294,967,295"},
             {"--sndbuf 3G", "--sndbuf: 3G is out of range: give 0 to 2,147,483,647 B"},
             {"--rcvbuf 99999999999E", "--rcvbuf: 99999999999E is out of range: give 0 to 2,147,483,647 B"},
             {"--threads 0x10", "--threads: \"0x10\" is not a number: give 1 to 4,096"},
             {"--field-sizes 0x40", "--field-sizes: \"0x40\" is not a size such as 64, 4K or 1M"},
             {"--duration 0,5", "--duration: takes one number, not \"0,5\""},
             {"--think-time 2000000000", "--think-time: 2000000000 is out of range: give 0 to 1,000,000,000 ns"}}) {
        const auto spec = parse(line);
        ASSERT_FALSE(spec.ok()) << line;
        EXPECT_EQ(spec.error().why, said);
    }
    for (const char* line : {"--repeats 1000", "--sample-frequency 0", "--threads 1,4096", "--port 65535",
                             "--timeline 0", "--field-sizes 64M", "--duration 0.001", "--think-time 0"})
        EXPECT_TRUE(parse(line).ok()) << line;
}

TEST(SpecOptions, TakesSysctlsOneByOneWithWhateverValue) {
    const auto spec = parse("--sysctl net.ipv4.tcp_sack=0 --sysctl net.ipv4.ip_local_reserved_ports=1,3=4");
    ASSERT_TRUE(spec.ok());
    const std::map<std::string, std::string> expected{{"net.ipv4.tcp_sack", "0"},
                                                      {"net.ipv4.ip_local_reserved_ports", "1,3=4"}};
    EXPECT_EQ(spec->sysctls, expected);
    EXPECT_FALSE(parse("--sysctl net.ipv4.tcp_sack=0 --sysctl net.ipv4.tcp_sack=1").ok());
}

TEST(SpecOptions, ShapeACell) {
    const auto spec = parse("--request-writes 3 --receive message --quickack --congestion reno --variants A0");
    ASSERT_TRUE(spec.ok());
    EXPECT_EQ(spec->request_writes, 3U);
    EXPECT_EQ(spec->receive, ReceiveUnit::message);
    EXPECT_TRUE(spec->quickack);
    EXPECT_EQ(spec->congestion, "reno");
    EXPECT_EQ(spec->variants, std::vector{Variant::A0});
}

TEST(SpecOptions, ReadsEveryNumberAsDecimal) {
    const auto spec = parse("--threads 010,1.0 --field-sizes 0100,010K --port 08080 --repeats 1e2 --duration 01.5 "
                            "--sndbuf 0200 --warmup 00");
    ASSERT_TRUE(spec) << spec.error().message();
    EXPECT_EQ(spec->threads, (std::vector<unsigned>{10, 1}));
    EXPECT_EQ(spec->field_sizes, (std::vector<std::uint64_t>{100, 10240}));
    EXPECT_EQ(spec->port, 8080);
    EXPECT_EQ(spec->repeats, 100U);
    EXPECT_EQ(spec->duration_s, 1.5);
    EXPECT_EQ(spec->send_buffer, 200U);
    EXPECT_EQ(spec->warmup_messages, 0U);
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
                             "--sample-frequency -1", "--sample-frequency often",
                             "--receive all",         "--request-writes some",
                             "--sysctl tcp_sack",     "--sysctl =1"}) {
        const auto spec = parse(line);
        ASSERT_FALSE(spec.ok()) << line;
        EXPECT_EQ(spec.error().exit_code, ExitCode::bad_input) << line;
    }
}

} // namespace
} // namespace netio::cli
