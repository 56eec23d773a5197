/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_ZEROCOPY_BPF_H
#define NETIO_ZEROCOPY_BPF_H

#include "compat.bpf.h"
#include "histogram.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"
#include "timeline.bpf.h"

/*
 * Zero-copy sends in flight. The kernel numbers the sends of a socket consecutively (sk->sk_zckey), so a send's place
 * is known when its system call begins, and its completion finds it without a look-up by hash.
 */

static __always_inline __u64 ring_tag(__u32 id)
{
	return ((__u64)(id >> ring_bits) & NETIO_RING_TAG_MASK) << NETIO_RING_TAG_SHIFT;
}

static __always_inline __u64 *ring_entry(__u32 ring, __u32 id)
{
	__u32 index = (ring << ring_bits) + (id & ((1u << ring_bits) - 1));

	return element_of(&rings, &index);
}

#define NETIO_RING_ID_BITS ((NETIO_RING_TAG_MASK << NETIO_RING_TAG_SHIFT))

static __always_inline bool is_entry_of(__u64 entry, __u32 id)
{
	return entry && (entry & NETIO_RING_ID_BITS) == ring_tag(id);
}

/* A send call with MSG_ZEROCOPY begins on a socket with SO_ZEROCOPY. Its id is the socket's next one: the socket is
 * locked only later, but the calls of one thread do not overtake each other. A failed call gives its id back
 * (msg_zerocopy_put_abort()), and the next call overwrites the entry. */
static __always_inline void zero_copy_send_begins(__u64 sk, __u64 now)
{
	struct netio_socket *socket = find_socket(sk);
	__u64 *entry;
	__u32 id;

	if (!socket)
		return;
	if (socket->ring == NETIO_NO_RING) {
		__u32 ring = __sync_fetch_and_add(&ring_count, 1);

		if (ring >= ring_capacity) {
			count_loss(NETIO_LOSS_RING_TABLE_FULL);
			return;
		}
		socket->ring = ring;
	}
	id = socket_next_zero_copy_id(sk);
	entry = ring_entry(socket->ring, id);
	if (!entry)
		return;
	if (*entry && !(*entry & NETIO_RING_DONE) && !is_entry_of(*entry, id))
		count_loss(NETIO_LOSS_SEND_OVERTAKEN);
	*entry = (now << NETIO_RING_TIME_SHIFT) | ring_tag(id);
}

/* The traced socket at `sk` when it has made zero-copy sends, else NULL. */
static __always_inline struct netio_socket *zero_copy_sender(__u64 sk)
{
	struct netio_socket *socket = find_socket(sk);

	return socket && socket->ring != NETIO_NO_RING ? socket : NULL;
}

struct completion_walk {
	__u64 now;
	__u32 ring;
	__u32 first;
	__u32 subject;
	__u32 figure;
	__u32 completed;
	__u32 unknown;
};

static long complete_one(__u32 position, struct completion_walk *walk)
{
	__u32 id = walk->first + position;
	__u64 *entry = ring_entry(walk->ring, id);
	struct netio_timed_figures *figures;
	__u64 before;
	__u64 duration;

	if (!entry)
		return 1;
	if (!is_entry_of(*entry, id)) {
		walk->unknown++;
		return 0;
	}
	/* Report and freeing of a notification may run on two CPUs: whoever sets the bit counts it. */
	before = __sync_fetch_and_or(entry, NETIO_RING_DONE);
	if (before & NETIO_RING_DONE)
		return 0;
	*entry = (walk->now << NETIO_RING_TIME_SHIFT) | ring_tag(id) | NETIO_RING_DONE;
	walk->completed++;
	duration = (walk->now - (before >> NETIO_RING_TIME_SHIFT)) & ((1ull << 48) - 1);
	figures = figures_of(walk->subject, walk->figure);
	if (figures)
		record(figures, duration);
	if (NETIO_WITH_TIMELINE())
		store_interruption(walk->now, duration, 0, walk->subject, walk->figure);
	return 0;
}

/* Calls `visit` for each send of the range, and adds up those that were not seen. */
static __always_inline void walk_range(struct completion_walk *walk, struct netio_socket *socket,
				       const struct zero_copy_range *range,
				       long (*visit)(__u32 position, struct completion_walk *walk))
{
	__u32 length = range->last - range->first + 1;

	if (length > (1u << ring_bits))
		length = 1u << ring_bits;
	walk->now = bpf_ktime_get_ns();
	walk->ring = socket->ring;
	walk->first = range->first;
	walk->subject = socket->subject;
	bpf_loop(length, visit, walk, 0);
	if (walk->unknown)
		__sync_fetch_and_add(&lost[NETIO_LOSS_COMPLETION_UNKNOWN], walk->unknown);
}

/* Completes those sends of the range that are not complete yet. */
static __always_inline void complete_range(struct netio_socket *socket, const struct zero_copy_range *range,
					   __u32 figure, enum netio_count_kind copied_kind)
{
	struct completion_walk walk = {.figure = figure};

	walk_range(&walk, socket, range, complete_one);
	if (range->copied && walk.completed)
		count(socket->subject, copied_kind, walk.completed, 0);
}

static long notify_one(__u32 position, struct completion_walk *walk)
{
	__u32 id = walk->first + position;
	__u64 *entry = ring_entry(walk->ring, id);
	struct netio_timed_figures *figures;
	__u64 duration;

	if (!entry)
		return 1;
	if (!is_entry_of(*entry, id) || !(*entry & NETIO_RING_DONE)) {
		walk->unknown++;
		return 0;
	}
	duration = (walk->now - (*entry >> NETIO_RING_TIME_SHIFT)) & ((1ull << 48) - 1);
	figures = figures_of(walk->subject, walk->figure);
	if (figures)
		record(figures, duration);
	if (NETIO_WITH_TIMELINE())
		store_interruption(walk->now, duration, 0, walk->subject, walk->figure);
	return 0;
}

/* The completion of the range's sends has been read from the error queue. */
static __always_inline void notify_range(struct netio_socket *socket, const struct zero_copy_range *range)
{
	struct completion_walk walk = {.figure = NETIO_FIGURE_ZC_NOTIFIED};

	walk_range(&walk, socket, range, notify_one);
}

#endif /* NETIO_ZEROCOPY_BPF_H */
