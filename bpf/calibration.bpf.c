// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How much of a bracketed time is our own bookkeeping: a bracket around nothing. BPF_PROG_TEST_RUN of a tracing program
 * calls the empty functions bpf_fentry_test1(), bpf_fentry_test2(), … one after the other (net/bpf/test_run.c, since
 * 5.7), and between the return of the first and the call of the second there is nothing but the edges themselves.
 */
#include "frames.bpf.h"
#include "hooks.bpf.h"
#include "maps.bpf.h"

static __always_inline int bracket_begins(void)
{
	struct netio_thread *thread = current_thread();

	if (thread && !thread->frames.innermost)
		open_frame(thread, NETIO_FIGURE_CALIBRATION, 0);
	return 0;
}

static __always_inline int bracket_ends(void)
{
	struct netio_thread *thread = current_thread();

	if (!thread || !is_innermost(thread, NETIO_FIGURE_CALIBRATION))
		return 0;
	close_frame(thread, NETIO_FIGURE_CALIBRATION, bpf_ktime_get_ns());
	flush_closed(thread, NETIO_FIGURE_CALIBRATION);
	return 0;
}

NETIO_EXIT(bpf_fentry_test1, bracket_begins())
NETIO_ENTRY(bpf_fentry_test2, bracket_ends(), int a)
