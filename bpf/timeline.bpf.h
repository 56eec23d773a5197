/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_TIMELINE_BPF_H
#define NETIO_TIMELINE_BPF_H

#include "maps.bpf.h"

/*
 * The timeline: while its window is open, each path that closes also goes into a ring as one event. User space opens
 * the window by two times and reads the ring after the cell, so that nobody is woken and nothing is overwritten.
 */

/* `what` is the subject above the path or figure: (subject << 8) | figure. */
static __noinline int store_event(__u64 start_ns, __u64 duration_ns, __u64 bytes, __u32 tid, __u32 what)
{
	struct netio_event *event;

	if (start_ns < timeline_begins || start_ns + duration_ns >= timeline_ends)
		return 0;
	event = checked_address(bpf_ringbuf_reserve(&timeline, sizeof(*event), 0));
	if (!event) {
		count_loss(NETIO_LOSS_TIMELINE_FULL);
		__sync_fetch_and_add(&timeline_gap, 1);
		return 0;
	}
	event->start_ns = start_ns;
	event->duration_ns = duration_ns;
	event->bytes = bytes;
	event->tid = tid;
	event->lost_before = timeline_gap ? __sync_lock_test_and_set(&timeline_gap, 0) : 0;
	event->cpu = bpf_get_smp_processor_id();
	event->figure = what & 0xff;
	event->subject = what >> 8;
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/*
 * Called where paths close. A program without a timeline shall not pay for it: the branch is an unlikely one, so that
 * the compiler keeps what it needs out of the way, the functions are not inlined, and take pointers rather than what
 * would have to be loaded for them; the verifier then drops all but the test (docs/method.md).
 */
#define NETIO_WITH_TIMELINE() __builtin_expect(timeline_is_on, 0)

/* A thread's frame of `path` has closed after `inclusive` ns. */
static __noinline int store_frame(const struct netio_thread *thread, const struct netio_frame *frame, __u32 path,
				  __u64 inclusive)
{
	if (!thread || !frame)
		return 0;
	return store_event(frame->start_ns, inclusive, frame->bytes, thread->tid, thread->subject << 8 | path);
}

/* The same for what is no thread's own: it has the id of the thread that it interrupted. `figure`: a path, or what
 * netio_figure has beyond the paths. */
static __noinline int store_interruption(__u64 now, __u64 duration_ns, __u64 bytes, __u32 subject, __u32 figure)
{
	return store_event(now - duration_ns, duration_ns, bytes, bpf_get_current_task_btf()->pid,
			   subject << 8 | figure);
}

#endif /* NETIO_TIMELINE_BPF_H */
