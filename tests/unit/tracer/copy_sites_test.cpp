// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/copy_sites.h"

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "stack_builder.h"

namespace netio::tracer {
namespace {

struct Case {
    const char* name;
    Path path;
    const char* stack; ///< innermost first
    CopyReason reason;
};

void PrintTo(const Case& example, std::ostream* out) { *out << example.name; }

class CopyReasons : public testing::TestWithParam<Case> {};

TEST_P(CopyReasons, AreTold) {
    StackBuilder builder;
    const RawCopySite site{GetParam().path, 3, 4096, builder.stack(GetParam().stack)};
    const auto sites = explain_copies({&site, 1}, builder.symbols());
    ASSERT_EQ(sites.size(), 1U);
    EXPECT_EQ(name_of(sites[0].reason), name_of(GetParam().reason));
    EXPECT_EQ(sites[0].path, GetParam().path);
    EXPECT_EQ(sites[0].calls, 3U);
    EXPECT_EQ(sites[0].bytes, 4096U);
}

constexpr Path deferred = Path::deferred_copy;

const Case cases[] = {
    {"LocalDelivery", deferred,
     "skb_copy_ubufs < __netif_receive_skb_core.constprop.0 < __netif_receive_skb_one_core < process_backlog < "
     "__napi_poll",
     CopyReason::local_delivery},
    {"LocalDeliveryOfAList", deferred,
     "skb_copy_ubufs < __netif_receive_skb_list_core < netif_receive_skb_list_internal < napi_complete_done",
     CopyReason::local_delivery},
    {"LocalDeliveryWithTheCoreInlined", deferred,
     "skb_copy_ubufs < __netif_receive_skb_one_core < process_backlog < __napi_poll < net_rx_action",
     CopyReason::local_delivery},
    {"TapOnTheWayOut", deferred,
     "skb_copy_ubufs < dev_queue_xmit_nit < dev_hard_start_xmit < __dev_queue_xmit < ip_finish_output2",
     CopyReason::packet_tap},
    {"TapOnTheWayIn", deferred, "skb_copy_ubufs < packet_rcv < __netif_receive_skb_core < process_backlog",
     CopyReason::packet_tap},
    {"MappedTap", Path::skb_copy, "skb_copy_bits < tpacket_rcv < dev_queue_xmit_nit < dev_hard_start_xmit",
     CopyReason::packet_tap},
    {"ChecksumInSoftware", Path::linearize,
     "__pskb_pull_tail < skb_checksum_help < validate_xmit_skb < __dev_queue_xmit", CopyReason::linearized},
    {"DeviceWithoutScatterGather", Path::linearize,
     "__pskb_pull_tail < validate_xmit_skb.isra.0 < validate_xmit_skb_list < sch_direct_xmit", CopyReason::linearized},
    {"SegmentedInSoftware", Path::skb_copy,
     "skb_copy_and_csum_bits < skb_segment < tcp_gso_segment < inet_gso_segment < skb_mac_gso_segment",
     CopyReason::linearized},
    {"CutIntoFragments", Path::skb_copy, "skb_copy_bits < ip_frag_next < ip_do_fragment < ip_finish_output",
     CopyReason::fragmentation},
    {"MadeLinearToBeCut", Path::linearize, "__pskb_pull_tail < skb_checksum_help < ip_do_fragment < ip_finish_output",
     CopyReason::fragmentation},
    {"ATapOfFragments", deferred, "skb_copy_ubufs < dev_queue_xmit_nit < dev_hard_start_xmit < ip_do_fragment",
     CopyReason::packet_tap},
    {"LinearizedBySomebodyElse", Path::linearize, "__pskb_pull_tail < some_driver_xmit < dev_hard_start_xmit",
     CopyReason::linearized},
    {"HeaderReallocated", deferred, "skb_copy_ubufs < pskb_expand_head < __skb_unclone_keeptruesize < tcp_write_xmit",
     CopyReason::reallocation},
    {"WholeSkbCopied", Path::skb_copy, "skb_copy_bits < skb_copy < some_tunnel_xmit", CopyReason::reallocation},
    {"ExpandedCopy", Path::skb_copy, "skb_copy_bits < skb_copy_expand < some_tunnel_xmit", CopyReason::reallocation},
    {"TheInnermostTells", deferred,
     "skb_copy_ubufs < pskb_expand_head < dev_queue_xmit_nit < __netif_receive_skb_one_core", CopyReason::reallocation},
    {"Unknown", deferred, "skb_copy_ubufs < some_bridge_forward < some_other", CopyReason::other},
    {"ASimilarNameIsAnother", deferred, "skb_copy_ubufs < skb_copy_and_more < packet_rcv_fanout", CopyReason::other},
    {"NoFrames", deferred, "", CopyReason::other},
};

INSTANTIATE_TEST_SUITE_P(Kernel, CopyReasons, testing::ValuesIn(cases),
                         [](const auto& instance) { return std::string(instance.param.name); });

using Functions = std::vector<std::string>;

/// The functions of a site, without those that the probe itself put into the stack.
Functions functions_of(const std::string& stack) {
    StackBuilder builder;
    const RawCopySite site{deferred, 1, 1, builder.stack(stack)};
    return explain_copies({&site, 1}, builder.symbols()).front().functions;
}

TEST(CopySites, SkipTheFramesOfTheProbe) {
    EXPECT_EQ(functions_of("bpf_prog_5d1_fentry_skb_copy_ubufs < bpf_trampoline_6442512345 < skb_copy_ubufs < "
                           "__netif_receive_skb_core.constprop.0 < process_backlog"),
              (Functions{"skb_copy_ubufs", "__netif_receive_skb_core", "process_backlog"}));
    EXPECT_EQ(functions_of("bpf_get_stack_raw_tp < bpf_prog_9_kprobe_skb_copy_ubufs < trace_call_bpf < "
                           "kprobe_perf_func < kprobe_dispatcher < kprobe_ftrace_handler < ftrace_regs_caller < "
                           "skb_copy_ubufs < packet_rcv"),
              (Functions{"skb_copy_ubufs", "packet_rcv"}));
    EXPECT_EQ(functions_of("skb_copy_ubufs < arch_rethook_trampoline < __kretprobe_trampoline < packet_rcv"),
              (Functions{"skb_copy_ubufs", "packet_rcv"}));
}

TEST(CopySites, SkipAddressesWithoutAName) {
    StackBuilder builder;
    RawCopySite site{deferred, 1, 1, builder.stack("skb_copy_ubufs < packet_rcv")};
    site.frames.insert(site.frames.begin() + 1, 0x1000);
    const auto sites = explain_copies({&site, 1}, builder.symbols());
    EXPECT_EQ(sites.front().functions, (Functions{"skb_copy_ubufs", "packet_rcv"}));
}

/// A function's last instruction can be the call: the return address then is the next function's first.
TEST(CopySites, LookUpTheCallNotWhereItReturnsTo) {
    const KernelSymbols symbols = KernelSymbols::parse("ffffffff81001000 T packet_rcv\n"
                                                       "ffffffff81002000 T skb_copy\n")
                                      .value();
    const RawCopySite site{deferred, 1, 1, {0xffffffff81002000}};
    EXPECT_EQ(explain_copies({&site, 1}, symbols).front().functions, Functions{"packet_rcv"});
}

TEST(CopySites, AddUpByReasonAndPathWithTheMostBytesFirst) {
    StackBuilder builder;
    const std::vector<RawCopySite> raw{
        {deferred, 1, 100, builder.stack("skb_copy_ubufs < packet_rcv")},
        {deferred, 2, 1000, builder.stack("skb_copy_ubufs < __netif_receive_skb_core < process_backlog")},
        {Path::linearize, 5, 600, builder.stack("__pskb_pull_tail < skb_checksum_help")},
        {deferred, 3, 4000, builder.stack("skb_copy_ubufs < __netif_receive_skb_one_core < napi_poll")},
        {Path::skb_copy, 7, 700, builder.stack("skb_copy_bits < packet_rcv")},
        {deferred, 4, 50, builder.stack("skb_copy_ubufs < __netif_receive_skb_list_core")},
    };
    const auto sites = explain_copies(raw, builder.symbols());
    ASSERT_EQ(sites.size(), 4U);
    EXPECT_EQ(sites[0].reason, CopyReason::local_delivery);
    EXPECT_EQ(sites[0].calls, 9U);
    EXPECT_EQ(sites[0].bytes, 5050U);
    EXPECT_EQ(sites[0].functions, (Functions{"skb_copy_ubufs", "__netif_receive_skb_one_core", "napi_poll"}))
        << "those of the place with the most bytes";
    EXPECT_EQ(sites[1].path, Path::skb_copy);
    EXPECT_EQ(sites[1].bytes, 700U);
    EXPECT_EQ(sites[2].path, Path::linearize);
    EXPECT_EQ(sites[3].path, deferred) << "a tap's two paths are not added up";
    EXPECT_EQ(sites[3].bytes, 100U);
}

TEST(CopySites, AreNoneWhereNothingWasCopied) {
    StackBuilder builder;
    (void)builder.stack("skb_copy_ubufs");
    EXPECT_TRUE(explain_copies({}, builder.symbols()).empty());
}

TEST(CopyReasonTexts, AreDifferentAndNotEmpty) {
    std::set<std::string_view> names{""};
    std::set<std::string_view> texts{""};
    for (CopyReason reason : values_of<CopyReason>) {
        EXPECT_TRUE(names.insert(name_of(reason)).second);
        EXPECT_TRUE(texts.insert(describe(reason)).second);
    }
}

} // namespace
} // namespace netio::tracer
