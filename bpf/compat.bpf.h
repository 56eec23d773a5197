/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_COMPAT_BPF_H
#define NETIO_COMPAT_BPF_H

/*
 * The only place that knows differences between kernels and between architectures: one getter for each thing that is
 * read from the kernel. The types are those of vmlinux/<arch>/vmlinux.h; CO-RE relocates every field to where the
 * running kernel has it.
 */

#include <bpf/bpf_endian.h>

#include "maps.bpf.h"

#define NETIO_AF_INET      2
#define NETIO_AF_INET6     10
#define NETIO_IPPROTO_TCP  6
#define NETIO_SOCK_STREAM  1
#define NETIO_S_IFMT       00170000
#define NETIO_S_IFSOCK     0140000
#define NETIO_NETIF_F_SG   (1ull << 0) /* NETIF_F_SG_BIT, include/linux/netdev_features.h; first bit since 2.6 */
#define NETIO_MSG_ERRQUEUE 0x2000
#define NETIO_MSG_ZEROCOPY 0x4000000
#define NETIO_ETH_P_IP     0x0800
#define NETIO_ETH_P_IPV6   0x86dd
#define NETIO_ENOBUFS      105

extern void *bpf_rdonly_cast(const void *object, __u32 type_id) __ksym __weak;

/* A field of a kernel structure. Since 6.2 the cast makes it a plain load that cannot fault; a call of the helper that
 * earlier kernels need costs about ten times as much. */
#define KERNEL_FIELD(type, address, field)                                                                             \
	({                                                                                                             \
		typeof(((type *)0)->field) value_;                                                                     \
		if (can_cast)                                                                                          \
			value_ =                                                                                       \
			    ((type *)bpf_rdonly_cast((const void *)(address), bpf_core_type_id_kernel(type)))->field;  \
		else                                                                                                   \
			bpf_core_read(&value_, sizeof(value_), &((type *)(address))->field);                           \
		value_;                                                                                                \
	})

/* Arguments of a system call, in the registers with which user space made it. */
#if defined(__TARGET_ARCH_x86)
#define ARGUMENT_1 di
#define ARGUMENT_3 dx
#define ARGUMENT_4 r10
#elif defined(__TARGET_ARCH_arm64)
/* At entry regs[0] still holds the first argument: arch/arm64/kernel/syscall.c writes the result later. */
#define ARGUMENT_1 regs[0]
#define ARGUMENT_3 regs[2]
#define ARGUMENT_4 regs[3]
#else
#error "no system call arguments for this architecture"
#endif

/* Where a program at the entry of a system call finds the call's arguments. */
enum argument_source {
	ARGUMENTS_OF_REGISTERS,       /* struct pt_regs, of which the verifier knows nothing */
	ARGUMENTS_OF_TYPED_REGISTERS, /* struct pt_regs */
	ARGUMENTS_OF_EVENT,           /* struct trace_event_raw_sys_enter */
};

/* Descriptor and flags of a socket call; these are the third argument of sendmsg() and recvmsg(), and the fourth of
 * sendto() and recvfrom(). `source` is a constant. What the verifier knows the type of is loaded by one instruction,
 * where KERNEL_FIELD() takes nine, for its address is compared with those of user space first. */
static __always_inline void socket_call_arguments(const void *from, const enum argument_source source, bool flags_third,
						  __u32 *fd, __u32 *flags)
{
	const struct trace_event_raw_sys_enter *event = from;
	const struct pt_regs *regs = from;

	if (source == ARGUMENTS_OF_EVENT) {
		*fd = (__u32)event->args[0];
		*flags = (__u32)(flags_third ? event->args[2] : event->args[3]);
	} else if (source == ARGUMENTS_OF_TYPED_REGISTERS) {
		*fd = (__u32)regs->ARGUMENT_1;
		*flags = (__u32)(flags_third ? regs->ARGUMENT_3 : regs->ARGUMENT_4);
	} else {
		*fd = (__u32)KERNEL_FIELD(struct pt_regs, regs, ARGUMENT_1);
		*flags = (__u32)(flags_third ? KERNEL_FIELD(struct pt_regs, regs, ARGUMENT_3)
					     : KERNEL_FIELD(struct pt_regs, regs, ARGUMENT_4));
	}
}

