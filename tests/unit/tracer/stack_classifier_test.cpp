// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tracer/stack_classifier.h"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "stack_builder.h"

namespace netio::tracer {
namespace {

constexpr const char* send_call = " < tcp_sendmsg_locked < tcp_sendmsg < ____sys_sendmsg < ___sys_sendmsg < "
                                  "__sys_sendmsg < do_syscall_64 < entry_SYSCALL_64_after_hwframe";
constexpr const char* recv_call = " < tcp_recvmsg_locked < tcp_recvmsg < sock_recvmsg < __sys_recvfrom < "
                                  "__x64_sys_recvfrom < do_syscall_64 < entry_SYSCALL_64_after_hwframe";
constexpr const char* transmit = " < __dev_queue_xmit < ip_finish_output2 < ip_output < __ip_queue_xmit < "
                                 "__tcp_transmit_skb < tcp_write_xmit < __tcp_push_pending_frames";
constexpr const char* softirq = " < __netif_receive_skb_one_core < process_backlog < __napi_poll < net_rx_action < "
                                "handle_softirqs < do_softirq.part.0 < __local_bh_enable_ip";
constexpr const char* timer_interrupt = " < __irq_exit_rcu < sysvec_apic_timer_interrupt < "
                                        "asm_sysvec_apic_timer_interrupt";

struct Case {
    const char* name;
    std::string stack;
    std::optional<Path> path;
    CpuClass cpu_class;
    bool in_softirq = false;
};

void PrintTo(const Case& example, std::ostream* out) { *out << example.name; }

class StackClasses : public testing::TestWithParam<Case> {};

TEST_P(StackClasses, AreAsExpected) {
    const Case& expected = GetParam();
    StackBuilder builder;
    const auto frames = builder.stack(expected.stack);
    StackClassifier classifier = builder.classifier();
    const StackClass found = classifier.classify(frames);
    EXPECT_EQ(found.path, expected.path);
    EXPECT_EQ(name_of(found.cpu_class), name_of(expected.cpu_class));
    EXPECT_EQ(found.in_softirq, expected.in_softirq);
    EXPECT_EQ(found.symbol, without_compiler_suffix(expected.stack.substr(0, expected.stack.find(" < "))));
}

const Case cases[] = {
    {"CopyIn", std::string("_copy_from_iter") + send_call, Path::copy_in, CpuClass::data_copy},
    {"CopyInByLoop", std::string("rep_movs_alternative < _copy_from_iter") + send_call, Path::copy_in,
     CpuClass::data_copy},
    {"CopyInWithoutDirectCaller",
     "__arch_copy_from_user < tcp_sendmsg_locked < tcp_sendmsg < __sys_sendto < __arm64_sys_sendto < invoke_syscall",
     Path::copy_in, CpuClass::data_copy},
    {"CopyInOfAPipeIsNoPath",
     "_copy_from_iter < copy_page_from_iter < anon_pipe_write < vfs_write < ksys_write < do_syscall_64", std::nullopt,
     CpuClass::data_copy},
    {"PageFaultInCopyOut",
     std::string("clear_page_erms < get_page_from_freelist < __alloc_frozen_pages_noprof < alloc_pages_mpol < "
                 "vma_alloc_folio_noprof < do_anonymous_page < __handle_mm_fault < handle_mm_fault < exc_page_fault < "
                 "asm_exc_page_fault < _copy_to_iter < __skb_datagram_iter < skb_copy_datagram_iter") +
         recv_call,
     Path::copy_out, CpuClass::memory},
    {"CopyOut", std::string("_copy_to_iter < __skb_datagram_iter < skb_copy_datagram_iter") + recv_call, Path::copy_out,
     CpuClass::data_copy},
    {"CopyOutByLoop",
     std::string("rep_movs_alternative < _copy_to_iter < __skb_datagram_iter < skb_copy_datagram_iter") + recv_call,
     Path::copy_out, CpuClass::data_copy},
    {"Pin",
     std::string("gup_fast_fallback < __iov_iter_get_pages_alloc < iov_iter_get_pages2 < zerocopy_fill_skb_from_iter "
                 "< __zerocopy_sg_from_iter < skb_zerocopy_iter_stream") +
         send_call,
     Path::pin, CpuClass::memory},
    {"DeferredCopy",
     std::string("__pi_memcpy < skb_copy_ubufs < ip_local_deliver_finish") + softirq + transmit + send_call,
     Path::deferred_copy, CpuClass::data_copy, true},
    {"DeferredCopyAllocates",
     std::string("get_netmem < pskb_expand_head < skb_copy_ubufs < ip_local_deliver_finish") + softirq + transmit +
         send_call,
     Path::deferred_copy, CpuClass::skb_management, true},
    {"DeferredCopyInKsoftirqd",
     "memcpy < skb_copy_ubufs < ip_local_deliver_finish < __netif_receive_skb_one_core < process_backlog < __napi_poll "
     "< net_rx_action < handle_softirqs < run_ksoftirqd < smpboot_thread_fn < kthread < ret_from_fork",
     Path::deferred_copy, CpuClass::data_copy, true},
    {"ReceivingInSoftirqIsNoSending",
     std::string("tcp_ack < tcp_rcv_established < tcp_v4_do_rcv < tcp_v4_rcv < "
                 "ip_protocol_deliver_rcu < ip_local_deliver_finish") +
         softirq + transmit + send_call,
     std::nullopt, CpuClass::tcp_ip, true},
    {"OldSoftirq",
     "process_backlog < __napi_poll < net_rx_action < __do_softirq < do_softirq < __local_bh_enable_ip < "
     "ip_finish_output2 < tcp_sendmsg_locked",
     std::nullopt, CpuClass::netdev, true},
    {"CompletionWakesTheSender",
     std::string("_raw_spin_unlock_irqrestore < __wake_up < sock_def_error_report < sk_error_report < "
                 "__msg_zerocopy_callback < skb_release_data < __kfree_skb < tcp_ack < tcp_rcv_established < "
                 "tcp_v4_do_rcv < tcp_v4_rcv < ip_protocol_deliver_rcu < ip_local_deliver_finish") +
         softirq + transmit + send_call,
     Path::zc_complete, CpuClass::scheduling, true},
    {"Linearize",
     std::string("memcpy < skb_copy_bits < __pskb_pull_tail < skb_checksum_help < validate_xmit_skb.isra.0") +
         transmit + send_call,
     Path::linearize, CpuClass::data_copy},
    {"WholeSkbCopied", "memcpy < skb_copy_bits < skb_copy < tcp_write_xmit < tcp_sendmsg_locked", Path::skb_copy,
     CpuClass::data_copy},
    {"TransmitIsTcpSendmsg", std::string("__tcp_transmit_skb < tcp_write_xmit < __tcp_push_pending_frames") + send_call,
     Path::tcp_sendmsg, CpuClass::tcp_ip},
    {"BacklogIsTcpSendmsg",
     "kmem_cache_free < __kfree_skb < tcp_ack < tcp_rcv_established < tcp_v4_do_rcv < __release_sock < release_sock < "
     "tcp_sendmsg < __sys_sendto < __x64_sys_sendto < do_syscall_64",
     Path::tcp_sendmsg, CpuClass::memory},
    {"SpinningForTheSocket",
     std::string("pv_native_safe_halt < kvm_wait < __pv_queued_spin_lock_slowpath < _raw_spin_lock_bh < sk_wait_data") +
         recv_call,
     Path::wait_recv, CpuClass::lock},
    {"GoingToSleep",
     std::string("finish_task_switch.isra.0 < __schedule < schedule < schedule_timeout < wait_woken < sk_wait_data") +
         recv_call,
     Path::wait_recv, CpuClass::scheduling},
    {"WaitingForSpace", std::string("schedule_timeout < wait_woken < sk_stream_wait_memory") + send_call,
     Path::wait_send, CpuClass::scheduling},
    {"InterruptsOnAgainIsTheCallersTime",
     std::string("_raw_spin_unlock_irqrestore < tcp_write_xmit < tcp_release_cb < "
                 "release_sock < tcp_sendmsg < ____sys_sendmsg"),
     Path::tcp_sendmsg, CpuClass::tcp_ip},
    {"UnlockIsLock", std::string("_raw_spin_unlock_bh < release_sock < tcp_recvmsg < sock_recvmsg < __sys_recvfrom"),
     Path::recv_syscall, CpuClass::lock},
    {"InterruptIsNobodysPath",
     std::string("blk_update_request < blk_mq_end_request < common_interrupt < asm_common_interrupt < "
                 "_copy_from_iter") +
         send_call,
     std::nullopt, CpuClass::other},
    {"SoftirqAfterInterrupt",
     std::string("handle_softirqs") + timer_interrupt + " < _raw_spin_unlock_irqrestore < tcp_write_xmit" + send_call,
     std::nullopt, CpuClass::other, true},
    {"InterruptedSoftirq",
     std::string("hrtimer_interrupt < sysvec_apic_timer_interrupt < asm_sysvec_apic_timer_interrupt < tcp_v4_rcv") +
         softirq + transmit + send_call,
     std::nullopt, CpuClass::other, true},
    {"ErrorQueue",
     "sock_recv_errqueue < ip_recv_error < tcp_recvmsg < sock_recvmsg < ____sys_recvmsg < ___sys_recvmsg "
     "< __sys_recvmsg < do_syscall_64",
     Path::errqueue_syscall, CpuClass::tcp_ip},
    {"SystemCallEntry", "fdget < __sys_sendto < __x64_sys_sendto < do_syscall_64", Path::send_syscall, CpuClass::other},
    {"UnknownSystemCall", "do_syscall_64 < entry_SYSCALL_64_after_hwframe", std::nullopt, CpuClass::other},
    {"NothingKnown", "some_driver_function < some_other", std::nullopt, CpuClass::other},
};

INSTANTIATE_TEST_SUITE_P(Kernel, StackClasses, testing::ValuesIn(cases),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(StackClassifier, KnowsAllOpenPaths) {
    StackBuilder builder;
    const auto frames = builder.stack(std::string("_copy_from_iter") + send_call);
    const StackClass found = builder.classifier().classify(frames);
    EXPECT_EQ(found.inside.count(), 3U);
    for (Path path : {Path::copy_in, Path::tcp_sendmsg, Path::send_syscall})
        EXPECT_TRUE(found.inside.test(index_of(path))) << name_of(path);
}

TEST(StackClassifier, PathsOutsideOfASoftirqAreNotOpen) {
    StackBuilder builder;
    const auto frames = builder.stack(std::string("memcpy < skb_copy_ubufs") + softirq + transmit + send_call);
    const StackClass found = builder.classifier().classify(frames);
    EXPECT_EQ(found.inside.count(), 1U);
    EXPECT_TRUE(found.inside.test(index_of(Path::deferred_copy)));
}

TEST(StackClassifier, TracingTakesWhatItCalls) {
    StackBuilder builder;
    const auto frames = builder.stack(std::string("_raw_spin_lock < htab_map_update_elem < bpf_prog_1234_on_exit < "
                                                  "bpf_trace_run2 < __bpf_trace_sys_exit < do_syscall_64"));
    const auto in_copy = builder.stack(std::string("memcpy < bpf_prog_1234_on_exit < bpf_trace_run3 < _copy_to_iter < "
                                                   "skb_copy_datagram_iter") +
                                       recv_call);
    StackClassifier classifier = builder.classifier();
    EXPECT_TRUE(classifier.classify(frames).tracing);
    EXPECT_EQ(name_of(classifier.classify(frames).cpu_class), "other");
    const StackClass found = classifier.classify(in_copy);
    EXPECT_TRUE(found.tracing);
    EXPECT_EQ(name_of(found.cpu_class), "other");
    EXPECT_EQ(found.path, Path::copy_out) << "the path was open all the same";
}

/// A trampoline calls the programs at a function's edges, but the traced function too.
TEST(StackClassifier, ATrampolineIsTracingOnlyAsTheInnermostFrame) {
    for (const char* trampoline : {"bpf_trampoline_6442512345", "arch_rethook_trampoline", "__kretprobe_trampoline"}) {
        StackBuilder builder;
        const auto innermost = builder.stack(std::string(trampoline) + " < skb_copy_ubufs < ip_local_deliver_finish" +
                                             softirq + transmit + send_call);
        const auto further_out = builder.stack(std::string("memcpy < skb_copy_ubufs < ") + trampoline +
                                               " < __netif_receive_skb_one_core < process_backlog < __napi_poll < "
                                               "net_rx_action < handle_softirqs < do_softirq.part.0");
        StackClassifier classifier = builder.classifier();
        const StackClass tracing = classifier.classify(innermost);
        EXPECT_TRUE(tracing.tracing) << trampoline;
        EXPECT_EQ(name_of(tracing.cpu_class), "other") << trampoline;
        EXPECT_TRUE(tracing.in_softirq) << trampoline;
        const StackClass traced = classifier.classify(further_out);
        EXPECT_FALSE(traced.tracing) << trampoline;
        EXPECT_EQ(name_of(traced.cpu_class), "data_copy") << trampoline;
        EXPECT_EQ(traced.path, Path::deferred_copy) << trampoline;
    }
}

TEST(StackClassifier, ProgramsThatATrampolineCallsAreTracing) {
    for (const char* inner : {"__bpf_prog_enter_recur", "__bpf_prog_exit_recur", "__bpf_tramp_enter",
                              "bpf_ktime_get_ns < bpf_prog_12_fentry_tcp_sendmsg"}) {
        StackBuilder builder;
        const auto frames = builder.stack(std::string(inner) + " < bpf_trampoline_6442512345" + send_call);
        const StackClass found = builder.classifier().classify(frames);
        EXPECT_TRUE(found.tracing) << inner;
        EXPECT_EQ(name_of(found.cpu_class), "other") << inner;
        EXPECT_EQ(found.path, Path::tcp_sendmsg) << "the function around the probe";
    }
}

TEST(StackClassifier, HandlersOfKprobesAreTracing) {
    for (const char* handlers :
         {"kprobe_ftrace_handler < ftrace_ops_assist_func < ftrace_regs_caller",
          "kprobe_perf_func < kprobe_dispatcher < kprobe_int3_handler < exc_int3 < asm_exc_int3",
          "htab_map_hash < bpf_prog_9_kprobe_tcp_sendmsg < trace_call_bpf < kprobe_perf_func < kprobe_dispatcher < "
          "kprobe_ftrace_handler < ftrace_regs_caller",
          "optimized_callback < optprobe_template_func_call", "rethook_hook < pre_handler_kretprobe",
          "kretprobe_perf_func < kretprobe_dispatcher < kretprobe_rethook_handler < rethook_trampoline_handler < "
          "arch_rethook_trampoline_callback < arch_rethook_trampoline",
          "kprobe_breakpoint_handler < call_break_hook < brk_handler"}) {
        StackBuilder builder;
        const auto frames = builder.stack(std::string(handlers) + send_call);
        const StackClass found = builder.classifier().classify(frames);
        EXPECT_TRUE(found.tracing) << handlers;
        EXPECT_EQ(name_of(found.cpu_class), "other") << handlers;
        EXPECT_EQ(found.path, Path::tcp_sendmsg) << "the function around the probe";
    }
}

TEST(StackClassifier, WorkThatIsNotTracingIsNotMarked) {
    StackBuilder builder;
    const auto frames = builder.stack(std::string("_copy_from_iter") + send_call);
    EXPECT_FALSE(builder.classifier().classify(frames).tracing);
}

TEST(StackClassifier, LooksUpReturnAddressesInTheCallingInstruction) {
    // _copy_from_iter was called by tcp_sendmsg_locked's very last instruction: the return address is the next
    // function's.
    const KernelSymbols symbols = KernelSymbols::parse("ffffffff81001000 T _copy_from_iter\n"
                                                       "ffffffff81002000 T tcp_sendmsg_locked\n"
                                                       "ffffffff81003000 T handle_softirqs\n")
                                      .value();
    StackClassifier classifier(symbols, SymbolClasses::built_in().value());
    const std::uint64_t frames[] = {0xffffffff81001000, 0xffffffff81003000};
    EXPECT_EQ(classifier.classify(frames).path, Path::copy_in);
    EXPECT_FALSE(classifier.classify(frames).in_softirq);
}

TEST(StackClassifier, AnEmptyStackIsOther) {
    StackBuilder builder;
    (void)builder.stack("tcp_sendmsg");
    const StackClass found = builder.classifier().classify({});
    EXPECT_EQ(found.path, std::nullopt);
    EXPECT_EQ(name_of(found.cpu_class), "other");
    EXPECT_TRUE(found.symbol.empty());
}

} // namespace
} // namespace netio::tracer
