// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Peers that say nothing, little, too much, or something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "both_ends.h"
#include "plain_sockets.h"
#include "workload/hello.h"
#include "workload/payload.h"
#include "workload/sockets.h"

namespace netio::workload {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::uint64_t short_patience_ns = 300'000'000;

Options impatient(Variant variant, Pattern pattern, std::uint64_t field_size) {
    Options options = short_run(variant, pattern, field_size);
    options.patience = {short_patience_ns, short_patience_ns};
    return options;
}

/// Accepts connections on 127.0.0.1 and hands each to `talk`, which returns when it has said enough.
class OtherServer {
  public:
    explicit OtherServer(std::function<void(int)> talk) : listener_(listening_socket()), talk_(std::move(talk)) {
        thread_ = std::thread([this] {
            for (;;) {
                const UniqueFd socket(accept(listener_.get(), nullptr, nullptr));
                if (!socket)
                    return;
                talk_(socket.get());
            }
        });
    }
    OtherServer(const OtherServer&) = delete;
    OtherServer& operator=(const OtherServer&) = delete;
    ~OtherServer() {
        shutdown(listener_.get(), SHUT_RDWR); // wakes accept()
        thread_.join();
    }

    [[nodiscard]] std::uint16_t port() const { return *port_of(listener_.get()); }

