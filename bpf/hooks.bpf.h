/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_HOOKS_BPF_H
#define NETIO_HOOKS_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/*
 * Thin wrappers of a handler around the entry or the exit of a kernel function, for the two exact backends. The
 * programs' names are what the plan asks for: fentry_F, fexit_F, kprobe_F, kretprobe_F.
 */

/* Not every handler needs all leading arguments, the context or the result. */
#define NETIO_UNUSED_ALLOWED                                                                                           \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wunused-parameter\"")                        \
	    _Pragma("GCC diagnostic ignored \"-Wunused-variable\"")
#define NETIO_UNUSED_FORBIDDEN _Pragma("GCC diagnostic pop")

/* `handler` may use the function's leading arguments, which follow it as a parameter list, and `ctx`. */
#define NETIO_ENTRY(function, handler, ...)                                                                            \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?fentry/" #function)                                                                                      \
	int BPF_PROG(fentry_##function, __VA_ARGS__)                                                                   \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	SEC("?kprobe/" #function)                                                                                      \
	int BPF_KPROBE(kprobe_##function, __VA_ARGS__)                                                                 \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

/* `handler` may use `result`, what the function returned. bpf_get_func_ret() (5.17) finds it whatever the number of the
 * function's arguments, which differs between kernels. */
#define NETIO_EXIT(function, handler)                                                                                  \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?fexit/" #function)                                                                                       \
	int fexit_##function(void *ctx)                                                                                \
	{                                                                                                              \
		__u64 result = 0;                                                                                      \
                                                                                                                       \
		bpf_get_func_ret(ctx, &result);                                                                        \
		return handler;                                                                                        \
	}                                                                                                              \
	SEC("?kretprobe/" #function)                                                                                   \
	int kretprobe_##function(struct pt_regs *ctx)                                                                  \
	{                                                                                                              \
		__u64 result = PT_REGS_RC(ctx);                                                                        \
                                                                                                                       \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

/* The same around a tracepoint, for kernels that let programs know the types of its arguments: NAME is btf_TRACEPOINT.
 */
#define NETIO_TYPED_TRACEPOINT(tracepoint, handler, ...)                                                               \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?tp_btf/" #tracepoint)                                                                                    \
	int BPF_PROG(btf_##tracepoint, __VA_ARGS__)                                                                    \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

/*
 * The same around a tracepoint by its event for perf: event_TRACEPOINT. The kernel runs it with preemption disabled.
 *
 * Programs of raw tracepoints and of fentry are guarded against recursion by a count per program and CPU, which is
 * taken while the program runs (bpf_prog_get_recursion_context()). Where they can be preempted, a thread that is
 * preempted inside one keeps the guard, and until it runs again every other thread's hits on that CPU are dropped.
 * bpf_preempt_disable() inside the program does not help: what it held up happens when it ends, inside the guard. Raw
 * tracepoints run preemptibly since tracepoints are protected by SRCU (7.2); those of perf disable preemption
 * themselves (perf_trace_##call() in include/trace/perf.h). Their guard is one per CPU for all such programs, kprobes
 * and samples: a tick of the sampling clock inside of one is lost, and counted.
 */
#define NETIO_TRACE_EVENT(group, tracepoint, handler, ...)                                                             \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?tp/" #group "/" #tracepoint)                                                                             \
	int event_##tracepoint(__VA_ARGS__)                                                                            \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

/* `handler` around the exit of a function with these arguments, the last of which is its result. */
#define NETIO_TYPED_EXIT(function, handler, ...)                                                                       \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?fexit/" #function)                                                                                       \
	int BPF_PROG(fexit_##function, __VA_ARGS__)                                                                    \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

/* The same around its entry. */
#define NETIO_TYPED_ENTRY(function, handler, ...)                                                                      \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?fentry/" #function)                                                                                      \
	int BPF_PROG(fentry_##function, __VA_ARGS__)                                                                   \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

#endif /* NETIO_HOOKS_BPF_H */
