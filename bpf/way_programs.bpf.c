// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The bytes that any program moves over TCP, by the way that they take: exact, whatever the system call, without a
 * program at the entry of system calls and without a clock.
 *
 * Each call of TCP's send and receive functions ends at one place, where its return value is known:
 *   send     sock:sock_send_length, or the exit of inet_sendmsg() where that can be hooked, and, up to 6.4, of
 *            inet_sendpage()
 *   receive  sock:sock_recv_length, or the exit of inet_recvmsg() where there is none
 * What is moved without a receive call, by splice() or TCP_ZEROCOPY_RECEIVE, is seen at tcp:tcp_rcv_space_adjust, which
 * all ways of receiving pass after the sequence number has moved.
 *
 * Independent of what calls return, each socket's own sequence numbers are read when it is established or adopted, and
 * when it closes or the trace ends. The sum of the calls on it must be what they say.
 */
#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "hooks.bpf.h"
#include "netio_ways.h"
#include "verifier.bpf.h"

#define NETIO_AF_INET          2
#define NETIO_AF_INET6         10
#define NETIO_IPPROTO_TCP      6
#define NETIO_SOCK_STREAM      1
#define NETIO_MSG_PEEK         0x2
#define NETIO_MSG_TRUNC        0x20
#define NETIO_MSG_ERRQUEUE     0x2000
#define NETIO_MSG_ZEROCOPY     0x4000000
#define NETIO_MSG_SPLICE_PAGES 0x8000000 /* since 6.5 */
#define NETIO_NETIF_F_SG       (1ull << 0)
#define NETIO_CLONE_THREAD     0x10000
#define NETIO_PF_IO_WORKER     0x10
#define NETIO_PF_KTHREAD       0x200000

/*
 * Configuration, written before loading.
 */
const volatile __u32 subject_limit = 1; /* subjects with a number of their own; the next is that of all others */
const volatile __u32 grouping = NETIO_BY_PROCESS;
const volatile bool every_task = false;
const volatile bool follow_comm = false; /* processes that take this name are traced too */
const volatile char wanted_comm[NETIO_COMM_LENGTH] = {};
const volatile __u16 wanted_port = 0;
const volatile __u32 pid_namespace_inode = 0; /* 0: it is the initial one */
const volatile __u8 call_kind_of[NETIO_SYSTEM_CALLS] = {};

/*
 * State.
 */
__u32 next_subject;
__u64 tasks_without_subject; /* times that a process, name or connection found all subjects taken */
__u64 sockets_without_storage;
__u32 settle_all; /* at the end, settle also sockets on which calls and sequence numbers differ */
__u64 unsettled;  /* that were left in the last pass */
__u64 adopted_sockets;
__u64 zero_copy_sockets; /* of those, with SO_ZEROCOPY */
__u32 marked_tasks;      /* by the last pass over all tasks */
/* With what the last pass over all tasks compares. */
__u32 match_comm;
__u32 match_parents;
/* See enum netio_send_class; by thread id. */
__u8 send_class[NETIO_TIDS];
/* Depth of the PID namespace of whoever traces, which the first pass over all tasks finds. */
__u32 pid_level;
/* By thread id, see NETIO_TASK_UNDECIDED. */
__u16 task_state[NETIO_TIDS];

struct subject_key {
	__u64 words[2];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct subject_key);
	__type(value, __u32);
} subject_numbers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_way_subject);
} subjects SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_way_counts);
} way_counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netio_way_totals);
} socket_totals SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct netio_way_socket);
} way_sockets SEC(".maps");

/* Thread groups that are asked for, as whoever traces sees them. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32); /* 1: found */
} wanted_pids SEC(".maps");

static __always_inline struct netio_way_totals *totals_of(__u32 subject)
{
	return bpf_map_lookup_elem(&socket_totals, &subject);
}

static __always_inline __u16 state_of(__u32 tid)
{
	return task_state[NETIO_MASKED(tid, NETIO_TIDS)];
}

