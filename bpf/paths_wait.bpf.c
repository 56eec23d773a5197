// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* wait_send and wait_recv: a traced thread is off the CPU inside a socket call because it blocked there. */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "hooks.bpf.h"
#include "maps.bpf.h"

/* A thread that leaves the CPU waits for its peer when it blocks in the call itself. When it was preempted, it would
 * rather work; when it blocks while it copies or pins (for a page that is not there), that is no waiting for the peer
 * either. Both are kept apart from waiting and from working. */
static __always_inline void leaves_cpu(struct netio_thread *thread, bool blocked, __u64 now)
{
	__u32 path;

	if (thread->preempted_since || is_wait(thread->frames.innermost))
		settle_missed_switch(thread, now);
	path = NETIO_PATH_OF_PLACE(thread->frames.innermost);
	thread->slow_path = 1;
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
	__u32 place = thread->frames.innermost;

	thread->slow_path = 1;
	thread->arrived_ns = now;
	if (is_wait(place)) {
		close_wait(thread, now);
	} else if (thread->preempted_since) {
		frame_at(&thread->frames, place)->preempted_ns += now - thread->preempted_since;
		thread->preempted_since = 0;
	}
}

static __always_inline int context_switch(bool preempted, __u32 previous_tid, __u32 next_tid, __u32 previous_state)
{
	struct netio_thread *previous = thread_of(previous_tid);
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
	return context_switch(ctx->args[0], bpf_get_current_task_btf()->pid, task_tid(ctx->args[2]),
			      (__u32)ctx->args[3]);
}

NETIO_TYPED_TRACEPOINT(sched_switch, context_switch(preempted, previous->pid, next->pid, previous_state),
		       bool preempted, const struct task_struct *previous, const struct task_struct *next,
		       unsigned int previous_state)
