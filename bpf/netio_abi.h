/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_ABI_H
#define NETIO_ABI_H

/*
 * What the BPF programs and the program in user space both include, with netio_ways.h, which has what the programs
 * share that count the bytes of any program. Everything in it is a fixed-width plain-old-data type or a constant. Both
 * are built together: only names go into files, no numbers.
 */

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#ifdef __cplusplus
#define NETIO_STATIC_ASSERT(condition, text) static_assert(condition, text)
#define NETIO_CONSTEXPR                      constexpr
#define NETIO_CONSTANT                       inline constexpr
#else
#define NETIO_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#define NETIO_CONSTEXPR                      static inline __attribute__((always_inline))
#define NETIO_CONSTANT                       static const
#endif

/* A place where bytes move or time goes. docs/method.md defines each. */
enum netio_path {
	NETIO_PATH_SEND_SYSCALL = 0,
	NETIO_PATH_RECV_SYSCALL = 1,
	NETIO_PATH_ERRQUEUE_SYSCALL = 2,
	NETIO_PATH_TCP_SENDMSG = 3,
	NETIO_PATH_COPY_IN = 4,       /* user to kernel */
	NETIO_PATH_PIN = 5,           /* user pages pinned for zero-copy */
	NETIO_PATH_DEFERRED_COPY = 6, /* skb_copy_ubufs: zero-copy pages copied after all */
	NETIO_PATH_LINEARIZE = 7,     /* __pskb_pull_tail and kin */
	NETIO_PATH_SKB_COPY = 8,      /* copies of a whole skb */
	NETIO_PATH_COPY_OUT = 9,      /* kernel to user */
	NETIO_PATH_ZC_COMPLETE = 10,  /* zero-copy send to its completion */
	NETIO_PATH_WAIT_SEND = 11,    /* blocked for send-buffer space */
	NETIO_PATH_WAIT_RECV = 12,    /* blocked for data to arrive */
	NETIO_PATH_COUNT = 13,
};

/*
 * Whose figures something is. A subject is a number that user space gives, below the number of subjects with which the
 * programs were loaded. It owns tasks and sockets, and may have a peer: the subject at the other end of its
 * connections, on this machine.
 */
#define NETIO_NO_SUBJECT 0xffffffffu

/*
 * Log-linear histogram of durations in nanoseconds, the layout of HdrHistogram with 32 linear sub-buckets in each
 * octave: values below 32 have a bucket each, and above that a bucket is 1/32 of its octave wide. Reporting a
 * bucket by its middle is wrong by at most 1/64 = 1.5625 %. 1024 buckets reach 2^36 ns = 68.7 s; a longer value is
 * put into the last bucket (the exact maximum and sum are kept beside the buckets).
 */
#define NETIO_HISTOGRAM_SUB_BITS  5u
#define NETIO_HISTOGRAM_SUB_COUNT (1u << NETIO_HISTOGRAM_SUB_BITS)
#define NETIO_HISTOGRAM_MAX_BITS  36u
#define NETIO_HISTOGRAM_BUCKETS   ((NETIO_HISTOGRAM_MAX_BITS - NETIO_HISTOGRAM_SUB_BITS + 1u) * NETIO_HISTOGRAM_SUB_COUNT)

NETIO_STATIC_ASSERT(NETIO_HISTOGRAM_BUCKETS == 1024u, "histogram layout is part of the file format");

/* Position of the highest bit of a byte. clang 14's BPF back end has no count-leading-zeros instruction, and finding it
 * by halving takes 40 instructions at every event, where a look-up takes 15. */
NETIO_CONSTANT __u8 netio_highest_bit[256] = {
    0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5,
    5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
    6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
    6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
};

/* The bucket of a value, 0 .. NETIO_HISTOGRAM_BUCKETS - 1. What is most often asked for, 0.3 to 66 us, comes first. */
NETIO_CONSTEXPR __u32 netio_histogram_bucket(__u64 value)
{
	__u32 shift = 8;
	__u32 octave = 0; /* 0: the first in which a bucket is wider than 1 */

	if (value < 1u << 8) {
		if (value < NETIO_HISTOGRAM_SUB_COUNT)
			return (__u32)value;
		shift = 0;
	} else if (value >= 1u << 16) {
		if (value >> NETIO_HISTOGRAM_MAX_BITS)
			return NETIO_HISTOGRAM_BUCKETS - 1u;
		if (value < 1u << 24)
			shift = 16;
		else
			shift = value >> 32 ? 32 : 24;
	}
	octave = shift + netio_highest_bit[(value >> shift) & 255] - NETIO_HISTOGRAM_SUB_BITS;
	/* The value's highest bit, which is set, makes it one octave more. */
	return octave * NETIO_HISTOGRAM_SUB_COUNT + (__u32)(value >> octave);
}

