// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "exchange.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace netio::tracer {

void require(bool condition, const std::string& what) {
    if (!condition)
        throw std::runtime_error(what + ": " + std::strerror(errno));
}

namespace {

void require_ok(const Result<void>& result) {
    if (!result)
        throw std::runtime_error(result.error().message());
}

/// Of either family.
struct Address {
    sockaddr_in6 storage{};
    socklen_t length = 0;

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    [[nodiscard]] sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
    [[nodiscard]] int family() const { return storage.sin6_family; }
};

/// The port stands at the same place in both families.
Address address_of(const netns::Link& link, const ExchangeOptions& options, std::uint16_t port) {
    Address address;
    address.storage.sin6_family = options.ipv6 ? AF_INET6 : AF_INET;
    address.storage.sin6_port = htons(port);
    address.length = options.ipv6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
    void* into = options.ipv6 ? static_cast<void*>(&address.storage.sin6_addr)
                              : &reinterpret_cast<sockaddr_in&>(address.storage).sin_addr;
    const std::string host = options.ipv6 ? "::1" : link.server_address();
    require(inet_pton(address.family(), host.c_str(), into) == 1, "address");
    return address;
}

/// Reads one message of the error queue; false when it is empty.
bool read_completion(int fd, EndCounts& counts) {
    std::array<char, 256> control{};
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t result = recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT);
    ++counts.calls.errqueue_calls;
    if (result < 0) {
        require(errno == EAGAIN, "recvmsg(MSG_ERRQUEUE)");
        return false;
    }
    ++counts.zerocopy.notifications;
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
        sock_extended_err error{};
        std::memcpy(&error, CMSG_DATA(part), sizeof(error));
        if (error.ee_origin != SO_EE_ORIGIN_ZEROCOPY)
            continue;
        const std::uint32_t sends = error.ee_data - error.ee_info + 1;
        counts.zerocopy.completions += sends;
        if ((error.ee_code & SO_EE_CODE_ZEROCOPY_COPIED) != 0)
            counts.zerocopy.copied += sends;
    }
    return true;
}

void await_completions(int fd, EndCounts& counts) {
    while (counts.zerocopy.completions < counts.zerocopy.sends)
        if (!read_completion(fd, counts)) {
            pollfd waiting{fd, 0, 0};
            require(poll(&waiting, 1, 5000) == 1, "no completion in 5 s");
        }
}

void send_message(int fd, const ExchangeOptions& options, const std::vector<char>& payload, EndCounts& counts) {
    const int flags = MSG_NOSIGNAL | (options.variant == Variant::A3 ? MSG_ZEROCOPY : 0);
    std::size_t done = 0;
    while (done < payload.size()) {
        ssize_t sent = 0;
        if (options.variant == Variant::A1) {
            sent = send(fd, payload.data() + done, payload.size() - done, flags);
        } else {
            iovec part{const_cast<char*>(payload.data()) + done, payload.size() - done};
            msghdr message{};
            message.msg_iov = &part;
            message.msg_iovlen = 1;
            sent = sendmsg(fd, &message, flags);
        }
        ++counts.calls.send_calls;
        if (sent < 0 && errno == ENOBUFS) {
            ++counts.zerocopy.enobufs;
            await_completions(fd, counts);
            continue;
        }
        require(sent > 0, "send");
        counts.calls.send_bytes += static_cast<std::uint64_t>(sent);
        counts.zerocopy.sends += options.variant == Variant::A3 ? 1 : 0;
        done += static_cast<std::size_t>(sent);
    }
}

