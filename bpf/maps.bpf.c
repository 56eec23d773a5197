// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Defines the maps and the configuration that maps.bpf.h declares. */
#define NETIO_DEFINE_STORAGE
#include "maps.bpf.h"

/* Kernel helpers that are offered to GPL-compatible programs only (bpf_probe_read_kernel and others) are used. */
char LICENSE[] SEC("license") = "Dual BSD/GPL";