/* Durations whose bucket the BPF programs look up: 0.1 to 65.7 us. Buckets are not narrower there than a step, and
 * begin at multiples of it. */
#define NETIO_BUCKET_TABLE_BEGIN 128u
#define NETIO_BUCKET_TABLE_SHIFT 2
#define NETIO_BUCKET_TABLE_STEPS 16384u

NETIO_STATIC_ASSERT(NETIO_BUCKET_TABLE_BEGIN >> NETIO_HISTOGRAM_SUB_BITS == 1u << NETIO_BUCKET_TABLE_SHIFT,
		    "a step is as wide as the narrowest bucket");

/*
 * What the tracer's programs and the program in user space share in maps. All counts are since the cell began.
 */

/* Figures with a histogram of durations. Beside the paths themselves there is one more element, so that each element
 * is written by one program only: the kernel keeps a program from interrupting itself on a CPU, not another one. */
enum netio_figure {
	/* 0 .. NETIO_PATH_COUNT - 1: the path of that number */
	NETIO_FIGURE_ZC_MERGED = NETIO_PATH_COUNT, /* zc_complete, seen when its notification was freed */
	NETIO_FIGURE_ZC_NOTIFIED, /* completion of a zero-copy send to its reading from the error queue */
	NETIO_FIGURE_CALIBRATION, /* brackets around nothing */
	NETIO_FIGURE_COUNT,
};

/* Figures that there is room for: a power of two, so that the number of one can be masked. */
#define NETIO_FIGURE_CAPACITY 32u
NETIO_STATIC_ASSERT((unsigned)NETIO_FIGURE_COUNT <= NETIO_FIGURE_CAPACITY, "a figure's number can be masked");

/* Figures are kept in banks, so that what one call writes is found at once: each look-up takes 16 instructions. A new
 * figure takes a free position, or a bank more: a bank costs memory for each subject and CPU. */
#define NETIO_BANK_SIZE 4u
enum netio_bank_number {
	NETIO_BANK_SEND,
	NETIO_BANK_RECEIVE,
	NETIO_BANK_ZERO_COPY,
	NETIO_BANK_OTHERS,
	NETIO_BANK_COUNT,
};

/* Where a figure is: its bank, and its position in that. */
#define NETIO_LOCATION(bank, position)       ((__u32)(bank)*NETIO_BANK_SIZE + (position))
#define NETIO_BANK_OF_LOCATION(location)     ((location) / NETIO_BANK_SIZE)
#define NETIO_POSITION_OF_LOCATION(location) ((location) % NETIO_BANK_SIZE)

/* Of a path that is only counted. */
#define NETIO_NOT_TIMED NETIO_LOCATION(NETIO_BANK_COUNT, 0)

/* Words, because clang puts a constant of 16 bytes into a section of its own, with which libbpf 1.1 loads no program
 * that calls bpf_loop() ("missing btf func_info"). */
NETIO_CONSTANT __u32 netio_figure_location[NETIO_FIGURE_CAPACITY] = {
    NETIO_LOCATION(NETIO_BANK_SEND, 0),      /* send_syscall */
    NETIO_LOCATION(NETIO_BANK_RECEIVE, 0),   /* recv_syscall */
    NETIO_LOCATION(NETIO_BANK_ZERO_COPY, 0), /* errqueue_syscall */
    NETIO_LOCATION(NETIO_BANK_SEND, 1),      /* tcp_sendmsg */
    NETIO_LOCATION(NETIO_BANK_SEND, 2),      /* copy_in */
    NETIO_LOCATION(NETIO_BANK_SEND, 3),      /* pin */
    NETIO_LOCATION(NETIO_BANK_OTHERS, 0),    /* deferred_copy */
    NETIO_LOCATION(NETIO_BANK_OTHERS, 1),    /* linearize */
    NETIO_LOCATION(NETIO_BANK_OTHERS, 2),    /* skb_copy */
    NETIO_LOCATION(NETIO_BANK_RECEIVE, 1),   /* copy_out */
    NETIO_LOCATION(NETIO_BANK_ZERO_COPY, 1), /* zc_complete */
    NETIO_LOCATION(NETIO_BANK_RECEIVE, 2),   /* wait_send */
    NETIO_LOCATION(NETIO_BANK_RECEIVE, 3),   /* wait_recv */
    NETIO_LOCATION(NETIO_BANK_ZERO_COPY, 2), /* zc_merged */
    NETIO_LOCATION(NETIO_BANK_ZERO_COPY, 3), /* zc_notified */
    NETIO_LOCATION(NETIO_BANK_OTHERS, 3),    /* calibration */
};

