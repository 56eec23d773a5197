// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "exchange.h"
#include "own_bpf_objects.h"
#include "tracer/map_sizes.h"

namespace netio::tracer {
namespace {

TEST(Session, LeavesNothingBehind) {
    std::set<std::pair<std::string, std::uint32_t>> objects;
    {
        Session session = open_session(997);
        ASSERT_TRUE(session.begin(true).ok());
        objects = own_bpf_objects();
        ASSERT_GE(objects.size(), 20U) << "programs, maps and links";
        for (const auto& object : objects)
            EXPECT_TRUE(exists(object)) << object.first << " " << object.second;
    }
    // The kernel frees programs and maps after a grace period.
    for (int attempt = 0; attempt < 100; ++attempt) {
        if (std::ranges::none_of(objects, exists))
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    for (const auto& object : objects)
        EXPECT_FALSE(exists(object)) << object.first << " " << object.second;
}

TEST(Session, MapsTakeWhatWasComputed) {
    const Session session = open_session(997);
    const MapSizes sizes = map_sizes({2, 4, true, true});
    const auto computed = static_cast<double>(sizes.bytes(std::thread::hardware_concurrency()));
    const auto accounted = static_cast<double>(session.map_bytes());
    ASSERT_GT(accounted, 0.0);
    EXPECT_LE(accounted, computed * 1.1 + 65536);
    EXPECT_GE(accounted, computed * 0.9 - 65536);
}

TEST(Session, CountsThreadsThatFindNoPlace) {
    Session session = open_session();
    ASSERT_TRUE(session.begin(false).ok());
    unsigned refused = 0;
    constexpr unsigned too_many = 36;
    constexpr std::uint32_t first = NETIO_TIDS - NETIO_THREADS - too_many; // numbers that no thread here has
    for (std::uint32_t tid = first; tid < NETIO_TIDS; ++tid)
        refused += session.add_task(tid, 0) ? 0 : 1;
    EXPECT_TRUE(session.add_task(first, 1).ok()) << "it has a place already";
    EXPECT_FALSE(session.add_task(NETIO_TIDS, 0).ok());
    EXPECT_FALSE(session.add_task(first, 2).ok()) << "no such subject";
    auto result = session.end(0);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(refused, too_many);
    EXPECT_EQ(lost_of(*result, "thread_table_full"), refused);
    ASSERT_TRUE(session.begin(false).ok());
    EXPECT_TRUE(session.add_this_task(0).ok());
}

TEST(Session, SamplesBothEndsAndSharesAddUp) {
    Session session = open_session(4999);
    ExchangeOptions options;
    options.variant = Variant::A3;
    options.link = LinkKind::veth;
    options.messages = 4000;
    options.message_bytes = 262144;
    ASSERT_TRUE(session.begin(true).ok());
    session.start_sampling();
    const ExchangeCounts counts = exchange(session, options);
    session.stop_sampling();
    auto result = session.end(counts.sender.calls.send_bytes);
    ASSERT_TRUE(result.ok());
    for (Role role : all_roles) {
        const CpuProfile& cpu = result->of(role).cpu;
        EXPECT_GT(cpu.samples, 50U) << name_of(role);
        double shares = cpu.user_space.value;
        for (const Figure& share : cpu.share)
            shares += share.value;
        EXPECT_NEAR(shares, 1.0, 1e-9) << name_of(role);
    }
    EXPECT_GT(figures_of(*result, Role::receiver, Path::copy_out).time_ns.value, 0.0);
    EXPECT_GT(figures_of(*result, Role::sender, Path::pin).time_ns.value, 0.0);
    const PathFigures& deferred = figures_of(*result, Role::sender, Path::deferred_copy);
    EXPECT_EQ(deferred.time_ns.quality, Quality::sampled);
    EXPECT_GT(deferred.time_ns.value, 0.0) << "work in softirq belongs to the socket whose pages are copied";
    EXPECT_EQ(figures_of(*result, Role::receiver, Path::deferred_copy).time_ns.value, 0.0);
    EXPECT_EQ(lost_of(*result, "unwalkable_stacks"), 0U);
    EXPECT_EQ(lost_of(*result, "sample_table_full"), 0U);
}

TEST(Session, RefusesAPlanWithoutAnything) {
    ProbePlan plan;
    plan.impossible.push_back("no BPF");
    auto session = Session::open(plan, {});
    ASSERT_FALSE(session.ok());
    EXPECT_NE(session.error().message().find("no BPF"), std::string::npos);
}

} // namespace
} // namespace netio::tracer
