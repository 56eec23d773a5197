// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * deferred_copy, linearize and skb_copy, by the exact backends: what is copied while an skb is on its way. Nearly all
 * of it runs in softirq context or with bottom halves off, in any thread's time, and is attributed by the skb's socket.
 * These paths do not nest in each other, so one frame for each CPU is enough; the time is taken from the path that they
 * interrupt.
 */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "hooks.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"
#include "stacks.bpf.h"

/* The subject that sent what is in an skb, or NETIO_NO_SUBJECT. A segment on its way out has its socket; after the
 * link, it has it only while zero-copy pages are in it; in a receive queue (tcp_collapse()), it has the socket that
 * receives it: then that socket's subject, where it has no peer. */
static __always_inline __u32 subject_of_skb(__u64 skb, bool *zero_copy)
{
	__u64 sk = skb_zero_copy_socket(skb);
	struct netio_socket *socket;
	__u32 peer;

	*zero_copy = sk;
	if (!sk)
		sk = skb_socket(skb);
	/* Most packets that come in have none, and are spared the look-up. */
	socket = sk ? find_socket(sk) : NULL;
	if (!socket)
		return NETIO_NO_SUBJECT;
	if (*zero_copy || !sock_rfree_address || skb_destructor(skb) != sock_rfree_address)
		return socket->subject;
	peer = peer_of(socket->subject);
	return peer == NETIO_NO_SUBJECT ? socket->subject : peer;
}

static __always_inline int skb_path_begins(void *ctx, __u32 path, __u64 skb, __u64 bytes)
{
	struct netio_cpu_state *state;
	bool zero_copy;
	__u32 subject = subject_of_skb(skb, &zero_copy);

	if (subject == NETIO_NO_SUBJECT)
		return 0;
	if (zero_copy) {
		struct netio_site_key key = {.subject = subject, .path = path};

		if (!count_site(ctx, &copy_sites, &site_scratch, &key, bytes))
			count_loss(NETIO_LOSS_SITE_TABLE_FULL);
	}
	state = this_cpu_state();
	if (!state)
		return 0;
	/* One that runs in a task with bottom halves on, for a socket's backlog, can be interrupted or move. */
	if (state->open_skb_path)
		count_loss(NETIO_LOSS_FRAME_UNCLOSED);
	state->skb_path_bytes = bytes;
	state->skb_path_subject = subject;
	state->open_skb_path = path;
	state->skb_path_start_ns = bpf_ktime_get_ns();
	return 0;
}

static __always_inline int skb_path_ends(__u32 path, bool succeeded)
{
	struct netio_cpu_state *state = this_cpu_state();
	struct netio_timed_figures *figures;
	struct netio_thread *thread;
	__u64 inclusive;
	__u64 now;

	if (!state || state->open_skb_path != path)
		return 0;
	now = bpf_ktime_get_ns();
	inclusive = now - state->skb_path_start_ns;
	state->open_skb_path = 0;
	figures = figures_of(state->skb_path_subject, path);
	if (figures) {
		record(figures, inclusive);
		if (succeeded)
			figures->bytes += state->skb_path_bytes;
	}
	if (NETIO_WITH_TIMELINE())
		store_interruption(now, inclusive, succeeded ? state->skb_path_bytes : 0, state->skb_path_subject,
				   path);
	thread = current_thread();
	if (thread && thread->frames.innermost) {
		charge_innermost(&thread->frames, inclusive);
		__sync_fetch_and_add(&thread->skb_path_ns, inclusive);
		thread->slow_path = 1;
	}
	return 0;
}

static __always_inline int deferred_copy_begins(void *ctx, __u64 skb)
{
	return skb_path_begins(ctx, NETIO_PATH_DEFERRED_COPY, skb, skb_fragment_bytes(skb));
}

static __always_inline int linearize_begins(void *ctx, __u64 skb, int length)
{
	return skb_path_begins(ctx, NETIO_PATH_LINEARIZE, skb, skb_payload_bytes(skb, skb_linear_bytes(skb), length));
}

/* skb_copy_bits() is what skb_copy(), skb_copy_expand(), tcp_collapse(), skb_segment() and ip_do_fragment() copy with,
 * and skb_copy_and_csum_bits() what skb_segment() does for a device without checksum offload. __pskb_pull_tail() does
 * too, and has been counted then. */
static __always_inline int skb_copy_begins(void *ctx, __u64 skb, int offset, int length)
{
	struct netio_cpu_state *state = this_cpu_state();

	if (!state || state->open_skb_path == NETIO_PATH_LINEARIZE)
		return 0;
	return skb_path_begins(ctx, NETIO_PATH_SKB_COPY, skb, skb_payload_bytes(skb, offset, length));
}

NETIO_ENTRY(skb_copy_ubufs, deferred_copy_begins(ctx, (__u64)skb), void *skb)
NETIO_EXIT(skb_copy_ubufs, skb_path_ends(NETIO_PATH_DEFERRED_COPY, (int)result == 0))

NETIO_ENTRY(__pskb_pull_tail, linearize_begins(ctx, (__u64)skb, length), void *skb, int length)
NETIO_EXIT(__pskb_pull_tail, skb_path_ends(NETIO_PATH_LINEARIZE, result != 0))

NETIO_ENTRY(skb_copy_bits, skb_copy_begins(ctx, (__u64)skb, offset, length), void *skb, int offset, void *to,
	    int length)
NETIO_EXIT(skb_copy_bits, skb_path_ends(NETIO_PATH_SKB_COPY, (int)result == 0))

NETIO_ENTRY(skb_copy_and_csum_bits, skb_copy_begins(ctx, (__u64)skb, offset, length), void *skb, int offset, void *to,
	    int length)
NETIO_EXIT(skb_copy_and_csum_bits, skb_path_ends(NETIO_PATH_SKB_COPY, true))
