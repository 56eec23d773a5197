// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * send_syscall, recv_syscall, errqueue_syscall: entry and exit of the socket calls of traced threads on TCP sockets;
 * and, where no exact backend counts them, the bytes of copy_in, pin and copy_out.
 *
 * Those are read from the socket's own sequence numbers when a call returns, independently of what it returns:
 * write_seq advances with each chunk that tcp_sendmsg_locked() has copied or pinned, copied_seq with each that
 * tcp_recvmsg_locked() has copied. That is a load, where a tracepoint in each call would cost 50 ns.
 */
#include "compat.bpf.h"
#include "frames.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"
#include "zerocopy.bpf.h"

/* Returned inside the kernel to a call that a signal interrupted (include/linux/errno.h: ERESTARTSYS, ERESTARTNOINTR,
 * ERESTARTNOHAND, ERESTART_RESTARTBLOCK); the user sees EINTR or nothing at all. */
#define NETIO_RESTART_FIRST 512
#define NETIO_RESTART_LAST  516

#define NETIO_NO_PATH NETIO_PATH_COUNT

/* The path of a system call by its number, and where its flags are. */
static __always_inline __u32 path_of_syscall(__u32 number, bool *flags_third)
{
	*flags_third = false;
	if (number == SYSTEM_CALL_RECVFROM)
		return NETIO_PATH_RECV_SYSCALL;
	if (number == SYSTEM_CALL_SENDTO)
		return NETIO_PATH_SEND_SYSCALL;
	*flags_third = true;
	if (number == SYSTEM_CALL_SENDMSG)
		return NETIO_PATH_SEND_SYSCALL;
	if (number == SYSTEM_CALL_RECVMSG)
		return NETIO_PATH_RECV_SYSCALL;
	return NETIO_NO_PATH;
}

/* The TCP socket of a descriptor, 0 if it is something else. It is looked up once for a descriptor that a thread keeps
 * using, and again after a traced socket was destroyed or the thread closed or replaced a descriptor. */
static __always_inline __u64 socket_of_fd(struct netio_thread *thread, __s32 fd)
{
	if (thread->fd == fd && thread->socket_generation == socket_generation)
		return thread->socket;
	thread->fd = fd;
	thread->socket_generation = socket_generation;
	thread->socket = tcp_socket_of_fd(fd);
	if (thread->socket) {
		track_socket(thread->socket, thread->slot);
		thread->write_seq = tcp_write_seq(thread->socket);
		thread->copied_seq = tcp_copied_seq(thread->socket);
	}
	return thread->socket;
}

static __always_inline int socket_call_begins(struct netio_thread *thread, __u32 path, __u32 flags)
{
	__u64 now;

	if (thread->frames.innermost) {
		count_loss(NETIO_LOSS_FRAME_UNCLOSED);
		thread->frames.innermost = 0;
	}
	thread->message_flags = flags;
	if (path == NETIO_PATH_RECV_SYSCALL && (flags & NETIO_MSG_ERRQUEUE))
		path = NETIO_PATH_ERRQUEUE_SYSCALL;
	thread->preempted_since = 0;
	thread->arrived_ns = 0;
	thread->skb_path_ns = 0;
	now = bpf_ktime_get_ns();
	if (path == NETIO_PATH_SEND_SYSCALL && (flags & NETIO_MSG_ZEROCOPY) && socket_zero_copy(thread->socket))
		zero_copy_send_begins(thread->socket, now);
	push_frame(thread, 0, path, 0)->start_ns = now;
	return 0;
}

static __always_inline int system_call_begins(__u64 regs, __u32 number)
{
	bool flags_third;
	__u32 path = path_of_syscall(number, &flags_third);
	struct netio_thread *thread;

	if (path == NETIO_NO_PATH) {
		if (number == SYSTEM_CALL_CLOSE || number == SYSTEM_CALL_DUP2 || number == SYSTEM_CALL_DUP3) {
			thread = current_thread();
			if (thread)
				thread->fd = -1;
		}
		return 0;
	}
	thread = current_thread();
	if (!thread || !socket_of_fd(thread, (__s32)ARGUMENT_1(regs)))
		return 0;
	return socket_call_begins(thread, path, flags_third ? ARGUMENT_3(regs) : ARGUMENT_4(regs));
}

