// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/network_counters.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "netns/in_namespace.h"

namespace netio::netns {
namespace {

constexpr std::array<std::string_view, 4> protocols{"TcpExt", "IpExt", "Tcp", "Ip"};
/// Says how many connections there are now, and goes down again.
constexpr std::string_view gauge = "Tcp.CurrEstab";

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

std::string_view take_word(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    return word;
}

/// Nothing for what is no number or negative, as a limit that there is not (Tcp: MaxConn -1).
std::optional<std::uint64_t> number(std::string_view word) {
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failure != std::errc() || end != word.data() + word.size())
        return std::nullopt;
    return value;
}

void put(NetworkCounters& counters, std::string name, std::string_view value) {
    if (const auto count = number(value); count && name != gauge)
        counters.values[std::move(name)] = *count;
}

UniqueFd open_file(const char* name) {
    return UniqueFd(::open((std::string("/proc/thread-self/net/") + name).c_str(), O_RDONLY | O_CLOEXEC));
}

/// From its beginning, without moving the file's position, which forked processes share.
Result<std::string> read_all(const UniqueFd& file) {
    std::string text;
    constexpr std::size_t piece = 16384;
    for (;;) {
        const std::size_t before = text.size();
        text.resize(before + piece);
        const ssize_t got = ::pread(file.get(), text.data() + before, piece, static_cast<off_t>(before));
        if (got < 0 && errno != EINTR)
            return system_error("cannot read the counters of a network namespace", errno);
        text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got == 0)
            return text;
    }
}

} // namespace

std::map<std::string, std::uint64_t> NetworkCounters::since(const NetworkCounters& before) const {
    std::map<std::string, std::uint64_t> moved;
    for (const auto& [name, value] : values)
        if (const auto known = before.values.find(name); known != before.values.end() && value > known->second)
            moved[name] = value - known->second;
    return moved;
}

void add_counters(std::string_view text, NetworkCounters& counters) {
    while (!text.empty()) {
        std::string_view names = take_line(text);
        std::string_view values = take_line(text);
        std::string_view protocol = take_word(names);
        if (protocol.empty() || take_word(values) != protocol)
            continue;
        protocol.remove_suffix(1); // the colon
        if (std::find(protocols.begin(), protocols.end(), protocol) == protocols.end())
            continue;
        for (std::string_view name = take_word(names); !name.empty(); name = take_word(names))
            put(counters, std::string(protocol) + "." + std::string(name), take_word(values));
    }
}

void add_ipv6_counters(std::string_view text, NetworkCounters& counters) {
    constexpr std::string_view protocol = "Ip6";
    while (!text.empty()) {
        std::string_view line = take_line(text);
        const std::string_view name = take_word(line);
        if (name.starts_with(protocol))
            put(counters, std::string(protocol) + "." + std::string(name.substr(protocol.size())), take_word(line));
    }
}

unsigned count_packet_taps(std::string_view text) {
    unsigned taps = 0;
    take_line(text); // names of the columns: sk RefCnt Type Proto Iface R Rmem User Inode
    while (!text.empty()) {
        std::string_view line = take_line(text);
        for (int column = 0; column < 3; ++column)
            take_word(line);
        constexpr std::string_view every_protocol = "0003"; // ETH_P_ALL
        const bool is_tap = take_word(line) == every_protocol;
        take_word(line);
        taps += is_tap && take_word(line) == "1" ? 1 : 0; // it is running
    }
    return taps;
}

Result<CounterFiles> CounterFiles::open(const Namespace& where) {
    return in_namespace(where, []() -> Result<CounterFiles> {
        Files files{open_file("netstat"), open_file("snmp"), open_file("snmp6"), open_file("packet")};
        if (!files.netstat || !files.snmp)
            return system_error("cannot open the counters of a network namespace", errno);
        return CounterFiles(std::move(files));
    });
}

std::vector<int> CounterFiles::descriptors() const {
    std::vector<int> list;
    for (const UniqueFd* file : {&files_.netstat, &files_.snmp, &files_.snmp6, &files_.packet})
        if (*file)
            list.push_back(file->get());
    return list;
}

Result<NetworkCounters> CounterFiles::read() const {
    NetworkCounters counters;
    for (const UniqueFd* file : {&files_.netstat, &files_.snmp}) {
        NETIO_TRY_TO(std::string text, read_all(*file));
        add_counters(text, counters);
    }
    if (files_.snmp6) {
        NETIO_TRY_TO(std::string text, read_all(files_.snmp6));
        add_ipv6_counters(text, counters);
    }
    if (files_.packet) {
        NETIO_TRY_TO(std::string text, read_all(files_.packet));
        counters.packet_taps = count_packet_taps(text);
    }
    return counters;
}

} // namespace netio::netns