/* The element of a subject's bank. */
#define NETIO_BANK_INDEX(subject, bank) ((__u32)(subject) * (__u32)NETIO_BANK_COUNT + (__u32)(bank))

#define NETIO_NO_CALL 0xffffffffffffffffull

struct netio_timed_figures {
	/* Written at every call: one cache line, beside that of the bucket. The number of calls is the sum of the
	 * buckets. */
	__u64 inclusive_ns;
	__u64 min_ns; /* NETIO_NO_CALL: no call yet; user space puts it there */
	__u64 max_ns;
	__u64 bytes;        /* that the calls returned */
	__u64 idle_calls;   /* that returned no bytes: end of file, or an error */
	__u64 nested_ns;    /* of inclusive_ns and restarted_ns, in paths inside */
	__u64 preempted_ns; /* of both, runnable, but not running */
	__u64 surplus; /* bytes that were moved beyond those returned, by the socket's own count; may be negative */
	/* errqueue_syscall: calls that found the queue empty; send_syscall: ENOBUFS. */
	__u64 failures;
	/* send_syscall: calls that pinned, and their bytes; what is not pinned is copied. */
	__u64 pin_calls;
	__u64 pin_bytes;
	__u64 zero_copy_sends; /* send_syscall: calls that took a zero-copy id, pinned or copied */
	__u64 skb_path_ns;     /* system calls: inclusive time of skb paths inside, whosever bytes they moved */
	__u64 restarted_ns;    /* system calls: until a signal interrupted them; beside inclusive_ns, in no bucket */
	__u64 unused[2];
	__u32 buckets[NETIO_HISTOGRAM_BUCKETS];
};

NETIO_STATIC_ASSERT(sizeof(struct netio_timed_figures) == 128 + 4 * NETIO_HISTOGRAM_BUCKETS, "no padding");

/* One element of the map. */
struct netio_bank {
	struct netio_timed_figures at[NETIO_BANK_SIZE];
};

NETIO_STATIC_ASSERT(sizeof(struct netio_bank) <= 32u << 10, "the kernel's per-CPU allocator gives it in one piece");

/* Things that are counted, not timed. */
enum netio_count_kind {
	NETIO_COUNT_DEFERRED_COPY = 0,    /* skbs whose zero-copy fragments are copied, and the fragments' bytes */
	NETIO_COUNT_ZC_COPIED = 1,        /* completions with SO_EE_CODE_ZEROCOPY_COPIED, seen at the report */
	NETIO_COUNT_ZC_COPIED_MERGED = 2, /* the same, seen when the notification was freed */
	NETIO_COUNT_RETRANSMISSIONS = 3,  /* segments sent again by sockets with zero-copy sends */
	NETIO_COUNT_ZC_RANGES = 4,        /* notifications read from the error queue, and the sends in their ranges */
	NETIO_COUNT_ZC_RANGES_MERGED = 5, /* of those, such with more than one send */
	NETIO_COUNT_KINDS = 6,
};

struct netio_count {
	__u64 calls;
	__u64 bytes;
};

/* Of a subject. */
struct netio_counts {
	struct netio_count kind[NETIO_COUNT_KINDS];
};

/* A call, tcp_sendmsg or copy_out in it, copy_in or pin in that; and a wait, which can be inside of any of them. */
#define NETIO_WAIT_LEVEL 3
#define NETIO_MAX_FRAMES 4

/* Where a frame is: the path that is open, and its level, the outermost 0. One word, so that one comparison tells; 0:
 * no frame. */
#define NETIO_PLACE(path, level)    ((__u32)(path) << 8 | ((__u32)(level) + 1u))
#define NETIO_PATH_OF_PLACE(place)  ((place) >> 8)
#define NETIO_DEPTH_OF_PLACE(place) ((place)&255u)

