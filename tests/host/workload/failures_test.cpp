// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <memory>
#include <span>
#include <thread>

#include "both_ends.h"
#include "flipping_proxy.h"
#include "plain_sockets.h"
#include "workload/hello.h"
#include "workload/sockets.h"

namespace netio::workload {
namespace {

using testing::AllOf;
using testing::HasSubstr;

void send_hello(int socket, const Options& options) {
    const HelloBytes hello = encode({options.field_size, options.pattern, options.verify, options.warmup_messages, 0});
    ASSERT_EQ(send(socket, hello.data(), hello.size(), MSG_NOSIGNAL), static_cast<ssize_t>(hello.size()));
}

void reset_connection(UniqueFd socket) {
    const linger at_once{1, 0};
    ASSERT_EQ(setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
}

Result<EndResult> client_of(const Options& options) {
    NoObserver nothing;
    const StopEvent never = *StopEvent::create();
    return run_client(options, nothing, never);
}

using Corruption = std::tuple<Variant, std::uint64_t>;
class CorruptedByte : public testing::TestWithParam<Corruption> {};

TEST_P(CorruptedByte, IsNamedExactly) {
    Options options = short_run(std::get<Variant>(GetParam()), Pattern::stream, 100);
    options.verify = true;
    const RunningServer server(options, 1);
    const std::uint64_t flipped_byte = std::get<std::uint64_t>(GetParam());
    const FlippingProxy proxy(server.port(), flipped_byte);
    options.port = proxy.port();
    const Result<EndResult> receiver = client_of(options);
    ASSERT_FALSE(receiver.ok());
    const std::uint64_t message = flipped_byte / 800;
    const std::uint64_t field = flipped_byte % 800 / 100;
    const std::uint64_t offset = flipped_byte % 100;
    EXPECT_THAT(receiver.error().message(),
                AllOf(HasSubstr("wrong payload"),
                      HasSubstr("connection 0, message " + std::to_string(message) + ", field " +
                                std::to_string(field) + ", offset " + std::to_string(offset) + ": expected 0x"),
                      HasSubstr(", found 0x")));
}

INSTANTIATE_TEST_SUITE_P(AnyPlace, CorruptedByte,
                         testing::Combine(testing::ValuesIn(all_variants), testing::Values(0, 799, 800 * 10 + 345)));

TEST(Failures, AWrongHelloIsAnErrorAtBothEnds) {
    Options server_options = short_run(Variant::A1, Pattern::rr, 64);
    RunningServer server(server_options, 1);
    Options client_options = server_options;
    client_options.port = server.port();
    client_options.field_size = 65;
    const Result<EndResult> receiver = client_of(client_options);
    ASSERT_FALSE(receiver.ok());
    EXPECT_THAT(receiver.error().message(),
                AllOf(HasSubstr("the server closed the connection"), HasSubstr("field size, pattern")));
    const Result<EndResult>& sender = server.join();
    ASSERT_FALSE(sender.ok());
    EXPECT_THAT(sender.error().message(), HasSubstr("the field size is 65 at the client and 64 at the server"));
}

TEST(Failures, AStrangerIsRefusedAndTheServerGoesOn) {
    Options options = short_run(Variant::A2, Pattern::rr, 64);
    RunningServer server(options, 0);
    {
        const UniqueFd stranger = plain_connection(server.port());
        const std::string text = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        ASSERT_GT(send(stranger.get(), text.data(), text.size(), MSG_NOSIGNAL), 0);
        std::byte byte{};
        EXPECT_LE(recv(stranger.get(), &byte, 1, 0), 0) << "the server answered a stranger";
    }
    { const UniqueFd says_nothing = plain_connection(server.port()); }
    options.port = server.port();
    options.threads = 1;
    // The stranger's slot is free once the server has noticed that it is gone.
    Result<EndResult> receiver = client_of(options);
    for (int i = 0; i < 50 && !receiver; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        receiver = client_of(options);
    }
    EXPECT_TRUE(receiver.ok()) << receiver.error().message();
}

TEST(Failures, AClientThatIsCutOffIsAnErrorOfTheServer) {
    for (const Variant variant : all_variants) {
        Options options = short_run(variant, Pattern::stream, 4096);
        options.warmup_messages = 0;
        RunningServer server(options, 1);
        UniqueFd client = plain_connection(server.port());
        send_hello(client.get(), options);
        ASSERT_EQ(send(client.get(), &go_byte, 1, MSG_NOSIGNAL), 1);
        std::array<std::byte, 100'000> some{};
        ASSERT_EQ(recv(client.get(), some.data(), some.size(), MSG_WAITALL), static_cast<ssize_t>(some.size()));
        reset_connection(std::move(client));
        const Result<EndResult>& sender = server.join();
        ASSERT_FALSE(sender.ok());
        EXPECT_THAT(sender.error().message(), HasSubstr("the other end closed the connection during the run"));
    }
}

TEST(Failures, HalfARequestIsAnError) {
    const Options options = short_run(Variant::A1, Pattern::rr, 64);
    RunningServer server(options, 1);
    {
        const UniqueFd client = plain_connection(server.port());
        send_hello(client.get(), options);
        const std::array<std::byte, 100> part{};
        ASSERT_EQ(send(client.get(), part.data(), part.size(), MSG_NOSIGNAL), 100);
    }
    const Result<EndResult>& sender = server.join();
    ASSERT_FALSE(sender.ok());
    EXPECT_THAT(sender.error().message(), HasSubstr("100 of 512 bytes of a request came"));
}

/// A client in a process of its own, forked before this one has threads. Writes one byte when it is measuring.
class ClientProcess {
  public:
    explicit ClientProcess(const Options& options) {
        std::array<int, 2> port{};
        std::array<int, 2> measuring{};
        EXPECT_EQ(pipe2(port.data(), O_CLOEXEC), 0);
        EXPECT_EQ(pipe2(measuring.data(), O_CLOEXEC), 0);
        child_ = fork();
        if (child_ == 0) {
            close(port[1]);
            close(measuring[0]);
            run(options, port[0], measuring[1]);
            _exit(0);
        }
        close(port[0]);
        close(measuring[1]);
        port_.reset(port[1]);
        measuring_.reset(measuring[0]);
    }
    ClientProcess(const ClientProcess&) = delete;
    ClientProcess& operator=(const ClientProcess&) = delete;
    ~ClientProcess() {
        kill(child_, SIGKILL);
        waitpid(child_, nullptr, 0);
    }

    void connect_to(std::uint16_t port) const { ASSERT_EQ(write(port_.get(), &port, sizeof port), 2); }
    void wait_until_it_measures() const {
        char told = 0;
        ASSERT_EQ(read(measuring_.get(), &told, 1), 1) << "the client ended early";
    }

  private:
    static void run(Options options, int port, int measuring) {
        if (read(port, &options.port, sizeof options.port) != sizeof options.port)
            return;
        NoObserver nothing;
        const StopEvent never = *StopEvent::create();
        const MeasuringHooks hooks{[&] { [[maybe_unused]] const ssize_t told = write(measuring, "m", 1); }, {}};
        [[maybe_unused]] const Result<EndResult> result = run_client(options, nothing, never, hooks);
    }

    pid_t child_ = -1;
    UniqueFd port_;
    UniqueFd measuring_;
};

TEST(Failures, AClientProcessKilledInMidRunEndsTheServer) {
    for (const Pattern pattern : {Pattern::rr, Pattern::stream}) {
        Options options = short_run(Variant::A3, pattern, 65536);
        options.duration_s = 60.0;
        auto client = std::make_unique<ClientProcess>(options);
        RunningServer server(options, 1);
        client->connect_to(server.port());
        client->wait_until_it_measures();
        client.reset(); // kills it
        const Result<EndResult>& sender = server.join();
        ASSERT_FALSE(sender.ok());
        EXPECT_THAT(sender.error().message(),
                    testing::AnyOf(HasSubstr("the other end closed the connection during the run"),
                                   HasSubstr("the client closed the connection during the run")));
    }
}

TEST(Failures, AClientThatLeavesWithoutAGoodbyeIsAnErrorAtAnyPoint) {
    const auto server_after = [](const Options& options, std::span<const std::byte> client_sends) {
        RunningServer server(options, 1);
        {
            const UniqueFd client = plain_connection(server.port());
            send_hello(client.get(), options);
            EXPECT_EQ(send(client.get(), client_sends.data(), client_sends.size(), MSG_NOSIGNAL),
                      static_cast<ssize_t>(client_sends.size()));
            shutdown(client.get(), SHUT_WR);
            std::array<std::byte, 4096> some{};
            while (recv(client.get(), some.data(), some.size(), 0) > 0) {
            }
        }
        return server.join();
    };
    Options stream = short_run(Variant::A2, Pattern::stream, 64);
    stream.warmup_messages = 0;
    const Options rr = short_run(Variant::A2, Pattern::rr, 64);
    const std::array<std::byte, 512> request{};
    EXPECT_THAT(server_after(rr, {}).error().message(), HasSubstr("closed the connection during the run"));
    EXPECT_THAT(server_after(rr, request).error().message(), HasSubstr("closed the connection during the run"));
    EXPECT_THAT(server_after(stream, {}).error().message(), HasSubstr("closed the connection during the run"));
    EXPECT_THAT(server_after(stream, std::span(&go_byte, 1)).error().message(),
                HasSubstr("closed the connection during the run"));
    EXPECT_TRUE(server_after(rr, std::span(&goodbye_byte, 1)).ok());
    EXPECT_TRUE(server_after(stream, std::span(&goodbye_byte, 1)).ok());
}

class StoppedServer : public testing::TestWithParam<std::tuple<Variant, Pattern>> {};

TEST_P(StoppedServer, ReturnsWhatItHasAndTheClientSaysWhatHappened) {
    const auto [variant, pattern] = GetParam();
    Options options = short_run(variant, pattern, 4096);
    options.threads = 3;
    options.duration_s = 60.0;
    RunningServer server(options, 3);
    options.port = server.port();
    NoObserver nothing;
    const StopEvent never = *StopEvent::create();
    std::thread stopper;
    const MeasuringHooks hooks{[&] {
                                   stopper = std::thread([&] {
                                       std::this_thread::sleep_for(std::chrono::milliseconds(50));
                                       server.stop();
                                   });
                               },
                               {}};
    const Result<EndResult> receiver = run_client(options, nothing, never, hooks);
    stopper.join();
    const Result<EndResult>& sender = server.join();
    ASSERT_TRUE(sender.ok()) << sender.error().message();
    EXPECT_EQ(sender->zerocopy.completions, sender->zerocopy.sends);
    ASSERT_FALSE(receiver.ok());
    EXPECT_THAT(receiver.error().message(),
                testing::AnyOf(HasSubstr("the server closed the connection"), HasSubstr("the other end closed")));
}

INSTANTIATE_TEST_SUITE_P(InMidRun, StoppedServer,
                         testing::Combine(testing::ValuesIn(all_variants),
                                          testing::Values(Pattern::rr, Pattern::stream)));

TEST(Failures, AStoppedClientReturnsWhatItHas) {
    for (const Pattern pattern : {Pattern::rr, Pattern::stream}) {
        Options options = short_run(Variant::A3, pattern, 4096);
        options.threads = 3;
        options.duration_s = 60.0;
        RunningServer server(options, 3);
        options.port = server.port();
        NoObserver nothing;
        const StopEvent stop = *StopEvent::create();
        const Result<EndResult> receiver = run_client(options, nothing, stop, {[&] { stop.signal(); }, {}});
        ASSERT_TRUE(receiver.ok()) << receiver.error().message();
        const Result<EndResult>& sender = server.join();
        ASSERT_TRUE(sender.ok()) << sender.error().message();
        EXPECT_EQ(sender->total_payload_bytes, receiver->total_payload_bytes);
        EXPECT_EQ(sender->messages, receiver->messages);
    }
}

TEST(Failures, AClientStoppedWhileTheServerIsMuteReturns) {
    // A server that accepts and never answers: the client can only be cut.
    const UniqueFd mute = listening_socket();
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    options.port = *port_of(mute.get());
    NoObserver nothing;
    const StopEvent stop = *StopEvent::create();
    stop.signal();
    const Result<EndResult> receiver = run_client(options, nothing, stop);
    ASSERT_TRUE(receiver.ok()) << receiver.error().message();
    EXPECT_EQ(receiver->messages, 0U);
}

TEST(Failures, APortInUseSaysWhatToDo) {
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    const Result<Server> first = Server::listen(options);
    ASSERT_TRUE(first.ok());
    options.port = first->port();
    const Result<Server> second = Server::listen(options);
    ASSERT_FALSE(second.ok());
    EXPECT_THAT(second.error().message(),
                AllOf(HasSubstr("127.0.0.1:" + std::to_string(options.port)), HasSubstr("EADDRINUSE")));
    EXPECT_THAT(second.error().choices, testing::ElementsAre(Choice::other_port));
}

TEST(Failures, NoServerSaysWhatToDo) {
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    {
        const Result<Server> gone = Server::listen(options);
        options.port = gone->port();
    }
    const Result<EndResult> receiver = client_of(options);
    ASSERT_FALSE(receiver.ok());
    EXPECT_THAT(receiver.error().message(), AllOf(HasSubstr("cannot connect to 127.0.0.1:"), HasSubstr("ECONNREFUSED"),
                                                  HasSubstr("start the server there")));
}

TEST(Failures, AServerThatStartsLateIsWaitedFor) {
    Options options = short_run(Variant::A2, Pattern::rr, 64);
    {
        const Result<Server> reserved = Server::listen(options);
        options.port = reserved->port();
    }
    std::optional<Result<EndResult>> receiver;
    std::thread client([&] { receiver = client_of(options); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    RunningServer server(options, 1);
    client.join();
    EXPECT_TRUE(receiver->ok()) << receiver->error().message();
}

TEST(Failures, OneConnectionTooManyIsRefused) {
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    RunningServer server(options, 0);
    options.port = server.port();
    options.threads = 2;
    const Result<EndResult> receiver = client_of(options);
    ASSERT_FALSE(receiver.ok());
    EXPECT_THAT(receiver.error().message(), HasSubstr("let the server take as many connections"));
}

TEST(Failures, AnAddressThatCannotBeFoundIsBadInput) {
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    options.address = "256.256.256.256";
    const Result<Server> server = Server::listen(options);
    ASSERT_FALSE(server.ok());
    EXPECT_EQ(server.error().exit_code, ExitCode::bad_input);
    EXPECT_THAT(server.error().message(), HasSubstr("256.256.256.256"));
}

TEST(Failures, BuffersBeyondTheMemoryAreRefusedBeforeAnythingStarts) {
    Options options = short_run(Variant::A1, Pattern::rr, most_field_size);
    options.threads = most_threads;
    const Result<Server> server = Server::listen(options);
    ASSERT_FALSE(server.ok());
    EXPECT_THAT(server.error().message(), HasSubstr("not enough memory for 4096 threads"));
    options.port = 1;
    const Result<EndResult> receiver = client_of(options);
    ASSERT_FALSE(receiver.ok());
    EXPECT_THAT(receiver.error().message(), HasSubstr("not enough memory"));
}

class FailingObserver final : public ObserverFactory {
  public:
    Result<std::unique_ptr<ThreadObserver>> thread_started(Role role) override {
        if (role == Role::receiver)
            return Error{"cannot count", {}, {}};
        return NoObserver().thread_started(role);
    }
};

TEST(Failures, AnObserverThatFailsFailsTheRun) {
    FailingObserver failing;
    const BothEnds ends = run_both(short_run(Variant::A1, Pattern::rr, 64), &failing);
    ASSERT_FALSE(ends.receiver.ok());
    EXPECT_THAT(ends.receiver.error().message(), HasSubstr("cannot count"));
}

} // namespace
} // namespace netio::workload