/* The first or third argument of a system call, as a descriptor. `source` and `third` are constants. */
static __always_inline __u32 descriptor_argument(const void *from, const enum argument_source source, const bool third)
{
	const struct trace_event_raw_sys_enter *event = from;
	const struct pt_regs *regs = from;

	if (source == ARGUMENTS_OF_EVENT)
		return (__u32)(third ? event->args[2] : event->args[0]);
	if (source == ARGUMENTS_OF_TYPED_REGISTERS)
		return (__u32)(third ? regs->ARGUMENT_3 : regs->ARGUMENT_1);
	return (__u32)(third ? KERNEL_FIELD(struct pt_regs, regs, ARGUMENT_3)
			     : KERNEL_FIELD(struct pt_regs, regs, ARGUMENT_1));
}

/* Numbers of the system calls that are followed (arch/x86/entry/syscalls/syscall_64.tbl and, for arm64,
 * include/uapi/asm-generic/unistd.h). Constants, because every system call of the machine is compared with them. */
#if defined(__TARGET_ARCH_x86)
enum system_call {
	SYSTEM_CALL_CLOSE = 3,
	SYSTEM_CALL_DUP2 = 33,
	SYSTEM_CALL_SENDTO = 44,
	SYSTEM_CALL_RECVFROM = 45,
	SYSTEM_CALL_SENDMSG = 46,
	SYSTEM_CALL_RECVMSG = 47,
	SYSTEM_CALL_DUP3 = 292,
	SYSTEM_CALL_READ = 0,
	SYSTEM_CALL_WRITE = 1,
	SYSTEM_CALL_READV = 19,
	SYSTEM_CALL_WRITEV = 20,
	SYSTEM_CALL_SENDFILE = 40,
	SYSTEM_CALL_SPLICE = 275,
	SYSTEM_CALL_RECVMMSG = 299,
	SYSTEM_CALL_SENDMMSG = 307,
	SYSTEM_CALL_PREADV2 = 327,
	SYSTEM_CALL_PWRITEV2 = 328,
};
#else
enum system_call {
	SYSTEM_CALL_DUP3 = 24,
	SYSTEM_CALL_DUP2 = SYSTEM_CALL_DUP3, /* has no other */
	SYSTEM_CALL_CLOSE = 57,
	SYSTEM_CALL_SENDTO = 206,
	SYSTEM_CALL_RECVFROM = 207,
	SYSTEM_CALL_SENDMSG = 211,
	SYSTEM_CALL_RECVMSG = 212,
	SYSTEM_CALL_READ = 63,
	SYSTEM_CALL_WRITE = 64,
	SYSTEM_CALL_READV = 65,
	SYSTEM_CALL_WRITEV = 66,
	SYSTEM_CALL_SENDFILE = 71,
	SYSTEM_CALL_SPLICE = 76,
	SYSTEM_CALL_RECVMMSG = 243,
	SYSTEM_CALL_SENDMMSG = 269,
	SYSTEM_CALL_PREADV2 = 286,
	SYSTEM_CALL_PWRITEV2 = 287,
};
#endif

/* The socket behind a descriptor of the current task when it is TCP over IPv4 or IPv6, else 0. The kernel's own walk:
 * fdget(), sock_from_file(), socket->sk. The addresses of a table that another thread is just growing are freed after
 * an RCU grace period only, and a read of freed memory cannot fault here. */
static __always_inline __u64 tcp_socket_of_fd(__s32 fd)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct socket *socket;
	struct file **slot;
	struct file *file = NULL;
	struct sock *sk;
	__u16 family;

	if (fd < 0 || (__u32)fd >= BPF_CORE_READ(table, max_fds))
		return 0;
	slot = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), slot + fd);
	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & NETIO_S_IFMT) != NETIO_S_IFSOCK)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	if (!sk)
		return 0;
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family != NETIO_AF_INET && family != NETIO_AF_INET6)
		return 0;
	if (BPF_CORE_READ(sk, sk_protocol) != NETIO_IPPROTO_TCP || BPF_CORE_READ(sk, sk_type) != NETIO_SOCK_STREAM)
		return 0;
	return (__u64)sk;
}

/* Sequence number after the last byte that the user has put into the socket (tcp_sendmsg_locked()). */
static __always_inline __u32 tcp_write_seq(__u64 sk)
{
	return KERNEL_FIELD(struct tcp_sock, sk, write_seq);
}

