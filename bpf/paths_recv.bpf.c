// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* copy_out, by the exact backends: skb_copy_datagram_iter() in a traced receive call. */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "hooks.bpf.h"
#include "maps.bpf.h"

static __always_inline int copy_out_begins(int length)
{
	struct netio_thread *thread = current_thread();

	if (thread && innermost_if(&thread->frames, NETIO_PATH_RECV_SYSCALL))
		open_frame(&thread->frames, NETIO_PATH_COPY_OUT, thread->slot, length);
	return 0;
}

static __always_inline int copy_out_ends(int result)
{
	struct netio_thread *thread = current_thread();
	struct netio_timed_figures *figures;
	struct netio_frame *frame;

	if (!thread || !thread->frames.depth)
		return 0;
	frame = frame_to_close(&thread->frames, NETIO_PATH_COPY_OUT);
	if (!frame)
		return 0;
	figures = close_frame(&thread->frames, frame, bpf_ktime_get_ns());
	if (figures && result == 0)
		figures->bytes += frame->bytes;
	return 0;
}

NETIO_ENTRY(skb_copy_datagram_iter, copy_out_begins(length), void *skb, int offset, void *to, int length)
NETIO_EXIT(skb_copy_datagram_iter, copy_out_ends((int)result))
