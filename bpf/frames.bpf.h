/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_FRAMES_BPF_H
#define NETIO_FRAMES_BPF_H

#include "compat.bpf.h"
#include "histogram.bpf.h"
#include "maps.bpf.h"

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

/* The innermost open frame; NULL when there is none. */
static __always_inline struct netio_frame *innermost(struct netio_frames *frames)
{
	__u32 depth = frames->depth;

	if (depth == 0 || depth > NETIO_MAX_FRAMES)
		return NULL;
	return &frames->open[(depth - 1) & (NETIO_MAX_FRAMES - 1)];
}

/* The innermost open frame when it is one of `path`, else NULL. */
static __always_inline struct netio_frame *innermost_if(struct netio_frames *frames, __u32 path)
{
	struct netio_frame *frame = innermost(frames);

	return frame && frame->path == path ? frame : NULL;
}

/* A new innermost frame, in which only `start_ns` is left to be set; NULL when there is no room. */
static __always_inline struct netio_frame *push_frame(struct netio_frames *frames, __u32 path, __u32 slot, __u64 bytes)
{
	__u32 depth = frames->depth;
	struct netio_frame *frame;

	if (depth >= NETIO_MAX_FRAMES) {
		count_loss(NETIO_LOSS_FRAME_OVERFLOW);
		return NULL;
	}
	frame = &frames->open[depth & (NETIO_MAX_FRAMES - 1)];
	frame->nested_ns = 0;
	frame->preempted_ns = 0;
	frame->bytes = bytes;
	frame->path = path;
	frame->slot = slot;
	barrier();
	frames->depth = depth + 1;
	barrier();
	return frame;
}

static __always_inline void open_frame_at(struct netio_frames *frames, __u32 path, __u32 slot, __u64 bytes, __u64 now)
{
	struct netio_frame *frame = push_frame(frames, path, slot, bytes);

	if (frame)
		frame->start_ns = now;
}

/* The clock is read last, so that what is to be measured follows at once. */
static __always_inline void open_frame(struct netio_frames *frames, __u32 path, __u32 slot, __u64 bytes)
{
	struct netio_frame *frame = push_frame(frames, path, slot, bytes);

	if (frame)
		frame->start_ns = bpf_ktime_get_ns();
}

/* Takes time away from the innermost frame, for something that was open inside of it. */
static __always_inline void charge_innermost(struct netio_frames *frames, __u64 inclusive)
{
	struct netio_frame *outer = innermost(frames);

	if (outer)
		__sync_fetch_and_add(&outer->nested_ns, inclusive);
}

/* Adds a frame's time to its figures, which are returned for whatever else there is to count. */
static __always_inline struct netio_timed_figures *record_frame(const struct netio_frame *frame, __u64 now)
{
	struct netio_timed_figures *figures = figures_of(frame->slot, frame->path);

	if (!figures)
		return NULL;
	record(figures, now - frame->start_ns);
	if (frame->nested_ns)
		figures->nested_ns += frame->nested_ns;
	if (frame->preempted_ns)
		figures->preempted_ns += frame->preempted_ns;
	return figures;
}

/* Closes the innermost frame: adds its time to the frame around it and to the figures, which are returned. */
static __always_inline struct netio_timed_figures *close_frame(struct netio_frames *frames,
							       const struct netio_frame *frame, __u64 now)
{
	frames->depth -= 1;
	barrier();
	charge_innermost(frames, now - frame->start_ns);
	return record_frame(frame, now);
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

/* The innermost open frame of `path`, when its exit has come. */
static __always_inline struct netio_frame *frame_to_close(struct netio_frames *frames, __u32 path)
{
	struct netio_frame *frame = innermost(frames);

	if (!frame || frame->path == path)
		return frame;
	return unwind_to(frames, path) ? innermost(frames) : NULL;
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
	struct netio_frame *frame = innermost(&thread->frames);
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
		close_frame(&thread->frames, frame, back);
	else
		frame->preempted_ns += back - since;
	thread->preempted_since = 0;
}

/* Whether the thread, which runs, is off the CPU according to its frames. */
static __always_inline bool has_missed_switch(struct netio_thread *thread)
{
	struct netio_frame *frame = innermost(&thread->frames);

	return frame && (thread->preempted_since || is_wait(frame->path));
}

#endif /* NETIO_FRAMES_BPF_H */
