// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/probe_trial.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/unique_fd.h"
#include "tracer/libbpf_log.h"

namespace netio::tracer {
namespace {

constexpr std::size_t name_bytes = 16; // TASK_COMM_LEN
struct Totals {
    std::uint64_t calls;
    std::uint64_t bytes;
};

struct ObjectCloser {
    void operator()(bpf_object* object) const { bpf_object__close(object); }
};
struct LinkDestroyer {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};

Error cannot_try(std::string why) { return input_error("the probe cannot be tried", std::move(why)); }

struct Connection {
    UniqueFd sender;
    UniqueFd receiver;
};

Result<Connection> connect_to_itself() {
    const UniqueFd listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    Connection connection{UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), {}};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (!listener || !connection.sender || bind(listener.get(), generic, length) != 0 ||
        listen(listener.get(), 1) != 0 || getsockname(listener.get(), generic, &length) != 0 ||
        connect(connection.sender.get(), generic, length) != 0)
        return system_error("cannot connect over loopback", errno, "");
    connection.receiver.reset(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection.receiver)
        return system_error("cannot accept a connection over loopback", errno, "");
    return connection;
}

/// Sends and receives so many pieces in turn, each small enough for an empty socket; the bytes that came.
std::uint64_t receive_over(const Connection& connection) {
    constexpr std::size_t pieces = 64;
    std::vector<std::byte> piece(std::size_t{16} << 10);
    std::uint64_t moved = 0;
    for (std::size_t i = 0; i < pieces; ++i) {
        if (send(connection.sender.get(), piece.data(), piece.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(piece.size()))
            return moved;
        for (std::size_t left = piece.size(); left > 0;) {
            const ssize_t got = recv(connection.receiver.get(), piece.data(), left, 0);
            if (got <= 0)
                return moved;
            left -= static_cast<std::size_t>(got);
            moved += static_cast<std::uint64_t>(got);
        }
    }
    return moved;
}

/// Whatever else runs on this machine has another name.
std::array<char, name_bytes> name_of_trial() {
    std::array<char, name_bytes> name{};
    const std::string text = "trial-" + std::to_string(getpid());
    text.copy(name.data(), name.size() - 1);
    return name;
}

} // namespace

Result<ProbeTrial> try_probe(std::string_view bytes) {
    const LibbpfWarnings warnings;
    bpf_object_open_opts options{};
    options.sz = sizeof(options);
    options.object_name = "probe";
    const std::unique_ptr<bpf_object, ObjectCloser> object(bpf_object__open_mem(bytes.data(), bytes.size(), &options));
    if (!object)
        return cannot_try(
            "it is no object file of BPF programs that libbpf can open: compile it with clang -target bpf");
    if (bpf_object__load(object.get()) != 0) {
        const int failure = errno;
        const RefusedProgram refused = find_refused_program(warnings.text()).value_or(RefusedProgram{});
        if (!refused.verdict.empty())
            return cannot_try("the kernel's verifier refuses " + refused.name + ": " + refused.verdict);
        return system_error("the probe cannot be loaded", failure, failure == EPERM ? "run the check as root" : "");
    }
    const bpf_map* const counts = bpf_object__find_map_by_name(object.get(), "counts");
    if (counts == nullptr || bpf_map__key_size(counts) != name_bytes || bpf_map__value_size(counts) != sizeof(Totals))
        return cannot_try("it has no map \"counts\" with names of 16 bytes and two numbers each, as it was handed out");
    std::vector<std::unique_ptr<bpf_link, LinkDestroyer>> links;
    bpf_program* program = nullptr;
    bpf_object__for_each_program(program, object.get()) {
        links.emplace_back(bpf_program__attach(program));
        if (!links.back())
            return cannot_try("its program " + std::string(bpf_program__name(program)) +
                              " cannot be attached: " + std::strerror(errno));
    }
    if (links.empty())
        return cannot_try("it has no program");
    NETIO_TRY_TO(const Connection connection, connect_to_itself());
    const auto name = name_of_trial();
    ProbeTrial trial;
    std::thread([&] {
        prctl(PR_SET_NAME, name.data());
        trial.moved = receive_over(connection);
    }).join();
    Totals totals{};
    if (bpf_map_lookup_elem(bpf_map__fd(counts), name.data(), &totals) == 0)
        trial.counted = totals.bytes;
    return trial;
}

} // namespace netio::tracer
