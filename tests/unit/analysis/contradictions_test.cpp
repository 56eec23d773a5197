// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "analysis/contradictions.h"
#include "cells.h"

namespace netio::analysis {
namespace {

using ::testing::HasSubstr;

std::string found_after(const std::function<void(netio::Run&)>& change) {
    netio::Run run = run_of({sound_cell(Variant::A3), sound_cell(Variant::A2)});
    change(run);
    const std::vector<std::string> found = contradictions_in(run);
    return found.empty() ? "none" : found.front();
}

TEST(Contradictions, AreNotInASoundRun) {
    EXPECT_EQ(found_after([](netio::Run&) {}), "none");
}

TEST(Contradictions, AreFoundBetweenFieldsOfACell) {
    EXPECT_THAT(found_after([](netio::Run& run) { run.cells[0].receiver.payload_bytes += 1; }),
                HasSubstr("payload bytes"));
    EXPECT_THAT(found_after([](netio::Run& run) { run.cells[1].receiver.latency.record(100); }),
                HasSubstr("cells[1]: the histogram has"));
    EXPECT_THAT(found_after([](netio::Run& run) { run.cells[0].receiver.messages_per_thread.back() += 1; }),
                HasSubstr("its threads have"));
    EXPECT_THAT(found_after([](netio::Run& run) { run.cells[0].receiver.duration_s = 0.0; }),
                HasSubstr("took no time"));
    EXPECT_THAT(found_after([](netio::Run& run) {
                    run.cells[0].sender.zerocopy.completions = run.cells[0].sender.zerocopy.sends + 1;
                }),
                HasSubstr("111 completions of 110 zero-copy sends"));
    EXPECT_THAT(found_after([](netio::Run& run) {
                    run.cells[0].trace->of(Role::sender).cpu.share[0] = Figure::sampled(1.5, 1.4, 1.6);
                }),
                HasSubstr("CPU time of class"));
}

TEST(Contradictions, AreFoundInLaws) {
    const LawCheck law{"send_bytes.sender", "bytes = bytes", 100, 101, true, true, {}};
    EXPECT_THAT(found_after([&](netio::Run& run) { run.cells[0].laws = {law}; }), HasSubstr("send_bytes.sender"));
    LawCheck more = law;
    more.name = "copied_bytes";
    EXPECT_EQ(found_after([&](netio::Run& run) { run.cells[0].laws = {more}; }), "none") << "it is an inequality";
    LawCheck broken = law;
    broken.holds = false;
    EXPECT_EQ(found_after([&](netio::Run& run) { run.cells[0].laws = {broken}; }), "none");
}

TEST(Contradictions, AreNotWhatTheLawsTellAsBroken) {
    EXPECT_EQ(found_after([](netio::Run& run) {
                  run.cells[0].receiver.latency.record(100);
                  run.cells[0].laws = {{"latency_count", "latencies = messages", 1, 2, true, false, {}}};
              }),
              "none");
}

TEST(Contradictions, AreOneMeasurementThatStandsForTwo) {
    EXPECT_THAT(found_after([](netio::Run& run) {
                    run.cells.push_back(run.cells[0]);
                    run.cells.back().repeat = 1;
                }),
                HasSubstr("cells[2]: it is the measurement of cells[0] once more"));
    EXPECT_EQ(found_after([](netio::Run& run) {
                  run.cells.push_back(run.cells[0]);
                  run.cells.back().repeat = 1;
                  run.cells.back().receiver.duration_s += 1e-9;
              }),
              "none");
}

} // namespace
} // namespace netio::analysis
