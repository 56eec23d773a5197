// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Sends, by whether their bytes are copied, pinned, handed over by reference or encrypted.
 */
#include "ways.bpf.h"

/* The flags that the current task gave to a send call, where its arguments tell. */
static __always_inline __u32 argument_flags(struct task_struct *task, __u32 call)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

#if defined(__TARGET_ARCH_x86)
	if (call == NETIO_CALL_SENDMSG)
		return (__u32)regs->dx;
	if (call == NETIO_CALL_SENDTO || call == NETIO_CALL_SENDMMSG)
		return (__u32)regs->r10;
#else
	if (call == NETIO_CALL_SENDMSG)
		return (__u32)regs->regs[2];
	if (call == NETIO_CALL_SENDTO || call == NETIO_CALL_SENDMMSG)
		return (__u32)regs->regs[3];
#endif
	return 0;
}

/* How bytes with these flags are sent (tcp_sendmsg_locked()): by reference where the route takes pages. */
static __always_inline __u8 class_of_message(struct sock *sk, __u32 flags, bool has_ubuf)
{
	if (flags & NETIO_MSG_SPLICE_PAGES)
		return takes_pages(sk) ? NETIO_SEND_SPLICES : NETIO_SEND_COPIES;
	if (has_ubuf || ((flags & NETIO_MSG_ZEROCOPY) && has_zero_copy(sk)))
		return NETIO_SEND_PINS;
	return NETIO_SEND_COPIES;
}

static __always_inline __u8 class_of_call(struct task_struct *task, struct sock *sk, __u32 call)
{
	if (call == NETIO_CALL_SENDFILE || call == NETIO_CALL_SPLICE)
		return class_of_message(sk, NETIO_MSG_SPLICE_PAGES, false);
	return class_of_message(sk, argument_flags(task, call), false);
}

/* A send by the current task has returned. */
static __always_inline int sent(struct sock *sk, __s64 result, __u8 told)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 tid = task->pid;
	__u16 state = state_of(tid);
	struct netio_way_socket *socket;
	struct netio_way_counts *counts;
	__u32 number;
	__u32 call;
	__u32 way = NETIO_WAY_COPY_IN;

	if (!is_traced(state) || !is_tcp(sk))
		return 0;
	socket = socket_of(sk, result > 0 ? result : 0, 0);
	if (!socket)
		return 0;
	number = subject_for(socket, sk, state);
	counts = bpf_map_lookup_elem(&way_counts, &number);
	if (!counts)
		return 0;
	call = current_call(task);
	if (call >= NETIO_CALL_KINDS)
		return 0;
	counts->sent[call].calls += 1;
	if (result <= 0) {
		counts->sends_failed += 1;
		return 0;
	}
	if (__builtin_expect((socket->flags & (NETIO_SOCKET_ADOPTED | NETIO_SOCKET_SENT)) == NETIO_SOCKET_ADOPTED, 0)) {
		__u32 moved = write_seq_of(sk) - socket->write_start;

		/* The call had begun before the socket was adopted. */
		if (!(socket->flags & NETIO_SOCKET_TLS) && result > moved) {
			socket->cut += result - moved;
			result = moved;
		}
		socket->flags |= NETIO_SOCKET_SENT;
	}
	if (is_tls(sk)) {
		way = NETIO_WAY_TLS_TX;
		if (!(socket->flags & NETIO_SOCKET_TLS))
			socket->flags |= NETIO_SOCKET_TLS;
	} else {
		if (told == NETIO_SEND_UNKNOWN)
			told = class_of_call(task, sk, call);
		if (told == NETIO_SEND_PINS && takes_pages(sk))
			way = NETIO_WAY_PIN;
		else if (told == NETIO_SEND_SPLICES)
			way = NETIO_WAY_SPLICE_IN;
	}
	__sync_fetch_and_add(&socket->sent, result);
	counts->sent[call].bytes += result;
	counts->ways[way].calls += 1;
	counts->ways[way].bytes += result;
	return 0;
}

/* The class that was told within the call, once. */
static __always_inline __u8 take_class(void)
{
	__u64 tid = NETIO_MASKED((__u32)bpf_get_current_pid_tgid(), NETIO_TIDS);
	__u8 told = send_class[tid];

	if (told)
		send_class[tid] = NETIO_SEND_UNKNOWN;
	return told;
}

NETIO_TYPED_TRACEPOINT(sock_send_length, sent(sk, result, take_class()), struct sock *sk, int result)

/* The pages' owner where that is not the socket: io_uring's zero-copy sends, since 6.0. 0: it is. */
static __always_inline __u64 message_owner(const struct msghdr *message)
{
	__u64 address = 0;

	if (bpf_core_field_exists(message->msg_ubuf))
		bpf_core_read(&address, sizeof(address), &message->msg_ubuf);
	return address;
}

static __always_inline int tell_class(struct sock *sk, struct msghdr *message)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u64 tid = NETIO_MASKED(task->pid, NETIO_TIDS);

	__u64 owner;

	if (!is_traced(task_state[tid]))
		return 0;
	owner = message_owner(message);
	send_class[tid] = class_of_message(sk, BPF_CORE_READ(message, msg_flags), owner);
	if (owner && is_tcp(sk))
		follow_notification(owner, sk, task_state[tid]);
	return 0;
}

/* tcp:tcp_sendmsg_locked, since 6.16: each chunk of a send. Of kTLS it shows how that sends its records. */
NETIO_TYPED_TRACEPOINT(tcp_sendmsg_locked, tell_class(sk, message), struct sock *sk, struct msghdr *message)

/* All sends of IPv4 and IPv6 sockets but the pages of sendfile up to 6.4; kTLS's too. */
static __always_inline int message_sent(struct socket *socket, struct msghdr *message, int result)
{
	struct sock *sk = socket->sk;

	if (!sk)
		return 0;
	if (!is_traced(state_of(bpf_get_current_task_btf()->pid)))
		return 0;
	take_class(); /* of io_uring; the message has it too */
	return sent(sk, result, class_of_message(sk, BPF_CORE_READ(message, msg_flags), message_owner(message)));
}

NETIO_TYPED_EXIT(inet_sendmsg, message_sent(socket, message, result), struct socket *socket, struct msghdr *message,
		 size_t size, int result)
NETIO_TYPED_EXIT(inet6_sendmsg, message_sent(socket, message, result), struct socket *socket, struct msghdr *message,
		 size_t size, int result)

static __always_inline int page_sent(struct socket *socket, __s64 result)
{
	struct sock *sk = socket->sk;

	if (!sk || !is_traced(state_of(bpf_get_current_task_btf()->pid)))
		return 0;
	return sent(sk, result, class_of_message(sk, NETIO_MSG_SPLICE_PAGES, false));
}

/* Up to 6.4: sendfile and splice, page by page. */
NETIO_TYPED_EXIT(inet_sendpage, page_sent(socket, result), struct socket *socket, struct page *page, int offset,
		 size_t size, int flags, ssize_t result)
