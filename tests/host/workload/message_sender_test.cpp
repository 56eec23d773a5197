// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/message_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "tcp_pair.h"
#include "workload/payload.h"

namespace netio::workload {
namespace {

constexpr std::uint64_t field_size = 30'001;
constexpr unsigned messages = 40;

Options options_of(Variant variant) {
    Options options;
    options.variant = variant;
    options.pattern = Pattern::stream;
    options.field_size = field_size;
    return options;
}

/// Receives all messages and checks every byte.
void receive_and_check(int socket) {
    std::vector<std::byte> field(field_size);
    for (std::uint64_t message = 0; message < messages; ++message)
        for (unsigned index = 0; index < fields_per_message; ++index) {
            ASSERT_EQ(recv(socket, field.data(), field.size(), MSG_WAITALL), static_cast<ssize_t>(field.size()));
            const FieldName name{Direction::answer, 3, message, index};
            const auto mismatch = find_mismatch(field, name);
            ASSERT_FALSE(mismatch.has_value()) << describe(*mismatch, name);
        }
}

/// Ends the stream in any case, so that a failure here does not leave the receiver waiting.
class EndOfStream {
  public:
    explicit EndOfStream(Channel& channel) : channel_(channel) {}
    EndOfStream(const EndOfStream&) = delete;
    EndOfStream& operator=(const EndOfStream&) = delete;
    ~EndOfStream() { ::shutdown(channel_.fd(), SHUT_WR); }

