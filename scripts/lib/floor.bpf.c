// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A yardstick, not a tracer: little more than it takes to time the paths of a send and of a receive at the hooks that
 * netio-trace uses for them (scripts/bench.sh overhead). Each program finds what is kept of the thread that has a call
 * open on its CPU, reads the clock where a path begins or ends, and notes it; where a call returns, the time and the
 * bytes of each path in it go into one sum each, and one bucket, of the CPU's own.
 *
 * What a tracer needs beside that is left out: which threads are to be traced (all that send or receive are), which of
 * their descriptors are TCP sockets, whose figures are whose, calls that fail, minimum and maximum, time that is
 * nested, off the CPU or in softirq, copies in several pieces, zero-copy, samples, and everything that goes missing.
 *
 * FLOOR_SYSTEM_CALLS: only the hooks that are there without an exact backend.
 */
#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

enum floor_call { NO_CALL, RECEIVE, SEND };

enum floor_path { RECV_SYSCALL, COPY_OUT, SEND_SYSCALL, TCP_SENDMSG, COPY_IN, WAIT, PATHS };

struct floor_times {
	__u64 start_ns;
	__u64 end_ns;
	__u64 bytes;
};

struct floor_thread {
	struct floor_times call;
	struct floor_times outer; /* copy_out, or tcp_sendmsg */
	struct floor_times copy;
	struct floor_times wait;
	__u32 open; /* floor_call */
	__u32 tid;
	__u32 unused[6];
};

struct floor_figures {
	__u64 sum_ns;
	__u64 bytes;
	__u32 buckets[1024];
};

struct floor_paths {
	struct floor_figures of[PATHS];
};

#define THREADS 1024
#define STEPS   4096

struct floor_thread threads[THREADS];

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct floor_paths);
} figures SEC(".maps");

/* A table of buckets is looked into, as the tracer does; that all of them are 0 changes no instruction. */
const volatile __u16 bucket_offsets[STEPS] = {};

/* x86-64 */
enum { SENDTO = 44, RECVFROM = 45, SENDMSG = 46 };

/* By CPU: where in `threads`, in bytes, the one is that sends or receives there. 0: none, for the first is nobody's. */
#define CPUS 1024
__u32 running[CPUS];

static __always_inline __u32 *running_here(void)
{
	return &running[bpf_get_smp_processor_id() & (CPUS - 1)];
}

static __always_inline __u32 offset_of(__u32 tid)
{
	return (tid & (THREADS - 1)) * sizeof(struct floor_thread);
}

static __always_inline struct floor_thread *thread_at(__u64 offset)
{
	struct floor_thread *thread;

	/* For the verifier. The barriers keep the compiler from doing the same twice. */
	offset &= sizeof(threads) - sizeof(struct floor_thread);
	barrier_var(offset);
	thread = (void *)threads + offset;
	barrier_var(thread);
	return thread;
}

static __always_inline struct floor_paths *own_figures(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&figures, &zero);
}

static __always_inline void record(struct floor_figures *sums, const struct floor_times *times)
{
	__u64 duration_ns = times->end_ns - times->start_ns;
	__u64 step = duration_ns >> 2;

	if (step >= STEPS)
		step = STEPS - 1;
	barrier_var(step);
	sums->sum_ns += duration_ns;
	sums->bytes += times->bytes;
	*(__u32 *)((void *)sums->buckets +
		   (bucket_offsets[step & (STEPS - 1)] & (sizeof(sums->buckets) - sizeof(__u32)))) += 1;
}

SEC("raw_tp/sys_enter")
int floor_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 number = ctx->args[1];
	enum floor_call call = NO_CALL;
	struct floor_thread *thread;
	__u32 tid;

	if (number == RECVFROM)
		call = RECEIVE;
	else if (number == SENDTO || number == SENDMSG)
		call = SEND;
	else
		return 0;
	tid = bpf_get_current_task_btf()->pid;
	thread = thread_at(offset_of(tid));
	thread->tid = tid;
	thread->open = call;
	*running_here() = offset_of(tid);
	thread->call.start_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("raw_tp/sys_exit")
