// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What is received, by whether it is copied, moved by reference, mapped, dropped, looked at or decrypted.
 */
#include "ways.bpf.h"

/* A receive call by the current task has returned. */
static __always_inline int received(struct sock *sk, __s64 result, __u32 flags)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u16 state = state_of(task->pid);
	struct netio_way_socket *socket;
	struct netio_way_counts *counts;
	__u32 number;
	__u32 call;
	__u32 way = NETIO_WAY_COPY_OUT;
	bool moves = !(flags & NETIO_MSG_PEEK);

	if (!is_traced(state) || !is_tcp(sk))
		return 0;
	socket = socket_of(sk, 0, result > 0 && moves ? result : 0);
	if (!socket)
		return 0;
	number = subject_for(socket, sk, state);
	counts = bpf_map_lookup_elem(&way_counts, &number);
	if (!counts)
		return 0;
	if (flags & NETIO_MSG_ERRQUEUE) {
		counts->errqueue_reads += 1;
		return 0;
	}
	call = current_call(task);
	if (call >= NETIO_CALL_KINDS)
		return 0;
	counts->received[call].calls += 1;
	if (result <= 0) {
		if (result)
			counts->receives_failed += 1;
		else
			counts->ends_of_file += 1;
		return 0;
	}
	if (call <= NETIO_CALL_IO_URING && !(socket->flags & NETIO_SOCKET_IO_URING))
		socket->flags |= NETIO_SOCKET_IO_URING;
	if (is_tls(sk)) {
		way = NETIO_WAY_TLS_RX;
		if (!(socket->flags & NETIO_SOCKET_TLS))
			socket->flags |= NETIO_SOCKET_TLS;
	} else if (!moves) {
		if (flags & NETIO_MSG_TRUNC)
			return 0; /* copied nowhere, and taken from nowhere */
		way = NETIO_WAY_PEEKED;
	} else if (flags & NETIO_MSG_TRUNC) {
		way = NETIO_WAY_DISCARDED;
	}
	if (moves) {
		if (__builtin_expect(
			(socket->flags & (NETIO_SOCKET_ADOPTED | NETIO_SOCKET_RECEIVED)) == NETIO_SOCKET_ADOPTED, 0)) {
			__u32 moved = BPF_CORE_READ((struct tcp_sock *)sk, copied_seq) - socket->copied_start;

			if (!(socket->flags & NETIO_SOCKET_TLS) && result > moved) {
				socket->cut += result - moved;
				result = moved;
			}
			socket->flags |= NETIO_SOCKET_RECEIVED;
		}
		__sync_fetch_and_add(&socket->received, result);
		counts->received[call].bytes += result;
	}
	counts->ways[way].calls += 1;
	counts->ways[way].bytes += result;
	return 0;
}

/* Bytes that the current task has taken without a receive call. */
static __always_inline int taken(struct sock *sk, __u32 bytes, __u32 way)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u16 state = state_of(task->pid);
	struct netio_way_socket *socket;
	struct netio_way_counts *counts;
	__u32 number;
	__u32 call;

	if (!is_traced(state) || !is_tcp(sk))
		return 0;
	socket = socket_of(sk, 0, bytes);
	if (!socket)
		return 0;
	number = subject_for(socket, sk, state);
	counts = bpf_map_lookup_elem(&way_counts, &number);
	if (!counts)
		return 0;
	call = current_call(task);
	if (call >= NETIO_CALL_KINDS || way >= NETIO_WAYS)
		return 0;
	__sync_fetch_and_add(&socket->received, bytes);
	counts->received[call].calls += 1;
	counts->received[call].bytes += bytes;
	counts->ways[way].calls += 1;
	counts->ways[way].bytes += bytes;
	return 0;
}

/* Bytes have left the receive queue. Those that no receive call returns are counted here. */
static __always_inline int left_queue(struct sock *sk)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u16 state = state_of(task->pid);
	struct netio_way_socket *socket;
	struct netio_way_counts *counts;
	__u32 call;
	__u32 way;
	__u32 number;
	__s32 moved;

	if (!is_traced(state))
		return 0;
	call = current_call(task);
	if (call != NETIO_CALL_SPLICE && call != NETIO_CALL_GETSOCKOPT && call != NETIO_CALL_IO_WORKER &&
	    call != NETIO_CALL_SENDFILE)
		return 0;
	if (!is_tcp(sk))
		return 0;
	socket = socket_of(sk, 0, 0);
	if (!socket)
		return 0;
	number = subject_for(socket, sk, state);
	if (call == NETIO_CALL_IO_WORKER) {
		/* A receive call that returns its bytes, or a splice: known when the trace ends. */
		socket->flags |= NETIO_SOCKET_IO_URING;
		return 0;
	}
	if (is_tls(sk))
		return 0;
	counts = bpf_map_lookup_elem(&way_counts, &number);
	if (!counts)
		return 0;
	/* The socket is locked, and what other threads' receive calls took may not be counted yet; they are then taken
	 * for this one's, and the next one's is less. */
	moved = difference(socket->copied_start, copied_seq_of(sk), socket->received);
	if (moved <= 0)
		return 0;
	way = call == NETIO_CALL_GETSOCKOPT ? NETIO_WAY_MAPPED : NETIO_WAY_SPLICE_OUT;
	__sync_fetch_and_add(&socket->received, moved);
	counts->received[call].calls += 1;
	counts->received[call].bytes += moved;
	counts->ways[way].calls += 1;
	counts->ways[way].bytes += moved;
	return 0;
}

