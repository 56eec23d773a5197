// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Tasks: which are traced, and what becomes of them.
 */
#include "ways.bpf.h"

static __always_inline bool is_wanted_comm(const char *comm)
{
	int i;

#pragma unroll
	for (i = 0; i < NETIO_COMM_LENGTH; i++)
		if (comm[i] != wanted_comm[i])
			return false;
	return true;
}

/* All tasks that whoever traces sees. */
SEC("iter/task")
int find_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct netio_way_task found = {};
	char comm[NETIO_COMM_LENGTH] = {};
	struct task_struct *parent;
	__u32 *wanted;
	__u32 tid;

	if (!task || (BPF_CORE_READ(task, flags) & NETIO_PF_KTHREAD))
		return 0;
	if (pid_namespace_inode)
		pid_level = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), thread_pid, level);
	tid = BPF_CORE_READ(task, pid);
	found.tid = tid;
	found.tgid = BPF_CORE_READ(task, tgid);
	found.visible_tgid = visible_tgid_of(task);
	parent = BPF_CORE_READ(task, real_parent);
	found.parent = BPF_CORE_READ(parent, tgid);
	BPF_CORE_READ_STR_INTO(&comm, task, group_leader, comm);
	wanted = bpf_map_lookup_elem(&wanted_pids, &found.visible_tgid);
	if (state_of(tid)) {
		if (wanted && !match_parents && state_of(tid) != NETIO_TASK_EXCLUDED)
			bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
		return 0;
	}
	if (wanted) {
		*wanted = 1;
	} else if (match_comm && follow_comm && is_wanted_comm(comm)) {
		found.parent = 0;
	} else if (every_task) {
		bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
		return 0;
	} else if (match_parents) {
		__u16 of_leader = state_of(found.tgid);
		__u16 of_parent = state_of(found.parent);

		if ((!of_leader || of_leader == NETIO_TASK_EXCLUDED) &&
		    (!of_parent || of_parent == NETIO_TASK_EXCLUDED))
			return 0;
	} else {
		return 0;
	}
	task_state[NETIO_MASKED(tid, NETIO_TIDS)] = NETIO_TASK_UNDECIDED;
	__sync_fetch_and_add(&marked_tasks, 1);
	bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
	return 0;
}

static __always_inline int created(struct task_struct *task, unsigned long flags)
{
	__u16 state = state_of(bpf_get_current_task_btf()->pid);

	if (!state || state == NETIO_TASK_EXCLUDED)
		return 0;
	if (!(flags & NETIO_CLONE_THREAD))
		state = NETIO_TASK_UNDECIDED;
	task_state[NETIO_MASKED(task->pid, NETIO_TIDS)] = state;
	return 0;
}

static __always_inline int freed(struct task_struct *task)
{
	__u32 tid = task->pid;
	struct subject_key key = {};

	send_class[NETIO_MASKED(tid, NETIO_TIDS)] = NETIO_SEND_UNKNOWN;
	if (!state_of(tid))
		return 0;
	task_state[NETIO_MASKED(tid, NETIO_TIDS)] = 0;
	if (grouping == NETIO_BY_PROCESS && tid == (__u32)task->tgid) {
		key.words[0] = tid;
		bpf_map_delete_elem(&subject_numbers, &key);
	}
	return 0;
}

/* A process takes another name: by prctl(), or because it executes a program. Those of its threads are their own. */
static __always_inline int renamed(struct task_struct *task, const char *name)
{
	__u64 tid = NETIO_MASKED(task->pid, NETIO_TIDS);
	__u16 state = task_state[tid];
	char comm[NETIO_COMM_LENGTH] = {};
	struct netio_way_subject *subject;
	__u32 number;

	if (state == NETIO_TASK_EXCLUDED || task->pid != task->tgid)
		return 0;
	bpf_probe_read_kernel_str(comm, sizeof(comm), name);
	if (!state) {
		if (follow_comm && is_wanted_comm(comm))
			task_state[tid] = NETIO_TASK_UNDECIDED;
		return 0;
	}
	if (grouping == NETIO_BY_COMM)
		task_state[tid] = NETIO_TASK_UNDECIDED;
	if (grouping != NETIO_BY_PROCESS || state == NETIO_TASK_UNDECIDED)
		return 0;
	number = state - 1u;
	subject = bpf_map_lookup_elem(&subjects, &number);
	if (subject && number != subject_limit)
		__builtin_memcpy(subject->comm, comm, sizeof(comm));
	return 0;
}

/* A thread that executes a program takes over the id of its leader, whose state may be gone. */
static __always_inline int executed(struct task_struct *task, __u32 old_tid)
{
	if (old_tid != (__u32)task->pid && state_of(old_tid) && !state_of(task->pid))
		task_state[NETIO_MASKED(task->pid, NETIO_TIDS)] = NETIO_TASK_UNDECIDED;
	return 0;
}

/* task:task_newtask: threads, children, and io_uring's workers. The new task does not run yet. */
NETIO_TYPED_TRACEPOINT(task_newtask, created(task, flags), struct task_struct *task, unsigned long flags)
/* sched:sched_process_free: see tasks.bpf.c. */
NETIO_TYPED_TRACEPOINT(sched_process_free, freed(task), struct task_struct *task)
/* task:task_rename: before the name changes. */
NETIO_TYPED_TRACEPOINT(task_rename, renamed(task, name), struct task_struct *task, const char *name)
NETIO_TYPED_TRACEPOINT(sched_process_exec, executed(task, old_tid), struct task_struct *task, __u32 old_tid)
