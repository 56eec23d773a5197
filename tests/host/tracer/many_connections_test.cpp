// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "exchange.h"
#include "netns/link.h"
#include "netns/namespace.h"

namespace netio::tracer {
namespace {

constexpr unsigned connection_count = 10'000;
/// With a place for every thread id that there can be.
constexpr std::uint64_t most_bytes = (std::uint64_t{32} << 20U) + NETIO_TIDS * sizeof(std::uint16_t);
constexpr std::size_t message_bytes = 64;

/// The receiver, in a process of its own, because one process may not have as many descriptors as both ends need. All
/// connections are open at once. Its exit code is 0 when every byte came.
int receive_on_all(const sockaddr_in& address, Session& session) {
    std::vector<UniqueFd> connections;
    for (unsigned i = 0; i < connection_count; ++i) {
        connections.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (connect(connections.back().get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
            return 1;
    }
    if (!session.add_this_task(subject_of(Role::receiver)))
        return 2;
    std::vector<char> buffer(message_bytes);
    for (const UniqueFd& connection : connections)
        if (recv(connection.get(), buffer.data(), buffer.size(), MSG_WAITALL) != static_cast<ssize_t>(buffer.size()))
            return 3;
    return 0;
}

void send_on_all(Session& session) {
    auto link = netns::Link::create({LinkKind::loopback, "", ""}, {});
    require(link.ok() && link->server_namespace().enter().ok(), "namespace");
    const UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    require(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length) == 0, "bind");
    require(listen(listener.get(), 4096) == 0, "listen");
    require(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0, "getsockname");

    const pid_t receiver = fork();
    require(receiver >= 0, "fork");
    if (receiver == 0)
        _exit(receive_on_all(address, session));
    std::vector<UniqueFd> connections;
    while (connections.size() < connection_count) {
        connections.emplace_back(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        require(connections.back().valid(), "accept");
    }
    require(session.add_this_task(subject_of(Role::sender)).ok(), "registration");
    const std::vector<char> message(message_bytes, 'x');
    for (const UniqueFd& connection : connections)
        require(send(connection.get(), message.data(), message.size(), MSG_NOSIGNAL) ==
                    static_cast<ssize_t>(message.size()),
                "send");
    int status = 0;
    require(waitpid(receiver, &status, 0) == receiver, "waitpid");
    if (status != 0)
        throw std::runtime_error("the receiver ended with " + std::to_string(WEXITSTATUS(status)));
}

TEST(ManyConnections, AreAllAccountedForInTheSameMemory) {
    rlimit files{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
    files.rlim_cur = files.rlim_max;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
    ASSERT_GE(files.rlim_cur, connection_count + 100) << "raise the hard limit of open files (ulimit -Hn)";

    Session session = open_session(997, {}, connection_count);
    const std::uint64_t before = session.map_bytes();
    EXPECT_LE(before, most_bytes);
    ASSERT_TRUE(session.begin(false).ok());
    std::async(std::launch::async, [&session] { send_on_all(session); }).get();
    EXPECT_EQ(session.map_bytes(), before) << "all memory is there from the beginning";

    auto result = session.end(connection_count * message_bytes);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(lost_in(*result), "");
    EXPECT_EQ(result->of(Role::sender).calls.send_calls, connection_count);
    EXPECT_EQ(result->of(Role::receiver).calls.recv_bytes, connection_count * message_bytes);
    EXPECT_EQ(figures_of(*result, Role::sender, Path::copy_in).bytes.value, connection_count * message_bytes);
    EXPECT_EQ(figures_of(*result, Role::receiver, Path::copy_out).bytes.value, connection_count * message_bytes);
}

} // namespace
} // namespace netio::tracer
