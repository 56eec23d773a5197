// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* wait_send and wait_recv: a traced thread is off the CPU inside a socket call because it blocked there. */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "maps.bpf.h"

/* A thread that leaves the CPU waits for its peer when it blocks in the call itself. When it was preempted, it would
 * rather work; when it blocks while it copies or pins (for a page that is not there), that is no waiting for the peer
 * either. Both are kept apart from waiting and from working. */
static __always_inline void leaves_cpu(struct netio_thread *thread, bool blocked, __u64 now)
{
	struct netio_frame *frame;
	__u32 path;

	/* It runs, so it waits for nothing: if its frames say so, its coming back was not told. */
	settle_missed_switch(thread, now);
	frame = innermost(&thread->frames);
	if (!frame)
		return;
	path = NETIO_PATH_OF_PLACE(frame->place);
	thread->arrived_ns = 0;
	if (blocked && (path == NETIO_PATH_SEND_SYSCALL || path == NETIO_PATH_TCP_SENDMSG))
		open_wait(thread, NETIO_PATH_WAIT_SEND, now);
	else if (blocked && path == NETIO_PATH_RECV_SYSCALL)
		open_wait(thread, NETIO_PATH_WAIT_RECV, now);
	else if (!blocked || path != NETIO_PATH_ERRQUEUE_SYSCALL)
		thread->preempted_since = now;
}

static __always_inline void enters_cpu(struct netio_thread *thread, __u64 now)
{
	struct netio_frame *frame = innermost(&thread->frames);

	if (!frame)
		return;
	thread->arrived_ns = now;
	if (is_wait(frame)) {
		close_wait(thread, frame, now);
	} else if (thread->preempted_since) {
		frame->preempted_ns += now - thread->preempted_since;
		thread->preempted_since = 0;
	}
}

static __always_inline int context_switch(bool preempted, __u32 next_tid, __u32 previous_state)
{
	struct netio_thread *previous = current_thread();
	struct netio_thread *next = thread_of(next_tid);
	__u64 now;

	if ((!previous || !previous->frames.innermost) && (!next || !next->frames.innermost))
		return 0;
	now = bpf_ktime_get_ns();
	if (previous && previous->frames.innermost)
		leaves_cpu(previous, !preempted && previous_state, now);
	if (next && next->frames.innermost)
		enters_cpu(next, now);
	return 0;
}

/* sched:sched_switch (preempt, prev, next, prev_state); the last argument came with 5.18. */
SEC("?raw_tp/sched_switch")
int tp_sched_switch(struct bpf_raw_tracepoint_args *ctx)
{
	return context_switch(ctx->args[0], task_tid(ctx->args[2]), (__u32)ctx->args[3]);
}
