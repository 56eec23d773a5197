/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_SOCKETS_BPF_H
#define NETIO_SOCKETS_BPF_H

#include "compat.bpf.h"
#include "maps.bpf.h"

static __always_inline struct netio_socket *find_socket(__u64 sk)
{
	return element_of(&sockets, &sk);
}

/* The traced socket that receives packets of a flow; NULL: none. */
static __always_inline struct netio_socket *find_receiver(__u64 flow)
{
	const __u64 *sk = element_of(&flows, &flow);

	return sk ? find_socket(*sk) : NULL;
}

/* A socket belongs to the subject of the first traced thread that makes a socket call on it. */
static __always_inline void track_socket(__u64 sk, __u32 subject)
{
	struct netio_socket socket = {.subject = subject, .ring = NETIO_NO_RING};

	if (find_socket(sk))
		return;
	socket.flow = flow_of_socket(sk);
	if (bpf_map_update_elem(&sockets, &sk, &socket, BPF_NOEXIST)) {
		count_loss(NETIO_LOSS_SOCKET_TABLE_FULL);
		return;
	}
	if (socket.flow && bpf_map_update_elem(&flows, &socket.flow, &sk, BPF_ANY))
		count_loss(NETIO_LOSS_SOCKET_TABLE_FULL);
}

/* The socket is gone. */
static __always_inline void forget_socket(__u64 sk)
{
	struct netio_socket *socket = find_socket(sk);
	__u64 flow;

	if (!socket)
		return;
	/* Its ports are not its own any more (inet_put_port()), so that its flow is not read from it again. */
	flow = socket->flow;
	bpf_map_delete_elem(&sockets, &sk);
	bpf_map_delete_elem(&flows, &flow);
	__sync_fetch_and_add(&socket_generation, 1);
}

#endif /* NETIO_SOCKETS_BPF_H */
