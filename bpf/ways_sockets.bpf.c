// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sockets: where their sequence numbers are when they are established or adopted, and when they end.
 */
#include "ways.bpf.h"

/*
 * Whose a socket is where no call tells: of who holds its lock when its state changes, for connect(), shutdown() and
 * close() do; and of who has it among the files.
 */
static __always_inline void own_socket(struct sock *sk, bool begins)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u16 state = state_of(task->pid);
	struct netio_way_socket *socket;

	if (!sk->sk_lock.owned || !is_traced(state))
		return;
	socket = bpf_sk_storage_get(&way_sockets, sk, 0, begins ? BPF_SK_STORAGE_GET_F_CREATE : 0);
	if (socket && !socket->subject)
		subject_of_use(socket, sk, task, state);
}

/* Of a socket of which nobody is known: all tasks are traced, or it may be another's. */
static __always_inline void give_up_owner(struct netio_way_socket *socket)
{
	__u64 bytes = (__u32)(socket->write_end - socket->write_start) +
		      (__u64)(__u32)(socket->copied_end - socket->copied_start);

	if (!bytes)
		return;
	if (every_task) {
		socket->subject = 1 + subject_limit;
		return;
	}
	__sync_fetch_and_add(&ownerless_sockets, 1);
	__sync_fetch_and_add(&ownerless_bytes, bytes);
}

/* All files of all tasks that whoever traces sees, once for those that share them. */
SEC("iter/task_file")
int own_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct netio_way_socket *storage;
	struct socket *socket;
	struct sock *sk;
	__u16 state;

	if (!task || !file)
		return 0;
	state = state_of(task->pid);
	if (!is_traced(state))
		return 0;
	socket = bpf_sock_from_file(file);
	if (!socket)
		return 0;
	sk = socket->sk;
	if (!sk || !is_tcp(sk) || sk->__sk_common.skc_state == TCP_LISTEN)
		return 0;
	storage = bpf_sk_storage_get(&way_sockets, sk, 0, 0);
	if (storage && !storage->subject)
		subject_of_use(storage, sk, task, state);
	return 0;
}

static __always_inline int state_changes(struct sock *sk, int state)
{
	struct netio_way_socket *socket;

	if (sk->sk_protocol != NETIO_IPPROTO_TCP || !is_tcp(sk))
		return 0;
	if (sockets_alone)
		own_socket(sk, state == TCP_SYN_SENT);
	if (state == TCP_ESTABLISHED) {
		__u32 owner;

		socket = bpf_sk_storage_get(&way_sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (!socket) {
			__sync_fetch_and_add(&sockets_without_storage, 1);
			return 0;
		}
		settle(socket); /* of the connection that the socket had before it was disconnected */
		owner = socket->subject;
		begin_socket(socket, sk, 0);
		if (sockets_alone)
			socket->subject = owner;
		return 0;
	}
	if (state != TCP_FIN_WAIT1 && state != TCP_LAST_ACK && state != TCP_CLOSE)
		return 0;
	socket = bpf_sk_storage_get(&way_sockets, sk, 0, 0);
	if (!socket)
		return 0;
	if (!(socket->flags & NETIO_SOCKET_WRITE_ENDED)) {
		follow_sent(socket, sk);
		socket->flags |= NETIO_SOCKET_WRITE_ENDED;
	}
	follow_received(socket, sk);
	return 0;
}

/* sock:inet_sock_set_state: sequence numbers are read where no data has moved yet, and where no more will be sent. */
NETIO_TYPED_TRACEPOINT(inet_sock_set_state, state_changes(sk, state), struct sock *sk, int old_state, int state)

/* After a disconnect the socket's numbers are others than those that its connection had. */
static __always_inline int destroyed(struct sock *sk)
{
	struct netio_way_socket *socket = bpf_sk_storage_get(&way_sockets, sk, 0, 0);
	__u32 beyond;

	if (!socket || (!socket->subject && !sockets_alone) || !(socket->flags & NETIO_SOCKET_BEGUN))
		return 0;
	if (!(socket->flags & NETIO_SOCKET_WRITE_ENDED)) {
		follow_sent(socket, sk);
		socket->flags |= NETIO_SOCKET_WRITE_ENDED;
	}
	beyond = write_seq_of(sk) - socket->write_end;
	if (beyond <= 1) /* the FIN */
		follow_received(socket, sk);
	if (!socket->subject)
		give_up_owner(socket);
	settle(socket);
	return 0;
}

NETIO_TYPED_TRACEPOINT(tcp_destroy_sock, destroyed(sk), struct sock *sk)

/* All sockets of a network namespace: before the trace begins. */
SEC("iter/tcp")
int adopt_sockets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct netio_way_socket *socket;
	struct tcp_sock *tcp;
	struct sock *sk;

	if (!common)
		return 0;
	tcp = bpf_skc_to_tcp_sock(common);
	if (!tcp)
		return 0;
	sk = (struct sock *)tcp;
	if (common->skc_state == TCP_LISTEN || !is_tcp(sk))
		return 0;
	socket = bpf_sk_storage_get(&way_sockets, tcp, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!socket) {
		__sync_fetch_and_add(&sockets_without_storage, 1);
		return 0;
	}
	if (socket->flags || socket->subject)
		return 0; /* seen since the programs were attached */
	begin_socket(socket, sk, NETIO_SOCKET_ADOPTED);
	if (common->skc_state != TCP_ESTABLISHED && common->skc_state != TCP_CLOSE_WAIT)
		socket->flags |= NETIO_SOCKET_WRITE_ENDED;
	/* A FIN that was read already is no byte of the trace, nor is one that is read later. */
	socket->copied_start = copied_seq_of(sk);
	__sync_fetch_and_add(&adopted_sockets, 1);
	if (has_zero_copy(sk))
		__sync_fetch_and_add(&zero_copy_sockets, 1);
	return 0;
}

/* The same when it ends. A socket in mid-call is left for the next pass, until the last. */
SEC("iter/tcp")
int freeze_sockets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *common = ctx->sk_common;
	struct netio_way_socket *socket;
	struct tcp_sock *tcp;
	struct sock *sk;

	if (!common)
		return 0;
	tcp = bpf_skc_to_tcp_sock(common);
	if (!tcp)
		return 0;
	sk = (struct sock *)tcp;
	socket = bpf_sk_storage_get(&way_sockets, tcp, 0, 0);
	if (!socket || (!socket->subject && !sockets_alone) || !(socket->flags & NETIO_SOCKET_BEGUN) ||
	    (socket->flags & NETIO_SOCKET_SETTLED))
		return 0;
	if (!(socket->flags & NETIO_SOCKET_WRITE_ENDED))
		follow_sent(socket, sk);
	if (common->skc_state != TCP_CLOSE)
		follow_received(socket, sk);
	if (!socket->subject)
		give_up_owner(socket);
	if (!settle_all && !sockets_alone && !(socket->flags & NETIO_SOCKET_TLS) &&
	    (difference(socket->write_start, socket->write_end, socket->sent) ||
	     difference(socket->copied_start, socket->copied_end, socket->received))) {
		__sync_fetch_and_add(&unsettled, 1);
		return 0;
	}
	settle(socket);
	return 0;
}
