// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where CPU time goes: kernel stacks, sampled by a clock on each CPU. */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"
#include "stacks.bpf.h"

/* 1 + slot that the packet in this CPU's receive path belongs to; 0: none. A packet is work for the end that receives
 * it: payload for the receiver, acknowledgements for the sender. */
static __always_inline __u32 softirq_slot(__u64 owner)
{
	struct netio_socket *socket;

	if (!owner)
		return 0;
	if (owner < NETIO_OWNER_ROLE + NETIO_ROLE_COUNT)
		return 1 + cell_slot + (owner - NETIO_OWNER_ROLE);
	socket = find_socket(owner);
	return socket ? 1 + NETIO_OTHER_END(socket->slot) : 0;
}

static __always_inline void add_sample(const struct netio_sample_key *key, const struct netio_sample *sample)
{
	struct netio_sample *seen = element_of(&samples, key);

	if (!seen) {
		if (bpf_map_update_elem(&samples, key, sample, BPF_NOEXIST) == 0)
			return;
		seen = element_of(&samples, key); /* another CPU was first */
		if (!seen) {
			count_loss(NETIO_LOSS_SAMPLE_TABLE_FULL);
			return;
		}
	}
	__sync_fetch_and_add(&seen->count, 1);
}

static __always_inline int take_sample(struct bpf_perf_event_data *ctx)
{
	struct netio_cpu_state *state = this_cpu_state();
	struct netio_thread *thread = current_thread();
	struct netio_sample_key key = {};
	struct netio_sample *sample;
	__u32 zero = 0;
	long size;

	sample = element_of(&sample_scratch, &zero);
	if (!state || !sample)
		return 0;
	state->samples += 1;
	key.user_mode = is_user_mode(ctx);
	key.task_slot = thread ? 1 + thread->slot : 0;
	key.softirq_slot = key.user_mode ? 0 : softirq_slot(state->softirq_owner);
	if (!key.task_slot && !key.softirq_slot)
		return 0;
	sample->count = 1;
	sample->depth = 0;
	if (!key.user_mode) {
		size = bpf_get_stack(ctx, sample->frames, sizeof(sample->frames), 0);
		if (size <= 0)
			count_loss(NETIO_LOSS_STACK);
		else
			sample->depth = size / sizeof(sample->frames[0]);
		key.stack_hash = hash_frames(sample->frames, sample->depth, NETIO_STACK_FRAMES);
	}
	add_sample(&key, sample);
	return 0;
}

SEC("?perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	return take_sample(ctx);
}