  private:
    Channel& channel_;
};

void send_all_messages(MessageSender& sender, Channel& channel) {
    const EndOfStream at_the_end(channel);
    for (std::uint64_t message = 0; message < messages; ++message) {
        const Result<BufferSet*> buffers = sender.next_buffers();
        ASSERT_TRUE(buffers.ok()) << buffers.error().message();
        fill_message(**buffers, 3, message);
        const Result<void> sent = sender.send();
        ASSERT_TRUE(sent.ok()) << sent.error().message();
    }
    ASSERT_TRUE(sender.finish().ok());
}

class EachSender : public testing::TestWithParam<Variant> {
  protected:
    void expect_all_sent(const Channel& channel, const MessageSender& sender) const {
        EXPECT_EQ(channel.calls().send_bytes, messages * fields_per_message * field_size);
        const std::uint64_t least = messages * (GetParam() == Variant::A1 ? fields_per_message : 1);
        EXPECT_GT(channel.calls().send_calls, least) << "every send fitted: nothing was tested";
        EXPECT_EQ(sender.zerocopy().completions, sender.zerocopy().sends);
        if (GetParam() == Variant::A3) {
            EXPECT_GE(sender.zerocopy().sends, messages);
            EXPECT_LE(sender.zerocopy().sends, channel.calls().send_calls);
        }
    }
};
INSTANTIATE_TEST_SUITE_P(MessageSender, EachSender, testing::ValuesIn(all_variants),
                         [](const auto& info) { return std::string(name_of(info.param)); });

TEST_P(EachSender, SendsInPiecesWhatDoesNotFit) {
    TcpPair pair = TcpPair::create(8 * 1024);
    pair.do_not_block(); // a full buffer is then a partial send or EAGAIN, instead of a wait in the kernel
    Channel channel(std::move(pair.sender));
    Result<std::unique_ptr<MessageSender>> sender = MessageSender::create(options_of(GetParam()), channel);
    ASSERT_TRUE(sender.ok());
    std::thread receiver([&] { receive_and_check(pair.receiver.get()); });
    send_all_messages(**sender, channel);
    receiver.join();
    expect_all_sent(channel, **sender);
}

TEST_P(EachSender, GoesOnAfterSignals) {
    struct sigaction interrupting {};
    interrupting.sa_handler = [](int) {};
    struct sigaction before {};
    ASSERT_EQ(sigaction(SIGUSR1, &interrupting, &before), 0); // without SA_RESTART
    TcpPair pair = TcpPair::create(8 * 1024);
    Channel channel(std::move(pair.sender));
    Result<std::unique_ptr<MessageSender>> sender = MessageSender::create(options_of(GetParam()), channel);
    ASSERT_TRUE(sender.ok());
    std::atomic<bool> done = false;
    std::thread sending([&] {
        send_all_messages(**sender, channel);
        done = true;
    });
    // While nobody reads, the sender is blocked in the kernel, so that these signals meet it there.
    for (int i = 0; i < 50; ++i) {
        pthread_kill(sending.native_handle(), SIGUSR1);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::thread signalling([&] {
        while (!done) {
            pthread_kill(sending.native_handle(), SIGUSR1);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    receive_and_check(pair.receiver.get());
    signalling.join();
    sending.join();
    sigaction(SIGUSR1, &before, nullptr);
    expect_all_sent(channel, **sender);
}

TEST_P(EachSender, SaysThatThePeerIsGone) {
    TcpPair pair = TcpPair::create(8 * 1024);
    Channel channel(std::move(pair.sender));
    Result<std::unique_ptr<MessageSender>> sender = MessageSender::create(options_of(GetParam()), channel);
    ASSERT_TRUE(sender.ok());
    std::thread closing([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        pair.receiver.reset();
    });
    Result<void> sent;
    while (sent) {
        const Result<BufferSet*> buffers = (*sender)->next_buffers();
        ASSERT_TRUE(buffers.ok()) << buffers.error().message();
        sent = (*sender)->send();
    }
    closing.join();
    EXPECT_THAT(sent.error().message(), testing::HasSubstr("the other end closed the connection during the run"));
    EXPECT_TRUE((*sender)->finish().ok()) << "a dead connection gives its completions back";
    EXPECT_EQ((*sender)->zerocopy().completions, (*sender)->zerocopy().sends);
}

TEST(ZerocopySend, NeverGivesABufferOutBeforeItsCompletion) {
    // Nobody reads, so that nothing completes: the ring must run dry, and the sender must wait, not overwrite.
    TcpPair pair = TcpPair::create(8 * 1024);
    pair.do_not_block();
    Channel channel(std::move(pair.sender));
    Options options = options_of(Variant::A3);
    options.field_size = 64;
    Result<std::unique_ptr<MessageSender>> sender = MessageSender::create(options, channel);
    ASSERT_TRUE(sender.ok());
    std::atomic<std::uint64_t> given = 0;
    std::jthread sending([&] {
        const EndOfStream at_the_end(channel);
        for (std::uint64_t message = 0; message < 2000; ++message) {
            const Result<BufferSet*> buffers = (*sender)->next_buffers();
            ASSERT_TRUE(buffers.ok()) << buffers.error().message();
            given = message;
            fill_message(**buffers, 3, message);
            ASSERT_TRUE((*sender)->send().ok());
        }
        ASSERT_TRUE((*sender)->finish().ok());
    });
    const auto receive_slowly = [&] {
        std::vector<std::byte> field(options.field_size);
        for (std::uint64_t message = 0; message < 2000; ++message) {
            if (message % 200 == 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            for (unsigned index = 0; index < fields_per_message; ++index) {
                ASSERT_EQ(recv(pair.receiver.get(), field.data(), field.size(), MSG_WAITALL),
                          static_cast<ssize_t>(field.size()));
                const FieldName name{Direction::answer, 3, message, index};
                const auto mismatch = find_mismatch(field, name);
                ASSERT_FALSE(mismatch.has_value()) << describe(*mismatch, name);
            }
        }
    };
    receive_slowly();
    pair.receiver.reset(); // so that a failure does not leave the sender waiting
    sending.join();
    EXPECT_EQ(given, 1999U);
    // A message is in one send, or in a few where it met the end of the buffer; the ring bounds the messages.
    EXPECT_LE((*sender)->zerocopy().deepest_outstanding, 2 * MessageSender::buffer_sets(options));
}

} // namespace
} // namespace netio::workload
