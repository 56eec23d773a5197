// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * All programs as one translation unit: they share maps, configuration and a kfunc, and libbpf's static linker (1.1)
 * cannot join objects that declare the same kfunc.
 */
#include "maps.bpf.h"

#include "tasks.bpf.c"
#include "paths_syscall.bpf.c"
#include "paths_send.bpf.c"
#include "paths_recv.bpf.c"
#include "paths_skb.bpf.c"
#include "paths_wait.bpf.c"
#include "paths_zerocopy.bpf.c"
#include "sampler.bpf.c"
#include "calibration.bpf.c"

/* Helpers that the kernel offers to GPL-compatible programs only are used (bpf_probe_read_kernel and others). */
char LICENSE[] SEC("license") = "Dual BSD/GPL";