/* The thread group's id as whoever traces sees it; 0: it is in another namespace. */
static __always_inline __u32 visible_tgid_of(struct task_struct *task)
{
	struct upid visible = {};
	struct pid *pid;

	if (!pid_namespace_inode)
		return BPF_CORE_READ(task, tgid);
	pid = BPF_CORE_READ(task, group_leader, thread_pid);
	if (BPF_CORE_READ(pid, level) < pid_level)
		return 0;
	bpf_probe_read_kernel(&visible, sizeof(visible),
			      (const char *)pid + bpf_core_field_offset(struct pid, numbers) +
				  (__u64)pid_level * bpf_core_type_size(struct upid));
	return BPF_CORE_READ(visible.ns, ns.inum) == pid_namespace_inode ? (__u32)visible.nr : 0;
}

static __always_inline void describe_process(struct netio_way_subject *subject, struct task_struct *task)
{
	subject->tgid = BPF_CORE_READ(task, tgid);
	subject->visible_tgid = visible_tgid_of(task);
	BPF_CORE_READ_STR_INTO(&subject->comm, task, group_leader, comm);
	subject->cgroup = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
}

static __always_inline void describe_connection(struct netio_way_subject *subject, struct sock *sk)
{
	subject->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	subject->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == NETIO_AF_INET6) {
		bpf_core_read(subject->local_address, sizeof(subject->local_address),
			      &sk->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(subject->remote_address, sizeof(subject->remote_address), &sk->__sk_common.skc_v6_daddr);
	} else {
		subject->local_address[1] =
		    (__u64)BPF_CORE_READ(sk, __sk_common.skc_rcv_saddr) << 32 | bpf_htonl(0xffff);
		subject->remote_address[1] = (__u64)BPF_CORE_READ(sk, __sk_common.skc_daddr) << 32 | bpf_htonl(0xffff);
	}
}

/* A subject that nobody has yet; that of all others when there is none. */
static __noinline __u32 new_subject(struct sock *sk)
{
	__u32 number = next_subject;
	struct netio_way_subject *subject;

	if (number < subject_limit)
		number = __sync_fetch_and_add(&next_subject, 1);
	if (number >= subject_limit) {
		__sync_fetch_and_add(&tasks_without_subject, 1);
		return subject_limit;
	}
	subject = bpf_map_lookup_elem(&subjects, &number);
	if (!subject)
		return subject_limit;
	describe_process(subject, (struct task_struct *)bpf_get_current_task());
	if (sk)
		describe_connection(subject, sk);
	subject->begins_ns = bpf_ktime_get_ns();
	barrier();
	subject->ready = 1;
	return number;
}

static __always_inline void make_key(struct subject_key *key, struct task_struct *task)
{
	if (grouping == NETIO_BY_COMM)
		BPF_CORE_READ_STR_INTO((char(*)[NETIO_COMM_LENGTH])key, task, group_leader, comm);
	else if (grouping == NETIO_BY_CGROUP)
		key->words[0] = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
	else
		key->words[0] = BPF_CORE_READ(task, tgid);
}

/* The subject of the current task, which has none yet. */
static __noinline __u32 decide_subject(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct subject_key key = {};
	__u32 number = 0;
	__u32 *known;

	make_key(&key, task);
	known = bpf_map_lookup_elem(&subject_numbers, &key);
	if (!known) {
		number = new_subject(NULL);
		/* Two threads may be here at once: the first one's number is that of both, the other is of nobody. */
		if (bpf_map_update_elem(&subject_numbers, &key, &number, BPF_NOEXIST))
			known = bpf_map_lookup_elem(&subject_numbers, &key);
	}
	if (known)
		number = *known;
	task_state[NETIO_MASKED(tid, NETIO_TIDS)] = 1 + number;
	return number;
}

