// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "workload/hello.h"

#include <algorithm>
#include <string>

namespace netio::workload {
namespace {

constexpr std::array<std::byte, 8> magic{std::byte{'n'}, std::byte{'e'}, std::byte{'t'}, std::byte{'i'},
                                         std::byte{'o'}, std::byte{'-'}, std::byte{'t'}, std::byte{'r'}};
constexpr std::size_t version_at = 8;
constexpr std::size_t pattern_at = 12;
constexpr std::size_t verify_at = 13;
constexpr std::size_t field_size_at = 16;
constexpr std::size_t warmup_at = 24;
constexpr std::size_t connection_at = 28;

template <class Integer>
void put(HelloBytes& bytes, std::size_t at, Integer value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
        bytes[at + i] = static_cast<std::byte>((value >> (8 * i)) & 0xff);
}

template <class Integer>
Integer get(std::span<const std::byte, hello_size> bytes, std::size_t at) {
    Integer value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        value |= static_cast<Integer>(std::to_integer<Integer>(bytes[at + i]) << (8 * i));
    return value;
}

std::string on_off(bool on) { return on ? "on" : "off"; }

} // namespace

HelloBytes encode(const Hello& hello) {
    HelloBytes bytes{};
    std::copy(magic.begin(), magic.end(), bytes.begin());
    put<std::uint32_t>(bytes, version_at, hello_version);
    put<std::uint8_t>(bytes, pattern_at, static_cast<std::uint8_t>(hello.pattern));
    put<std::uint8_t>(bytes, verify_at, hello.verify ? 1 : 0);
    put<std::uint64_t>(bytes, field_size_at, hello.field_size);
    put<std::uint32_t>(bytes, warmup_at, hello.warmup_messages);
    put<std::uint32_t>(bytes, connection_at, hello.connection);
    return bytes;
}

Result<Hello> decode_hello(std::span<const std::byte, hello_size> bytes) {
    if (!std::equal(magic.begin(), magic.end(), bytes.begin()))
        return Error{"the client does not speak this protocol", "its first bytes are not a hello of netio-trace",
                     "connect with netio-trace client"};
    const auto version = get<std::uint32_t>(bytes, version_at);
    if (version != hello_version)
        return Error{"the client speaks another version of the protocol",
                     "its version is " + std::to_string(version) + ", the server's " + std::to_string(hello_version),
                     "use the same netio-trace at both ends"};
    const auto pattern = get<std::uint8_t>(bytes, pattern_at);
    const auto verify = get<std::uint8_t>(bytes, verify_at);
    if (pattern > static_cast<std::uint8_t>(Pattern::stream) || verify > 1)
        return Error{"invalid hello of the client", "its pattern or verify byte is unknown", {}};
    Hello hello;
    hello.pattern = static_cast<Pattern>(pattern);
    hello.verify = verify == 1;
    hello.field_size = get<std::uint64_t>(bytes, field_size_at);
    hello.warmup_messages = get<std::uint32_t>(bytes, warmup_at);
    hello.connection = get<std::uint32_t>(bytes, connection_at);
    return hello;
}

Result<void> check_hello(const Hello& hello, const Options& server) {
    std::string differences;
    const auto differs = [&](const std::string& what, const std::string& client_has, const std::string& server_has) {
        differences += (differences.empty() ? "" : "; ") + what + " is " + client_has + " at the client and " +
                       server_has + " at the server";
    };
    if (hello.field_size != server.field_size)
        differs("the field size", std::to_string(hello.field_size), std::to_string(server.field_size));
    if (hello.pattern != server.pattern)
        differs("the pattern", std::string(name_of(hello.pattern)), std::string(name_of(server.pattern)));
    if (hello.verify != server.verify)
        differs("verification", on_off(hello.verify), on_off(server.verify));
    if (!differences.empty())
        return Error{"client and server have different options", differences, "start both with the same options"};
    return {};
}

} // namespace netio::workload