/* A path that is open, or one that has closed and is counted when its call ends. */
struct netio_frame {
	__u64 start_ns;
	__u64 end_ns;       /* 0: open, or counted already */
	__u64 nested_ns;    /* inclusive time of the paths directly inside; 0 before the frame opens */
	__u64 preempted_ns; /* time off the CPU, other than waiting for the peer, while this was the innermost frame; 0
			       before it opens */
	__u64 bytes;
	__u32 path;   /* of a copy or pin: they have one place */
	__u32 parent; /* place of the frame around a wait; that around another path follows from the path */
};

struct netio_frames {
	__u32 innermost; /* its place */
	__u32 unused;
	struct netio_frame open[NETIO_MAX_FRAMES];
};

NETIO_STATIC_ASSERT(sizeof(struct netio_frames) == 8 + 48 * NETIO_MAX_FRAMES, "no padding");

/* One for each CPU. */
struct netio_cpu_state {
	/* The packet that this CPU receives, by the socket that sent it, or, where that is not known, by its flow; 0:
	 * not known. */
	__u64 packet_sender;
	__u64 packet_flow;
	__u64 samples; /* all that were taken, those of other tasks included */
	/* The skb path (deferred_copy, linearize, skb_copy) that is open; they do not nest. */
	__u64 skb_path_start_ns;
	__u64 skb_path_bytes;
	__u32 skb_path_subject; /* whose figures it goes to */
	__u32 open_skb_path;    /* 0: none */
};

/* Everything that can go missing, counted rather than passed over. */
enum netio_loss {
	NETIO_LOSS_THREAD_TABLE_FULL,
	NETIO_LOSS_SOCKET_TABLE_FULL,
	NETIO_LOSS_RING_TABLE_FULL,
	NETIO_LOSS_FRAME_UNCLOSED,     /* a system call began while another was open */
	NETIO_LOSS_CALL_RESTARTED,     /* a signal interrupted a call that the kernel then restarts or ends */
	NETIO_LOSS_BYTES_OUTSIDE_CALL, /* calls that moved another number of bytes than they returned */
	NETIO_LOSS_SEND_OVERTAKEN,     /* a zero-copy send whose place in the ring was taken by a later one */
	NETIO_LOSS_COMPLETION_UNKNOWN, /* completion of a send that was not seen */
	NETIO_LOSS_STACK,              /* a sample whose stack could not be walked */
	NETIO_LOSS_SAMPLE_TABLE_FULL,
	NETIO_LOSS_SWITCH_MISSED,   /* a traced thread came back to a CPU unnoticed */
	NETIO_LOSS_SITE_TABLE_FULL, /* a place where zero-copy bytes were copied found no room */
	NETIO_LOSS_TIMELINE_FULL,   /* an event of the timeline found no room */
	NETIO_LOSS_COUNT,
};

/* Threads that can be traced: both ends of 4096 connections, the most of a cell, and some that are not theirs. */
#define NETIO_THREADS (2u * 4096u + 64u)

/* Subjects that can be given to processes as they come. */
#define NETIO_PROCESS_SUBJECTS 256u

/* Thread ids that there can be: PID_MAX_LIMIT of 64-bit kernels (include/linux/threads.h). */
#define NETIO_TIDS (4u << 20)

/* No number that a call can have: they have 32 bits. */
#define NETIO_NO_DESCRIPTOR 0xffffffffffffffffull

struct netio_thread {
	__u32 tid; /* in the initial PID namespace; 0: the entry is free. Whoever makes it another owns the entry */
	__u32 subject;
	__u64 socket; /* address of the TCP socket behind fd */
	__u64
	    socket_generation; /* fd, socket and other_fd hold for this value of the programs' variable of that name */
	__u64 fd;              /* descriptor of the last call on a TCP socket, or NETIO_NO_DESCRIPTOR */
	__u64 other_fd;        /* one that is no TCP socket, or NETIO_NO_DESCRIPTOR */
	__u32 first_bank;      /* NETIO_BANK_INDEX() of its subject's first */
	/* Something has happened in this call that most calls are spared: the thread left the CPU, or softirq moved
	 * bytes. What follows is 0 unless this says so. One word, so that one comparison tells. */
	__u32 slow_path;
	__u64 preempted_since; /* 0: on a CPU, or blocked */
	__u64 arrived_ns;      /* when the thread came back to a CPU; 0: it has not left it, or that was not seen */
	__u64 skb_path_ns;     /* inclusive time of skb paths that were open inside, whosever bytes they moved */
	__u32 message_flags;   /* MSG_… of the last send */
	__u32 write_seq;       /* of the socket, when it was last looked at */
	__u32 copied_seq;
	__u32 unused;
	struct netio_frames frames;
	__u64 unused_line[4]; /* so that two threads, which run on two CPUs, write no line of the cache both */
};

