// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Run by a thread that wants to be traced, with BPF_PROG_TEST_RUN: it executes in the caller's context, and so sees the
 * thread id of the initial PID namespace also from inside a container. */
#include "frames.bpf.h"
#include "maps.bpf.h"

enum registration_result {
	REGISTERED = 0,
	TABLE_FULL = 1,
	COLLISION = 2,
};

SEC("raw_tp")
int register_thread(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	__u32 slot = (__u32)ctx->args[0];
	__u64 position = NETIO_MASKED(tid, NETIO_TID_SLOTS);
	struct netio_thread *thread;
	__u32 index = thread_index[position];

	if (slot >= NETIO_SLOT_COUNT)
		return TABLE_FULL;
	if (index) {
		/* The same thread again, or one that has ended and left its id to this one. */
		thread = thread_at(index);
		if (!thread || thread->tid != tid) {
			count_loss(NETIO_LOSS_THREAD_COLLISION);
			return COLLISION;
		}
	} else {
		index = 1 + __sync_fetch_and_add(&thread_count, 1);
		thread = thread_at(index);
		if (!thread) {
			count_loss(NETIO_LOSS_THREAD_TABLE_FULL);
			return TABLE_FULL;
		}
	}
	__builtin_memset(thread, 0, sizeof(*thread));
	thread->slot = slot;
	thread->first_group = NETIO_GROUP_INDEX(slot % NETIO_ROLE_COUNT, 0);
	thread->fd = NETIO_NO_DESCRIPTOR;
	thread->other_fd = NETIO_NO_DESCRIPTOR;
	thread->unusual = nothing_unusual();
	barrier();
	thread->tid = tid;
	thread_index[position] = index;
	return REGISTERED;
}
