/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_SOCKETS_BPF_H
#define NETIO_SOCKETS_BPF_H

#include "compat.bpf.h"
#include "maps.bpf.h"

/* A socket belongs to the slot of the first traced thread that makes a socket call on it. */
static __always_inline void track_socket(__u64 sk, __u32 slot)
{
	struct netio_socket socket = {.slot = slot, .ring = NETIO_NO_RING};
	__u64 role;

	if (bpf_map_lookup_elem(&sockets, &sk))
		return;
	if (bpf_map_update_elem(&sockets, &sk, &socket, BPF_NOEXIST))
		count_loss(NETIO_LOSS_SOCKET_TABLE_FULL);
	role = NETIO_MASKED(slot, NETIO_ROLE_COUNT);
	role_namespace[role] = socket_namespace(sk);
	role_port[role] = socket_local_port(sk);
}

static __always_inline struct netio_socket *find_socket(__u64 sk)
{
	return element_of(&sockets, &sk);
}

#endif /* NETIO_SOCKETS_BPF_H */