static __always_inline bool is_traced(__u16 state)
{
	if (every_task)
		return state != NETIO_TASK_EXCLUDED;
	return state != 0;
}

static __always_inline bool is_tcp(const struct sock *sk)
{
	__u16 family = sk->__sk_common.skc_family;

	if (family != NETIO_AF_INET && family != NETIO_AF_INET6)
		return false;
	if (sk->sk_protocol != NETIO_IPPROTO_TCP || sk->sk_type != NETIO_SOCK_STREAM)
		return false;
	return !wanted_port || sk->__sk_common.skc_num == wanted_port ||
	       sk->__sk_common.skc_dport == bpf_htons(wanted_port);
}

/* Not inlined: hardly any socket has another protocol above it. */
static __noinline bool is_named_tls(const struct tcp_ulp_ops *ulp)
{
	char name[4] = {};

	bpf_core_read(name, sizeof(name), &ulp->name);
	return name[0] == 't' && name[1] == 'l' && name[2] == 's' && name[3] == 0;
}

/* The helper gives the socket the type whose fields are plain loads, where BPF_CORE_READ() calls another. */
static __always_inline bool is_tls(struct sock *sk)
{
	struct tcp_sock *tcp = bpf_skc_to_tcp_sock(sk);

	return tcp && tcp->inet_conn.icsk_ulp_ops && is_named_tls(tcp->inet_conn.icsk_ulp_ops);
}

static __always_inline __u32 write_seq_of(struct sock *sk)
{
	return BPF_CORE_READ((struct tcp_sock *)sk, write_seq);
}

/* Where the user has read to, without the peer's FIN. tcp_fin() sets SOCK_DONE; shutdown(SHUT_RD) does not. */
static __always_inline __u32 copied_seq_of(struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
	__u32 copied = BPF_CORE_READ(tcp, copied_seq);
	unsigned long done = 1ul << bpf_core_enum_value(enum sock_flags, SOCK_DONE);

	if ((BPF_CORE_READ(sk, __sk_common.skc_flags) & done) && copied == BPF_CORE_READ(tcp, rcv_nxt))
		return copied - 1;
	return copied;
}

static __always_inline void begin_socket(struct netio_way_socket *socket, struct sock *sk, __u32 flags)
{
	socket->subject = 0;
	socket->flags = flags;
	socket->sent = socket->received = socket->cut = 0;
	socket->write_end = socket->write_start = write_seq_of(sk);
	socket->copied_end = socket->copied_start = BPF_CORE_READ((struct tcp_sock *)sk, copied_seq);
}

/* By how many bytes the socket's own count is above that of the calls. */
static __always_inline __s32 difference(__u32 start, __u32 end, __u64 counted)
{
	return (__s32)(end - start - (__u32)counted);
}

