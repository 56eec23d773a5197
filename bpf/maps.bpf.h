/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_MAPS_BPF_H
#define NETIO_MAPS_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "netio_abi.h"
#include "verifier.bpf.h"

/*
 * Configuration: written before the programs are loaded. The verifier sees constants, and drops the code that they
 * switch off.
 */

const volatile __u32 ring_bits = 0;     /* log2 of the entries of a ring */
const volatile __u32 ring_capacity = 0; /* rings that there are */

/* Which figures the exact backends fill: the bytes of the others are taken from the socket's sequence numbers when a
 * call returns, and the deferred copies are counted where they are known to follow. */
const volatile bool copy_in_is_hooked = false;
const volatile bool copy_out_is_timed = false;
const volatile bool deferred_copy_is_hooked = false;

/* Every subject has a peer: who receives a packet is known from the socket that sent it. */
const volatile bool all_have_peers = false;

/* The programs that are traced are anybody's: all system calls that move bytes of sockets are followed, and descriptors
 * are closed by other threads than those that use them. */
const volatile bool foreign_programs = false;

/* Subjects that are given to processes, each its own, in the order in which they come; those that come later share the
 * next. 0: a process is its parent's subject's. */
const volatile __u32 process_subjects = 0;

/* Paths that close are put into the ring `timeline` too. */
const volatile bool timeline_is_on = false;

/* The kernel has the kfunc bpf_rdonly_cast() (since 6.2); see compat.bpf.h. */
const volatile bool can_cast = false;

/* Offset in bytes of the histogram's bucket of durations from NETIO_BUCKET_TABLE_BEGIN on, by their steps:
 * netio_histogram_bucket(), which user space puts here. Most durations are in it. */
const volatile __u16 bucket_offsets[NETIO_BUCKET_TABLE_STEPS] = {};

/* Address of sock_ofree(), the destructor that marks a zero-copy notification (net/core/sock.c: sock_omalloc()). */
const volatile __u64 sock_ofree_address = 0;

/* Address of sock_rfree(), the destructor of what is in a socket's receive queue (skb_set_owner_r()). */
const volatile __u64 sock_rfree_address = 0;

/*
 * State that user space sets between cells, through the mapping of .bss.
 */
__u32 watch_zero_copy; /* the cell's sender uses MSG_ZEROCOPY: follow notifications and deferred copies */
__u32 sampling;        /* the sampler is on: remember whose packet a CPU is receiving */

__u32 next_thread; /* the entry of `threads` at which the search for a free one goes on, modulo their number */
__u32 ring_count;
__u32 next_process; /* subjects of processes that were asked for */
/* The thread group of each such subject, in the initial PID namespace. */
__u32 process_of_subject[NETIO_PROCESS_SUBJECTS];
/* Counts destroyed sockets: what was known of a descriptor's socket may be wrong afterwards. */
__u64 socket_generation;
__u64 lost[NETIO_LOSS_COUNT];
/* bpf_ktime_get_ns() minus the scheduler's clock, as last seen; 0: not known. */
__u64 scheduler_clock_offset;

/* The timeline's window, by bpf_ktime_get_ns(); 0, 0: closed. What began and ended inside of it is stored. */
__u64 timeline_begins;
__u64 timeline_ends;
__u32 timeline_gap; /* events that found no room since the last one that did */

/* 1 + the entry in `threads` of the thread of this id; 0: not traced. A load and a comparison are all that an untraced
 * task pays. All ids that there can be have their place: libbpf 1.1 cannot give a variable the size of pid_max. */
__u16 thread_index[NETIO_TIDS];

/* A variable rather than a map, because finding an element of a map takes ten instructions more at every edge. */
struct netio_thread threads[NETIO_THREADS] __attribute__((aligned(NETIO_CACHE_LINE)));

/*
 * Maps. Entries of 1 are placeholders: user space sets them from the number of subjects and connections.
 */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64); /* address of the struct sock */
	__type(value, struct netio_socket);
} sockets SEC(".maps");

/* The traced socket that receives a packet of this flow: network namespace, addresses and ports of both ends as one
 * hash of 64 bits (compat.bpf.h). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64);
	__type(value, __u64); /* address of the struct sock */
} flows SEC(".maps");

/* The peer of each subject, or NETIO_NO_SUBJECT. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} peers SEC(".maps");

/* All rings, one after the other. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} rings SEC(".maps");

/* By NETIO_BANK_INDEX(). */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_bank);
} timed_figures SEC(".maps");

/* By subject. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_counts);
} counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_cpu_state);
} cpu_states SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct netio_sample_key);
	__type(value, struct netio_sample);
} samples SEC(".maps");

/* Where a stack is put together. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_sample);
} sample_scratch SEC(".maps");

/* Where zero-copy bytes were copied after all, and how often. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NETIO_SITE_ENTRIES);
	__type(key, struct netio_site_key);
	__type(value, struct netio_site);
} copy_sites SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_site);
} site_scratch SEC(".maps");

/* Created and sized by user space, and only when a timeline is asked for. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
} timeline SEC(".maps");

/* The thread of an index in `thread_index`; NULL: there is none. The address is found once, not anew at each use. */
static __always_inline struct netio_thread *thread_at(__u32 index)
{
	__u64 position = (__u64)index - 1;

	return NETIO_IS_BELOW(position, NETIO_THREADS) ? checked_address(&threads[position]) : NULL;
}

static __always_inline void count_loss(enum netio_loss kind)
{
	__sync_fetch_and_add(&lost[kind], 1);
}

static __always_inline struct netio_cpu_state *this_cpu_state(void)
{
	__u32 zero = 0;

	return element_of(&cpu_states, &zero);
}

/* A count of the running CPU. Each kind is written by one program only. */
static __always_inline void count(__u32 subject, enum netio_count_kind kind, __u64 calls, __u64 bytes)
{
	struct netio_counts *of_subject = element_of(&counts, &subject);

	if (!of_subject)
		return;
	of_subject->kind[kind].calls += calls;
	of_subject->kind[kind].bytes += bytes;
}

/* The subject at the other end of a subject's connections, or NETIO_NO_SUBJECT. */
static __always_inline __u32 peer_of(__u32 subject)
{
	const __u32 *peer = element_of(&peers, &subject);

	return peer ? *peer : NETIO_NO_SUBJECT;
}

#endif /* NETIO_MAPS_BPF_H */