EndCounts run_sender(int listener, Session& session, const ExchangeOptions& options) {
    EndCounts counts;
    const UniqueFd connection(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    require(connection.valid(), "accept");
    if (options.register_threads)
        require_ok(session.add_this_task(options.sender));
    const int on = 1;
    require(setsockopt(connection.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0, "TCP_NODELAY");
    if (options.variant == Variant::A3)
        require(setsockopt(connection.get(), SOL_SOCKET, SO_ZEROCOPY, &on, sizeof(on)) == 0, "SO_ZEROCOPY");
    if (options.in_sender_thread)
        options.in_sender_thread();
    const std::vector<char> payload(options.message_bytes, 'x');
    for (unsigned message = 0; message < options.messages; ++message) {
        if (options.before_send)
            options.before_send(connection.get());
        send_message(connection.get(), options, payload, counts);
        if (options.variant == Variant::A3 && !options.read_completions_at_end)
            read_completion(connection.get(), counts);
    }
    await_completions(connection.get(), counts);
    return counts;
}

EndCounts run_receiver(const Address& address, Session& session, const ExchangeOptions& options) {
    EndCounts counts;
    if (options.register_threads)
        require_ok(session.add_this_task(options.receiver));
    const UniqueFd connection(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    require(connect(connection.get(), address.get(), address.length) == 0, "connect");
    std::vector<char> buffer(65536);
    for (unsigned reads = 0;; ++reads) {
        if (options.receiver_pause_ms != 0 && reads < 3)
            std::this_thread::sleep_for(std::chrono::milliseconds(options.receiver_pause_ms));
        const std::uint64_t before = monotonic_ns();
        const ssize_t received = recv(connection.get(), buffer.data(), buffer.size(), 0);
        counts.blocked_ns += monotonic_ns() - before;
        require(received >= 0, "recv");
        ++counts.calls.recv_calls;
        counts.calls.recv_bytes += static_cast<std::uint64_t>(received);
        if (received == 0)
            return counts;
    }
}

UniqueFd listen_in(const netns::Link& link, const ExchangeOptions& options, std::uint16_t& port) {
    require_ok(link.server_namespace().enter());
    Address address = address_of(link, options, 0);
    UniqueFd listener(socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (options.send_buffer != 0)
        require(setsockopt(listener.get(), SOL_SOCKET, SO_SNDBUF, &options.send_buffer, sizeof(int)) == 0, "SO_SNDBUF");
    require(bind(listener.get(), address.get(), address.length) == 0, "bind");
    require(listen(listener.get(), 1) == 0, "listen");
    require(getsockname(listener.get(), address.get(), &address.length) == 0, "getsockname");
    port = ntohs(address.storage.sin6_port);
    return listener;
}

/// RetransSegs of the calling thread's network namespace.
std::uint64_t retransmissions() {
    std::ifstream file("/proc/thread-self/net/snmp");
    std::string names;
    std::string values;
    while (std::getline(file, names) && std::getline(file, values)) {
        std::istringstream name_words(names);
        std::istringstream value_words(values);
        std::string value;
        for (std::string name; name_words >> name && value_words >> value;)
            if (name == "RetransSegs")
                return std::stoull(value);
    }
    throw std::runtime_error("no RetransSegs in /proc/net/snmp");
}

} // namespace

ExchangeCounts exchange(Session& session, const ExchangeOptions& options) {
    LinkSpec spec;
    spec.kind = options.link;
    auto link = netns::Link::create(spec, {});
    if (!link)
        throw std::runtime_error(link.error().message());

    ExchangeCounts counts;
    std::promise<std::uint16_t> port;
    auto sender = std::async(std::launch::async, [&] {
        UniqueFd listener;
        try {
            std::uint16_t number = 0;
            listener = listen_in(*link, options, number);
            port.set_value(number);
        } catch (...) {
            port.set_exception(std::current_exception());
            throw;
        }
        const std::uint64_t before = retransmissions();
        EndCounts ended = run_sender(listener.get(), session, options);
        counts.retransmissions = retransmissions() - before;
        return ended;
    });
    auto receiver = std::async(std::launch::async, [&] {
        const std::uint16_t number = port.get_future().get();
        require_ok(link->client_namespace().enter());
        return run_receiver(address_of(*link, options, number), session, options);
    });
    counts.receiver = receiver.get();
    counts.sender = sender.get();
    return counts;
}

Session open_session(unsigned sample_frequency, SessionOptions options, unsigned threads) {
    PlanRequest request;
    request.sample_frequency = sample_frequency;
    options.zero_copy = true;
    options.connections = threads;
    auto session = Session::open(make_plan(probe_features(), request), options);
    if (!session)
        throw std::runtime_error(session.error().message());
    return std::move(session).value();
}

const PathFigures& figures_of(const Trace& result, Role role, Path path) { return result.of(role).path(path); }

std::string lost_in(const Trace& result) {
    std::string text;
    for (const Loss& loss : result.losses)
        if (loss.count != 0 && loss.name != "missed_switches")
            text += loss.name + "=" + std::to_string(loss.count) + " ";
    return text;
}

std::uint64_t lost_of(const Trace& result, const std::string& name) {
    for (const Loss& loss : result.losses)
        if (loss.name == name)
            return loss.count;
    throw std::runtime_error("no loss of the name " + name);
}

} // namespace netio::tracer