/* Adds a socket that sends and receives no more, or whose trace ends, to the totals of its subject. */
static __noinline int settle(struct netio_way_socket *socket)
{
	struct netio_way_totals *totals;
	__s64 sent, received;

	if (!socket || !socket->subject || (socket->flags & NETIO_SOCKET_SETTLED))
		return 0;
	totals = totals_of(socket->subject - 1);
	if (!totals)
		return 0;
	sent = difference(socket->write_start, socket->write_end, socket->sent);
	received = difference(socket->copied_start, socket->copied_end, socket->received);
	if (socket->flags & NETIO_SOCKET_TLS)
		sent = received = 0;
	if (received > 0 && (socket->flags & NETIO_SOCKET_IO_URING)) {
		__u32 number = socket->subject - 1;
		struct netio_way_counts *counts = bpf_map_lookup_elem(&way_counts, &number);

		if (counts) {
			counts->ways[NETIO_WAY_SPLICE_OUT].calls += 1;
			counts->ways[NETIO_WAY_SPLICE_OUT].bytes += received;
			counts->received[NETIO_CALL_IO_WORKER].calls += 1;
			counts->received[NETIO_CALL_IO_WORKER].bytes += received;
		}
		socket->received += received;
		received = 0;
	}
	socket->flags |= NETIO_SOCKET_SETTLED;
	__sync_fetch_and_add(&totals->sockets, 1);
	if (socket->flags & (NETIO_SOCKET_ADOPTED | NETIO_SOCKET_UNKNOWN_BEGIN))
		__sync_fetch_and_add(&totals->adopted, 1);
	if (socket->flags & NETIO_SOCKET_TLS)
		__sync_fetch_and_add(&totals->tls, 1);
	if (socket->flags & NETIO_SOCKET_UNKNOWN_BEGIN)
		__sync_fetch_and_add(&totals->unknown_begin, 1);
	__sync_fetch_and_add(&totals->hook_sent, socket->sent);
	__sync_fetch_and_add(&totals->hook_received, socket->received);
	__sync_fetch_and_add(&totals->sequence_sent, socket->sent + sent);
	__sync_fetch_and_add(&totals->sequence_received, socket->received + received);
	__sync_fetch_and_add(&totals->cut, socket->cut);
	if (sent || received) {
		__sync_fetch_and_add(&totals->differing, 1);
		__sync_fetch_and_add(&totals->uncertain,
				     (sent < 0 ? -sent : sent) + (received < 0 ? -received : received));
	}
	return 0;
}

/* The socket that a traced task uses; NULL: there is no memory for it. `moved`: bytes of the call that ends. */
static __always_inline struct netio_way_socket *socket_of(struct sock *sk, __u64 sent, __u64 received)
{
	struct netio_way_socket *socket = bpf_sk_storage_get(&way_sockets, sk, 0, 0);

	if (socket)
		return socket;
	socket = bpf_sk_storage_get(&way_sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!socket) {
		__sync_fetch_and_add(&sockets_without_storage, 1);
		return NULL;
	}
	begin_socket(socket, sk, NETIO_SOCKET_UNKNOWN_BEGIN);
	socket->write_start -= sent;
	socket->copied_start -= received;
	return socket;
}

/* Whose bytes they are that the current task moves on a socket. */
static __always_inline __u32 subject_for(struct netio_way_socket *socket, struct sock *sk, __u16 state)
{
	__u32 number;

	if (grouping == NETIO_BY_CONNECTION) {
		if (!socket->subject)
			socket->subject = 1 + new_subject(sk);
		return socket->subject - 1;
	}
	number = state == 0 || state == NETIO_TASK_UNDECIDED ? decide_subject() : state - 1u;
	if (!socket->subject)
		socket->subject = 1 + number;
	return number;
}

static __always_inline __u32 current_call(struct task_struct *task)
{
	struct pt_regs *regs;
	__u64 number;

	if (task->flags & NETIO_PF_IO_WORKER)
		return NETIO_CALL_IO_WORKER;
	regs = (struct pt_regs *)bpf_task_pt_regs(task);
#if defined(__TARGET_ARCH_x86)
	number = regs->orig_ax;
#else
	number = (__u32)regs->syscallno;
#endif
	return NETIO_IS_BELOW(number, NETIO_SYSTEM_CALLS) ? call_kind_of[number] : NETIO_CALL_OTHER;
}

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

static __always_inline bool takes_pages(struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_route_caps) & NETIO_NETIF_F_SG;
}

static __always_inline bool has_zero_copy(struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_flags) & (1ul << bpf_core_enum_value(enum sock_flags, SOCK_ZEROCOPY));
}