/* Sequence number after the last byte that was copied to the user (tcp_recvmsg_locked()). */
static __always_inline __u32 tcp_copied_seq(__u64 sk)
{
	return KERNEL_FIELD(struct tcp_sock, sk, copied_seq);
}

#define NETIO_RCV_SHUTDOWN 1

/* Whether the user has read up to and over the peer's FIN, which takes a sequence number of its own: tcp_fin() has set
 * RCV_SHUTDOWN, and nothing that was received is left. */
static __always_inline bool tcp_has_read_fin(__u64 sk)
{
	struct tcp_sock *socket = (struct tcp_sock *)sk;

	return (BPF_CORE_READ((struct sock *)sk, sk_shutdown) & NETIO_RCV_SHUTDOWN) &&
	       BPF_CORE_READ(socket, copied_seq) == BPF_CORE_READ(socket, rcv_nxt);
}

/* Whether a send with MSG_ZEROCOPY takes a zero-copy id on this socket: SO_ZEROCOPY is set. */
static __always_inline bool socket_zero_copy(__u64 sk)
{
	unsigned long flags = KERNEL_FIELD(struct sock, sk, __sk_common.skc_flags);

	return flags & (1ul << bpf_core_enum_value(enum sock_flags, SOCK_ZEROCOPY));
}

/* Whether such a send pins pages rather than copying them: `zc` of tcp_sendmsg_locked(). */
static __always_inline bool socket_scatter_gather(__u64 sk)
{
	return KERNEL_FIELD(struct sock, sk, sk_route_caps) & NETIO_NETIF_F_SG;
}

/* The id that the socket's next zero-copy send gets (msg_zerocopy_alloc() and msg_zerocopy_realloc()). */
static __always_inline __u32 socket_next_zero_copy_id(__u64 sk)
{
	return (__u32)KERNEL_FIELD(struct sock, sk, sk_zckey.counter);
}

/* Last entry of the socket's error queue; 0 when it is empty. */
static __always_inline __u64 socket_error_tail(__u64 sk)
{
	struct sock *socket = (struct sock *)sk;
	__u64 head = sk + bpf_core_field_offset(socket->sk_error_queue);
	__u64 tail = (__u64)BPF_CORE_READ(socket, sk_error_queue.prev);

	return tail == head ? 0 : tail;
}

/* A range of zero-copy ids that a notification reports. */
struct zero_copy_range {
	__u32 first;
	__u32 last;
	bool copied;
};

#define NETIO_EE_ORIGIN_ZEROCOPY      5
#define NETIO_EE_CODE_ZEROCOPY_COPIED 1

/* Reads what __msg_zerocopy_callback() wrote into the notification's control block; false for another kind of skb. */
static __always_inline bool read_zero_copy_range(__u64 skb, struct zero_copy_range *range)
{
	struct sock_exterr_skb *block =
	    (struct sock_exterr_skb *)(skb + bpf_core_field_offset(((struct sk_buff *)0)->cb));
	struct sock_extended_err error = {};

	bpf_core_read(&error, sizeof(error), &block->ee);
	if (error.ee_errno != 0 || error.ee_origin != NETIO_EE_ORIGIN_ZEROCOPY)
		return false;
	range->first = error.ee_info;
	range->last = error.ee_data;
	range->copied = error.ee_code & NETIO_EE_CODE_ZEROCOPY_COPIED;
	return true;
}

static __always_inline __u64 skb_socket(__u64 skb)
{
	return (__u64)KERNEL_FIELD(struct sk_buff, skb, sk);
}

static __always_inline __u64 skb_destructor(__u64 skb)
{
	return (__u64)KERNEL_FIELD(struct sk_buff, skb, destructor);
}

/*
 * A flow: network namespace (its inode number), and address and port of both ends, as the receiving one sees them.
 * Where it is a key it is a hash of 64 bits: of 10,000 flows two have the same once in 3e11 runs.
 */
struct flow_end {
	__u64 address[2]; /* an IPv6 address, or an IPv4 address mapped to one */
	__u16 port;       /* in network byte order */
};

/* FNV-1a, a word at a time; never 0. */
static __always_inline __u64 hash_flow(__u64 namespace, const struct flow_end *local, const struct flow_end *remote)
{
	const __u64 words[] = {namespace,          local->address[0],  local->address[1],
			       remote->address[0], remote->address[1], (__u64)local->port << 16 | remote->port};
	__u64 hash = 0xcbf29ce484222325ull;
	int i;

#pragma unroll
	for (i = 0; i < (int)(sizeof(words) / sizeof(words[0])); i++)
		hash = (hash ^ words[i]) * 0x100000001b3ull;
	return hash ? hash : 1;
}

