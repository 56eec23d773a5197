/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_WAYS_H
#define NETIO_WAYS_H

/*
 * What the programs of way_programs.bpf.c and the program in user space share, beside netio_abi.h: the bytes that any
 * program moves over TCP, by the way that they take, exact and without clocks.
 */

#include "netio_abi.h"

/* A way in which bytes move. Each is a path; user/tracer/ways.cpp says which. */
enum netio_way {
	NETIO_WAY_COPY_IN,
	NETIO_WAY_PIN,
	NETIO_WAY_SPLICE_IN,
	NETIO_WAY_TLS_TX,
	NETIO_WAY_COPY_OUT,
	NETIO_WAY_SPLICE_OUT,
	NETIO_WAY_MAPPED,
	NETIO_WAY_DISCARDED,
	NETIO_WAY_PEEKED,
	NETIO_WAY_TLS_RX,
	NETIO_WAYS,
};

/* Kinds of system calls that there is room for. User space gives each system call that moves bytes a kind, by its
 * number on this architecture. */
#define NETIO_CALL_KINDS        24u
#define NETIO_CALL_OTHER        0u /* a call that user space does not know */
#define NETIO_CALL_IO_WORKER    1u /* no call: a thread of io_uring */
#define NETIO_CALL_IO_URING     2u
#define NETIO_CALL_SENDTO       3u
#define NETIO_CALL_SENDMSG      4u
#define NETIO_CALL_SENDMMSG     5u
#define NETIO_CALL_SENDFILE     6u
#define NETIO_CALL_SPLICE       7u
#define NETIO_CALL_GETSOCKOPT   8u
#define NETIO_CALL_FIRST_UNSEEN 9u /* from here on the programs do not tell one from another */
#define NETIO_SYSTEM_CALLS      512u

/* Zero-copy sends of io_uring that are under way at one time. */
#define NETIO_WAY_NOTIFICATIONS 16384u

/* What became of a subject's zero-copy sends by io_uring. */
struct netio_way_fates {
	__u64 sends;
	__u64 completions; /* that the program was told of */
	__u64 copied;      /* of those, copied after all */
	__u64 unknown;     /* of those, for which nobody has asked whether they were */
	__u64 elapsed_ns;  /* of all completions, from the send on */
	struct netio_count copies;
};

/* What a subject did, on one CPU. */
struct netio_way_counts {
	struct netio_count ways[NETIO_WAYS];
	struct netio_count sent[NETIO_CALL_KINDS]; /* by kind of call; the calls that failed are among them */
	struct netio_count received[NETIO_CALL_KINDS];
	__u64 sends_failed;
	__u64 receives_failed;
	__u64 ends_of_file; /* receive calls that returned 0 */
	__u64 errqueue_reads;
	struct netio_way_fates fates;
};

NETIO_STATIC_ASSERT(sizeof(struct netio_way_counts) == 16 * (NETIO_WAYS + 2 * NETIO_CALL_KINDS) + 32 + 56,
		    "no padding");

/* What the sockets of a subject said of themselves, once they were closed or the trace ended. */
struct netio_way_totals {
	__u64 sockets;
	__u64 adopted;       /* of those, open before the trace */
	__u64 tls;           /* of those, with TLS in the kernel: their sequence numbers count records */
	__u64 unknown_begin; /* of those, first seen in the middle of their life */
	__u64 hook_sent;     /* as the calls returned, on these sockets, whoever made them */
	__u64 hook_received;
	__u64 sequence_sent;     /* by write_seq */
	__u64 sequence_received; /* by copied_seq */
	__u64 uncertain;         /* by how much the two differ, where a call was under way */
	__u64 differing;         /* sockets on which they differ */
	__u64 cut;               /* bytes of calls that were under way when the trace began, and went before it */
};

#define NETIO_COMM_LENGTH 16

/* Who a subject is. */
struct netio_way_subject {
	__u32 tgid;         /* of the initial PID namespace; 0: of several processes */
	__u32 visible_tgid; /* in the namespace of whoever traces; 0: not in it */
	__u64 begins_ns;    /* when it was first seen */
	__u64 cgroup;       /* id of its control group of version 2 */
	char comm[NETIO_COMM_LENGTH];
	__u64 local_address[2]; /* with subjects by connection; as in an IPv6 address */
	__u64 remote_address[2];
	__u16 local_port; /* in host byte order */
	__u16 remote_port;
	__u32 ready; /* what is above is complete */
};

NETIO_STATIC_ASSERT(sizeof(struct netio_way_subject) == 80, "no padding");

/* What tells subjects apart. */
enum netio_way_grouping {
	NETIO_BY_PROCESS,
	NETIO_BY_COMM,
	NETIO_BY_CGROUP,
	NETIO_BY_CONNECTION,
};

/* State of a task: 0: not traced, unless all are; 1 + its subject, or one of these. */
#define NETIO_TASK_UNDECIDED 0xffffu /* traced, and its subject is decided when it first moves bytes */
#define NETIO_TASK_EXCLUDED  0xfffeu
#define NETIO_MOST_SUBJECTS  0xfff0u

/* How a task's send moves its bytes, as told within it, until it ends. */
enum netio_send_class {
	NETIO_SEND_UNKNOWN,
	NETIO_SEND_COPIES,
	NETIO_SEND_PINS, /* where the route takes pages, else it copies */
	NETIO_SEND_SPLICES,
};

#define NETIO_SOCKET_ADOPTED       1u
#define NETIO_SOCKET_UNKNOWN_BEGIN 2u
#define NETIO_SOCKET_WRITE_ENDED   4u /* write_end is right: the socket sends no more */
#define NETIO_SOCKET_SETTLED       8u /* it is in the totals */
#define NETIO_SOCKET_TLS           16u
#define NETIO_SOCKET_IO_URING      32u /* io_uring has received on it, which may have been a splice */
#define NETIO_SOCKET_SENT          64u /* since it was adopted */
#define NETIO_SOCKET_RECEIVED      128u
#define NETIO_SOCKET_BEGUN         256u /* it is known where its sequence numbers began */

/* A socket, from the kernel's storage for it. Bytes are 64 bits long and sequence numbers 32; the difference between
 * the two, below 2 GiB, tells the long one. */
struct netio_way_socket {
	__u32 subject; /* 1 + it; 0: no traced task has used the socket */
	__u32 flags;
	__u32 write_start;
	__u32 write_end;
	__u32 copied_start;
	__u32 copied_end; /* when it closed */
	__u64 sent;       /* by calls, whoever made them */
	__u64 received;
	__u64 cut;
	/* Without programs at calls: the kernel's own long counts when the socket began. */
	__u64 acked_start;
	__u64 arrived_start;
	__u32 map_start; /* copied_seq when TCP_ZEROCOPY_RECEIVE began */
	__u32 unused;
};

/* A task, as the iterator writes it. */
struct netio_way_task {
	__u32 tid; /* of the initial PID namespace */
	__u32 tgid;
	__u32 visible_tgid;
	__u32 parent; /* visible thread group of the parent */
};

#endif /* NETIO_WAYS_H */
