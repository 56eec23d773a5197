// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What no tracer that times these paths can go below (scripts/bench.sh overhead): programs at the hooks that
 * netio-trace uses for them, each of which reads the clock and keeps what it read in a variable of its own, whoever
 * runs there. Even whose time it is they do not know.
 *
 * The hooks that end a copy between two chunks of a call are left out: with small messages there are none.
 *
 * CLOCK_TRACEPOINTS: the hooks that netio-trace uses where there is no exact backend.
 * CLOCK_UNREAD: the clock is not read. That leaves the kernel's way to programs that do nothing.
 */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

enum hook {
	SYS_ENTER,
	SYS_EXIT,
	SCHED_SWITCH,
#ifdef CLOCK_TRACEPOINTS
	NETIF_RECEIVE_SKB,
#else
	SKB_COPY_DATAGRAM_IOVEC,
	TCP_RCV_SPACE_ADJUST,
	TCP_SENDMSG,
	SOCK_SEND_LENGTH,
	TCP_WMEM_SCHEDULE,
	TCP_PUSH,
#endif
	HOOK_COUNT,
};

/* By hook; 0: it was never run. */
__u64 noted_ns[HOOK_COUNT];

#ifdef CLOCK_UNREAD
#define WHAT_IS_NOTED 1
#else
#define WHAT_IS_NOTED bpf_ktime_get_ns()
#endif

#define NOTE_TIME(hook, section, name)                                                                                 \
	SEC(section)                                                                                                   \
	int name(void *ctx __attribute__((unused)))                                                                    \
	{                                                                                                              \
		noted_ns[hook] = WHAT_IS_NOTED;                                                                        \
		return 0;                                                                                              \
	}

NOTE_TIME(SYS_ENTER, "raw_tp/sys_enter", call_begins)
NOTE_TIME(SYS_EXIT, "raw_tp/sys_exit", call_ends)
NOTE_TIME(SCHED_SWITCH, "raw_tp/sched_switch", thread_is_switched)
#ifdef CLOCK_TRACEPOINTS
NOTE_TIME(NETIF_RECEIVE_SKB, "raw_tp/netif_receive_skb", packet_comes_in)
#else
NOTE_TIME(SKB_COPY_DATAGRAM_IOVEC, "raw_tp/skb_copy_datagram_iovec", copy_out_begins)
NOTE_TIME(TCP_RCV_SPACE_ADJUST, "raw_tp/tcp_rcv_space_adjust", copy_out_ends)
NOTE_TIME(TCP_SENDMSG, "fentry/tcp_sendmsg", send_begins)
NOTE_TIME(SOCK_SEND_LENGTH, "raw_tp/sock_send_length", send_ends)
NOTE_TIME(TCP_WMEM_SCHEDULE, "fexit/tcp_wmem_schedule", copy_in_begins)
NOTE_TIME(TCP_PUSH, "fentry/tcp_push", copy_in_ends)
#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";
