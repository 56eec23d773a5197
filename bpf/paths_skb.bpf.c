// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * deferred_copy, linearize and skb_copy, by the exact backends: what is copied while an skb is on its way. Nearly all of it
 * runs in softirq context, on whoever's time, and is attributed by the skb's socket; the time is taken from the path that
 * it interrupts.
 */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "hooks.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"

/* The paths that are open where the program runs. What is open for a CPU does not move to another: softirq does not, and
 * these functions run with bottom halves off otherwise. */
static __always_inline struct netio_frames *open_paths_here(void)
{
	struct netio_thread *thread = current_thread();
	struct netio_cpu_state *state;

	if (thread)
		return &thread->frames;
	state = this_cpu_state();
	if (!state)
		return NULL;
	/* Or clang adds the offset first and tests for null then, which the verifier refuses. */
	barrier_var(state);
	return &state->frames;
}

/* Slot of the socket that an skb belongs to, -1: it is none of the traced. A segment on its way out has its socket; after
 * the link, it has it only while zero-copy pages are in it. */
static __always_inline __s32 slot_of_skb(__u64 skb, bool *zero_copy)
{
	__u64 sk = skb_zero_copy_socket(skb);
	struct netio_socket *socket;

	*zero_copy = sk;
	socket = find_socket(sk ? sk : skb_socket(skb));
	return socket ? (__s32)socket->slot : -1;
}

static __always_inline __u64 hash_site(const struct netio_site *site)
{
	__u64 hash = 0xcbf29ce484222325ull;
	__u32 i;

	for (i = 0; i < NETIO_SITE_FRAMES && i < site->depth; i++)
		hash = (hash ^ site->frames[i]) * 0x100000001b3ull;
	return hash;
}

/* Bytes of zero-copy sends are copied after all: remembers who called for it. */
static __always_inline void note_site(void *ctx, __u32 path, __u32 slot, __u64 bytes)
{
	struct netio_site_key key = {.slot = slot, .path = path};
	struct netio_site *site;
	struct netio_site *seen;
	__u32 zero = 0;
	long size;

	site = bpf_map_lookup_elem(&site_scratch, &zero);
	if (!site)
		return;
	size = bpf_get_stack(ctx, site->frames, sizeof(site->frames), 0);
	site->depth = size > 0 ? size / sizeof(site->frames[0]) : 0;
	key.stack_hash = hash_site(site);
	seen = bpf_map_lookup_elem(&copy_sites, &key);
	if (!seen) {
		site->calls = 1;
		site->bytes = bytes;
		if (bpf_map_update_elem(&copy_sites, &key, site, BPF_NOEXIST) == 0)
			return;
		seen = bpf_map_lookup_elem(&copy_sites, &key); /* another CPU was first */
		if (!seen) {
			count_loss(NETIO_LOSS_SITE_TABLE_FULL);
			return;
		}
	}
	__sync_fetch_and_add(&seen->calls, 1);
	__sync_fetch_and_add(&seen->bytes, bytes);
}

static __always_inline int skb_path_begins(void *ctx, __u32 path, __u64 skb, __u64 bytes)
{
	struct netio_frames *frames;
	bool zero_copy;
	__s32 slot = slot_of_skb(skb, &zero_copy);

	if (slot < 0)
		return 0;
	if (zero_copy)
		note_site(ctx, path, slot, bytes);
	frames = open_paths_here();
	if (frames)
		open_frame(frames, path, slot, bytes);
	return 0;
}

static __always_inline bool is_skb_path(__u32 path)
{
	return path == NETIO_PATH_DEFERRED_COPY || path == NETIO_PATH_LINEARIZE || path == NETIO_PATH_SKB_COPY;
}

/* Tells the call around about the time that was taken from it. */
static __always_inline void report_to_call(struct netio_frames *frames, __u64 inclusive)
{
	struct netio_frame *outer = innermost(frames);
	struct netio_thread *thread;

	if (!outer || is_skb_path(outer->path))
		return;
	thread = current_thread();
	if (thread)
		thread->skb_path_ns += inclusive;
}

static __always_inline int skb_path_ends(__u32 path, bool succeeded)
{
	struct netio_frames *frames = open_paths_here();
	struct netio_timed_figures *figures;
	struct netio_frame *frame;
	__u64 now;

	if (!frames || !frames->depth)
		return 0;
	frame = frame_to_close(frames, path);
	if (!frame)
		return 0;
	now = bpf_ktime_get_ns();
	figures = close_frame(frames, frame, now);
	if (figures && succeeded)
		figures->bytes += frame->bytes;
	report_to_call(frames, now - frame->start_ns);
	return 0;
}

static __always_inline int deferred_copy_begins(void *ctx, __u64 skb)
{
	return skb_path_begins(ctx, NETIO_PATH_DEFERRED_COPY, skb, skb_fragment_bytes(skb));
}

static __always_inline int linearize_begins(void *ctx, __u64 skb, int length)
{
	return skb_path_begins(ctx, NETIO_PATH_LINEARIZE, skb, length);
}

/* skb_copy_bits() is what skb_copy(), skb_copy_expand(), tcp_collapse() and skb_segment() copy with. __pskb_pull_tail() does
 * too, and has been counted then. A negative offset copies headroom, which is no payload. */
static __always_inline int skb_copy_begins(void *ctx, __u64 skb, int offset, int length)
{
	struct netio_frames *frames = open_paths_here();

	if (!frames || innermost_if(frames, NETIO_PATH_LINEARIZE))
		return 0;
	return skb_path_begins(ctx, NETIO_PATH_SKB_COPY, skb, offset < 0 ? length + offset : length);
}

static __always_inline int skb_copy_ends(int result)
{
	struct netio_frames *frames = open_paths_here();

	if (!frames || innermost_if(frames, NETIO_PATH_LINEARIZE))
		return 0;
	return skb_path_ends(NETIO_PATH_SKB_COPY, result == 0);
}

NETIO_ENTRY(skb_copy_ubufs, deferred_copy_begins(ctx, (__u64)skb), void *skb)
NETIO_EXIT(skb_copy_ubufs, skb_path_ends(NETIO_PATH_DEFERRED_COPY, (int)result == 0))

NETIO_ENTRY(__pskb_pull_tail, linearize_begins(ctx, (__u64)skb, length), void *skb, int length)
NETIO_EXIT(__pskb_pull_tail, skb_path_ends(NETIO_PATH_LINEARIZE, result != 0))

NETIO_ENTRY(skb_copy_bits, skb_copy_begins(ctx, (__u64)skb, offset, length), void *skb, int offset, void *to, int length)
NETIO_EXIT(skb_copy_bits, skb_copy_ends((int)result))