#define NETIO_CACHE_LINE 64u
NETIO_STATIC_ASSERT(sizeof(struct netio_thread) == 88 + sizeof(struct netio_frames) + 32, "no padding");
NETIO_STATIC_ASSERT(sizeof(struct netio_thread) % NETIO_CACHE_LINE == 0, "threads share no line of the cache");

/* Makes a claimed entry that of a thread that is in no call. `always_slow`: every call takes the slow path. */
static inline __attribute__((always_inline)) void netio_start_thread(struct netio_thread *thread, __u32 subject,
								     __u32 always_slow)
{
	/* All but the id, which is what claims the entry. */
	__builtin_memset((char *)thread + __builtin_offsetof(struct netio_thread, socket), 0,
			 sizeof(*thread) - __builtin_offsetof(struct netio_thread, socket));
	thread->subject = subject;
	thread->first_bank = NETIO_BANK_INDEX(subject, 0);
	thread->fd = NETIO_NO_DESCRIPTOR;
	thread->other_fd = NETIO_NO_DESCRIPTOR;
	thread->slow_path = always_slow;
}

/* A traced TCP socket. */
struct netio_socket {
	__u32 subject;
	__u32 ring; /* of its zero-copy sends; NETIO_NO_RING: it has made none */
	__u64 flow; /* under which it is in the table of flows; 0: it is not */
};

#define NETIO_NO_RING 0xffffffffu

/*
 * Zero-copy sends in flight: a ring for each socket, the id of a send modulo the ring's size is its place. An entry
 * holds the time of the send call, or of the completion once that has been seen (48 bits: 78 hours), the bits of the id
 * above the place, and whether the completion has been seen. 0: never used.
 */
#define NETIO_RING_SIZE_MAX   1024u
#define NETIO_RING_SIZE_MIN   128u
#define NETIO_RING_DONE       1ull
#define NETIO_RING_TAG_SHIFT  1
#define NETIO_RING_TAG_MASK   0x7fffull
#define NETIO_RING_TIME_SHIFT 16

#define NETIO_STACK_FRAMES 64

/* What was seen by a sample. Subjects are 1 + subject, 0: none. Stacks are told apart by a 64-bit hash of their
 * addresses: of 10,000 different ones two are mixed up once in 3e11 runs, where the kernel's stack map, which gives
 * each hash bucket to the first stack that comes, would lose hundreds. */
struct netio_sample_key {
	__u64 stack_hash; /* 0: no kernel stack */
	__u16 task_subject;
	__u16 softirq_subject; /* that receives the packet at hand */
	__u32 user_mode;
};

struct netio_sample {
	__u64 count;
	__u64 depth;                      /* frames in use */
	__u64 frames[NETIO_STACK_FRAMES]; /* addresses, innermost first */
};

/* A place in the kernel where bytes of zero-copy sends were copied after all: the calls that led there. */
#define NETIO_SITE_FRAMES  10
#define NETIO_SITE_ENTRIES 256

struct netio_site_key {
	__u64 stack_hash;
	__u32 subject;
	__u32 path;
};

struct netio_site {
	__u64 calls;
	__u64 bytes;
	__u64 depth;                     /* frames in use */
	__u64 frames[NETIO_SITE_FRAMES]; /* addresses, innermost first */
};

/* One path that closed while the timeline's window was open. */
struct netio_event {
	__u64 start_ns; /* bpf_ktime_get_ns() */
	__u64 duration_ns;
	__u64 bytes;       /* that were moved; 0 where the path moves none or the call failed */
	__u32 tid;         /* of the traced thread; else of the one that was interrupted for it */
	__u32 lost_before; /* events that found no room since the one stored before this */
	__u32 cpu;         /* on which it ended, or the call around it did */
	__u16 figure;      /* of netio_figure: a path, zc_merged or zc_notified */
	__u16 subject;     /* whose it is */
};

NETIO_STATIC_ASSERT(sizeof(struct netio_event) == 40, "no padding");

/* What the kernel puts before each record of a ring buffer (kernel/bpf/ringbuf.c: BPF_RINGBUF_HDR_SZ). */
#define NETIO_RINGBUF_HEADER 8u

#endif /* NETIO_ABI_H */