NETIO_TYPED_TRACEPOINT(sock_recv_length, received(sk, result, flags), struct sock *sk, int result, int flags)
NETIO_TYPED_TRACEPOINT(tcp_rcv_space_adjust, left_queue(sk), struct sock *sk)

/* What leaves the queue by reference: where these are hooked, no receive call is looked at in the middle. */
static __always_inline int spliced(struct socket *socket, __s64 result, __u32 way)
{
	struct sock *sk = socket->sk;

	return sk && result > 0 ? taken(sk, result, way) : 0;
}

/* The socket is locked, so that nobody else takes anything meanwhile. */
static __always_inline int map_begins(struct sock *sk)
{
	struct netio_way_socket *socket;

	if (!is_traced(state_of(bpf_get_current_task_btf()->pid)) || !is_tcp(sk))
		return 0;
	socket = socket_of(sk, 0, 0);
	if (socket)
		socket->map_start = copied_seq_of(sk);
	return 0;
}

static __always_inline int map_ends(struct sock *sk, struct tcp_zerocopy_receive *request)
{
	struct netio_way_socket *socket;
	__s32 copied;
	__s32 moved;

	if (!is_traced(state_of(bpf_get_current_task_btf()->pid)))
		return 0;
	socket = bpf_sk_storage_get(&way_sockets, sk, 0, 0);
	if (!socket)
		return 0;
	moved = copied_seq_of(sk) - socket->map_start;
	/* What is no whole page may be copied to a buffer beside. */
	copied = BPF_CORE_READ(request, copybuf_len);
	if (copied > 0 && copied <= moved) {
		taken(sk, copied, NETIO_WAY_COPY_OUT);
		moved -= copied;
	}
	return moved > 0 ? taken(sk, moved, NETIO_WAY_MAPPED) : 0;
}

/* The same of a socket with TLS. The function is a module's, and for a program of one that uses the storage of sockets
 * the kernel looks the function up among its own types, finds none, and crashes (bpf_sk_storage_tracing_allowed(), seen
 * on 6.12): what belongs to the socket is left alone, whose sequence numbers count records anyway. */
static __always_inline int spliced_tls(struct socket *socket, __s64 result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u16 state = state_of(task->pid);
	struct netio_way_counts *counts;
	struct sock *sk = socket->sk;
	__u32 number = subject_limit;
	__u32 call;

	if (!sk || result <= 0 || !is_traced(state) || !is_tcp(sk))
		return 0;
	if (grouping != NETIO_BY_CONNECTION)
		number = state == 0 || state == NETIO_TASK_UNDECIDED ? decide_subject(task) : state - 1u;
	counts = bpf_map_lookup_elem(&way_counts, &number);
	call = current_call(task);
	if (!counts || call >= NETIO_CALL_KINDS)
		return 0;
	counts->received[call].calls += 1;
	counts->received[call].bytes += result;
	counts->ways[NETIO_WAY_TLS_RX].calls += 1;
	counts->ways[NETIO_WAY_TLS_RX].bytes += result;
	return 0;
}

NETIO_TYPED_EXIT(tls_sw_splice_read, spliced_tls(socket, result), struct socket *socket, loff_t *position,
		 struct pipe_inode_info *pipe, size_t length, unsigned int flags, ssize_t result)
NETIO_TYPED_EXIT(tcp_splice_read, spliced(socket, result, NETIO_WAY_SPLICE_OUT), struct socket *socket,
		 loff_t *position, struct pipe_inode_info *pipe, size_t length, unsigned int flags, ssize_t result)
NETIO_TYPED_ENTRY(tcp_zerocopy_receive, map_begins(sk), struct sock *sk)
NETIO_TYPED_EXIT(tcp_zerocopy_receive, map_ends(sk, request), struct sock *sk, struct tcp_zerocopy_receive *request,
		 void *timestamps, int result)

static __always_inline int message_received(struct socket *socket, int flags, int result)
{
	struct sock *sk = socket->sk;

	return sk ? received(sk, result, flags) : 0;
}

NETIO_TYPED_EXIT(inet_recvmsg, message_received(socket, flags, result), struct socket *socket, struct msghdr *message,
		 size_t size, int flags, int result)
NETIO_TYPED_EXIT(inet6_recvmsg, message_received(socket, flags, result), struct socket *socket, struct msghdr *message,
		 size_t size, int flags, int result)