/* ::ffff:a.b.c.d, as ipv6_addr_set_v4mapped() puts it together. */
static __always_inline void set_mapped_address(struct flow_end *end, __u32 address)
{
	end->address[0] = 0;
	end->address[1] = (__u64)address << 32 | bpf_htonl(0xffff);
}

/* Of a packet that enters the receive path, where its data begin with the IP header; 0: it is not TCP. IPv4 options and
 * IPv6 extension headers, which do not go with TCP in practice, are not followed. */
static __always_inline __u64 flow_of_packet(__u64 skb)
{
	__u16 protocol = KERNEL_FIELD(struct sk_buff, skb, protocol);
	__u64 ip = (__u64)KERNEL_FIELD(struct sk_buff, skb, data);
	__u64 device = (__u64)KERNEL_FIELD(struct sk_buff, skb, dev);
	__u64 network = (__u64)KERNEL_FIELD(struct net_device, device, nd_net.net);
	struct flow_end local = {};
	struct flow_end remote = {};
	__u64 tcp;

	if (protocol == bpf_htons(NETIO_ETH_P_IP)) {
		if (KERNEL_FIELD(struct iphdr, ip, protocol) != NETIO_IPPROTO_TCP)
			return 0;
		set_mapped_address(&remote, KERNEL_FIELD(struct iphdr, ip, saddr));
		set_mapped_address(&local, KERNEL_FIELD(struct iphdr, ip, daddr));
		tcp = ip + sizeof(struct iphdr);
	} else if (protocol == bpf_htons(NETIO_ETH_P_IPV6)) {
		if (KERNEL_FIELD(struct ipv6hdr, ip, nexthdr) != NETIO_IPPROTO_TCP)
			return 0;
		bpf_core_read(remote.address, sizeof(remote.address), &((struct ipv6hdr *)ip)->saddr);
		bpf_core_read(local.address, sizeof(local.address), &((struct ipv6hdr *)ip)->daddr);
		tcp = ip + sizeof(struct ipv6hdr);
	} else {
		return 0;
	}
	remote.port = KERNEL_FIELD(struct tcphdr, tcp, source);
	local.port = KERNEL_FIELD(struct tcphdr, tcp, dest);
	return hash_flow(KERNEL_FIELD(struct net, network, ns.inum), &local, &remote);
}

/* Of the packets that a socket receives; 0: it is not connected. */
static __always_inline __u64 flow_of_socket(__u64 sk)
{
	struct sock *socket = (struct sock *)sk;
	struct flow_end local = {.port = bpf_htons(BPF_CORE_READ(socket, __sk_common.skc_num))};
	struct flow_end remote = {.port = BPF_CORE_READ(socket, __sk_common.skc_dport)};

	if (!remote.port)
		return 0;
	if (BPF_CORE_READ(socket, __sk_common.skc_family) == NETIO_AF_INET6) {
		bpf_core_read(local.address, sizeof(local.address), &socket->__sk_common.skc_v6_rcv_saddr);
		bpf_core_read(remote.address, sizeof(remote.address), &socket->__sk_common.skc_v6_daddr);
	} else {
		set_mapped_address(&local, BPF_CORE_READ(socket, __sk_common.skc_rcv_saddr));
		set_mapped_address(&remote, BPF_CORE_READ(socket, __sk_common.skc_daddr));
	}
	return hash_flow(BPF_CORE_READ(socket, __sk_common.skc_net.net, ns.inum), &local, &remote);
}

#define NETIO_SKBFL_ZEROCOPY_ENABLE 1 /* BIT(0), include/linux/skbuff.h, since 5.12 */
#define NETIO_MAX_FRAGMENT_SKBS     16

/* skb_shinfo() */
static __always_inline __u64 skb_shared(__u64 skb)
{
	return (__u64)KERNEL_FIELD(struct sk_buff, skb, head) + KERNEL_FIELD(struct sk_buff, skb, end);
}

/* Socket whose zero-copy pages the skb carries: skb_zcopy(), then the notification in whose control block the ubuf_info
 * lives, then its socket. 0: it carries none. A ubuf_info of another kind (io_uring, vhost) leads to an address that is
 * in no table of sockets. */
