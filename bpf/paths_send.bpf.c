// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * tcp_sendmsg, copy_in and pin, by the exact backends.
 *
 * What copies, _copy_from_iter(), is under the kernel's lib/ and cannot be hooked; skb_copy_to_page_nocache() around it
 * is inlined. So copy_in is bracketed inside tcp_sendmsg_locked(): tcp_wmem_schedule() returns directly before a chunk
 * is copied, and returns its length; the next of the functions below that is called for the same socket comes directly
 * after it: tcp_push() after the last chunk of a call, the others between two. Our own bookkeeping at both edges is
 * inside the bracket; it is measured when a session begins (calibration.bpf.c).
 */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "hooks.bpf.h"
#include "maps.bpf.h"

/* The current thread, if the socket is that of its last call. While that call lasts the socket is locked by it: what
 * softirq does in between is for other sockets. */
static __always_inline struct netio_thread *thread_sending_on(__u64 sk)
{
	struct netio_thread *thread = current_thread();

	return thread && thread->socket == sk ? thread : NULL;
}

static __always_inline int tcp_send_begins(__u64 sk)
{
	struct netio_thread *thread = thread_sending_on(sk);

	if (thread && is_innermost(thread, NETIO_PATH_SEND_SYSCALL))
		open_frame(thread, NETIO_PATH_TCP_SENDMSG, 0);
	return 0;
}

/* A chunk of `length` bytes is about to be copied or pinned; 0: there is no memory for it. */
static __always_inline int chunk_begins(int length)
{
	struct netio_thread *thread = current_thread();

	if (length <= 0 || !thread)
		return 0;
	if (__builtin_expect(!is_innermost(thread, NETIO_PATH_TCP_SENDMSG), 0)) {
		if (!is_innermost(thread, NETIO_PATH_COPY_IN))
			return 0;
		/* The end of the chunk before was not seen: its bytes count, and its time is too long. */
		close_frame(thread, NETIO_PATH_COPY_IN, bpf_ktime_get_ns());
	}
	open_frame(thread, NETIO_PATH_COPY_IN, (__u32)length);
	return 0;
}

static __always_inline int chunk_ends(__u64 sk)
{
	struct netio_thread *thread = current_thread();

	/* Asked in this order, because most calls end no chunk. */
	if (thread && is_innermost(thread, NETIO_PATH_COPY_IN) && thread->socket == sk)
		close_frame(thread, NETIO_PATH_COPY_IN, bpf_ktime_get_ns());
	return 0;
}

/* tcp_sendmsg() returns, and its frame is not the innermost; whether it is now. */
static __always_inline bool send_is_unwound(struct netio_thread *thread, __u64 now)
{
	settle_missed_switch(thread, now);
	/* The end of the last chunk was not seen: tcp_push() cannot be hooked, and pushed nothing, because the device
	 * still has the segment before (tcp_should_autocork()). By now the socket is free, and softirq, which
	 * interrupts this program too, may send for it and close the copy: one of the two does. */
	if (is_innermost(thread, NETIO_PATH_COPY_IN) && pop_if_top(thread, NETIO_PATH_COPY_IN))
		thread->frames.open[level_of(NETIO_PATH_COPY_IN)].end_ns = now;
	return is_to_close(thread, NETIO_PATH_TCP_SENDMSG);
}

static __always_inline int tcp_send_ends(void)
{
	struct netio_thread *thread = current_thread();
	__u64 now;

	if (!thread || !thread->frames.innermost)
		return 0;
	now = bpf_ktime_get_ns();
	if (is_innermost(thread, NETIO_PATH_TCP_SENDMSG) || send_is_unwound(thread, now))
		close_frame(thread, NETIO_PATH_TCP_SENDMSG, now);
	return 0;
}

/* The chunk is not copied: its pages are pinned, or spliced. The bracket was none, and its time is its surroundings'.
 */
static __always_inline void forget_copy(struct netio_thread *thread)
{
	if (is_innermost(thread, NETIO_PATH_COPY_IN))
		forget_frame(&thread->frames, parent_place(NETIO_PATH_COPY_IN));
}

static __always_inline int pin_begins(__u64 sk)
{
	struct netio_thread *thread = thread_sending_on(sk);

	if (!thread)
		return 0;
	forget_copy(thread);
	if (is_innermost(thread, NETIO_PATH_TCP_SENDMSG))
		open_frame(thread, NETIO_PATH_PIN, 0);
	return 0;
}

static __always_inline int pin_ends(int result)
{
	struct netio_thread *thread = current_thread();

	if (!thread || !thread->frames.innermost || !is_to_close(thread, NETIO_PATH_PIN))
		return 0;
	close_frame(thread, NETIO_PATH_PIN, bpf_ktime_get_ns());
	thread->frames.open[level_of(NETIO_PATH_PIN)].bytes = result > 0 ? result : 0;
	return 0;
}

static __always_inline int splice_begins(void)
{
	struct netio_thread *thread = current_thread();

	if (thread)
		forget_copy(thread);
	return 0;
}

NETIO_ENTRY(tcp_sendmsg, tcp_send_begins((__u64)sk), void *sk)
NETIO_EXIT(tcp_sendmsg, tcp_send_ends())

/* sock:sock_send_length (sk, ret, flags), since 6.5: sock_sendmsg_nosec(), directly after
 * tcp_sendmsg() has returned to it through inet_sendmsg(). About half the cost of fexit, and unlike a
 * kretprobe it never misses. */
SEC("?raw_tp/sock_send_length")
int tp_sock_send_length(void *ctx __attribute__((unused)))
{
	return tcp_send_ends();
}

NETIO_TRACE_EVENT(sock, sock_send_length, tcp_send_ends(), void *event)

NETIO_EXIT(tcp_wmem_schedule, chunk_begins((int)result))

NETIO_ENTRY(sk_page_frag_refill, chunk_ends((__u64)sk), void *sk)
NETIO_ENTRY(tcp_stream_alloc_skb, chunk_ends((__u64)sk), void *sk)
NETIO_ENTRY(tcp_push, chunk_ends((__u64)sk), void *sk)
NETIO_ENTRY(__tcp_push_pending_frames, chunk_ends((__u64)sk), void *sk)
NETIO_ENTRY(tcp_push_one, chunk_ends((__u64)sk), void *sk)
NETIO_ENTRY(__sk_flush_backlog, chunk_ends((__u64)sk), void *sk)

NETIO_ENTRY(skb_zerocopy_iter_stream, pin_begins((__u64)sk), void *sk)
NETIO_EXIT(skb_zerocopy_iter_stream, pin_ends((int)result))
/* Since 6.5, for MSG_SPLICE_PAGES (commit 270a1c3de47e). */
NETIO_ENTRY(skb_splice_from_iter, splice_begins(), void *skb)
