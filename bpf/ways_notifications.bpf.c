// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What becomes of io_uring's zero-copy sends. Their pages are not the socket's, as those of MSG_ZEROCOPY are, but a
 * request's of its own, the notification (io_alloc_notif()), whose ubuf_info is in the packets. So whose it is must be
 * noted when the send begins; it is known by the address of the ubuf_info from then on:
 *   begins    where the kernel tells of the message (tcp:tcp_sendmsg_locked), or after the entry of io_send_zc() at
 * that of skb_zerocopy_iter_stream() copied    each packet whose pages were copied for it: io_tx_ubuf_complete(),
 * without success complete  io_uring:io_uring_complete, when the program is told, with IORING_NOTIF_USAGE_ZC_COPIED if
 * it had asked
 */
#include "stacks.bpf.h"
#include "ways.bpf.h"

#define NETIO_IORING_CQE_F_NOTIF   8u
#define NETIO_IORING_ZC_COPIED     0x80000000u
/* Sends that one packet may have the pages of, as far as they are followed (io_link_skb()). */
#define NETIO_LINKED_NOTIFICATIONS 16

struct netio_way_notification {
	__u32 subject;
	__u32 copied; /* a packet with its pages was copied */
	__u64 begins_ns;
};

/* By the address of the ubuf_info. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NETIO_WAY_NOTIFICATIONS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u64);
	__type(value, struct netio_way_notification);
} notifications SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, NETIO_SITE_ENTRIES);
	__type(key, struct netio_site_key);
	__type(value, struct netio_site);
} way_sites SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_site);
} way_site_scratch SEC(".maps");

/* io_tx_ubuf_complete() is hooked: whether a send was copied is known of each. */
const volatile bool copies_are_seen = false;

__u64 notifications_without_room;
__u64 way_sites_without_room;

static __always_inline struct netio_way_fates *fates_of(__u32 subject)
{
	struct netio_way_counts *counts = bpf_map_lookup_elem(&way_counts, &subject);

	return counts ? &counts->fates : NULL;
}

/* A zero-copy send begins, or goes on. */
static __always_inline void follow_notification(__u64 owner, struct sock *sk, __u16 state)
{
	struct netio_way_notification notification = {};
	struct netio_way_fates *fates;
	struct netio_way_socket *socket;

	if (element_of(&notifications, &owner))
		return;
	socket = socket_of(sk, 0, 0);
	if (!socket)
		return;
	notification.subject = subject_for(socket, sk, state);
	notification.begins_ns = bpf_ktime_get_ns();
	if (bpf_map_update_elem(&notifications, &owner, &notification, BPF_NOEXIST)) {
		__sync_fetch_and_add(&notifications_without_room, 1);
		return;
	}
	fates = fates_of(notification.subject);
	if (fates)
		__sync_fetch_and_add(&fates->sends, 1);
}

static __always_inline __u64 owner_of_notification(__u64 request)
{
	return request + bpf_core_field_offset(struct io_kiocb, cmd) +
	       bpf_core_field_offset(struct io_notif_data, uarg);
}

/* io_send_zc(), io_sendmsg_zc(): no argument of a system call tells that they pin. */
static __always_inline int pins_next(void)
{
	__u64 tid = NETIO_MASKED(bpf_get_current_task_btf()->pid, NETIO_TIDS);

	if (is_traced(task_state[tid]))
		send_class[tid] = NETIO_SEND_PINS;
	return 0;
}

/* Pages are pinned, by that or by MSG_ZEROCOPY. */
static __always_inline int pages_pinned(struct sock *sk, __u64 owner)
{
	__u64 tid = NETIO_MASKED(bpf_get_current_task_btf()->pid, NETIO_TIDS);

	if (owner && send_class[tid] == NETIO_SEND_PINS && is_tcp(sk))
		follow_notification(owner, sk, task_state[tid]);
	return 0;
}

