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
 * `innermost` says so, and is read only after `innermost` has gone back to the one around it; whoever is charged around
 * the clock's reading, the sum over the call is the same.
 */

static __always_inline struct netio_thread *thread_of(__u32 tid)
{
	struct netio_thread *thread = thread_at(thread_index[tid & (NETIO_TID_SLOTS - 1)]);

	return thread && thread->tid == tid ? thread : NULL;
}

static __always_inline struct netio_thread *current_thread(void)
{
	return thread_of(bpf_get_current_task_btf()->pid);
}

/*
 * How deep in the stack a path's frame is: a call's is the outermost, 0. Handlers know their path at compile time, so
 * that the frame's address is a constant offset, where going by the depth costs ten instructions more at each edge.
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

static __always_inline __u32 place_of(__u32 path)
{
	return NETIO_PLACE(path, level_of(path));
}

/* Where the frame around a path's is. */
static __always_inline __u32 place_around(__u32 path)
{
	switch (path) {
	case NETIO_PATH_TCP_SENDMSG:
		return place_of(NETIO_PATH_SEND_SYSCALL);
	case NETIO_PATH_COPY_OUT:
		return place_of(NETIO_PATH_RECV_SYSCALL);
	case NETIO_PATH_COPY_IN:
	case NETIO_PATH_PIN:
		return place_of(NETIO_PATH_TCP_SENDMSG);
	default:
		return 0;
	}
}

/* The innermost open frame; NULL when there is none. */
static __always_inline struct netio_frame *innermost(struct netio_frames *frames)
{
	__u32 depth = NETIO_DEPTH_OF_PLACE(frames->innermost);

	if (depth == 0 || depth > NETIO_MAX_FRAMES)
		return NULL;
	return &frames->open[(depth - 1) & (NETIO_MAX_FRAMES - 1)];
}

/* Whether the innermost open frame is one of `path`, which is no wait. */
static __always_inline bool is_innermost(const struct netio_thread *thread, __u32 path)
{
	return thread->frames.innermost == place_of(path);
}

/* A new innermost frame, of which only `start_ns` is left to be set. `level` is that of the stack's end. */
static __always_inline struct netio_frame *push_frame(struct netio_thread *thread, __u32 level, __u32 path, __u64 bytes)
{
	struct netio_frame *frame = &thread->frames.open[level & (NETIO_MAX_FRAMES - 1)];

	frame->nested_ns = 0;
	frame->preempted_ns = 0;
	frame->bytes = bytes;
	frame->place = NETIO_PLACE(path, level);
	barrier();
	thread->frames.innermost = NETIO_PLACE(path, level);
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
static __always_inline struct netio_timed_figures *record_frame(struct netio_thread *thread, __u32 path,
								const struct netio_frame *frame, __u64 inclusive)
{
	struct netio_timed_figures *figures = figures_at(thread->first_figure + path);

	if (!figures)
		return NULL;
	record(figures, inclusive);
	figures->bytes += frame->bytes;
	if (frame->nested_ns)
		figures->nested_ns += frame->nested_ns;
	if (frame->preempted_ns)
		figures->preempted_ns += frame->preempted_ns;
	if (NETIO_WITH_TIMELINE())
		store_frame(thread, frame, inclusive);
	return figures;
}

/* Adds the time of the frame of `path`, which is not the innermost any more, to the frame around it and, with its
 * bytes, to the figures. */
static __always_inline void record_closed(struct netio_thread *thread, __u32 path, __u64 now)
{
	const __u32 level = level_of(path);
	struct netio_frame *frame = &thread->frames.open[level];
	__u64 inclusive = now - frame->start_ns;

	if (level)
		__sync_fetch_and_add(&thread->frames.open[level - 1].nested_ns, inclusive);
	record_frame(thread, path, frame, inclusive);
}

/* Closes the frame of `path`, which is the innermost. */
static __always_inline void close_frame(struct netio_thread *thread, __u32 path, __u64 now)
{
	thread->frames.innermost = place_around(path);
	barrier();
	record_closed(thread, path, now);
}

/* The same for a path whose bytes are known when it ends. */
static __always_inline void close_frame_with(struct netio_thread *thread, __u32 path, __u64 now, __u64 bytes)
{
	thread->frames.open[level_of(path)].bytes = bytes;
	close_frame(thread, path, now);
}

/* Takes the frame of `path` off the stack, where softirq may do so too; whether it was still the innermost. */
static __always_inline bool take_away(struct netio_thread *thread, __u32 path)
{
	return __sync_val_compare_and_swap(&thread->frames.innermost, place_of(path), place_around(path)) ==
	       place_of(path);
}

/* Takes away frames whose end was not seen, until one of `path` is the innermost. 0: there is none, and nothing was
 * taken away. Rare, and so not inlined. */
static __noinline int unwind_to(struct netio_frames *frames, __u32 path)
{
	__u32 depth;
	__u32 place;
	int i;

	if (!frames)
		return 0;
	depth = NETIO_DEPTH_OF_PLACE(frames->innermost);
	for (i = 0; i < NETIO_MAX_FRAMES; i++) {
		if (depth == 0 || depth > NETIO_MAX_FRAMES)
			return 0;
		place = frames->open[(depth - 1) & (NETIO_MAX_FRAMES - 1)].place;
		if (NETIO_PATH_OF_PLACE(place) == path) {
			if (place != frames->innermost)
				count_loss(NETIO_LOSS_FRAME_UNCLOSED);
			frames->innermost = place;
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

static __always_inline bool is_wait(const struct netio_frame *frame)
{
	__u32 path = NETIO_PATH_OF_PLACE(frame->place);

	return path == NETIO_PATH_WAIT_SEND || path == NETIO_PATH_WAIT_RECV;
}

/* The thread blocks, and waits for its peer. */
static __always_inline void open_wait(struct netio_thread *thread, __u32 path, __u64 now)
{
	__u32 depth = NETIO_DEPTH_OF_PLACE(thread->frames.innermost);

	if (depth >= NETIO_MAX_FRAMES)
		count_loss(NETIO_LOSS_FRAME_OVERFLOW);
	else
		push_frame(thread, depth, path, 0)->start_ns = now;
}

/* `frame` is the innermost, and a wait. */
static __always_inline void close_wait(struct netio_thread *thread, const struct netio_frame *frame, __u64 now)
{
	__u64 inclusive = now - frame->start_ns;
	__u32 level = NETIO_DEPTH_OF_PLACE(frame->place) - 1;

	thread->frames.innermost = level ? thread->frames.open[(level - 1) & (NETIO_MAX_FRAMES - 1)].place : 0;
	barrier();
	charge_innermost(&thread->frames, inclusive);
	record_frame(thread, NETIO_PATH_OF_PLACE(frame->place), frame, inclusive);
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

	if (!frame || (!thread->preempted_since && !is_wait(frame)))
		return;
	since = is_wait(frame) ? frame->start_ns : thread->preempted_since;
	back = last_arrival() + scheduler_clock_offset;
	if (!scheduler_clock_offset || back < since || back > now) {
		count_loss(NETIO_LOSS_SWITCH_MISSED);
		back = now;
	}
	if (is_wait(frame))
		close_wait(thread, frame, back);
	else
		frame->preempted_ns += back - since;
	thread->preempted_since = 0;
}

#endif /* NETIO_FRAMES_BPF_H */
