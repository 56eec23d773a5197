/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_HISTOGRAM_BPF_H
#define NETIO_HISTOGRAM_BPF_H

#include "maps.bpf.h"

/* The running CPU's bank at NETIO_BANK_INDEX(). */
static __always_inline struct netio_bank *bank_at(__u32 index)
{
	return element_of(&timed_figures, &index);
}

static __always_inline struct netio_timed_figures *figures_of(__u32 subject, __u32 figure)
{
	__u32 location = netio_figure_location[NETIO_MASKED(figure, NETIO_FIGURE_CAPACITY)];
	struct netio_bank *bank = bank_at(NETIO_BANK_INDEX(subject, NETIO_BANK_OF_LOCATION(location)));

	return bank ? &bank->at[NETIO_MASKED(NETIO_POSITION_OF_LOCATION(location), NETIO_BANK_SIZE)] : NULL;
}

/* Not inlined, so that what is frequent needs no jump. */
static __noinline __u32 offset_outside_table(__u64 duration_ns)
{
	return netio_histogram_bucket(duration_ns) * sizeof(__u32);
}

/* Where in `buckets` a duration is counted, in bytes: from the table where it has it, in a third of the instructions
 * of netio_histogram_bucket(). */
static __always_inline __u32 offset_of_bucket(__u64 duration_ns)
{
	__u64 step = (duration_ns - NETIO_BUCKET_TABLE_BEGIN) >> NETIO_BUCKET_TABLE_SHIFT;

	if (__builtin_expect(!NETIO_IS_BELOW(step, NETIO_BUCKET_TABLE_STEPS), 0))
		return offset_outside_table(duration_ns);
	return bucket_offsets[step];
}

/* Adds one duration. No lock and no atomic operation: the kernel does not let a program interrupt itself on the same
 * CPU, and most elements are written by one program only, or by several in task context that do not interrupt each
 * other. A kernel that preempts itself could let two hooks of copy_in meet there, and law 1 would show what is lost.
 */
static __always_inline void record(struct netio_timed_figures *figures, __u64 duration_ns)
{
	__u64 offset;

	figures->inclusive_ns += duration_ns;
	if (figures->min_ns > duration_ns)
		figures->min_ns = duration_ns;
	if (figures->max_ns < duration_ns)
		figures->max_ns = duration_ns;
	offset = NETIO_MASKED(offset_of_bucket(duration_ns), sizeof(figures->buckets)) & -sizeof(__u32);
	*(__u32 *)((void *)figures->buckets + offset) += 1;
}

#endif /* NETIO_HISTOGRAM_BPF_H */
