/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_HISTOGRAM_BPF_H
#define NETIO_HISTOGRAM_BPF_H

#include "maps.bpf.h"

/* The running CPU's figures of (slot, figure); NULL when they are not traced. */
static __always_inline struct netio_timed_figures *figures_of(__u32 slot, __u32 figure)
{
	__u32 index;

	if (slot >= NETIO_SLOT_COUNT || figure >= NETIO_FIGURE_COUNT)
		return NULL;
	index = figure_index[slot][figure];
	return bpf_map_lookup_elem(&timed_figures, &index);
}

/* Adds one duration. No lock and no atomic operation: an element is written by one program only, and the kernel does
 * not let a program interrupt itself on the same CPU. */
static __always_inline void record(struct netio_timed_figures *figures, __u64 inclusive_ns, __u64 exclusive_ns,
				   __u64 preempted_ns)
{
	if (!figures->calls || inclusive_ns < figures->min_ns)
		figures->min_ns = inclusive_ns;
	if (inclusive_ns > figures->max_ns)
		figures->max_ns = inclusive_ns;
	figures->calls += 1;
	figures->inclusive_ns += inclusive_ns;
	figures->exclusive_ns += exclusive_ns;
	figures->preempted_ns += preempted_ns;
	figures->buckets[netio_histogram_bucket(inclusive_ns) & (NETIO_HISTOGRAM_BUCKETS - 1)] += 1;
}

#endif /* NETIO_HISTOGRAM_BPF_H */
