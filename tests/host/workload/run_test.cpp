// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <fstream>
#include <map>
#include <mutex>
#include <numeric>
#include <sstream>
#include <string>
#include <thread>
#include <tuple>

#include "both_ends.h"
#include "netns/in_namespace.h"
#include "workload/hello.h"
#include "workload/sockets.h"

namespace netio::workload {
namespace {

using testing::HasSubstr;

/// What must hold after any run that ended well.
void expect_consistent(const Options& options, const EndResult& sender, const EndResult& receiver) {
    const std::uint64_t message_size = options.field_size * fields_per_message;
    const std::uint64_t warmup = std::uint64_t{options.warmup_messages} * options.threads;
    EXPECT_GT(receiver.messages, 0U);
    EXPECT_EQ(sender.messages, receiver.messages);
    EXPECT_EQ(sender.payload_bytes, receiver.messages * message_size);
    EXPECT_EQ(receiver.payload_bytes, receiver.messages * message_size);
    EXPECT_EQ(sender.total_payload_bytes, (receiver.messages + warmup) * message_size);
    EXPECT_EQ(receiver.total_payload_bytes, sender.total_payload_bytes);
    EXPECT_EQ(receiver.latency.count(), receiver.messages);
    EXPECT_GT(receiver.duration_s, 0.0);
    EXPECT_EQ(sender.role, Role::sender);
    EXPECT_EQ(receiver.role, Role::receiver);

    // Call by call: payload one way, and hello, requests or go bytes, and goodbye the other.
    EXPECT_EQ(sender.calls.send_bytes, sender.total_payload_bytes);
    EXPECT_EQ(receiver.calls.recv_bytes, sender.total_payload_bytes);
    const std::uint64_t other_way = options.pattern == Pattern::rr ? receiver.total_payload_bytes : options.threads;
    EXPECT_EQ(receiver.calls.send_bytes, options.threads * (hello_size + 1) + other_way);
    EXPECT_EQ(sender.calls.recv_bytes, receiver.calls.send_bytes);
    EXPECT_EQ(receiver.calls.errqueue_calls, 0U);

    for (const EndResult* end : {&sender, &receiver}) {
        ASSERT_EQ(end->messages_per_thread.size(), options.threads);
        EXPECT_EQ(std::accumulate(end->messages_per_thread.begin(), end->messages_per_thread.end(), std::uint64_t{0}),
                  end->messages);
    }
    EXPECT_EQ(sender.messages_per_thread, receiver.messages_per_thread);

    const ZerocopyTotals& zerocopy = sender.zerocopy;
    if (options.variant == Variant::A3) {
        EXPECT_EQ(zerocopy.sends, sender.calls.send_calls - zerocopy.enobufs);
        EXPECT_EQ(zerocopy.completions, zerocopy.sends);
        EXPECT_EQ(zerocopy.copied, zerocopy.sends) << "loopback copies every byte";
        EXPECT_LE(zerocopy.notifications, zerocopy.completions);
        EXPECT_GE(sender.calls.errqueue_calls, zerocopy.notifications);
        EXPECT_GT(zerocopy.deepest_outstanding, 0U);
        EXPECT_LE(zerocopy.deepest_outstanding, 64U);
    } else {
        EXPECT_EQ(zerocopy, ZerocopyTotals{});
        EXPECT_EQ(sender.calls.errqueue_calls, 0U);
    }
    if (options.verify) {
        const std::uint64_t requests = options.pattern == Pattern::rr ? receiver.total_payload_bytes : 0;
        EXPECT_EQ(receiver.bytes_verified, receiver.total_payload_bytes);
        EXPECT_EQ(sender.bytes_verified, requests);
    } else {
        EXPECT_EQ(receiver.bytes_verified, 0U);
    }
}

void run_and_expect_consistent(const Options& options) {
    const BothEnds ends = run_both(options);
    ASSERT_TRUE(ends.receiver.ok()) << ends.receiver.error().message();
    ASSERT_TRUE(ends.sender.ok()) << ends.sender.error().message();
    expect_consistent(options, *ends.sender, *ends.receiver);
}

using RunCase = std::tuple<Variant, Pattern, std::uint64_t, bool>;

class Run : public testing::TestWithParam<RunCase> {};

TEST_P(Run, AddsUp) {
    const auto [variant, pattern, field_size, verify] = GetParam();
    Options options = short_run(variant, pattern, field_size);
    options.verify = verify;
    run_and_expect_consistent(options);
}

std::string name_of_case(const testing::TestParamInfo<RunCase>& info) {
    const auto [variant, pattern, field_size, verify] = info.param;
    return std::string(name_of(variant)) + "_" + std::string(name_of(pattern)) + "_" + std::to_string(field_size) +
           (verify ? "_verify" : "");
}

INSTANTIATE_TEST_SUITE_P(EveryVariant, Run,
                         testing::Combine(testing::ValuesIn(all_variants),
                                          testing::Values(Pattern::rr, Pattern::stream), testing::Values(64, 65536),
                                          testing::Bool()),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(OddSizes, Run,
                         testing::Combine(testing::ValuesIn(all_variants),
                                          testing::Values(Pattern::rr, Pattern::stream),
                                          testing::Values(1, 4097, 1048576), testing::Values(true)),
                         name_of_case);

class EachVariant : public testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(Run, EachVariant, testing::ValuesIn(all_variants),
                         [](const auto& info) { return std::string(name_of(info.param)); });

TEST_P(EachVariant, WorksOverIpv6) {
    Options options = short_run(GetParam(), Pattern::rr, 4096);
    options.address = "::1";
    options.verify = true;
    run_and_expect_consistent(options);
}

TEST_P(EachVariant, WorksWithManyOptionsAtOnce) {
    Options options = short_run(GetParam(), Pattern::stream, 4096);
    options.threads = 4;
    options.pin = true;
    options.nagle = true;
    options.send_buffer = 16 * 1024;
    options.receive_buffer = 16 * 1024;
    options.verify = true;
    options.warmup_messages = 0;
    run_and_expect_consistent(options);
}

TEST_P(EachVariant, ServesManyConnectionsAtOnce) {
    Options options = short_run(GetParam(), Pattern::rr, 64);
    options.threads = 200;
    options.verify = true;
    run_and_expect_consistent(options);
}

TEST(Run, A1SendsEachFieldAndA2EachMessageByOneCall) {
    const Options a1 = short_run(Variant::A1, Pattern::rr, 64);
    const BothEnds first = run_both(a1);
    ASSERT_TRUE(first.sender.ok() && first.receiver.ok());
    EXPECT_EQ(first.sender->calls.send_calls, (first.sender->messages + a1.warmup_messages) * fields_per_message);
    const Options a2 = short_run(Variant::A2, Pattern::rr, 64);
    const BothEnds second = run_both(a2);
    ASSERT_TRUE(second.sender.ok() && second.receiver.ok());
    EXPECT_EQ(second.sender->calls.send_calls, second.sender->messages + a2.warmup_messages);
    // One request by one send() each, the hello, and the goodbye.
    EXPECT_EQ(second.receiver->calls.send_calls, second.receiver->messages + a2.warmup_messages + 2);
}

TEST(Run, A0SendsEachMessageByOneCall) {
    Options options = short_run(Variant::A0, Pattern::rr, 64);
    options.verify = true;
    const BothEnds ends = run_both(options);
    ASSERT_TRUE(ends.sender.ok() && ends.receiver.ok());
    EXPECT_EQ(ends.sender->calls.send_calls, ends.sender->messages + options.warmup_messages);
    EXPECT_EQ(ends.receiver->bytes_verified, ends.receiver->total_payload_bytes);
}

TEST(Run, WritesARequestInAsManyCallsAsAskedFor) {
    for (const unsigned writes : {1U, 3U, 512U}) {
        Options options = short_run(Variant::A2, Pattern::rr, 64);
        options.request_writes = writes;
        options.verify = true;
        const BothEnds ends = run_both(options);
        ASSERT_TRUE(ends.sender.ok() && ends.receiver.ok());
        expect_consistent(options, *ends.sender, *ends.receiver);
        const std::uint64_t requests = ends.receiver->messages + options.warmup_messages;
        EXPECT_EQ(ends.receiver->calls.send_calls, requests * writes + 2) << "with the hello and the goodbye";
    }
}

TEST(Run, ReceivesAMessageByOneCallWhenAskedTo) {
    for (const Pattern pattern : {Pattern::rr, Pattern::stream})
        for (const std::uint64_t field_size : {1U, 64U, 65536U}) {
            Options options = short_run(Variant::A1, pattern, field_size);
            options.receive = ReceiveUnit::message;
            options.verify = true;
            const BothEnds ends = run_both(options);
            ASSERT_TRUE(ends.sender.ok() && ends.receiver.ok());
            expect_consistent(options, *ends.sender, *ends.receiver);
            const std::uint64_t messages = ends.receiver->messages + options.warmup_messages;
            const std::uint64_t end_of_stream = pattern == Pattern::stream ? 1 : 0;
            EXPECT_EQ(ends.receiver->calls.recv_calls, messages + end_of_stream) << field_size;
        }
}

/// A counter of /proc/net/netstat in the network namespace of the calling thread.
std::uint64_t tcp_counter(const std::string& name) {
    std::ifstream file("/proc/thread-self/net/netstat");
    std::string names;
    std::string values;
    while (std::getline(file, names) && std::getline(file, values)) {
        std::istringstream name_words(names);
        std::istringstream value_words(values);
        std::string word;
        std::string value;
        while (name_words >> word && value_words >> value)
            if (word == name)
                return std::stoull(value);
    }
    ADD_FAILURE() << "the kernel does not count " << name;
    return 0;
}

/// Acknowledgements that waited for their timer, for each message of a run in a network namespace of its own.
double delayed_acknowledgements(const Options& options) {
    const auto where = netns::Namespace::create();
    EXPECT_TRUE(where.ok());
    const auto delayed = netns::in_namespace(*where, [&]() -> Result<double> {
        const std::uint64_t before = tcp_counter("DelayedACKs");
        const BothEnds ends = run_both(options);
        EXPECT_TRUE(ends.sender.ok() && ends.receiver.ok());
        const std::uint64_t messages = ends.receiver->messages + options.warmup_messages;
        return static_cast<double>(tcp_counter("DelayedACKs") - before) / static_cast<double>(messages);
    });
    EXPECT_TRUE(delayed.ok());
    return *delayed;
}

/// The second part of a request waits for the acknowledgement of the first (Nagle), and that for its timer. A thread
/// that does not run for longer than that leaves it to the timer even so.
TEST(Run, QuickAckLeavesNoAcknowledgementToItsTimer) {
    Options options = short_run(Variant::A2, Pattern::rr, 64);
    options.nagle = true;
    options.request_writes = 2;
    options.duration_s = 1.0;
    options.warmup_messages = 0;
    EXPECT_GT(delayed_acknowledgements(options), 0.3);
    options.quickack = true;
    EXPECT_LT(delayed_acknowledgements(options), 0.05);
    options.receive = ReceiveUnit::message;
    options.variant = Variant::A1;
    EXPECT_LT(delayed_acknowledgements(options), 0.05);
}

std::string congestion_control_of(int socket) {
    std::array<char, 16> name{};
    socklen_t length = name.size();
    EXPECT_EQ(getsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(), &length), 0);
    return name.data();
}

TEST(Run, BothEndsUseTheCongestionControlThatIsAskedFor) {
    Options options = short_run(Variant::A2, Pattern::rr, 64);
    const UniqueFd usual(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    options.congestion = congestion_control_of(usual.get()) == "reno" ? "cubic" : "reno";
    const auto endpoints = resolve(options, true);
    ASSERT_TRUE(endpoints.ok());
    const auto listener = listen_on(*endpoints, options);
    ASSERT_TRUE(listener.ok());
    options.port = *port_of(listener->get());
    const StopEvent never = *StopEvent::create();
    const auto client = connect_to(*resolve(options, false), options, never);
    ASSERT_TRUE(client.ok());
    const UniqueFd served(accept4(listener->get(), nullptr, nullptr, SOCK_CLOEXEC));
    EXPECT_EQ(congestion_control_of(client->get()), options.congestion);
    EXPECT_EQ(congestion_control_of(served.get()), options.congestion);
}

TEST(Run, ANameAndAnyAddressWork) {
    Options options = short_run(Variant::A2, Pattern::rr, 64);
    options.address = "";
    RunningServer server(options, 1);
    options.port = server.port();
    options.address = "localhost";
    NoObserver nothing;
    const StopEvent never = *StopEvent::create();
    const Result<EndResult> receiver = run_client(options, nothing, never);
    EXPECT_TRUE(receiver.ok()) << receiver.error().message();
}

TEST(Run, AServerWithoutACountServesOneClientAfterAnother) {
    Options options = short_run(Variant::A3, Pattern::stream, 256);
    RunningServer server(options, 0);
    options.port = server.port();
    NoObserver nothing;
    const StopEvent never = *StopEvent::create();
    std::uint64_t messages = 0;
    for (int i = 0; i < 3; ++i) {
        const Result<EndResult> receiver = run_client(options, nothing, never);
        ASSERT_TRUE(receiver.ok()) << receiver.error().message();
        messages += receiver->messages;
    }
    server.stop();
    const Result<EndResult>& sender = server.join();
    ASSERT_TRUE(sender.ok()) << sender.error().message();
    // The last connection may have been cut by the stop before it was through with its bookkeeping, never the others.
    EXPECT_LE(sender->messages, messages);
    EXPECT_EQ(sender->messages_per_thread.size(), 3U);
}

/// Notes what it is told, by thread.
class Notes final : public ObserverFactory {
  public:
    Result<std::unique_ptr<ThreadObserver>> thread_started(Role role) override {
        const std::lock_guard lock(mutex_);
        notes_[{role, std::this_thread::get_id()}] += "started ";
        return std::unique_ptr<ThreadObserver>(std::make_unique<Noting>(*this, role));
    }
    /// The distinct notes of a role's threads and how many threads have each.
    std::map<std::string, int> of(Role role) {
        const std::lock_guard lock(mutex_);
        std::map<std::string, int> counted;
        for (const auto& [key, text] : notes_)
            counted[text] += key.first == role ? 1 : 0;
        return counted;
    }
    std::atomic<bool> gate_opened = false;
    std::atomic<int> began_before_the_gate = 0;

  private:
    class Noting final : public ThreadObserver {
      public:
        Noting(Notes& notes, Role role) : notes_(notes), role_(role) {}
        ~Noting() override { notes_.add(role_, "gone"); }
        void begin_measuring() override {
            if (role_ == Role::receiver && !notes_.gate_opened)
                ++notes_.began_before_the_gate;
            notes_.add(role_, "begin ");
        }
        void end_measuring() override { notes_.add(role_, "end "); }

      private:
        Notes& notes_;
        Role role_;
    };
    void add(Role role, const char* note) {
        const std::lock_guard lock(mutex_);
        notes_[{role, std::this_thread::get_id()}] += note;
    }
    std::mutex mutex_;
    std::map<std::pair<Role, std::thread::id>, std::string> notes_;
};

TEST(Run, EachThreadIsObservedFromStartToEndInOrder) {
    for (const Pattern pattern : {Pattern::rr, Pattern::stream}) {
        Options options = short_run(Variant::A2, pattern, 64);
        options.threads = 5;
        Notes notes;
        std::atomic<int> begun = 0;
        std::atomic<int> ended = 0;
        std::atomic<int> over = 0;
        const BothEnds ends = run_both(options, &notes,
                                       {[&] {
                                            ++begun;
                                            notes.gate_opened = true;
                                        },
                                        [&] { ++ended; },
                                        [&] {
                                            auto said = notes.of(Role::receiver);
                                            EXPECT_EQ(said["started begin end "] + said["started begin end gone"], 5);
                                            ++over;
                                        }});
        ASSERT_TRUE(ends.sender.ok() && ends.receiver.ok());
        EXPECT_EQ(notes.of(Role::sender)["started begin end gone"], 5);
        EXPECT_EQ(notes.of(Role::receiver)["started begin end gone"], 5);
        EXPECT_EQ(notes.began_before_the_gate, 0);
        EXPECT_EQ(begun, 1);
        EXPECT_EQ(ended, 1);
        EXPECT_EQ(over, 1);
    }
}

TEST(Run, TellsWhatTheKernelAccountsToThreadsAndConnections) {
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    options.threads = 3;
    const BothEnds ends = run_both(options);
    ASSERT_TRUE(ends.sender.ok() && ends.receiver.ok());
    for (const EndResult* end : {&*ends.sender, &*ends.receiver}) {
        ASSERT_TRUE(end->connections);
        const ConnectionFigures& connections = *end->connections;
        EXPECT_EQ(connections.rtt_us.size(), 3U);
        EXPECT_EQ(connections.rtt_variance_us.size(), 3U);
        EXPECT_EQ(connections.congestion_window.size(), 3U);
        EXPECT_GT(connections.congestion_window[0], 0U);
        EXPECT_FALSE(connections.congestion_control.empty());
        ASSERT_TRUE(connections.delivered && connections.busy_us);
        EXPECT_GT(*connections.delivered, 0U);
    }
    // Each answer is 8 small segments, and warm-up has some more, which are not counted.
    EXPECT_LE(*ends.sender->connections->delivered, 8 * ends.receiver->messages + 8 * 3);
}

TEST(Run, NagleWithSmallFieldsStallsAndNodelayDoesNot) {
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    options.duration_s = 0.5;
    const BothEnds without = run_both(options);
    options.nagle = true;
    options.warmup_messages = 16; // past the acknowledgements that a new connection sends at once
    const BothEnds with = run_both(options);
    ASSERT_TRUE(without.receiver.ok() && with.receiver.ok());
    // 8 sends meet the receiver's delayed acknowledgement, 40 ms: no message can be faster than that timer.
    EXPECT_GT(with.receiver->latency.quantile(0.5), 20e6);
    EXPECT_GT(without.receiver->messages, with.receiver->messages);
}

} // namespace
} // namespace netio::workload
