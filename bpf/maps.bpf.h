/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_MAPS_BPF_H
#define NETIO_MAPS_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "netio_abi.h"

/* Maps and configuration are defined once, by the file that defines NETIO_DEFINE_STORAGE (maps.bpf.c), and are
 * external symbols for every other one; `bpftool gen object` joins them. */
#ifdef NETIO_DEFINE_STORAGE
#define NETIO_STORAGE
#else
#define NETIO_STORAGE extern
#endif

/*
 * Configuration: written before the programs are loaded. The verifier sees constants, and drops the code that they
 * switch off.
 */

NETIO_STORAGE const volatile struct netio_syscalls syscalls;

/* Where the figures of a (slot, figure) are in `timed_figures`; NETIO_NO_INDEX: not traced. */
NETIO_STORAGE const volatile __u16 figure_index[NETIO_SLOT_COUNT][NETIO_FIGURE_COUNT];

NETIO_STORAGE const volatile __u32 ring_bits;    /* log2 of the entries of a ring */
NETIO_STORAGE const volatile __u32 ring_capacity; /* rings that there are */
NETIO_STORAGE const volatile __u32 thread_capacity;

/* Address of sock_ofree(), the destructor that marks a zero-copy notification (net/core/sock.c: sock_omalloc()). */
NETIO_STORAGE const volatile __u64 sock_ofree_address;

/*
 * State that user space sets between cells, through the mapping of .bss.
 */
NETIO_STORAGE __u32 watch_zero_copy; /* the cell's sender uses MSG_ZEROCOPY: follow notifications and deferred copies */
NETIO_STORAGE __u32 sampling;        /* the sampler is on: remember whose packet a CPU is receiving */

NETIO_STORAGE __u32 cell_slot;       /* the sender's slot of the cell's variant */
NETIO_STORAGE __u32 thread_count;
NETIO_STORAGE __u32 ring_count;
/* Counts destroyed sockets: what was known of a descriptor's socket may be wrong afterwards. */
NETIO_STORAGE __u64 socket_generation;
NETIO_STORAGE __u64 lost[NETIO_LOSS_COUNT];
/* Network namespace in which the sockets of a role are; 0: not known. */
NETIO_STORAGE __u64 role_namespace[NETIO_ROLE_COUNT];

/* Entry in `threads` of the thread with these low 16 bits of its id; 0: not traced. A load and a comparison are all
 * that an untraced task pays. */
#define NETIO_TID_SLOTS 65536
NETIO_STORAGE __u16 thread_index[NETIO_TID_SLOTS];

/*
 * Maps. Entries of 1 are placeholders: user space sets them from the number of threads and variants.
 */

NETIO_STORAGE struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_thread);
} threads SEC(".maps");

NETIO_STORAGE struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u64); /* address of the struct sock */
	__type(value, struct netio_socket);
} sockets SEC(".maps");

/* All rings, one after the other. */
NETIO_STORAGE struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} rings SEC(".maps");

NETIO_STORAGE struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_timed_figures);
} timed_figures SEC(".maps");

NETIO_STORAGE struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_cpu_state);
} cpu_states SEC(".maps");

NETIO_STORAGE struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct netio_sample_key);
	__type(value, struct netio_sample);
} samples SEC(".maps");

/* Where a stack is put together. */
NETIO_STORAGE struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_sample);
} sample_scratch SEC(".maps");

static __always_inline void count_loss(enum netio_loss kind)
{
	__sync_fetch_and_add(&lost[kind], 1);
}

static __always_inline struct netio_cpu_state *this_cpu_state(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&cpu_states, &zero);
}

/* A count of the running CPU. Each kind is written by one program only. */
static __always_inline void count(__u32 slot, enum netio_count_kind kind, __u64 calls, __u64 bytes)
{
	struct netio_cpu_state *state = this_cpu_state();

	if (!state || slot >= NETIO_SLOT_COUNT)
		return;
	state->slots[slot].kind[kind].calls += calls;
	state->slots[slot].kind[kind].bytes += bytes;
}

#endif /* NETIO_MAPS_BPF_H */
