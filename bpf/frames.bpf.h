/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_FRAMES_BPF_H
#define NETIO_FRAMES_BPF_H

#include "compat.bpf.h"
#include "histogram.bpf.h"
#include "maps.bpf.h"

/*
 * The stack of paths that a traced thread is in. A frame's inclusive time is exit - entry; its exclusive time is that
 * without the frames nested in it and without the time in which the thread was preempted, so that over a call
 *   inclusive = exclusive + preempted + inclusive of what is nested
 * holds to the nanosecond.
 */

static __always_inline struct netio_thread *thread_of(__u32 tid)
{
	__u32 index = thread_index[tid & (NETIO_TID_SLOTS - 1)];
	struct netio_thread *thread;

	if (!index)
		return NULL;
	thread = bpf_map_lookup_elem(&threads, &index);
	if (!thread || thread->tid != tid)
		return NULL;
	return thread;
}

static __always_inline struct netio_thread *current_thread(void)
{
	return thread_of(bpf_get_current_task_btf()->pid);
}

/* The innermost open frame; NULL when there is none. */
static __always_inline struct netio_frame *innermost_frame(struct netio_thread *thread)
{
	__u32 depth = thread->depth;

	if (depth == 0 || depth > NETIO_MAX_FRAMES)
		return NULL;
	return &thread->frames[(depth - 1) & (NETIO_MAX_FRAMES - 1)];
}

static __always_inline void open_frame(struct netio_thread *thread, __u32 path, __u64 now)
{
	__u32 depth = thread->depth;
	struct netio_frame *frame;

	if (depth >= NETIO_MAX_FRAMES) {
		count_loss(NETIO_LOSS_FRAME_OVERFLOW);
		return;
	}
	frame = &thread->frames[depth & (NETIO_MAX_FRAMES - 1)];
	frame->start_ns = now;
	frame->nested_ns = 0;
	frame->preempted_ns = 0;
	frame->path = path;
	thread->depth = depth + 1;
}

/* Adds a frame's time to its figures, which are returned for whatever else there is to count; NULL when the path is
 * not traced. */
static __always_inline struct netio_timed_figures *record_frame(__u32 slot, const struct netio_frame *frame, __u64 now)
{
	struct netio_timed_figures *figures = figures_of(slot, frame->path);

	if (!figures)
		return NULL;
	record(figures, now - frame->start_ns);
	if (frame->nested_ns)
		figures->nested_ns += frame->nested_ns;
	if (frame->preempted_ns)
		figures->preempted_ns += frame->preempted_ns;
	return figures;
}

/* Closes the innermost frame, and adds its time to the frame around it and to the figures. */
static __always_inline void close_frame(struct netio_thread *thread, __u64 now)
{
	struct netio_frame *frame = innermost_frame(thread);
	struct netio_frame *outer;

	if (!frame)
		return;
	record_frame(thread->slot, frame, now);
	thread->depth -= 1;
	outer = innermost_frame(thread);
	if (outer)
		outer->nested_ns += now - frame->start_ns;
}

static __always_inline bool is_wait(__u32 path)
{
	return path == NETIO_PATH_WAIT_SEND || path == NETIO_PATH_WAIT_RECV;
}

/* Whenever a call ends in which the thread was seen coming back, the scheduler's clock is compared with ours. */
static __always_inline void compare_clocks(const struct netio_thread *thread)
{
	if (thread->arrived_ns)
		scheduler_clock_offset = thread->arrived_ns - last_arrival();
}

/* A thread that runs cannot be off the CPU: if its frames say so, the kernel switched to it without telling (seen on
 * 6.18 for switches away from threads of the init process). When that was is known from the scheduler's own book, to
 * about a microsecond; where it is not, all the time since is left with the wait or the preemption, and counted as
 * lost. */
static __always_inline void settle_missed_switch(struct netio_thread *thread, __u64 now)
{
	struct netio_frame *frame = innermost_frame(thread);
	__u64 since;
	__u64 back;

	if (!frame)
		return;
	since = is_wait(frame->path) ? frame->start_ns : thread->preempted_since;
	back = last_arrival() + scheduler_clock_offset;
	if (!scheduler_clock_offset || back < since || back > now) {
		count_loss(NETIO_LOSS_SWITCH_MISSED);
		back = now;
	}
	if (is_wait(frame->path))
		close_frame(thread, back);
	else
		frame->preempted_ns += back - since;
	thread->preempted_since = 0;
}

#endif /* NETIO_FRAMES_BPF_H */