/* How bytes with these flags are sent (tcp_sendmsg_locked()): by reference where the route takes pages. */
static __always_inline __u8 class_of_message(struct sock *sk, __u32 flags, bool has_ubuf)
{
	if (flags & NETIO_MSG_SPLICE_PAGES)
		return takes_pages(sk) ? NETIO_SEND_SPLICES : NETIO_SEND_COPIES;
	if (has_ubuf || ((flags & NETIO_MSG_ZEROCOPY) && has_zero_copy(sk)))
		return takes_pages(sk) ? NETIO_SEND_PINS : NETIO_SEND_COPIES;
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
		if (told == NETIO_SEND_PINS)
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
NETIO_TYPED_TRACEPOINT(sock_recv_length, received(sk, result, flags), struct sock *sk, int result, int flags)
NETIO_TYPED_TRACEPOINT(tcp_rcv_space_adjust, left_queue(sk), struct sock *sk)

/* Since 6.0, with io_uring's zero-copy sends. */
static __always_inline bool message_has_ubuf(const struct msghdr *message)
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

	if (!is_traced(task_state[tid]))
		return 0;
	send_class[tid] = class_of_message(sk, BPF_CORE_READ(message, msg_flags), message_has_ubuf(message));
	return 0;
}

/* tcp:tcp_sendmsg_locked, since 6.16: each chunk of a send. Of kTLS it shows how that sends its records. */
NETIO_TYPED_TRACEPOINT(tcp_sendmsg_locked, tell_class(sk, message), struct sock *sk, struct msghdr *message)