  private:
    UniqueFd listener_;
    std::function<void(int)> talk_;
    std::thread thread_;
};

std::string error_of_client(Options options, const OtherServer& server) {
    options.port = server.port();
    NoObserver nothing;
    const StopEvent never = *StopEvent::create();
    const Result<EndResult> receiver = run_client(options, nothing, never);
    return receiver ? "no error" : receiver.error().message();
}

/// Until the other end closes.
void read_all(int socket) {
    std::array<std::byte, 4096> some{};
    while (recv(socket, some.data(), some.size(), 0) > 0) {
    }
}

TEST(Peers, AServerThatSaysNothingIsGivenUp) {
    const OtherServer silent([](int socket) { read_all(socket); });
    for (const Pattern pattern : {Pattern::rr, Pattern::stream})
        EXPECT_THAT(error_of_client(impatient(Variant::A1, pattern, 64), silent),
                    AllOf(HasSubstr("connection 0: the server does not answer"), HasSubstr("message 0")));
}

TEST(Peers, AServerThatDripsIsGivenUp) {
    Options options = impatient(Variant::A1, Pattern::stream, 512);
    std::vector<std::byte> field(options.field_size);
    fill(field, FieldName{});
    // A right byte every 10 ms: a message would take 40 s.
    const OtherServer drips([&](int socket) {
        for (const std::byte byte : field) {
            if (send(socket, &byte, 1, MSG_NOSIGNAL) < 0)
                return;
            std::this_thread::sleep_for(10ms);
        }
    });
    EXPECT_THAT(error_of_client(options, drips), HasSubstr("message 0 has not come whole"));
}

TEST(Peers, AServerThatGoesOnAfterTheEndIsGivenUp) {
    Options options = impatient(Variant::A1, Pattern::stream, 512);
    const OtherServer floods([&](int socket) {
        std::vector<std::byte> message;
        for (unsigned field = 0; field < fields_per_message; ++field) {
            std::vector<std::byte> bytes(options.field_size);
            fill(bytes, FieldName{Direction::answer, 0, 0, field});
            message.insert(message.end(), bytes.begin(), bytes.end());
        }
        while (send(socket, message.data(), message.size(), MSG_NOSIGNAL) > 0) {
        }
    });
    EXPECT_THAT(error_of_client(options, floods), HasSubstr("the server does not end"));
}

TEST(Peers, WhatIsNoServerOfOursIsNoticedWithoutVerification) {
    const OtherServer chargen([](int socket) {
        const std::vector<char> text(4096, 'x');
        while (send(socket, text.data(), text.size(), MSG_NOSIGNAL) > 0) {
        }
    });
    const OtherServer web([](int socket) {
        constexpr std::string_view refusal = "HTTP/1.1 400 Bad Request\r\n\r\n";
        send(socket, refusal.data(), refusal.size(), MSG_NOSIGNAL);
        shutdown(socket, SHUT_WR);
        read_all(socket);
    });
    for (const ReceiveUnit unit : {ReceiveUnit::field, ReceiveUnit::message}) {
        Options options = short_run(Variant::A1, Pattern::stream, 64);
        options.receive = unit;
        EXPECT_THAT(error_of_client(options, chargen), HasSubstr("what answers is no netio-trace server"));
        EXPECT_THAT(error_of_client(options, web), HasSubstr("what answers is no netio-trace server"));
    }
}

TEST(Peers, EveryConnectionKnowsItsServer) {
    for (const Variant variant : all_variants) {
        Options options = short_run(variant, Pattern::rr, 1000);
        options.threads = 3;
        const BothEnds ends = run_both(options);
        EXPECT_TRUE(ends.receiver.ok()) << ends.receiver.error().message();
        EXPECT_TRUE(ends.sender.ok()) << ends.sender.error().message();
    }
}

TEST(Peers, AClientThatSaysNoHelloIsCut) {
    const RunningServer server(impatient(Variant::A1, Pattern::rr, 64), 0);
    const UniqueFd silent = plain_connection(server.port());
    std::byte byte{};
    EXPECT_EQ(recv(silent.get(), &byte, 1, 0), 0);
}

TEST(Peers, AClientThatDripsItsHelloIsCut) {
    const RunningServer server(impatient(Variant::A1, Pattern::rr, 64), 0);
    const UniqueFd drips = plain_connection(server.port());
    const HelloBytes hello = encode({64, Pattern::rr, false, 0, 0});
    std::size_t sent = 0;
    for (; sent + 1 < hello.size() && send(drips.get(), &hello[sent], 1, MSG_NOSIGNAL) == 1; ++sent)
        std::this_thread::sleep_for(100ms);
    EXPECT_LT(sent + 1, hello.size());
}

TEST(Peers, AClientThatStopsAfterItsHelloIsCut) {
    RunningServer server(impatient(Variant::A2, Pattern::rr, 64), 1);
    const UniqueFd stops = plain_connection(server.port());
    const HelloBytes hello = encode({64, Pattern::rr, false, 4, 0});
    ASSERT_EQ(send(stops.get(), hello.data(), hello.size(), MSG_NOSIGNAL), static_cast<ssize_t>(hello.size()));
    const Result<EndResult>& sender = server.join();
    ASSERT_FALSE(sender.ok());
    EXPECT_THAT(sender.error().message(), HasSubstr("the client does not go on"));
}

TEST(Peers, AClientThatReadsNothingIsCut) {
    for (const Variant variant : all_variants) {
        RunningServer server(impatient(variant, Pattern::stream, 512), 1);
        const UniqueFd deaf = plain_connection(server.port());
        const HelloBytes hello = encode({512, Pattern::stream, false, 1'000'000, 0});
        ASSERT_EQ(send(deaf.get(), hello.data(), hello.size(), MSG_NOSIGNAL), static_cast<ssize_t>(hello.size()));
        const Result<EndResult>& sender = server.join();
        ASSERT_FALSE(sender.ok());
        EXPECT_THAT(sender.error().message(), HasSubstr("the client does not go on"));
    }
}

TEST(Peers, TheSilentKeepNobodyOut) {
    Options options = short_run(Variant::A1, Pattern::rr, 64);
    options.threads = 1;
    RunningServer server(options, 1);
    std::vector<UniqueFd> silent;
    for (int i = 0; i < 200; ++i)
        silent.push_back(plain_connection(server.port()));
    options.port = server.port();
    NoObserver nothing;
    const StopEvent never = *StopEvent::create();
    const Result<EndResult> receiver = run_client(options, nothing, never);
    EXPECT_TRUE(receiver.ok()) << receiver.error().message();
    const Result<EndResult>& sender = server.join();
    ASSERT_TRUE(sender.ok()) << sender.error().message();
    EXPECT_EQ(sender->messages, receiver->messages);
    EXPECT_EQ(sender->messages_per_thread.size(), 1U);
}

} // namespace
} // namespace netio::workload