static __always_inline __u64 skb_zero_copy_socket(__u64 skb)
{
	__u64 shared = skb_shared(skb);

	if (!(KERNEL_FIELD(struct skb_shared_info, shared, flags) & NETIO_SKBFL_ZEROCOPY_ENABLE))
		return 0;
	return skb_socket((__u64)KERNEL_FIELD(struct skb_shared_info, shared, destructor_arg) -
			  bpf_core_field_offset(((struct sk_buff *)0)->cb));
}

/* Bytes that skb_copy_ubufs() copies: the skb's own fragments (__skb_pagelen()). */
static __always_inline __u64 skb_fragment_bytes(__u64 skb)
{
	__u64 shared = skb_shared(skb);
	__u64 part = (__u64)KERNEL_FIELD(struct skb_shared_info, shared, frag_list);
	__u64 bytes = KERNEL_FIELD(struct sk_buff, skb, data_len);
	int i;

	for (i = 0; i < NETIO_MAX_FRAGMENT_SKBS && part; i++) {
		bytes -= KERNEL_FIELD(struct sk_buff, part, len);
		part = (__u64)KERNEL_FIELD(struct sk_buff, part, next);
	}
	return bytes;
}

#define NETIO_NO_HEADER 0xffff /* skb_transport_header_was_set() */

/* Of `length` bytes at `offset` of a TCP socket's skb, those that are payload: without the headers, which are copied
 * with it where a packet is cut into IP fragments. The offset is from the beginning of the data; below 0 is headroom.
 */
static __always_inline __u64 skb_payload_bytes(__u64 skb, __s64 offset, __s64 length)
{
	__u64 head = (__u64)KERNEL_FIELD(struct sk_buff, skb, head);
	__s64 headroom = (__u64)KERNEL_FIELD(struct sk_buff, skb, data) - head;
	__u16 transport = KERNEL_FIELD(struct sk_buff, skb, transport_header);
	__s64 end = offset + length;
	__s64 payload = 0;
	__u8 words = 0; /* of 32 bits that the TCP header has, in the upper half: byte 12 (RFC 9293, 3.1) */

	if (transport != NETIO_NO_HEADER) {
		bpf_probe_read_kernel(&words, sizeof(words), (const void *)(head + transport + 12));
		payload = transport + (words >> 4) * 4 - headroom;
	}
	if (payload < 0)
		payload = 0;
	if (offset > payload)
		payload = offset;
	return end > payload ? end - payload : 0;
}

/* Bytes in the skb's linear part: skb_headlen(). */
static __always_inline __u64 skb_linear_bytes(__u64 skb)
{
	return KERNEL_FIELD(struct sk_buff, skb, len) - KERNEL_FIELD(struct sk_buff, skb, data_len);
}

/* The range of sends that a ubuf_info completes, at the entry of __msg_zerocopy_callback(), and the notification that
 * it lives in; false when no send is completed (msg_zerocopy_put_abort()). */
static __always_inline bool read_completed_range(__u64 uarg, __u64 *skb, struct zero_copy_range *range)
{
	struct ubuf_info_msgzc *info = (struct ubuf_info_msgzc *)uarg;
	__u16 length = BPF_CORE_READ(info, len);

	if (length == 0)
		return false;
	*skb = uarg - bpf_core_field_offset(((struct sk_buff *)0)->cb);
	range->first = BPF_CORE_READ(info, id);
	range->last = range->first + length - 1;
	range->copied = !BPF_CORE_READ_BITFIELD_PROBED(info, zerocopy);
	return true;
}

static __always_inline __u32 task_tid(__u64 task)
{
	return (__u32)KERNEL_FIELD(struct task_struct, task, pid);
}

/* When the running task last came to a CPU, on the scheduler's clock (sched_info_arrive()); 0: this kernel does not
 * keep it (CONFIG_SCHED_INFO). */
static __always_inline __u64 last_arrival(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return bpf_core_field_exists(task->sched_info.last_arrival) ? task->sched_info.last_arrival : 0;
}

/* Kernel addresses are in the upper half on x86-64 and arm64. */
static __always_inline bool is_user_mode(struct bpf_perf_event_data *ctx)
{
	return (__s64)PT_REGS_IP(&ctx->regs) >= 0;
}

#endif /* NETIO_COMPAT_BPF_H */
