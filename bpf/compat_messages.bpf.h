/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#ifndef NETIO_COMPAT_MESSAGES_BPF_H
#define NETIO_COMPAT_MESSAGES_BPF_H

/*
 * Differences between kernels in what a send call is given; without the maps that compat.bpf.h needs.
 */

#include "vmlinux.h"

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* Since 6.0: io_uring's zero-copy sends bring their notification along. */
struct msghdr___with_ubuf {
	struct ubuf_info *msg_ubuf;
};

static __always_inline bool message_has_ubuf(const struct msghdr *message)
{
	const struct msghdr___with_ubuf *newer = (const void *)message;
	__u64 ubuf = 0;

	if (bpf_core_field_exists(newer->msg_ubuf))
		bpf_core_read(&ubuf, sizeof(ubuf), &newer->msg_ubuf);
	return ubuf != 0;
}

#endif /* NETIO_COMPAT_MESSAGES_BPF_H */
