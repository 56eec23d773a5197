// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * copy_out, timed between two tracepoints of tcp_recvmsg_locked(): at the start of skb_copy_datagram_iter(), and of
 * tcp_rcv_space_adjust(), which is called directly after a successful copy. A raw tracepoint costs 80 instructions,
 * fentry and fexit 130 each (docs/measurements/tracing-overhead.md).
 */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "hooks.bpf.h"
#include "maps.bpf.h"

static __always_inline int copy_out_begins(int length)
{
	struct netio_thread *thread = current_thread();

	if (!thread)
		return 0;
	if (__builtin_expect(!is_innermost(thread, NETIO_PATH_RECV_SYSCALL), 0)) {
		if (!is_innermost(thread, NETIO_PATH_COPY_OUT))
			return 0;
		/* The end of the copy before was not seen: its bytes count, and its time is too long. */
		close_frame(thread, NETIO_PATH_COPY_OUT, bpf_ktime_get_ns());
	}
	open_frame(thread, NETIO_PATH_COPY_OUT, (__u32)length);
	return 0;
}

/* The thread receives from one socket at a time: whose space is adjusted need not be asked. */
static __always_inline int copy_out_ends(void)
{
	struct netio_thread *thread = current_thread();

	if (thread && is_innermost(thread, NETIO_PATH_COPY_OUT))
		close_frame(thread, NETIO_PATH_COPY_OUT, bpf_ktime_get_ns());
	return 0;
}

/* skb:skb_copy_datagram_iovec (skb, len) */
SEC("?raw_tp/skb_copy_datagram_iovec")
int tp_skb_copy_datagram_iovec(struct bpf_raw_tracepoint_args *ctx)
{
	return copy_out_begins((int)ctx->args[1]);
}

NETIO_TRACE_EVENT(skb, skb_copy_datagram_iovec, copy_out_begins(event->len),
		  struct trace_event_raw_skb_copy_datagram_iovec *event)

/* tcp:tcp_rcv_space_adjust (sk). Not by its trace event, which copies all addresses of the socket and takes a further
 * 300 instructions: a hit that is dropped here makes a time too long, and loses neither a call nor a byte. */
SEC("?raw_tp/tcp_rcv_space_adjust")
int tp_tcp_rcv_space_adjust(void *ctx __attribute__((unused)))
{
	return copy_out_ends();
}
