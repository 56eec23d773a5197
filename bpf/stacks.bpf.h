/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_STACKS_BPF_H
#define NETIO_STACKS_BPF_H

#include "vmlinux.h"

#include <bpf/bpf_helpers.h>

#include "netio_abi.h"
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

/* Bytes of a zero-copy send are copied after all: remembers who called for it, in the table `sites`, by key and stack.
 * False: the table is full. */
static __always_inline bool count_site(void *ctx, void *sites, void *scratch, struct netio_site_key *key, __u64 bytes)
{
	struct netio_site *site;
	struct netio_site *seen;
	__u32 zero = 0;
	long size;

	site = element_of(scratch, &zero);
	if (!site)
		return true;
	size = bpf_get_stack(ctx, site->frames, sizeof(site->frames), 0);
	site->depth = size > 0 ? size / sizeof(site->frames[0]) : 0;
	key->stack_hash = hash_frames(site->frames, site->depth, NETIO_SITE_FRAMES);
	seen = element_of(sites, key);
	if (!seen) {
		site->calls = 1;
		site->bytes = bytes;
		if (bpf_map_update_elem(sites, key, site, BPF_NOEXIST) == 0)
			return true;
		seen = element_of(sites, key); /* another CPU was first */
		if (!seen)
			return false;
	}
	__sync_fetch_and_add(&seen->calls, 1);
	__sync_fetch_and_add(&seen->bytes, bytes);
	return true;
}

#endif /* NETIO_STACKS_BPF_H */
