/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_FRAMES_BPF_H
#define NETIO_FRAMES_BPF_H

#include "compat.bpf.h"
#include "histogram.bpf.h"
#include "maps.bpf.h"
#include "timeline.bpf.h"

/*
 * The stack of a thread's open paths. A frame's inclusive time is exit - entry; its exclusive time is that without the
 * frames nested in it and without the time in which the thread was off the CPU, so that over a call
 *   inclusive = exclusive + off the CPU + inclusive of what is nested
 * holds to the nanosecond.
 *
 * Softirq interrupts the thread anywhere, these programs included, and charges the time that it takes for skb paths to
 * the innermost frame (charge_innermost()). Nothing of that may be lost or charged twice. So a frame is ready before
 * `depth` makes it the innermost, and is read only after `depth` has taken it away again; whoever is charged around the
 * clock's reading, the sum over the call is the same.
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

/*
 * How deep in the stack a path's frame is: a call's is the outermost, 0. Handlers know their path at compile time, so
 * that the frame's address is a constant offset, where going by `depth` costs ten instructions more at each edge.
 * Waits are the exception: they are wherever the thread blocks.
 */
static __always_inline __u32 level_of(__u32 path)
{
	switch (path) {
	case NETIO_PATH_TCP_SENDMSG:
	case NETIO_PATH_COPY_OUT:
		return 1;
	case NETIO_PATH_COPY_IN:
	case NETIO_PATH_PIN:
		return 2;
	default:
		return 0;
	}
}

/* The innermost open frame; NULL when there is none. */
static __always_inline struct netio_frame *innermost(struct netio_frames *frames)
{
	__u32 depth = frames->depth;

	if (depth == 0 || depth > NETIO_MAX_FRAMES)
		return NULL;
	return &frames->open[(depth - 1) & (NETIO_MAX_FRAMES - 1)];
}

/* Whether the innermost open frame is one of `path`, which is no wait. */
static __always_inline bool is_innermost(const struct netio_thread *thread, __u32 path)
{
	const struct netio_frames *frames = &thread->frames;

	return frames->depth == level_of(path) + 1 && frames->open[level_of(path)].path == path;
}

/* A new innermost frame, of which only `start_ns` is left to be set. `level` is that of the stack's end. */
static __always_inline struct netio_frame *push_frame(struct netio_thread *thread, __u32 level, __u32 path, __u64 bytes)
{
	struct netio_frame *frame = &thread->frames.open[level & (NETIO_MAX_FRAMES - 1)];

	frame->nested_ns = 0;
	frame->preempted_ns = 0;
	frame->bytes = bytes;
	frame->path = path;
	barrier();
	thread->frames.depth = level + 1;
	barrier();
	return frame;
}

/* Inside of the frame around it, which is the innermost. The clock is read last, so that what is to be measured follows
 * at once. */
static __always_inline void open_frame(struct netio_thread *thread, __u32 path, __u64 bytes)
{
	push_frame(thread, level_of(path), path, bytes)->start_ns = bpf_ktime_get_ns();
}

/* Takes time away from the innermost frame, for something that was open inside of it. */
static __always_inline void charge_innermost(struct netio_frames *frames, __u64 inclusive)
{
	struct netio_frame *outer = innermost(frames);

	if (outer)
		__sync_fetch_and_add(&outer->nested_ns, inclusive);
}

/* Adds a frame's time and the bytes that it moved to the figures of its path, which are returned for whatever else
 * there is to count. */
static __always_inline struct netio_timed_figures *
record_frame(struct netio_thread *thread, __u32 path, const struct netio_frame *frame, __u64 inclusive, __u64 bytes)
{
	struct netio_timed_figures *figures = figures_of(thread->slot, path);

	if (NETIO_WITH_TIMELINE())
		store_frame(thread, frame, inclusive, bytes);
	if (!figures)
		return NULL;
	record(figures, inclusive);
	figures->bytes += bytes;
	if (frame->nested_ns)
		figures->nested_ns += frame->nested_ns;
	if (frame->preempted_ns)
		figures->preempted_ns += frame->preempted_ns;
	return figures;
}

/* Closes the frame of `path`, which is the innermost: adds its time to the frame around it and, with the bytes that it
 * moved, to the figures. */
static __always_inline void close_frame(struct netio_thread *thread, __u32 path, __u64 now, __u64 bytes)
{
	const __u32 level = level_of(path);
	struct netio_frame *frame = &thread->frames.open[level];
	__u64 inclusive = now - frame->start_ns;

	thread->frames.depth = level;
	barrier();
	if (level)
		__sync_fetch_and_add(&thread->frames.open[level - 1].nested_ns, inclusive);
	record_frame(thread, path, frame, inclusive, bytes);
}

/* Takes away frames whose end was not seen, until one of `path` is the innermost. 0: there is none, and nothing was
 * taken away. Rare, and so not inlined. */
static __noinline int unwind_to(struct netio_frames *frames, __u32 path)
{
	__u32 depth;
	int i;

	if (!frames)
		return 0;
	depth = frames->depth;
	for (i = 0; i < NETIO_MAX_FRAMES; i++) {
		if (depth == 0 || depth > NETIO_MAX_FRAMES)
			return 0;
		if (frames->open[(depth - 1) & (NETIO_MAX_FRAMES - 1)].path == path) {
			if (depth != frames->depth)
				count_loss(NETIO_LOSS_FRAME_UNCLOSED);
			frames->depth = depth;
			return 1;
		}
		depth -= 1;
	}
	return 0;
}

/* Whether the exit of `path` closes a frame: the innermost, or one whose inner frames did not see their ends. */
static __always_inline bool is_to_close(struct netio_thread *thread, __u32 path)
{
	return is_innermost(thread, path) || (unwind_to(&thread->frames, path) && is_innermost(thread, path));
}

static __always_inline bool is_wait(__u32 path)
{
	return path == NETIO_PATH_WAIT_SEND || path == NETIO_PATH_WAIT_RECV;
}

/* The thread blocks, and waits for its peer. */
static __always_inline void open_wait(struct netio_thread *thread, __u32 path, __u64 now)
{
	if (thread->frames.depth >= NETIO_MAX_FRAMES)
		count_loss(NETIO_LOSS_FRAME_OVERFLOW);
	else
		push_frame(thread, thread->frames.depth, path, 0)->start_ns = now;
}

/* `frame` is the innermost, and a wait. */
static __always_inline void close_wait(struct netio_thread *thread, const struct netio_frame *frame, __u64 now)
{
	__u64 inclusive = now - frame->start_ns;

	thread->frames.depth -= 1;
	barrier();
	charge_innermost(&thread->frames, inclusive);
	record_frame(thread, frame->path, frame, inclusive, 0);
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
	struct netio_frame *frame = innermost(&thread->frames);
	__u64 since;
	__u64 back;

	if (!frame || (!thread->preempted_since && !is_wait(frame->path)))
		return;
	since = is_wait(frame->path) ? frame->start_ns : thread->preempted_since;
	back = last_arrival() + scheduler_clock_offset;
	if (!scheduler_clock_offset || back < since || back > now) {
		count_loss(NETIO_LOSS_SWITCH_MISSED);
		back = now;
	}
	if (is_wait(frame->path))
		close_wait(thread, frame, back);
	else
		frame->preempted_ns += back - since;
	thread->preempted_since = 0;
}

#endif /* NETIO_FRAMES_BPF_H */