/* `handler` around the exit of a function with these arguments, the last of which is its result. */
#define NETIO_TYPED_EXIT(function, handler, ...)                                                                       \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?fexit/" #function)                                                                                       \
	int BPF_PROG(fexit_##function, __VA_ARGS__)                                                                    \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

/* All sends of IPv4 and IPv6 sockets but the pages of sendfile up to 6.4; kTLS's too. */
static __always_inline int message_sent(struct socket *socket, struct msghdr *message, int result)
{
	struct sock *sk = socket->sk;

	if (!sk)
		return 0;
	if (!is_traced(state_of(bpf_get_current_task_btf()->pid)))
		return 0;
	return sent(sk, result, class_of_message(sk, BPF_CORE_READ(message, msg_flags), message_has_ubuf(message)));
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

/* io_uring sends with zero-copy, which no argument of a system call tells. */
static __always_inline int pins_next(void)
{
	__u64 tid = NETIO_MASKED(bpf_get_current_task_btf()->pid, NETIO_TIDS);

	if (is_traced(task_state[tid]))
		send_class[tid] = NETIO_SEND_PINS;
	return 0;
}

#define NETIO_TYPED_ENTRY(function, handler, ...)                                                                      \
	NETIO_UNUSED_ALLOWED                                                                                           \
	SEC("?fentry/" #function)                                                                                      \
	int BPF_PROG(fentry_##function, __VA_ARGS__)                                                                   \
	{                                                                                                              \
		return handler;                                                                                        \
	}                                                                                                              \
	NETIO_UNUSED_FORBIDDEN

NETIO_TYPED_ENTRY(io_send_zc, pins_next(), void *request)
NETIO_TYPED_ENTRY(io_sendmsg_zc, pins_next(), void *request)

/* Up to 6.4: sendfile and splice, page by page. */
NETIO_TYPED_EXIT(inet_sendpage, page_sent(socket, result), struct socket *socket, struct page *page, int offset,
		 size_t size, int flags, ssize_t result)

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
		number = state == 0 || state == NETIO_TASK_UNDECIDED ? decide_subject() : state - 1u;
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

/*
 * Sockets.
 */

static __always_inline int state_changes(struct sock *sk, int state)
{
	struct netio_way_socket *socket;

	if (sk->sk_protocol != NETIO_IPPROTO_TCP || !is_tcp(sk))
		return 0;
	if (state == TCP_ESTABLISHED) {
		socket = bpf_sk_storage_get(&way_sockets, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (!socket) {
			__sync_fetch_and_add(&sockets_without_storage, 1);
			return 0;
		}
		settle(socket); /* of the connection that the socket had before it was disconnected */
		begin_socket(socket, sk, 0);
		return 0;
	}
	if (state != TCP_FIN_WAIT1 && state != TCP_LAST_ACK && state != TCP_CLOSE)
		return 0;
	socket = bpf_sk_storage_get(&way_sockets, sk, 0, 0);
	if (!socket)
		return 0;
	if (!(socket->flags & NETIO_SOCKET_WRITE_ENDED)) {
		socket->write_end = write_seq_of(sk);
		socket->flags |= NETIO_SOCKET_WRITE_ENDED;
	}
	socket->copied_end = copied_seq_of(sk);
	return 0;
}

/* sock:inet_sock_set_state: sequence numbers are read where no data has moved yet, and where no more will be sent. */
NETIO_TYPED_TRACEPOINT(inet_sock_set_state, state_changes(sk, state), struct sock *sk, int old_state, int state)

/* After a disconnect the socket's numbers are others than those that its connection had. */
static __always_inline int destroyed(struct sock *sk)
{
	struct netio_way_socket *socket = bpf_sk_storage_get(&way_sockets, sk, 0, 0);
	__u32 beyond;

	if (!socket || !socket->subject)
		return 0;
	if (!(socket->flags & NETIO_SOCKET_WRITE_ENDED)) {
		socket->write_end = write_seq_of(sk);
		socket->flags |= NETIO_SOCKET_WRITE_ENDED;
	}
	beyond = write_seq_of(sk) - socket->write_end;
	if (beyond <= 1) /* the FIN */
		socket->copied_end = copied_seq_of(sk);
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
	if (socket->flags || socket->subject || socket->write_start)
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
	if (!socket || !socket->subject || (socket->flags & NETIO_SOCKET_SETTLED))
		return 0;
	if (!(socket->flags & NETIO_SOCKET_WRITE_ENDED))
		socket->write_end = write_seq_of(sk);
	if (common->skc_state != TCP_CLOSE)
		socket->copied_end = copied_seq_of(sk);
	if (!settle_all && !(socket->flags & NETIO_SOCKET_TLS) &&
	    (difference(socket->write_start, socket->write_end, socket->sent) ||
	     difference(socket->copied_start, socket->copied_end, socket->received))) {
		__sync_fetch_and_add(&unsettled, 1);
		return 0;
	}
	settle(socket);
	return 0;
}

/*
 * Tasks.
 */

static __always_inline bool is_wanted_comm(const char *comm)
{
	int i;

#pragma unroll
	for (i = 0; i < NETIO_COMM_LENGTH; i++)
		if (comm[i] != wanted_comm[i])
			return false;
	return true;
}

/* All tasks that whoever traces sees. */
SEC("iter/task")
int find_tasks(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct netio_way_task found = {};
	char comm[NETIO_COMM_LENGTH] = {};
	struct task_struct *parent;
	__u32 *wanted;
	__u32 tid;

	if (!task || (BPF_CORE_READ(task, flags) & NETIO_PF_KTHREAD))
		return 0;
	if (pid_namespace_inode)
		pid_level = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), thread_pid, level);
	tid = BPF_CORE_READ(task, pid);
	found.tid = tid;
	found.tgid = BPF_CORE_READ(task, tgid);
	found.visible_tgid = visible_tgid_of(task);
	parent = BPF_CORE_READ(task, real_parent);
	found.parent = BPF_CORE_READ(parent, tgid);
	BPF_CORE_READ_STR_INTO(&comm, task, group_leader, comm);
	wanted = bpf_map_lookup_elem(&wanted_pids, &found.visible_tgid);
	if (state_of(tid)) {
		if (wanted && !match_parents && state_of(tid) != NETIO_TASK_EXCLUDED)
			bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
		return 0;
	}
	if (wanted) {
		*wanted = 1;
	} else if (match_comm && follow_comm && is_wanted_comm(comm)) {
		found.parent = 0;
	} else if (every_task) {
		bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
		return 0;
	} else if (match_parents) {
		__u16 of_leader = state_of(found.tgid);
		__u16 of_parent = state_of(found.parent);

		if ((!of_leader || of_leader == NETIO_TASK_EXCLUDED) &&
		    (!of_parent || of_parent == NETIO_TASK_EXCLUDED))
			return 0;
	} else {
		return 0;
	}
	task_state[NETIO_MASKED(tid, NETIO_TIDS)] = NETIO_TASK_UNDECIDED;
	__sync_fetch_and_add(&marked_tasks, 1);
	bpf_seq_write(ctx->meta->seq, &found, sizeof(found));
	return 0;
}

static __always_inline int created(struct task_struct *task, unsigned long flags)
{
	__u16 state = state_of(bpf_get_current_task_btf()->pid);

	if (!state || state == NETIO_TASK_EXCLUDED)
		return 0;
	if (!(flags & NETIO_CLONE_THREAD))
		state = NETIO_TASK_UNDECIDED;
	task_state[NETIO_MASKED(task->pid, NETIO_TIDS)] = state;
	return 0;
}

static __always_inline int freed(struct task_struct *task)
{
	__u32 tid = task->pid;
	struct subject_key key = {};

	send_class[NETIO_MASKED(tid, NETIO_TIDS)] = NETIO_SEND_UNKNOWN;
	if (!state_of(tid))
		return 0;
	task_state[NETIO_MASKED(tid, NETIO_TIDS)] = 0;
	if (grouping == NETIO_BY_PROCESS && tid == (__u32)task->tgid) {
		key.words[0] = tid;
		bpf_map_delete_elem(&subject_numbers, &key);
	}
	return 0;
}

/* A process takes another name: by prctl(), or because it executes a program. Those of its threads are their own. */
static __always_inline int renamed(struct task_struct *task, const char *name)
{
	__u64 tid = NETIO_MASKED(task->pid, NETIO_TIDS);
	__u16 state = task_state[tid];
	char comm[NETIO_COMM_LENGTH] = {};
	struct netio_way_subject *subject;
	__u32 number;

	if (state == NETIO_TASK_EXCLUDED || task->pid != task->tgid)
		return 0;
	bpf_probe_read_kernel_str(comm, sizeof(comm), name);
	if (!state) {
		if (follow_comm && is_wanted_comm(comm))
			task_state[tid] = NETIO_TASK_UNDECIDED;
		return 0;
	}
	if (grouping == NETIO_BY_COMM)
		task_state[tid] = NETIO_TASK_UNDECIDED;
	if (grouping != NETIO_BY_PROCESS || state == NETIO_TASK_UNDECIDED)
		return 0;
	number = state - 1u;
	subject = bpf_map_lookup_elem(&subjects, &number);
	if (subject && number != subject_limit)
		__builtin_memcpy(subject->comm, comm, sizeof(comm));
	return 0;
}

/* A thread that executes a program takes over the id of its leader, whose state may be gone. */
static __always_inline int executed(struct task_struct *task, __u32 old_tid)
{
	if (old_tid != (__u32)task->pid && state_of(old_tid) && !state_of(task->pid))
		task_state[NETIO_MASKED(task->pid, NETIO_TIDS)] = NETIO_TASK_UNDECIDED;
	return 0;
}

/* task:task_newtask: threads, children, and io_uring's workers. The new task does not run yet. */
NETIO_TYPED_TRACEPOINT(task_newtask, created(task, flags), struct task_struct *task, unsigned long flags)
/* sched:sched_process_free: see tasks.bpf.c. */
NETIO_TYPED_TRACEPOINT(sched_process_free, freed(task), struct task_struct *task)
/* task:task_rename: before the name changes. */
NETIO_TYPED_TRACEPOINT(task_rename, renamed(task, name), struct task_struct *task, const char *name)
NETIO_TYPED_TRACEPOINT(sched_process_exec, executed(task, old_tid), struct task_struct *task, __u32 old_tid)

char LICENSE[] SEC("license") = "Dual BSD/GPL";
