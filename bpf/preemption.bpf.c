// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Whether programs of raw tracepoints can be preempted by another thread: the preemption count that they see at the
 * entry of a system call. In the scheduler, which nothing preempts, it is never 0 where the kernel counts at all.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

__u32 calls_seen;
__u32 calls_preemptible;
__u32 switches_counted;

#if defined(__TARGET_ARCH_x86)
/* The count is a variable of its own, but from 6.2 to 6.14. A kernel without CONFIG_KALLSYMS_ALL refuses the programs.
 */
extern const int __preempt_count __ksym __weak;
extern const struct pcpu_hot pcpu_hot __ksym __weak;
#endif

static __always_inline bool read_preemption_count(__u32 *count)
{
#if defined(__TARGET_ARCH_x86)
	if (bpf_core_type_exists(struct pcpu_hot)) {
		*count = ((const struct pcpu_hot *)bpf_this_cpu_ptr(&pcpu_hot))->preempt_count;
		return true;
	}
	if (&__preempt_count) {
		*count = *(const int *)bpf_this_cpu_ptr(&__preempt_count);
		return true;
	}
	return false;
#elif defined(__TARGET_ARCH_arm64)
	*count = bpf_get_current_task_btf()->thread_info.preempt.count;
	return true;
#endif
}

/* x86 keeps in the highest bit that nobody wants the CPU (PREEMPT_NEED_RESCHED, inverted). */
#define NETIO_PREEMPTION_COUNT 0x7fffffff

SEC("raw_tp/sys_enter")
int at_system_call(void *ctx __attribute__((unused)))
{
	__u32 count = 0;

	if (!read_preemption_count(&count))
		return 0;
	calls_seen = 1;
	if (!(count & NETIO_PREEMPTION_COUNT))
		calls_preemptible = 1;
	return 0;
}

SEC("raw_tp/sched_switch")
int at_switch(void *ctx __attribute__((unused)))
{
	__u32 count = 0;

	if (read_preemption_count(&count) && (count & NETIO_PREEMPTION_COUNT))
		switches_counted = 1;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
