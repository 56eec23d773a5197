// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include "tcp_pair.h"
#include "workload/payload.h"
#include "workload/zerocopy_send.h"

namespace netio::workload {
namespace {

/// Runs `body` in a thread that has a network namespace of its own, with loopback up and net.core.optmem_max as given.
/// The namespace goes away with the thread and its sockets.
void in_namespace_with_optmem(std::uint64_t optmem, const std::function<void()>& body) {
    std::thread([&] {
        ASSERT_EQ(unshare(CLONE_NEWNET), 0) << "needs root: " << strerror(errno);
        const UniqueFd control(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        ifreq request{};
        std::strcpy(request.ifr_name, "lo");
        request.ifr_flags = IFF_UP;
        ASSERT_EQ(ioctl(control.get(), SIOCSIFFLAGS, &request), 0) << strerror(errno);
        std::ofstream("/proc/sys/net/core/optmem_max") << optmem;
        if (optmem_max() != optmem)
            GTEST_SKIP() << "optmem_max belongs to the whole machine before Linux 6.9";
        body();
    }).join();
}

std::vector<BufferSet> buffer_sets(unsigned count, std::uint64_t field_size) {
    std::vector<BufferSet> sets;
    for (unsigned i = 0; i < count; ++i)
        sets.push_back(*BufferSet::allocate(field_size));
    return sets;
}

TEST(ZerocopyLimits, ENOBUFSIsDrainedAndTriedAgain) {
    in_namespace_with_optmem(3000, [] {
        constexpr std::uint64_t field_size = 20'000;
        constexpr std::uint64_t messages = 100;
        TcpPair pair = TcpPair::create(64 * 1024);
        // The kernel lets sends that wait in the queue share a completion up to 512 KiB (msg_zerocopy_realloc): the
        // queue must hold several times that.
        pair.force_send_buffer(16 * 1024 * 1024);
        Channel channel(std::move(pair.sender));
        // More sets than completions fit into the option memory.
        Result<std::unique_ptr<MessageSender>> sender = ZerocopySend::create(channel, buffer_sets(32, field_size));
        ASSERT_TRUE(sender.ok());
        std::thread receiver([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(30)); // so that the queue fills
            std::vector<std::byte> field(field_size);
            for (std::uint64_t message = 0; message < messages; ++message)
                for (unsigned index = 0; index < fields_per_message; ++index) {
                    ASSERT_EQ(recv(pair.receiver.get(), field.data(), field.size(), MSG_WAITALL),
                              static_cast<ssize_t>(field.size()));
                    const FieldName name{Direction::answer, 0, message, index};
                    const auto mismatch = find_mismatch(field, name);
                    ASSERT_FALSE(mismatch.has_value()) << describe(*mismatch, name);
                }
        });
        const auto send_all_messages = [&] {
            for (std::uint64_t message = 0; message < messages; ++message) {
                const Result<BufferSet*> buffers = (*sender)->next_buffers();
                ASSERT_TRUE(buffers.ok()) << buffers.error().message();
                fill_message(**buffers, 0, message);
                const Result<void> sent = (*sender)->send();
                ASSERT_TRUE(sent.ok()) << sent.error().message();
            }
            EXPECT_TRUE((*sender)->finish().ok());
        };
        send_all_messages();
        ::shutdown(channel.fd(), SHUT_WR); // so that a failure does not leave the receiver waiting
        receiver.join();
        const ZerocopyTotals totals = (*sender)->zerocopy();
        EXPECT_GT(totals.enobufs, 0U) << "nothing was refused: nothing was tested";
        EXPECT_EQ(totals.completions, totals.sends);
        EXPECT_EQ(channel.calls().send_calls, totals.sends + totals.enobufs);
        EXPECT_EQ(channel.calls().send_bytes, messages * fields_per_message * field_size);
    });
}

TEST(ZerocopyLimits, ENOBUFSWithNothingOutstandingNamesTheLimits) {
    in_namespace_with_optmem(100, [] {
        TcpPair pair = TcpPair::create(64 * 1024);
        Channel channel(std::move(pair.sender));
        Result<std::unique_ptr<MessageSender>> sender = ZerocopySend::create(channel, buffer_sets(2, 64));
        ASSERT_TRUE(sender.ok());
        ASSERT_TRUE((*sender)->next_buffers().ok());
        const Result<void> sent = (*sender)->send();
        ASSERT_FALSE(sent.ok());
        EXPECT_THAT(sent.error().message(),
                    testing::AllOf(testing::HasSubstr("net.core.optmem_max is 100 bytes"),
                                   testing::HasSubstr("RLIMIT_MEMLOCK"), testing::HasSubstr("sysctl")));
        EXPECT_EQ((*sender)->zerocopy().sends, 0U);
        EXPECT_GT((*sender)->zerocopy().enobufs, 0U);
    });
}

} // namespace
} // namespace netio::workload
