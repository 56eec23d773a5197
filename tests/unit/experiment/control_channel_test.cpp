// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/control_channel.h"

#include <gtest/gtest.h>

namespace netio::experiment {
namespace {

using Kind = ControlMessage::Kind;

EndResult full_result() {
    EndResult result;
    result.role = Role::receiver;
    result.calls = {1, 2, 3, 4, 5};
    result.zerocopy = {6, 7, 8, 9, 10, 11};
    result.messages = 12;
    result.payload_bytes = UINT64_MAX;
    result.total_payload_bytes = 13;
    result.messages_per_thread.assign(4096, 14);
    result.duration_s = 1.5;
    result.cpu_user_s = 0.25;
    result.cpu_system_s = 0.75;
    result.runnable_s = 0.125;
    result.connections.emplace();
    result.connections->congestion_control = "cubic";
    result.connections->rtt_us.assign(4096, 20);
    result.connections->rtt_variance_us.assign(4096, 21);
    result.connections->congestion_window.assign(4096, 22);
    result.connections->retransmits = 23;
    result.connections->busy_us = 24;
    for (std::uint64_t value = 1; value < 1'000'000'000; value = value * 3 / 2 + 1)
        result.latency.record(value);
    result.counters.push_back({"cycles", CounterStatus::not_supported, 0, 0.0, 0, 0, "no PMU"});
    result.counters.push_back({"page-faults", CounterStatus::multiplexed, 16, 24.5, 18, 17, ""});
    result.bytes_verified = 15;
    return result;
}

TEST(ControlChannel, CarriesAResultWholeFromOneEndToTheOther) {
    auto ends = ControlChannel::create_pair();
    ASSERT_TRUE(ends.ok());
    ControlMessage message;
    message.kind = Kind::result;
    message.result = full_result();
    message.namespaces = {{{Role::sender}, {{"TcpExt.DelayedACKs", 7}}, 0},
                          {{Role::receiver}, {{"Tcp.OutSegs", UINT64_MAX}}, 1}};
    message.machine = MachineLoad{2, 4.0, 1.0, 0.5, 0.25, 2.0, 0.25, 1.75};
    ASSERT_TRUE(ends->first.send(message).ok());
    const auto received = ends->second.receive();
    ASSERT_TRUE(received.ok() && received->has_value());
    const EndResult& got = *(*received)->result;
    const EndResult& want = *message.result;
    EXPECT_EQ(got.role, want.role);
    EXPECT_EQ(got.calls, want.calls);
    EXPECT_EQ(got.zerocopy, want.zerocopy);
    EXPECT_EQ(got.messages, want.messages);
    EXPECT_EQ(got.payload_bytes, want.payload_bytes);
    EXPECT_EQ(got.total_payload_bytes, want.total_payload_bytes);
    EXPECT_EQ(got.messages_per_thread, want.messages_per_thread);
    EXPECT_EQ(got.duration_s, want.duration_s);
    EXPECT_EQ(got.cpu_user_s, want.cpu_user_s);
    EXPECT_EQ(got.cpu_system_s, want.cpu_system_s);
    EXPECT_EQ(got.runnable_s, want.runnable_s);
    EXPECT_EQ(got.connections, want.connections);
    EXPECT_EQ((*received)->namespaces, message.namespaces);
    EXPECT_EQ((*received)->machine, message.machine);
    EXPECT_EQ(got.latency, want.latency);
    ASSERT_EQ(got.counters.size(), want.counters.size());
    for (std::size_t i = 0; i < want.counters.size(); ++i) {
        EXPECT_EQ(got.counters[i].event, want.counters[i].event);
        EXPECT_EQ(got.counters[i].status, want.counters[i].status);
        EXPECT_EQ(got.counters[i].raw, want.counters[i].raw);
        EXPECT_EQ(got.counters[i].scaled, want.counters[i].scaled);
        EXPECT_EQ(got.counters[i].enabled_ns, want.counters[i].enabled_ns);
        EXPECT_EQ(got.counters[i].running_ns, want.counters[i].running_ns);
        EXPECT_EQ(got.counters[i].reason, want.counters[i].reason);
    }
    EXPECT_EQ(got.bytes_verified, want.bytes_verified);
}

TEST(ControlChannel, CarriesAnErrorWithItsExitCode) {
    auto ends = ControlChannel::create_pair();
    ASSERT_TRUE(ends.ok());
    ControlMessage message;
    message.error =
        input_error("what", "why", "way out").or_choose({Choice::fewer_threads, Choice::no_pinning}).as_echo();
    ASSERT_TRUE(ends->first.send(message).ok());
    const auto received = ends->second.receive();
    ASSERT_TRUE(received.ok() && received->has_value());
    EXPECT_EQ((*received)->error->message(), "what: why (way out)");
    EXPECT_EQ((*received)->error->exit_code, ExitCode::bad_input);
    EXPECT_EQ((*received)->error->choices, message.error->choices);
    EXPECT_TRUE((*received)->error->is_echo);
}

TEST(ControlChannel, SaysWhenTheOtherEndIsGone) {
    auto ends = ControlChannel::create_pair();
    ASSERT_TRUE(ends.ok());
    { const ControlChannel gone = std::move(ends->first); }
    const auto received = ends->second.receive();
    ASSERT_TRUE(received.ok());
    EXPECT_FALSE(received->has_value());
}

TEST(Codec, RefusesWhatItCannotUnderstand) {
    EXPECT_FALSE(decode({}).ok());
    const std::vector<std::uint8_t> noise{0xFF, 0x00, 0x13};
    EXPECT_FALSE(decode(noise).ok());
    std::vector<std::uint8_t> cut = encode(ControlMessage{});
    cut.pop_back();
    EXPECT_FALSE(decode(cut).ok());
}

} // namespace
} // namespace netio::experiment
