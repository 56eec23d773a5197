/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_ABI_H
#define NETIO_ABI_H

/*
 * The only header that the BPF programs and the program in user space both include. Everything in it is a
 * fixed-width plain-old-data type or a constant with an explicit value. Identifiers are append-only: a value is
 * never renumbered, because saved runs and committed expectations name it.
 */

#ifndef __VMLINUX_H__
#include <linux/types.h>
#endif

#ifdef __cplusplus
#define NETIO_STATIC_ASSERT(condition, text) static_assert(condition, text)
#define NETIO_CONSTEXPR constexpr
#else
#define NETIO_STATIC_ASSERT(condition, text) _Static_assert(condition, text)
#define NETIO_CONSTEXPR static inline __attribute__((always_inline))
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

enum netio_role {
	NETIO_ROLE_SENDER = 0,   /* the server: it sends the payload under test */
	NETIO_ROLE_RECEIVER = 1, /* the client */
	NETIO_ROLE_COUNT = 2,
};

enum netio_variant {
	NETIO_VARIANT_A1 = 0,
	NETIO_VARIANT_A2 = 1,
	NETIO_VARIANT_A3 = 2,
	NETIO_VARIANT_COUNT = 3,
};

/* A slot is where a traced task's or socket's figures are added up: one for each (variant, role). */
#define NETIO_SLOT(variant, role) ((variant) * NETIO_ROLE_COUNT + (role))
#define NETIO_SLOT_COUNT (NETIO_VARIANT_COUNT * NETIO_ROLE_COUNT)

/*
 * Log-linear histogram of durations in nanoseconds, the layout of HdrHistogram with 32 linear sub-buckets in each
 * octave: values below 32 have a bucket each, and above that a bucket is 1/32 of its octave wide. Reporting a
 * bucket by its middle is wrong by at most 1/64 = 1.5625 %. 1024 buckets reach 2^36 ns = 68.7 s; a longer value is
 * put into the last bucket (the exact maximum and sum are kept beside the buckets).
 */
#define NETIO_HISTOGRAM_SUB_BITS 5u
#define NETIO_HISTOGRAM_SUB_COUNT (1u << NETIO_HISTOGRAM_SUB_BITS)
#define NETIO_HISTOGRAM_MAX_BITS 36u
#define NETIO_HISTOGRAM_BUCKETS ((NETIO_HISTOGRAM_MAX_BITS - NETIO_HISTOGRAM_SUB_BITS + 1u) * NETIO_HISTOGRAM_SUB_COUNT)

NETIO_STATIC_ASSERT(NETIO_HISTOGRAM_BUCKETS == 1024u, "histogram layout is part of the file format");

/* The bucket of a value, 0 .. NETIO_HISTOGRAM_BUCKETS - 1. clang 14's BPF back end has no count-leading-zeros
 * instruction, so the position of the highest bit is found by halving: five comparisons, no loop. */
NETIO_CONSTEXPR __u32 netio_histogram_bucket(__u64 value)
{
	__u64 rest = value;
	__u32 exponent = 0;

	if (value < NETIO_HISTOGRAM_SUB_COUNT)
		return (__u32)value;
	if (value >> NETIO_HISTOGRAM_MAX_BITS)
		return NETIO_HISTOGRAM_BUCKETS - 1u;
	if (rest >> 32) {
		rest >>= 32;
		exponent += 32;
	}
	if (rest >> 16) {
		rest >>= 16;
		exponent += 16;
	}
	if (rest >> 8) {
		rest >>= 8;
		exponent += 8;
	}
	if (rest >> 4) {
		rest >>= 4;
		exponent += 4;
	}
	if (rest >> 2) {
		rest >>= 2;
		exponent += 2;
	}
	if (rest >> 1)
		exponent += 1;
	return (exponent - NETIO_HISTOGRAM_SUB_BITS + 1u) * NETIO_HISTOGRAM_SUB_COUNT +
	       ((__u32)(value >> (exponent - NETIO_HISTOGRAM_SUB_BITS)) & (NETIO_HISTOGRAM_SUB_COUNT - 1u));
}

#endif /* NETIO_ABI_H */
