// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * zc_complete and deferred_copy: what becomes of pinned pages. All of it is attributed by the socket of the zero-copy
 * notification: it runs in softirq context, in any thread's time.
 *
 * __msg_zerocopy_callback() either queues the notification on the socket's error queue or, when its range continues
 * that of the last queued one, only extends that one's range (which keeps the first range's code) and frees the
 * notification. So a notification with its own range and code is seen when it has just been queued (as the tail of the
 * queue, at the report), or else when it is freed. A queued one that a reader took away before the report is seen when
 * the reader frees it. The ring's "done" bit lets each send be counted once.
 *
 * All that is needed only where __msg_zerocopy_callback() itself cannot be hooked.
 */
#include "compat.bpf.h"
#include "hooks.bpf.h"
#include "histogram.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"
#include "zerocopy.bpf.h"

static __always_inline int error_was_reported(__u64 sk)
{
	struct netio_socket *socket = zero_copy_sender(sk);
	struct zero_copy_range range;
	__u64 *entry;
	__u64 tail;

	if (!socket)
		return 0;
	tail = socket_error_tail(sk);
	if (!tail || !read_zero_copy_range(tail, &range))
		return 0;
	entry = ring_entry(socket->ring, range.first);
	/* The first id is complete already: an old notification that was extended. */
	if (!entry || (is_entry_of(*entry, range.first) && (*entry & NETIO_RING_DONE)))
		return 0;
	complete_range(socket, &range, NETIO_PATH_ZC_COMPLETE, NETIO_COUNT_ZC_COPIED);
	return 0;
}

static __always_inline int skb_is_freed(__u64 skb)
{
	struct netio_socket *socket;
	struct zero_copy_range range;

	if (skb_destructor(skb) != sock_ofree_address)
		return 0;
	socket = zero_copy_sender(skb_socket(skb));
	if (!socket || !read_zero_copy_range(skb, &range))
		return 0;
	complete_range(socket, &range, NETIO_FIGURE_ZC_MERGED, NETIO_COUNT_ZC_COPIED_MERGED);
	return 0;
}

/* The skb enters the receive path, where skb_orphan_frags_rx() copies zero-copy fragments before any protocol sees
 * them. */
static __always_inline void zero_copy_skb_is_received(__u64 skb)
{
	struct netio_socket *socket;
	__u64 sk = skb_zero_copy_socket(skb);

	if (!sk)
		return;
	socket = find_socket(sk);
	if (socket)
		count(socket->subject, NETIO_COUNT_DEFERRED_COPY, 1, skb_fragment_bytes(skb));
}

/* By the exact backends: __msg_zerocopy_callback(), which knows the range and whether it was copied before any merging.
 */
static __always_inline int sends_are_complete(__u64 uarg)
{
	struct netio_socket *socket;
	struct zero_copy_range range;
	__u64 skb;

	if (!read_completed_range(uarg, &skb, &range))
		return 0;
	socket = zero_copy_sender(skb_socket(skb));
	if (!socket)
		return 0;
	complete_range(socket, &range, NETIO_PATH_ZC_COMPLETE, NETIO_COUNT_ZC_COPIED);
	return 0;
}

/* A notification is taken from the error queue, for the thread that reads it. */
static __always_inline int notification_is_read(__u64 skb)
{
	struct netio_socket *socket;
	struct zero_copy_range range;

	if (!skb)
		return 0;
	socket = zero_copy_sender(skb_socket(skb));
	if (!socket || !read_zero_copy_range(skb, &range))
		return 0;
	count(socket->subject, NETIO_COUNT_ZC_RANGES, 1, range.last - range.first + 1);
	if (range.last != range.first)
		count(socket->subject, NETIO_COUNT_ZC_RANGES_MERGED, 1, range.last - range.first + 1);
	notify_range(socket, &range);
	return 0;
}

NETIO_ENTRY(__msg_zerocopy_callback, sends_are_complete((__u64)uarg), void *uarg)
NETIO_EXIT(sock_dequeue_err_skb, notification_is_read(result))

/* Remembers whose packet this CPU works on, for the sampler. veth leaves the sending socket in the skb until
 * ip_rcv_core() (skb_scrub_packet() keeps it since 4.19); loopback_xmit() and NICs do not. */
static __always_inline void remember_packet(__u64 skb)
{
	struct netio_cpu_state *state = this_cpu_state();
	__u64 sender = all_have_peers ? skb_socket(skb) : 0;

	if (!state)
		return;
	if (!sender)
		state->packet_flow = flow_of_packet(skb);
	state->packet_sender = sender;
}

/* net:netif_receive_skb (skb): top of __netif_receive_skb_core(). */
SEC("?raw_tp/netif_receive_skb")
int tp_netif_receive_skb(struct bpf_raw_tracepoint_args *ctx)
{
	if (!deferred_copy_is_hooked && watch_zero_copy)
		zero_copy_skb_is_received(ctx->args[0]);
	if (sampling)
		remember_packet(ctx->args[0]);
	return 0;
}

/* sock:inet_sk_error_report (sk): sk_error_report() of an inet socket. */
SEC("?raw_tp/inet_sk_error_report")
int tp_inet_sk_error_report(struct bpf_raw_tracepoint_args *ctx)
{
	return error_was_reported(ctx->args[0]);
}

/* skb:consume_skb (skb, …): an skb is freed that was not dropped. */
SEC("?raw_tp/consume_skb")
int tp_consume_skb(struct bpf_raw_tracepoint_args *ctx)
{
	return skb_is_freed(ctx->args[0]);
}

/* tcp:tcp_retransmit_skb (sk, …): a segment that is sent again is copied again, or was copied to be sent again, so that
 * pinned and copied bytes differ. */
SEC("?raw_tp/tcp_retransmit_skb")
int tp_tcp_retransmit_skb(struct bpf_raw_tracepoint_args *ctx)
{
	struct netio_socket *socket = zero_copy_sender(ctx->args[0]);

	if (socket)
		count(socket->subject, NETIO_COUNT_RETRANSMISSIONS, 1, 0);
	return 0;
}

/* tcp:tcp_destroy_sock (sk): its address may be another socket's from now on. */
SEC("?raw_tp/tcp_destroy_sock")
int tp_tcp_destroy_sock(struct bpf_raw_tracepoint_args *ctx)
{
	forget_socket(ctx->args[0]);
	return 0;
}

/* The same for sockets that are destroyed while the program above is interrupted: the kernel keeps a program from
 * interrupting itself on a CPU, not another one. */
SEC("?raw_tp/tcp_destroy_sock")
int again_tcp_destroy_sock(struct bpf_raw_tracepoint_args *ctx)
{
	forget_socket(ctx->args[0]);
	return 0;
}
