// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "netns/namespace.h"

namespace netio::netns {

/// The kernel's counters of one network namespace, at one moment.
struct NetworkCounters {
    std::map<std::string, std::uint64_t> values; ///< "TcpExt.DelayedACKs"; of TCP and IP only
    unsigned packet_taps = 0;                    ///< packet sockets that get a copy of each frame

    /// The counters that have grown since an earlier moment, and by how much.
    [[nodiscard]] std::map<std::string, std::uint64_t> since(const NetworkCounters& before) const;
};

/// Reads counters from the texts of /proc/net/netstat or snmp: two lines for each protocol, names and values.
void add_counters(std::string_view text, NetworkCounters& counters);
/// The same from the text of /proc/net/snmp6: a name and a value in each line.
void add_ipv6_counters(std::string_view text, NetworkCounters& counters);
/// The sockets of the text of /proc/net/packet that get each frame, sent ones among them: those for ETH_P_ALL.
[[nodiscard]] unsigned count_packet_taps(std::string_view text);

/// The files that show the counters of a network namespace. A file that was opened by a thread inside of a namespace
/// shows that namespace, whoever reads it; while it is open, the namespace stays.
class CounterFiles {
  public:
    static Result<CounterFiles> open(const Namespace& where);
    /// May be called in a forked process too.
    [[nodiscard]] Result<NetworkCounters> read() const;
    /// What read() reads from.
    [[nodiscard]] std::vector<int> descriptors() const;

  private:
    struct Files {
        UniqueFd netstat;
        UniqueFd snmp;
        UniqueFd snmp6;  ///< none on a kernel without IPv6
        UniqueFd packet; ///< none on a kernel without packet sockets
    };
    explicit CounterFiles(Files files) : files_(std::move(files)) {}
    Files files_;
};

} // namespace netio::netns
