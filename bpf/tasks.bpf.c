// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Which tasks are whose. User space adds some (Session::add_task()), by the mapping of .bss: it claims an entry, fills
 * it in, and then releases its index. What they create is added here, before it runs for the first time.
 */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "maps.bpf.h"

struct claim {
	__u32 tid;
	__u32 index; /* 1 + the entry; 0: none is free */
};

static long try_to_claim(__u32 attempt __attribute__((unused)), struct claim *claim)
{
	__u32 index = 1 + __sync_fetch_and_add(&next_thread, 1) % NETIO_THREADS;
	struct netio_thread *thread = thread_at(index);

	if (!thread || __sync_val_compare_and_swap(&thread->tid, 0, claim->tid) != 0)
		return 0;
	claim->index = index;
	return 1;
}

#define NETIO_CLONE_THREAD 0x10000

/* A new task's subject: its parent's, or, of a new process where each has its own, the next. */
static __always_inline __u32 subject_of_new(const struct netio_thread *parent, __u32 tid, __u64 clone_flags)
{
	__u64 number;

	if (!process_subjects || (clone_flags & NETIO_CLONE_THREAD))
		return parent->subject;
	number = next_process;
	if (number < process_subjects)
		number = __sync_fetch_and_add(&next_process, 1);
	if (number >= process_subjects)
		return process_subjects;
	if (NETIO_IS_BELOW(number, NETIO_PROCESS_SUBJECTS))
		process_of_subject[number] = tid;
	return number;
}

static __always_inline void inherit(const struct netio_thread *parent, __u32 tid, __u64 clone_flags)
{
	struct claim claim = {.tid = tid};
	struct netio_thread *thread;

	bpf_loop(NETIO_THREADS, try_to_claim, &claim, 0);
	thread = thread_at(claim.index);
	if (!thread) {
		count_loss(NETIO_LOSS_THREAD_TABLE_FULL);
		return;
	}
	netio_start_thread(thread, subject_of_new(parent, tid, clone_flags), always_slow());
	barrier();
	thread_index[NETIO_MASKED(tid, NETIO_TIDS)] = claim.index;
}

/* task:task_newtask (task, clone_flags): threads, children, and io_uring's workers, which no other tracepoint shows.
 * The new task does not run yet, and waking it orders what is written here before what it reads. */
SEC("?raw_tp/task_newtask")
int tp_task_newtask(struct bpf_raw_tracepoint_args *ctx)
{
	struct netio_thread *parent = current_thread();

	if (parent)
		inherit(parent, task_tid(ctx->args[0]), ctx->args[1]);
	return 0;
}

/* sched:sched_process_free (task): after a grace period, where sched_process_exit is too early, for a task closes its
 * sockets after that. The id may be another task's by now if all others were given out meanwhile. */
SEC("?raw_tp/sched_process_free")
int tp_sched_process_free(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 tid = task_tid(ctx->args[0]);
	struct netio_thread *thread = thread_of(tid);

	if (!thread)
		return 0;
	thread_index[NETIO_MASKED(tid, NETIO_TIDS)] = 0;
	barrier();
	thread->tid = 0;
	return 0;
}

/* Run by a thread with BPF_PROG_TEST_RUN, in its own context: its id in the initial PID namespace. In a namespace
 * below, as in a container, nothing else tells: gettid() and /proc show the ids of their own namespace, and pidfds of
 * threads that do not lead their group came with 6.9. */
SEC("raw_tp")
int own_tid(void *ctx __attribute__((unused)))
{
	return (__u32)bpf_get_current_pid_tgid();
}
