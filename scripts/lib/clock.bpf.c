// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What no tracer that times these paths can go below (scripts/bench.sh overhead --vm): programs at the hooks that
 * netio-trace uses for them, each of which reads the clock and keeps what it read in a variable of its own, whoever
 * runs there. Even whose time it is they do not know.
 *
 * The hooks that end a copy between two chunks of a call are left out: with small messages there are none.
 */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

/* By hook; 0: it was never run. */
__u64 noted_ns[9];

#define NOTE_TIME(hook, section, name)                                                                                 \
	SEC(section)                                                                                                   \
	int name(void *ctx __attribute__((unused)))                                                                    \
	{                                                                                                              \
		noted_ns[hook] = bpf_ktime_get_ns();                                                                   \
		return 0;                                                                                              \
	}

NOTE_TIME(0, "raw_tp/sys_enter", call_begins)
NOTE_TIME(1, "raw_tp/sys_exit", call_ends)
NOTE_TIME(2, "raw_tp/sched_switch", thread_is_switched)
NOTE_TIME(3, "raw_tp/skb_copy_datagram_iovec", copy_out_begins)
NOTE_TIME(4, "raw_tp/tcp_rcv_space_adjust", copy_out_ends)
NOTE_TIME(5, "fentry/tcp_sendmsg", send_begins)
NOTE_TIME(6, "raw_tp/sock_send_length", send_ends)
NOTE_TIME(7, "fexit/tcp_wmem_schedule", copy_in_begins)
NOTE_TIME(8, "fentry/tcp_push", copy_in_ends)

char LICENSE[] SEC("license") = "Dual BSD/GPL";
