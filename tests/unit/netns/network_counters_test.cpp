// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "netns/network_counters.h"

#include <gtest/gtest.h>

namespace netio::netns {
namespace {

TEST(NetworkCounters, AreTakenByProtocolAndName) {
    NetworkCounters counters;
    add_counters("TcpExt: SyncookiesSent DelayedACKs\n"
                 "TcpExt: 1 2\n"
                 "MPTcpExt: MPCapableSYNRX\n"
                 "MPTcpExt: 3\n"
                 "Tcp: RtoMin MaxConn CurrEstab RetransSegs\n"
                 "Tcp: 200 -1 7 4\n",
                 counters);
    add_ipv6_counters("Ip6FragCreates                  \t5\nIcmp6InMsgs                     \t6\n", counters);
    EXPECT_EQ(counters.values, (std::map<std::string, std::uint64_t>{{"TcpExt.SyncookiesSent", 1},
                                                                     {"TcpExt.DelayedACKs", 2},
                                                                     {"Tcp.RtoMin", 200},
                                                                     {"Tcp.RetransSegs", 4},
                                                                     {"Ip6.FragCreates", 5}}))
        << "neither limits that there are not, nor how many connections there are now, nor other protocols";
}

TEST(NetworkCounters, StandUnderTheNamesOfTheirOwnLine) {
    NetworkCounters counters;
    add_counters("TcpExt: Lonely\nTcp: 4\n", counters);
    EXPECT_TRUE(counters.values.empty()) << "a line of names without one of values";
    add_counters("", counters);
    add_counters("Ip: One Two\nIp: 1\n", counters);
    EXPECT_EQ(counters.values, (std::map<std::string, std::uint64_t>{{"Ip.One", 1}}));
}

TEST(NetworkCounters, TellWhatMovedInBetween) {
    NetworkCounters before;
    before.values = {{"Tcp.OutSegs", 10}, {"Tcp.RtoMin", 200}, {"Ip.Shrunk", 5}};
    NetworkCounters after;
    after.values = {{"Tcp.OutSegs", 15}, {"Tcp.RtoMin", 200}, {"Ip.Shrunk", 4}, {"Ip.New", 3}};
    EXPECT_EQ(after.since(before), (std::map<std::string, std::uint64_t>{{"Tcp.OutSegs", 5}}));
}

TEST(NetworkCounters, CountThePacketSocketsThatSeeEachFrame) {
    EXPECT_EQ(count_packet_taps("sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"
                                "00000000eb4ae5d8 3      3    0003   0     1 0      0      12345\n"
                                "00000000eb4ae5d9 3      3    0003   2     0 0      0      12346\n"
                                "00000000eb4ae5da 3      3    0800   2     1 0      0      12347\n"),
              1U)
        << "not the one that is down, nor the one for IPv4 alone, which sees no frame that is sent";
    EXPECT_EQ(count_packet_taps(""), 0U);
}

} // namespace
} // namespace netio::netns
