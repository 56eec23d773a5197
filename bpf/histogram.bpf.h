/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_HISTOGRAM_BPF_H
#define NETIO_HISTOGRAM_BPF_H

#include "maps.bpf.h"

/* The running CPU's figures at NETIO_FIGURE_INDEX(). */
static __always_inline struct netio_timed_figures *figures_at(__u32 index)
{
	return bpf_map_lookup_elem(&timed_figures, &index);
}

static __always_inline struct netio_timed_figures *figures_of(__u32 slot, __u32 figure)
{
	return figures_at(NETIO_FIGURE_INDEX(slot % NETIO_ROLE_COUNT, figure));
}

/* netio_histogram_bucket(): from the table where it has it, in half as many instructions. */
static __always_inline __u32 bucket_of(__u64 duration_ns)
{
	__u64 step = (duration_ns - NETIO_BUCKET_TABLE_BEGIN) >> NETIO_BUCKET_TABLE_SHIFT;

	return step < NETIO_BUCKET_TABLE_STEPS ? bucket_table[step] : netio_histogram_bucket(duration_ns);
}

/* Adds one duration. No lock and no atomic operation: most elements are written by one program only, and the kernel
 * does not let a program interrupt itself on the same CPU. Those of copy_in and of the waits have several writers, all
 * in task context: a kernel that preempts itself could let two of them meet there, and law 1 would show what is lost.
 */
static __always_inline void record(struct netio_timed_figures *figures, __u64 duration_ns)
{
	figures->inclusive_ns += duration_ns;
	if (figures->min_ns - 1 > duration_ns) /* 0 - 1 is larger than everything */
		figures->min_ns = duration_ns + 1;
	if (figures->max_ns < duration_ns)
		figures->max_ns = duration_ns;
	figures->buckets[bucket_of(duration_ns) & (NETIO_HISTOGRAM_BUCKETS - 1)] += 1;
}

#endif /* NETIO_HISTOGRAM_BPF_H */
