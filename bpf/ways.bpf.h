/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_WAYS_BPF_H
#define NETIO_WAYS_BPF_H

/*
 * What all programs that count ways have in common: whose bytes they are, and what a socket says of itself.
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
const volatile bool sockets_alone = false; /* nothing runs at a call: bytes are those of the sockets' own numbers */
const volatile bool follow_comm = false;   /* processes that take this name are traced too */
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
__u64 ownerless_sockets; /* with nothing at calls: that ended before it was known whose they are */
__u64 ownerless_bytes;
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
static __noinline __u32 new_subject(struct task_struct *task, struct sock *sk)
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
	describe_process(subject, task);
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

/* The subject of a task that has none yet. */
static __noinline __u32 decide_subject(struct task_struct *task)
{
	__u32 tid = BPF_CORE_READ(task, pid);
	struct subject_key key = {};
	__u32 number = 0;
	__u32 *known;

	make_key(&key, task);
	known = bpf_map_lookup_elem(&subject_numbers, &key);
	if (!known) {
		number = new_subject(task, NULL);
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
	socket->flags = flags | NETIO_SOCKET_BEGUN;
	socket->sent = socket->received = socket->cut = 0;
	socket->write_end = socket->write_start = write_seq_of(sk);
	socket->copied_end = socket->copied_start = BPF_CORE_READ((struct tcp_sock *)sk, copied_seq);
	if (sockets_alone) {
		socket->acked_start = BPF_CORE_READ((struct tcp_sock *)sk, bytes_acked);
		socket->arrived_start = BPF_CORE_READ((struct tcp_sock *)sk, bytes_received);
	}
}

/* Where nothing counts calls, the kernel's own long counts of what was acknowledged and what has arrived tell which of
 * the bytes with the same sequence number is meant: they differ from what was sent and read by less than 2 GiB. */
static __always_inline void follow_sent(struct netio_way_socket *socket, struct sock *sk)
{
	socket->write_end = write_seq_of(sk);
	if (!sockets_alone)
		return;
	socket->sent = BPF_CORE_READ((struct tcp_sock *)sk, bytes_acked) - socket->acked_start;
	if (is_tls(sk))
		socket->flags |= NETIO_SOCKET_TLS;
}

static __always_inline void follow_received(struct netio_way_socket *socket, struct sock *sk)
{
	socket->copied_end = copied_seq_of(sk);
	if (sockets_alone)
		socket->received = BPF_CORE_READ((struct tcp_sock *)sk, bytes_received) - socket->arrived_start;
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

	if (!socket || !socket->subject ||
	    (socket->flags & (NETIO_SOCKET_SETTLED | NETIO_SOCKET_BEGUN)) != NETIO_SOCKET_BEGUN)
		return 0;
	totals = totals_of(socket->subject - 1);
	if (!totals)
		return 0;
	sent = difference(socket->write_start, socket->write_end, socket->sent);
	received = difference(socket->copied_start, socket->copied_end, socket->received);
	if ((socket->flags & NETIO_SOCKET_TLS) && !sockets_alone)
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
	if ((sent || received) && !sockets_alone) {
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
static __always_inline __u32 subject_of_use(struct netio_way_socket *socket, struct sock *sk, struct task_struct *task,
					    __u16 state)
{
	__u32 number;

	if (grouping == NETIO_BY_CONNECTION) {
		if (!socket->subject)
			socket->subject = 1 + new_subject(task, sk);
		return socket->subject - 1;
	}
	number = state == 0 || state == NETIO_TASK_UNDECIDED ? decide_subject(task) : state - 1u;
	if (!socket->subject)
		socket->subject = 1 + number;
	return number;
}

/* The same of the current task. */
static __always_inline __u32 subject_for(struct netio_way_socket *socket, struct sock *sk, __u16 state)
{
	return subject_of_use(socket, sk, bpf_get_current_task_btf(), state);
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

static __always_inline bool takes_pages(struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_route_caps) & NETIO_NETIF_F_SG;
}

static __always_inline bool has_zero_copy(struct sock *sk)
{
	return BPF_CORE_READ(sk, __sk_common.skc_flags) & (1ul << bpf_core_enum_value(enum sock_flags, SOCK_ZEROCOPY));
}

#endif /* NETIO_WAYS_BPF_H */
