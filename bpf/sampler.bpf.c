// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where CPU time goes: kernel stacks, sampled by a clock on each CPU. */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"
#include "stacks.bpf.h"

/* 1 + the subject that the packet in this CPU's receive path is work for, the one that receives it: payload for the
 * receiver, acknowledgements for the sender; 0: none. */
static __always_inline __u32 receiving_subject(const struct netio_cpu_state *state)
{
	__u64 sender = state->packet_sender;
	struct netio_socket *socket = sender ? find_socket(sender) : find_receiver(state->packet_flow);

	if (!socket)
		return 0;
	return 1 + (sender ? peer_of(socket->subject) : socket->subject);
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
	key.task_subject = thread ? 1 + thread->subject : 0;
	key.softirq_subject = key.user_mode ? 0 : receiving_subject(state);
	if (!key.task_subject && !key.softirq_subject)
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
