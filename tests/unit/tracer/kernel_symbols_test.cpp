// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/kernel_symbols.h"

#include <gtest/gtest.h>

namespace netio::tracer {
namespace {

constexpr std::string_view kallsyms = "0000000000000000 A fixed_percpu_data\n"
                                      "ffffffff81003000 t do_softirq.part.0\n"
                                      "ffffffff81001000 T __pi_memcpy\n"
                                      "ffffffff81001000 W memcpy\n"
                                      "ffffffff81001000 T __memcpy\n"
                                      "ffffffff81004000 D _etext_data\n"
                                      "ffffffffc0001000 t veth_xmit\t[veth]\n"
                                      "ffffffffc0002000 t bpf_prog_6deef7357e7b4530_on_exit\t[bpf]\n";

TEST(KernelSymbols, FindsTheFunctionOfAnAddress) {
    const KernelSymbols symbols = KernelSymbols::parse(kallsyms).value();
    EXPECT_EQ(symbols.size(), 4U);
    EXPECT_EQ(symbols.name(0xffffffff81003000), "do_softirq.part.0");
    EXPECT_EQ(symbols.name(0xffffffff81003fff), "do_softirq.part.0");
    EXPECT_EQ(symbols.name(0xffffffffc0001004), "veth_xmit");
    EXPECT_EQ(symbols.name(0xffffffffc0002004), "bpf_prog_6deef7357e7b4530_on_exit");
}

TEST(KernelSymbols, PrefersThePlainestNameOfAnAddress) {
    const KernelSymbols symbols = KernelSymbols::parse(kallsyms).value();
    EXPECT_EQ(symbols.name(0xffffffff81001000), "memcpy");
    EXPECT_EQ(symbols.address("memcpy"), 0xffffffff81001000);
    EXPECT_EQ(symbols.address("__pi_memcpy"), std::nullopt);
}

TEST(KernelSymbols, NamesNoFunctionWhereThereIsNone) {
    const KernelSymbols symbols = KernelSymbols::parse(kallsyms).value();
    EXPECT_EQ(symbols.name(0xffffffff81000fff), std::nullopt) << "below the first function";
    EXPECT_EQ(symbols.name(0xffffffff81004010), std::nullopt) << "data";
    EXPECT_EQ(symbols.name(0xffffffffc0002000 + (1U << 20U)), std::nullopt) << "far above the last function";
    EXPECT_EQ(symbols.name(0x400000), std::nullopt) << "user space";
}

TEST(KernelSymbols, SaysWhenAddressesAreHidden) {
    const auto symbols = KernelSymbols::parse("0000000000000000 T tcp_sendmsg\n0000000000000000 T tcp_recvmsg\n");
    ASSERT_FALSE(symbols.ok());
    EXPECT_NE(symbols.error().message().find("kptr_restrict"), std::string::npos) << symbols.error().message();
}

TEST(KernelSymbols, SaysWhenThereIsNoFunction) { EXPECT_FALSE(KernelSymbols::parse("rubbish\n\n").ok()); }

TEST(KernelSymbols, ReadsTheRunningKernelsOrSaysWhyNot) {
    const auto symbols = KernelSymbols::load();
    if (!symbols) {
        EXPECT_FALSE(symbols.error().hint.empty()) << symbols.error().message();
        return;
    }
    EXPECT_GT(symbols->size(), 10'000U);
    EXPECT_TRUE(symbols->address("tcp_sendmsg_locked"));
    EXPECT_TRUE(symbols->address("memcpy"));
}

TEST(KernelSymbols, TakesCompilerSuffixesOff) {
    EXPECT_EQ(without_compiler_suffix("do_softirq.part.0"), "do_softirq");
    EXPECT_EQ(without_compiler_suffix("validate_xmit_skb.isra.0.cold"), "validate_xmit_skb");
    EXPECT_EQ(without_compiler_suffix("tcp_sendmsg"), "tcp_sendmsg");
    EXPECT_EQ(without_compiler_suffix(".slowpath"), ".slowpath");
    EXPECT_EQ(without_compiler_suffix(""), "");
}

} // namespace
} // namespace netio::tracer
