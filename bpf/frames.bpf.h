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
 * A path that closes inside of a call is only marked as closed. It is added to the figures when the call ends, together
 * with the call, or when its place is needed for the next: finding the figures once a call is a third of the work.
 *
 * Softirq interrupts the thread anywhere, these programs included, and charges the time that it takes for skb paths to
 * the innermost frame (charge_innermost()). Nothing of that may be lost or charged twice. So a frame is ready before
 * `innermost` says so, and is read only after `innermost` has gone back to the one around it; whoever is charged around
 * the clock's reading, the sum over the call is the same.
 */

static __always_inline struct netio_thread *thread_of(__u32 tid)
{
	return thread_at(thread_index[NETIO_MASKED(tid, NETIO_TIDS)]);
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

/* Where the frame around a path's is, its parent. */
static __always_inline __u32 parent_place(__u32 path)
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

static __always_inline struct netio_frame *frame_at(struct netio_frames *frames, __u32 place)
{
	return &frames->open[NETIO_MASKED(NETIO_DEPTH_OF_PLACE(place) - 1, NETIO_MAX_FRAMES)];
}

static __always_inline bool is_wait(__u32 place)
{
	__u32 path = NETIO_PATH_OF_PLACE(place);

	return path == NETIO_PATH_WAIT_SEND || path == NETIO_PATH_WAIT_RECV;
}

/* Whether the innermost open frame is one of `path`, which is no wait. */
static __always_inline bool is_innermost(const struct netio_thread *thread, __u32 path)
{
	return thread->frames.innermost == place_of(path);
}

/* Takes time away from the innermost frame, for something that was open inside of it. */
static __always_inline void charge_innermost(struct netio_frames *frames, __u64 inclusive)
{
	__u32 place = frames->innermost;

	if (place)
		__sync_fetch_and_add(&frame_at(frames, place)->nested_ns, inclusive);
}

/* What `slow_path` is as long as nothing has happened: with a timeline every call takes it. */
static __always_inline __u32 always_slow(void)
{
	return timeline_is_on;
}

/* Adds to the figures of its path the time of a frame that is not open any more, and the bytes that it moved.
 * `slow_path` is a constant: what most calls are spared. */
static __always_inline void record_frame(struct netio_thread *thread, struct netio_timed_figures *figures,
					 struct netio_frame *frame, __u32 path, __u64 inclusive, const bool slow_path)
{
	record(figures, inclusive);
	figures->bytes += frame->bytes;
	if (!slow_path)
		return;
	figures->nested_ns += frame->nested_ns;
	frame->nested_ns = 0;
	figures->preempted_ns += frame->preempted_ns;
	frame->preempted_ns = 0;
	if (timeline_is_on)
		store_frame(thread, frame, path, inclusive);
}

/* Adds the closed frame of `path` to its figures; its inclusive time, which was nested in the frame around it. */
static __always_inline __u64 count_closed(struct netio_thread *thread, struct netio_timed_figures *figures, __u32 path,
					  const bool slow_path)
{
	struct netio_frame *frame = &thread->frames.open[NETIO_MASKED(level_of(path), NETIO_MAX_FRAMES)];
	__u64 inclusive = frame->end_ns - frame->start_ns;

	frame->end_ns = 0;
	record_frame(thread, figures, frame, path, inclusive, slow_path);
	return inclusive;
}

/* The same before its place is taken by another: a call that copies in several pieces. Not inlined, for most do not. */
static __noinline int flush_closed(struct netio_thread *thread, __u32 path)
{
	struct netio_timed_figures *figures;
	__u32 level = level_of(path);
	__u64 inclusive;

	if (!thread)
		return 0;
	figures = figures_of(thread->subject, path);
	if (!figures)
		return 0;
	inclusive = count_closed(thread, figures, path, true);
	if (level)
		__sync_fetch_and_add(&thread->frames.open[NETIO_MASKED(level - 1, NETIO_MAX_FRAMES)].nested_ns,
				     inclusive);
	thread->slow_path = 1;
	return 0;
}

/* Inside of the frame around it, which is the innermost. The clock is read last, so that what is to be measured follows
 * at once. */
static __always_inline void open_frame(struct netio_thread *thread, __u32 path, __u64 bytes)
{
	struct netio_frame *frame = &thread->frames.open[level_of(path)];
	const bool shares_place = path == NETIO_PATH_COPY_IN || path == NETIO_PATH_PIN;

	if (frame->end_ns)
		flush_closed(thread, shares_place ? frame->path : path);
	if (shares_place)
		frame->path = path;
	frame->bytes = bytes;
	thread->frames.innermost = place_of(path);
	barrier();
	frame->start_ns = bpf_ktime_get_ns();
}

/* Closes the frame of `path`, which is the innermost. */
static __always_inline void close_frame(struct netio_thread *thread, __u32 path, __u64 now)
{
	thread->frames.innermost = parent_place(path);
	barrier();
	thread->frames.open[level_of(path)].end_ns = now;
}

/* Takes the frame of `path` off the stack, where softirq may do so too; whether it was still the innermost. */
static __always_inline bool pop_if_top(struct netio_thread *thread, __u32 path)
{
	return __sync_val_compare_and_swap(&thread->frames.innermost, place_of(path), parent_place(path)) ==
	       place_of(path);
}

/* Takes the innermost frame away as if it had never been: its time is that of the one around it. */
static __always_inline void forget_frame(struct netio_frames *frames, __u32 parent)
{
	struct netio_frame *frame = frame_at(frames, frames->innermost);
	struct netio_frame *outer = frame_at(frames, parent);

	frames->innermost = parent;
	barrier();
	if (!parent)
		return;
	if (frame->nested_ns)
		__sync_fetch_and_add(&outer->nested_ns, frame->nested_ns);
	outer->preempted_ns += frame->preempted_ns;
	frame->nested_ns = 0;
	frame->preempted_ns = 0;
}

/* Takes away frames whose end was not seen, until one of `path` is the innermost, or a call if that is to be the
 * innermost (NETIO_PATH_COUNT). 0: there is none, and nothing was taken away. Rare, and so not inlined. */
static __noinline int unwind_to(struct netio_thread *thread, __u32 path)
{
	struct netio_frames *frames;
	__u32 place;
	bool found = false;
	int i;

	if (!thread)
		return 0;
	frames = &thread->frames;
	place = frames->innermost;
	for (i = 0; i < NETIO_MAX_FRAMES && place && !found; i++) {
		found =
		    path == NETIO_PATH_COUNT ? NETIO_DEPTH_OF_PLACE(place) == 1 : NETIO_PATH_OF_PLACE(place) == path;
		if (!found)
			place =
			    is_wait(place) ? frame_at(frames, place)->parent : parent_place(NETIO_PATH_OF_PLACE(place));
	}
	if (!found)
		return 0;
	if (frames->innermost != place)
		count_loss(NETIO_LOSS_FRAME_UNCLOSED);
	for (i = 0; i < NETIO_MAX_FRAMES && frames->innermost != place; i++)
		forget_frame(frames, is_wait(frames->innermost) ? frame_at(frames, frames->innermost)->parent
								: parent_place(NETIO_PATH_OF_PLACE(frames->innermost)));
	return 1;
}

/* Whether the exit of `path` closes a frame: the innermost, or one whose inner frames did not see their ends. */
static __always_inline bool is_to_close(struct netio_thread *thread, __u32 path)
{
	return is_innermost(thread, path) || (unwind_to(thread, path) && is_innermost(thread, path));
}

/* A call begins and one is open already, whose end was not seen. */
static __noinline int forget_call(struct netio_thread *thread)
{
	int i;

	if (!thread)
		return 0;
	count_loss(NETIO_LOSS_FRAME_UNCLOSED);
	thread->frames.innermost = 0;
	barrier();
	for (i = 0; i < NETIO_MAX_FRAMES; i++) {
		thread->frames.open[i].end_ns = 0;
		thread->frames.open[i].nested_ns = 0;
		thread->frames.open[i].preempted_ns = 0;
	}
	thread->preempted_since = 0;
	thread->arrived_ns = 0;
	thread->skb_path_ns = 0;
	thread->slow_path = always_slow();
	return 0;
}

/* The thread blocks, and waits for its peer. */
static __always_inline void open_wait(struct netio_thread *thread, __u32 path, __u64 now)
{
	struct netio_frame *frame = &thread->frames.open[NETIO_WAIT_LEVEL];

	frame->parent = thread->frames.innermost;
	frame->start_ns = now;
	barrier();
	thread->frames.innermost = NETIO_PLACE(path, NETIO_WAIT_LEVEL);
}

/* The innermost frame is a wait. */
static __always_inline void close_wait(struct netio_thread *thread, __u64 now)
{
	struct netio_frame *frame = &thread->frames.open[NETIO_WAIT_LEVEL];
	__u32 path = NETIO_PATH_OF_PLACE(thread->frames.innermost) == NETIO_PATH_WAIT_SEND ? NETIO_PATH_WAIT_SEND
											   : NETIO_PATH_WAIT_RECV;
	__u64 inclusive = now - frame->start_ns;
	struct netio_timed_figures *figures = figures_of(thread->subject, path);

	thread->frames.innermost = frame->parent;
	barrier();
	charge_innermost(&thread->frames, inclusive);
	if (figures)
		record_frame(thread, figures, frame, path, inclusive, true);
}

/* Of a new difference of the clocks, this power of two's part counts. */
#define NETIO_CLOCK_WEIGHT_SHIFT 3

/* Whenever a call ends in which the thread was seen coming back, the scheduler's clock is compared with ours. It is
 * read some 5 to 20 us before the kernel tells of the switch (seen in a virtual machine), now more and now less, so
 * that the differences are smoothed. */
static __always_inline void compare_clocks(const struct netio_thread *thread)
{
	__s64 more;

	if (!thread->arrived_ns)
		return;
	more = thread->arrived_ns - last_arrival() - scheduler_clock_offset;
	scheduler_clock_offset += scheduler_clock_offset ? more >> NETIO_CLOCK_WEIGHT_SHIFT : more;
}

/* When a thread that runs, and was off the CPU since `since` by its frames, came back without the kernel telling (seen
 * on 6.18 for switches away from threads of the init process). It is known from the scheduler's own book, to some ten
 * microseconds: if that seems to be after `now`, it was shortly before. Where it is not known, all the time since is
 * left with the wait or the preemption, and counted as lost. */
static __always_inline __u64 unseen_return(__u64 since, __u64 now)
{
	__u64 back = last_arrival() + scheduler_clock_offset;

	if (scheduler_clock_offset && back >= since)
		return back < now ? back : now;
	count_loss(NETIO_LOSS_SWITCH_MISSED);
	return now;
}

/* A thread that runs cannot be off the CPU: if its frames say so, its coming back was not told. */
static __noinline int settle_missed_switch(struct netio_thread *thread, __u64 now)
{
	__u32 place;

	if (!thread)
		return 0;
	place = thread->frames.innermost;
	if (place && is_wait(place)) {
		close_wait(thread, unseen_return(thread->frames.open[NETIO_WAIT_LEVEL].start_ns, now));
	} else if (place && thread->preempted_since) {
		frame_at(&thread->frames, place)->preempted_ns +=
		    unseen_return(thread->preempted_since, now) - thread->preempted_since;
	}
	thread->preempted_since = 0;
	return 0;
}

#endif /* NETIO_FRAMES_BPF_H */
