/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_STACKS_BPF_H
#define NETIO_STACKS_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

#include "verifier.bpf.h"

/* FNV-1a, a word at a time, over the first `depth` of `most` addresses; never 0. */
static __always_inline __u64 hash_frames(const __u64 *frames, __u64 depth, __u32 most)
{
	__u64 hash = 0xcbf29ce484222325ull;
	__u64 i;

	for (i = 0; i < most && i < depth; i++) {
		/* The loop shall have both ends, not one at the lesser, which the verifier does not know. */
		NETIO_FORGET(i);
		hash = (hash ^ frames[i]) * 0x100000001b3ull;
	}
	return hash ? hash : 1;
}

#endif /* NETIO_STACKS_BPF_H */