/* The bytes that a socket moved in a call, where they are not those that the call returned. */
static __always_inline void count_surplus(struct netio_timed_figures *figures, __s64 surplus)
{
	figures->surplus += surplus;
	count_loss(NETIO_LOSS_BYTES_OUTSIDE_CALL);
}

/* tcp_sendmsg_locked() decides once a call whether it pins or copies: MSG_ZEROCOPY on a socket with SO_ZEROCOPY whose
 * route does scatter-gather pins, all else copies. A call that fails has moved nothing: after a partial success it
 * returns that. (write_seq may still differ: shutdown() adds the FIN.) */
static __always_inline void bytes_were_sent(struct netio_thread *thread, struct netio_timed_figures *figures,
					    long result)
{
	__u32 moved = result;

	if (!copy_in_is_hooked) {
		__u32 write_seq = tcp_write_seq(thread->socket);

		moved = write_seq - thread->write_seq;
		thread->write_seq = write_seq;
	}
	if (result <= 0) {
		figures->idle_calls += 1;
		figures->failures += result == -NETIO_ENOBUFS;
		return;
	}
	if (moved != (__u32)result)
		count_surplus(figures, (__s64)moved - result);
	if ((thread->message_flags & NETIO_MSG_ZEROCOPY) && socket_zero_copy(thread->socket)) {
		figures->zero_copy_sends += 1;
		if (socket_scatter_gather(thread->socket)) {
			figures->pin_calls += 1;
			figures->pin_bytes += moved;
		}
	}
}

static __always_inline void bytes_were_received(struct netio_thread *thread, struct netio_timed_figures *figures,
						long result)
{
	__u32 moved = result;

	if (!copy_out_is_timed) {
		__u32 copied_seq = tcp_copied_seq(thread->socket);

		moved = copied_seq - thread->copied_seq;
		thread->copied_seq = copied_seq;
	}
	if (result <= 0) {
		figures->idle_calls += 1;
		return;
	}
	if (moved == (__u32)result)
		return;
	if (tcp_has_read_fin(thread->socket))
		moved -= 1;
	if (moved != (__u32)result)
		count_surplus(figures, (__s64)moved - result);
}

static __always_inline int socket_call_ends(long result)
{
	struct netio_thread *thread = current_thread();
	struct netio_timed_figures *figures;
	struct netio_frame *frame;
	__u32 path;
	__u64 now;

	if (!thread || !thread->frames.innermost)
		return 0;
	now = bpf_ktime_get_ns();
	/* System calls do not nest: theirs is the outermost frame. A copy to the user that failed has no end of its
	 * own. */
	if (NETIO_DEPTH_OF_PLACE(thread->frames.innermost) != 1 || thread->preempted_since) {
		settle_missed_switch(thread, now);
		if (NETIO_DEPTH_OF_PLACE(thread->frames.innermost) != 1 && !is_innermost(thread, NETIO_PATH_COPY_OUT))
			count_loss(NETIO_LOSS_FRAME_UNCLOSED);
	}
	compare_clocks(thread);
	thread->frames.innermost = 0;
	barrier();
	frame = &thread->frames.open[0];
	if (result > 0) {
		frame->bytes = result;
	} else if (result >= -NETIO_RESTART_LAST && result <= -NETIO_RESTART_FIRST) {
		count_loss(NETIO_LOSS_CALL_RESTARTED);
		return 0;
	}
	path = NETIO_PATH_OF_PLACE(frame->place);
	figures = record_frame(thread, path, frame, now - frame->start_ns);
	if (!figures)
		return 0;
	if (thread->skb_path_ns)
		figures->skb_path_ns += thread->skb_path_ns;
	if (path == NETIO_PATH_RECV_SYSCALL)
		bytes_were_received(thread, figures, result);
	else if (path == NETIO_PATH_SEND_SYSCALL)
		bytes_were_sent(thread, figures, result);
	else
		figures->failures += result < 0;
	return 0;
}

SEC("?raw_tp/sys_enter")
int tp_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	return system_call_begins(ctx->args[0], (__u32)ctx->args[1]);
}

SEC("?raw_tp/sys_exit")
int tp_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return socket_call_ends((long)ctx->args[1]);
}