int floor_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 *here = running_here();
	__u32 offset = *here;
	struct floor_thread *thread;
	struct floor_paths *paths;
	enum floor_call open;

	if (!offset)
		return 0;
	*here = 0;
	thread = thread_at(offset);
	open = thread->open;
	thread->open = NO_CALL;
	thread->call.end_ns = bpf_ktime_get_ns();
	thread->call.bytes = ctx->args[1];
	paths = own_figures();
	if (!paths)
		return 0;
	if (open == RECEIVE) {
		record(&paths->of[RECV_SYSCALL], &thread->call);
#ifndef FLOOR_SYSTEM_CALLS
		record(&paths->of[COPY_OUT], &thread->outer);
#endif
		return 0;
	}
	record(&paths->of[SEND_SYSCALL], &thread->call);
#ifndef FLOOR_SYSTEM_CALLS
	record(&paths->of[TCP_SENDMSG], &thread->outer);
	record(&paths->of[COPY_IN], &thread->copy);
#endif
	return 0;
}

static __always_inline int context_switch(__u32 next_tid)
{
	struct floor_thread *next = thread_at(offset_of(next_tid));
	bool next_has_call = next->tid == next_tid && next->open != NO_CALL;
	__u32 *here = running_here();
	__u32 previous = *here;
	struct floor_paths *paths;
	__u64 now;

	if (!previous && !next_has_call)
		return 0;
	now = bpf_ktime_get_ns();
	thread_at(previous)->wait.start_ns = now;
	*here = 0;
	if (!next_has_call)
		return 0;
	*here = offset_of(next_tid);
	next->wait.end_ns = now;
	paths = own_figures();
	if (paths)
		record(&paths->of[WAIT], &next->wait);
	return 0;
}

#ifdef FLOOR_SYSTEM_CALLS

SEC("raw_tp/sched_switch")
int floor_sched_switch(struct bpf_raw_tracepoint_args *ctx)
{
	const struct task_struct *next = (const void *)ctx->args[2];
	__u32 tid = 0;

	bpf_probe_read_kernel(&tid, sizeof(tid), &next->pid);
	return context_switch(tid);
}

#else

SEC("tp_btf/sched_switch")
int floor_sched_switch(__u64 *ctx)
{
	const struct task_struct *next = (const void *)ctx[2];

	return context_switch(next->pid);
}

/* The thread that sends or receives on this CPU, or nobody: that it is still the same is not looked at. */
static __always_inline struct floor_thread *current_thread(void)
{
	return thread_at(*running_here());
}

SEC("raw_tp/skb_copy_datagram_iovec")
int floor_skb_copy_datagram_iovec(struct bpf_raw_tracepoint_args *ctx)
{
	struct floor_thread *thread = current_thread();

	thread->outer.bytes = ctx->args[1];
	thread->outer.start_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("raw_tp/tcp_rcv_space_adjust")
int floor_tcp_rcv_space_adjust(void *ctx __attribute__((unused)))
{
	current_thread()->outer.end_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("fentry/tcp_sendmsg")
int floor_tcp_sendmsg(void *ctx __attribute__((unused)))
{
	current_thread()->outer.start_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("raw_tp/sock_send_length")
int floor_sock_send_length(void *ctx __attribute__((unused)))
{
	current_thread()->outer.end_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("fexit/tcp_wmem_schedule")
int floor_tcp_wmem_schedule(__u64 *ctx) /* sk, copy, and what it returned */
{
	struct floor_thread *thread = current_thread();

	thread->copy.bytes = (__u32)ctx[2];
	thread->copy.start_ns = bpf_ktime_get_ns();
	return 0;
}

SEC("fentry/tcp_push")
int floor_tcp_push(void *ctx __attribute__((unused)))
{
	current_thread()->copy.end_ns = bpf_ktime_get_ns();
	return 0;
}

#endif

char LICENSE[] SEC("license") = "Dual BSD/GPL";