NETIO_TYPED_ENTRY(io_send_zc, pins_next(), void *request)
NETIO_TYPED_ENTRY(io_sendmsg_zc, pins_next(), void *request)
NETIO_TYPED_ENTRY(skb_zerocopy_iter_stream, pages_pinned(sk, (__u64)owner), struct sock *sk, struct sk_buff *skb,
		  struct msghdr *message, int length, struct ubuf_info *owner)

/* A packet gives up pages because it has copies of them now (skb_copy_ubufs()); its length is as it was. */
static __always_inline int pages_released(void *context, struct sk_buff *skb, __u64 owner, bool success)
{
	struct netio_way_notification *notification;
	struct netio_site_key key = {.path = NETIO_PATH_DEFERRED_COPY};
	struct netio_way_fates *fates;
	struct io_notif_data *data;
	__u64 bytes;
	int i;

	if (success || !skb)
		return 0;
	notification = element_of(&notifications, &owner);
	if (!notification)
		return 0;
	notification->copied = 1;
	bytes = BPF_CORE_READ(skb, data_len);
	fates = fates_of(notification->subject);
	if (fates) {
		__sync_fetch_and_add(&fates->copies.calls, 1);
		__sync_fetch_and_add(&fates->copies.bytes, bytes);
	}
	key.subject = notification->subject;
	if (!count_site(context, &way_sites, &way_site_scratch, &key, bytes))
		__sync_fetch_and_add(&way_sites_without_room, 1);
	/* Since 6.10 a packet may have pages of several sends, of which it knows the first. */
	data = (struct io_notif_data *)(owner - bpf_core_field_offset(struct io_notif_data, uarg));
	if (!bpf_core_field_exists(data->next))
		return 0;
	for (i = 0; i < NETIO_LINKED_NOTIFICATIONS; i++) {
		data = BPF_CORE_READ(data, next);
		if (!data)
			break;
		owner = (__u64)data + bpf_core_field_offset(struct io_notif_data, uarg);
		notification = element_of(&notifications, &owner);
		if (notification)
			notification->copied = 1;
	}
	return 0;
}

NETIO_TYPED_ENTRY(io_tx_ubuf_complete, pages_released(ctx, skb, (__u64)owner, success), struct sk_buff *skb,
		  struct ubuf_info *owner, bool success)
/* Its name up to 6.9. */
NETIO_TYPED_ENTRY(io_uring_tx_zerocopy_callback, pages_released(ctx, skb, (__u64)owner, success), struct sk_buff *skb,
		  struct ubuf_info *owner, bool success)

/* The kernel's own word on whether a send was copied; false: the program has not asked for it. */
static __always_inline bool is_reported(struct io_notif_data *data)
{
	return bpf_core_field_exists(data->zc_report) && BPF_CORE_READ(data, zc_report);
}

static __always_inline int request_completes(struct io_kiocb *request)
{
	const struct netio_way_notification *notification;
	struct netio_way_fates *fates;
	struct io_notif_data *data;
	__u64 owner;

	if (!request || !(BPF_CORE_READ(request, cqe.flags) & NETIO_IORING_CQE_F_NOTIF))
		return 0;
	owner = owner_of_notification((__u64)request);
	notification = element_of(&notifications, &owner);
	if (!notification)
		return 0;
	fates = fates_of(notification->subject);
	if (fates) {
		data = (struct io_notif_data *)(owner - bpf_core_field_offset(struct io_notif_data, uarg));
		__sync_fetch_and_add(&fates->completions, 1);
		__sync_fetch_and_add(&fates->elapsed_ns, bpf_ktime_get_ns() - notification->begins_ns);
		if (notification->copied ||
		    (is_reported(data) && ((__u32)BPF_CORE_READ(request, cqe.res) & NETIO_IORING_ZC_COPIED)))
			__sync_fetch_and_add(&fates->copied, 1);
		else if (!copies_are_seen && !is_reported(data))
			__sync_fetch_and_add(&fates->unknown, 1);
	}
	bpf_map_delete_elem(&notifications, &owner);
	return 0;
}

/* io_uring:io_uring_complete: its third argument and those after it differ between kernels. */
NETIO_TYPED_TRACEPOINT(io_uring_complete, request_completes(request), void *ring, struct io_kiocb *request)
