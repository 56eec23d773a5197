// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "experiment/control_channel.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <span>
#include <vector>

#include "report/run_json/records.h"

namespace netio {

template <>
inline constexpr auto fields<Error> =
    std::tuple{Field{"what", &Error::what},       Field{"why", &Error::why},
               Field{"hint", &Error::hint},       Field{"exit_code", &Error::exit_code},
               Field{"choices", &Error::choices}, Field{"is_echo", &Error::is_echo}};
static_assert(has_all_fields<Error>);

template <>
inline constexpr auto fields<experiment::ControlMessage> =
    std::tuple{Field{"kind", &experiment::ControlMessage::kind},
               Field{"port", &experiment::ControlMessage::port},
               Field{"result", &experiment::ControlMessage::result},
               Field{"namespaces", &experiment::ControlMessage::namespaces},
               Field{"machine", &experiment::ControlMessage::machine},
               Field{"error", &experiment::ControlMessage::error}};
static_assert(has_all_fields<experiment::ControlMessage>);

} // namespace netio

namespace netio::experiment {

using report::Json;

std::vector<std::uint8_t> encode(const ControlMessage& message) { return Json::to_cbor(report::to_json(message)); }

Result<ControlMessage> decode(std::span<const std::uint8_t> packet) {
    const Json json = Json::from_cbor(packet.begin(), packet.end(), true, false);
    std::optional<std::string> fault;
    if (json.is_discarded())
        fault = "it is not CBOR";
    ControlMessage message;
    report::read(report::JsonField(json, "message", fault), message);
    if (fault)
        return Error{"invalid report of a worker process", *fault, {}, ExitCode::failure};
    return message;
}

Result<std::pair<ControlChannel, ControlChannel>> ControlChannel::create_pair() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return system_error("cannot make a control channel", errno, "raise the limit of open files (ulimit -n)");
    return std::pair{ControlChannel{UniqueFd{ends[0]}}, ControlChannel{UniqueFd{ends[1]}}};
}

Result<void> ControlChannel::send(const ControlMessage& message) const {
    const std::vector<std::uint8_t> packet = encode(message);
    ssize_t sent = 0;
    do {
        sent = ::send(fd_.get(), packet.data(), packet.size(), MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0)
        return system_error("cannot report to the runner", errno);
    return {};
}

Result<std::optional<ControlMessage>> ControlChannel::receive() const {
    // MSG_TRUNC with MSG_PEEK gives the packet's whole length, so that a result of any size fits.
    ssize_t length = 0;
    do {
        length = ::recv(fd_.get(), nullptr, 0, MSG_PEEK | MSG_TRUNC);
    } while (length < 0 && errno == EINTR);
    if (length < 0)
        return system_error("cannot read the report of a worker process", errno);
    if (length == 0)
        return std::optional<ControlMessage>{};
    std::vector<std::uint8_t> packet(static_cast<std::size_t>(length));
    do {
        length = ::recv(fd_.get(), packet.data(), packet.size(), 0);
    } while (length < 0 && errno == EINTR);
    if (length < 0)
        return system_error("cannot read the report of a worker process", errno);
    NETIO_TRY_TO(ControlMessage message, decode(packet));
    return std::optional<ControlMessage>{std::move(message)};
}

} // namespace netio::experiment
