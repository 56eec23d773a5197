// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where CPU time goes: kernel stacks, sampled by a clock on each CPU. */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"

/* 1 + slot that the packet in this CPU's receive path belongs to; 0: none. A packet is work for the end that receives
 * it: payload for the receiver, acknowledgements for the sender. */
static __always_inline __u32 softirq_slot(__u64 owner, __u32 variant_slot)
{
	struct netio_socket *socket;

	if (!owner)
		return 0;
	if (owner < NETIO_OWNER_ROLE + NETIO_ROLE_COUNT)
		return 1 + variant_slot + (owner - NETIO_OWNER_ROLE);
	socket = find_socket(owner);
	/* Slots are laid out sender, receiver: the other end of the same variant. */
	return socket ? 1 + (socket->slot ^ 1) : 0;
}

static __always_inline int take_sample(struct bpf_perf_event_data *ctx)
{
	struct netio_cpu_state *state = this_cpu_state();
	struct netio_thread *thread = current_thread();
	struct netio_sample_key key = {};
	__u64 one = 1;
	__u64 *seen;
	long stack;

	if (!state)
		return 0;
	state->samples += 1;
	key.task_slot = thread ? 1 + thread->slot : 0;
	key.softirq_slot = softirq_slot(state->softirq_owner, cell_slot);
	if (!key.task_slot && !key.softirq_slot) {
		state->samples_elsewhere += 1;
		return 0;
	}
	if (is_user_mode(ctx)) {
		if (!key.task_slot) {
			state->samples_elsewhere += 1;
			return 0;
		}
		key.stack = NETIO_STACK_NONE;
		key.softirq_slot = 0;
	} else {
		stack = bpf_get_stackid(ctx, &stacks, 0);
		if (stack < 0) {
			count_loss(stack == -NETIO_EEXIST ? NETIO_LOSS_STACK_COLLISION : NETIO_LOSS_STACK_OTHER);
			stack = NETIO_STACK_LOST;
		}
		key.stack = stack;
	}
	seen = bpf_map_lookup_elem(&samples, &key);
	if (!seen) {
		if (bpf_map_update_elem(&samples, &key, &one, BPF_NOEXIST) == 0)
			return 0;
		seen = bpf_map_lookup_elem(&samples, &key); /* another CPU was first */
		if (!seen) {
			count_loss(NETIO_LOSS_SAMPLE_TABLE_FULL);
			return 0;
		}
	}
	__sync_fetch_and_add(seen, 1);
	return 0;
}

SEC("?perf_event")
int on_sample(struct bpf_perf_event_data *ctx)
{
	return take_sample(ctx);
}
