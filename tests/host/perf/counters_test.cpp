// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "perf/counters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/clock.h"
#include "host/child_process.h"

namespace netio::perf {
namespace {

using namespace std::chrono_literals;
using testing::AnyOf;
using testing::HasSubstr;

CounterReading count_one(const std::string& event, const std::function<void()>& work) {
    CounterSet counters = CounterSet::open_for_this_thread(std::vector{event});
    counters.begin();
    work();
    counters.end();
    return counters.read().at(0);
}

void touch_fresh_pages(std::size_t pages) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    void* memory = mmap(nullptr, pages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    madvise(memory, pages * page, MADV_NOHUGEPAGE);
    for (std::size_t i = 0; i < pages; ++i)
        static_cast<volatile char*>(memory)[i * page] = 1;
    munmap(memory, pages * page);
}

void spin(std::uint64_t cpu_ns) {
    const std::uint64_t end = thread_cpu_ns() + cpu_ns;
    while (thread_cpu_ns() < end) {
    }
}

std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd"))
        ++count;
    return count;
}

TEST(Counters, ContextSwitchesAreCounted) {
    constexpr std::uint64_t sleeps = 20;
    const CounterReading reading = count_one("context-switches", [] {
        for (std::uint64_t i = 0; i < sleeps; ++i)
            std::this_thread::sleep_for(1ms);
    });
    EXPECT_EQ(reading.status, CounterStatus::counted) << reading.reason;
    EXPECT_GE(reading.raw, sleeps);
    EXPECT_DOUBLE_EQ(reading.scaled, static_cast<double>(reading.raw));
    EXPECT_EQ(reading.enabled_ns, reading.running_ns);
}

TEST(Counters, PageFaultsAreCounted) {
    constexpr std::size_t pages = 500;
    const CounterReading reading = count_one("page-faults", [] { touch_fresh_pages(pages); });
    EXPECT_EQ(reading.status, CounterStatus::counted) << reading.reason;
    EXPECT_GE(reading.raw, pages);
    EXPECT_LT(reading.raw, 2 * pages);
}

TEST(Counters, TaskClockCountsTheThreadsCpuTime) {
    constexpr std::uint64_t work_ns = 20'000'000;
    const CounterReading reading = count_one("task-clock", [] { spin(work_ns); });
    EXPECT_EQ(reading.status, CounterStatus::counted) << reading.reason;
    EXPECT_GE(reading.raw, work_ns * 9 / 10);
    EXPECT_EQ(reading.enabled_ns, reading.running_ns);
}

TEST(Counters, OnlyTheThreadThatOpenedThemIsCounted) {
    constexpr std::size_t pages = 2000;
    const CounterReading reading = count_one("page-faults", [] {
        std::thread other([] { touch_fresh_pages(pages); });
        other.join();
    });
    EXPECT_LT(reading.raw, pages);
}

TEST(Counters, BeginStartsFromZeroAgain) {
    CounterSet counters = CounterSet::open_for_this_thread(std::vector<std::string>{"page-faults", "task-clock"});
    counters.begin();
    touch_fresh_pages(3000);
    spin(100'000'000);
    counters.end();
    const std::vector<CounterReading> first = counters.read();
    touch_fresh_pages(3000); // between end and begin: nobody's
    counters.begin();
    touch_fresh_pages(100);
    counters.end();
    const std::vector<CounterReading> second = counters.read();
    EXPECT_GE(first[0].raw, 3000U);
    EXPECT_LT(first[0].raw, 6000U);
    EXPECT_GE(second[0].raw, 100U);
    EXPECT_LT(second[0].raw, 3000U);
    EXPECT_LT(second[0].enabled_ns, first[0].enabled_ns);
    touch_fresh_pages(100);
    EXPECT_EQ(counters.read()[0].raw, second[0].raw) << "nothing counts after end()";
}

TEST(Counters, WithoutBeginNothingIsCounted) {
    const CounterSet counters = CounterSet::open_for_this_thread(std::vector<std::string>{"page-faults"});
    EXPECT_EQ(counters.read().at(0).status, CounterStatus::not_counted);
}

TEST(Counters, HardwareCountsOrSaysWhyNot) {
    for (const char* event : {"cycles", "instructions"}) {
        const CounterReading reading = count_one(event, [] { spin(20'000'000); });
        if (reading.available()) {
            EXPECT_GT(reading.raw, 100'000U) << event;
        } else {
            EXPECT_THAT(reading.status,
                        AnyOf(CounterStatus::not_supported, CounterStatus::not_permitted, CounterStatus::not_counted))
                << event;
            EXPECT_FALSE(reading.reason.empty());
            EXPECT_EQ(reading.raw, 0U);
        }
    }
}

TEST(Counters, AllDefaultEventsHaveAReadingInTheirOrder) {
    const std::vector<std::string> events = default_events();
    const std::vector<CounterReading> readings = probe_events(events);
    ASSERT_EQ(readings.size(), events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        EXPECT_EQ(readings[i].event, events[i]);
        EXPECT_NE(readings[i].available(), !readings[i].reason.empty()) << events[i];
    }
    for (const std::size_t software : {6, 7, 8, 9})
        EXPECT_EQ(readings[software].status, CounterStatus::counted) << readings[software].reason;
    EXPECT_GT(readings[9].raw, 0U);
}

TEST(Counters, AnUnknownNameIsAStatus) {
    const CounterReading reading = count_one("no-such-event", [] {});
    EXPECT_EQ(reading.status, CounterStatus::unknown_event);
    EXPECT_THAT(reading.reason, HasSubstr("no-such-event"));
}

TEST(Counters, ASharedPlanServesManyThreads) {
    const std::vector<std::string> events = default_events();
    const EventPlan plan = EventPlan::make(events);
    constexpr int threads = 32;
    std::vector<std::vector<CounterReading>> readings(threads);
    {
        std::vector<std::jthread> workers;
        workers.reserve(threads);
        for (auto& own : readings)
            workers.emplace_back([&] {
                CounterSet counters = CounterSet::open_for_this_thread(plan);
                counters.begin();
                touch_fresh_pages(50);
                counters.end();
                own = counters.read();
            });
    }
    std::vector<CounterReading> sum;
    for (const auto& own : readings)
        add_readings(sum, own);
    ASSERT_EQ(sum.size(), events.size());
    EXPECT_EQ(sum[8].event, "page-faults");
    EXPECT_EQ(sum[8].status, CounterStatus::counted) << sum[8].reason;
    EXPECT_GE(sum[8].raw, 50U * threads);
}

TEST(Counters, NoDescriptorIsLeftOpen) {
    const std::size_t before = open_descriptors();
    (void)probe_events(default_events());
    EXPECT_EQ(open_descriptors(), before);
}

TEST(Counters, RunningOutOfDescriptorsIsAStatus) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer finds out with a pipe what memory it can read, and here it gets no descriptor";
#endif
    const pid_t child = in_child([] {
        const EventPlan plan = EventPlan::make(std::vector<std::string>{"page-faults", "task-clock"});
        const rlimit none{.rlim_cur = 3, .rlim_max = 3};
        ASSERT_EQ(close_range(3, ~0U, 0), 0);
        ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
        CounterSet counters = CounterSet::open_for_this_thread(plan);
        counters.begin();
        counters.end();
        for (const CounterReading& reading : counters.read()) {
            EXPECT_EQ(reading.status, CounterStatus::not_counted);
            EXPECT_THAT(reading.reason, HasSubstr("ulimit -n"));
        }
        // Making the plan without a descriptor to spare must not settle the matter for threads that have one.
        const EventPlan starved = EventPlan::make(std::vector<std::string>{"page-faults"});
        close(0);
        CounterSet later = CounterSet::open_for_this_thread(starved);
        later.begin();
        touch_fresh_pages(10);
        later.end();
        EXPECT_EQ(later.read().at(0).status, CounterStatus::counted) << later.read().at(0).reason;
    });
    EXPECT_EQ(wait_for(child), 0) << "see the failures above";
}

TEST(Counters, LeavesTheDescriptorsThatOthersNeed) {
    const std::vector<std::string> events{"page-faults", "task-clock"};
    const EventPlan plan = EventPlan::make(events);
    const std::size_t before = open_descriptors();
    const CounterSet counters = CounterSet::open_for_this_thread(plan, 2);
    EXPECT_EQ(open_descriptors(), before);
    for (const CounterReading& reading : counters.read()) {
        EXPECT_NE(reading.status, CounterStatus::counted) << reading.event;
        EXPECT_NE(reading.reason.find("ulimit -n"), std::string::npos) << reading.reason;
    }
}

TEST(Counters, WithoutPrivilegesTheClockStillRunsAndTheRestIsNotPermitted) {
    FILE* setting = std::fopen("/proc/sys/kernel/perf_event_paranoid", "r");
    ASSERT_NE(setting, nullptr);
    int level = 0;
    ASSERT_EQ(std::fscanf(setting, "%d", &level), 1);
    std::fclose(setting);
    const pid_t child = in_child([level] {
        ASSERT_EQ(setresgid(65534, 65534, 65534), 0);
        ASSERT_EQ(setresuid(65534, 65534, 65534), 0);
        CounterSet counters =
            CounterSet::open_for_this_thread(std::vector<std::string>{"page-faults", "page-faults:u", "task-clock"});
        counters.begin();
        touch_fresh_pages(100);
        spin(5'000'000);
        counters.end();
        const std::vector<CounterReading> readings = counters.read();
        if (level > 2) { // some distributions' level 3 and 4 forbid everything
            EXPECT_EQ(readings[2].status, CounterStatus::not_permitted);
            return;
        }
        if (level == 2) {
            EXPECT_EQ(readings[0].status, CounterStatus::not_permitted);
            EXPECT_THAT(readings[0].reason, HasSubstr("kernel.perf_event_paranoid is 2"));
        } else {
            EXPECT_EQ(readings[0].status, CounterStatus::counted);
        }
        EXPECT_EQ(readings[1].status, CounterStatus::counted) << readings[1].reason;
        EXPECT_GE(readings[1].raw, 100U);
        EXPECT_EQ(readings[2].status, CounterStatus::counted) << readings[2].reason;
        EXPECT_GE(readings[2].raw, 4'000'000U);
    });
    EXPECT_EQ(wait_for(child), 0) << "see the failures above";
}

} // namespace
} // namespace netio::perf
