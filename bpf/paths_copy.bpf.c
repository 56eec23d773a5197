// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* copy_in, pin and copy_out: bytes between user and kernel. */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "maps.bpf.h"

/* A send call has put `result` bytes into the socket's queue. tcp_sendmsg_locked() decides once a call whether it pins
 * or copies: MSG_ZEROCOPY on a socket with SO_ZEROCOPY whose route does scatter-gather pins, all else copies. */
static __always_inline int bytes_were_sent(__u64 sk, int result)
{
	struct netio_thread *thread = current_thread();
	struct netio_frame *frame;

	if (!thread || result <= 0)
		return 0;
	frame = innermost_frame(thread);
	if (!frame || frame->path != NETIO_PATH_SEND_SYSCALL || thread->socket != sk) {
		/* write(), sendfile() and the like; sockets that are not TCP are none of ours. */
		if (bpf_map_lookup_elem(&sockets, &sk))
			count_loss(NETIO_LOSS_SEND_OUTSIDE_CALL);
		return 0;
	}
	if ((thread->message_flags & NETIO_MSG_ZEROCOPY) && socket_zero_copy(sk)) {
		count(thread->slot, NETIO_COUNT_ZC_SENDS, 1, 0);
		if (socket_scatter_gather(sk)) {
			count(thread->slot, NETIO_COUNT_PIN, 1, result);
			return 0;
		}
	}
	count(thread->slot, NETIO_COUNT_COPY_IN, 1, result);
	return 0;
}

/* `length` bytes of an skb are copied to the user. An error-queue read copies too, but no payload. */
static __always_inline int bytes_go_to_user(int length)
{
	struct netio_thread *thread = current_thread();
	struct netio_frame *frame;

	if (!thread)
		return 0;
	frame = innermost_frame(thread);
	if (frame && frame->path == NETIO_PATH_RECV_SYSCALL && length > 0)
		count(thread->slot, NETIO_COUNT_COPY_OUT, 1, length);
	return 0;
}

/* sock:sock_send_length (sk, ret, flags), since 6.5: the socket's sendmsg has returned; `flags` is always 0. */
SEC("?raw_tp/sock_send_length")
int tp_sock_send_length(struct bpf_raw_tracepoint_args *ctx)
{
	return bytes_were_sent(ctx->args[0], (int)ctx->args[1]);
}

/* skb:skb_copy_datagram_iovec (skb, len): entry of skb_copy_datagram_iter(). */
SEC("?raw_tp/skb_copy_datagram_iovec")
int tp_skb_copy_datagram_iovec(struct bpf_raw_tracepoint_args *ctx)
{
	return bytes_go_to_user((int)ctx->args[1]);
}
