// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* send_syscall, recv_syscall, errqueue_syscall: entry and exit of the socket calls of traced threads on TCP sockets. */
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
static __always_inline __u32 path_of_syscall(long number, bool *flags_third)
{
	*flags_third = false;
	if (number == syscalls.recvfrom)
		return NETIO_PATH_RECV_SYSCALL;
	if (number == syscalls.sendto)
		return NETIO_PATH_SEND_SYSCALL;
	*flags_third = true;
	if (number == syscalls.sendmsg)
		return NETIO_PATH_SEND_SYSCALL;
	if (number == syscalls.recvmsg)
		return NETIO_PATH_RECV_SYSCALL;
	return NETIO_NO_PATH;
}

/* The TCP socket of a descriptor, 0 if it is something else. It is looked up once for a descriptor that a thread keeps
 * using, and again after a traced socket was destroyed or the thread closed a descriptor. */
static __always_inline __u64 socket_of_fd(struct netio_thread *thread, __s32 fd)
{
	if (thread->fd == fd && thread->fd_generation == socket_generation)
		return thread->socket;
	thread->fd = fd;
	thread->fd_generation = socket_generation;
	thread->socket = tcp_socket_of_fd(fd);
	if (thread->socket)
		track_socket(thread->socket, thread->slot);
	return thread->socket;
}

static __always_inline int socket_call_begins(const struct pt_regs *regs, long number)
{
	struct syscall_arguments arguments;
	struct netio_thread *thread;
	bool flags_third;
	__u32 path = path_of_syscall(number, &flags_third);
	__u64 now;

	if (path == NETIO_NO_PATH) {
		if (number == syscalls.close) {
			thread = current_thread();
			if (thread)
				thread->fd = -1;
		}
		return 0;
	}
	thread = current_thread();
	if (!thread)
		return 0;
	read_syscall_arguments(regs, &arguments);
	if (!socket_of_fd(thread, arguments.fd))
		return 0;
	if (thread->depth) {
		count_loss(NETIO_LOSS_FRAME_UNCLOSED);
		thread->depth = 0;
	}
	thread->message_flags = flags_third ? arguments.third : arguments.fourth;
	if (path == NETIO_PATH_RECV_SYSCALL && (thread->message_flags & NETIO_MSG_ERRQUEUE))
		path = NETIO_PATH_ERRQUEUE_SYSCALL;
	now = bpf_ktime_get_ns();
	if (path == NETIO_PATH_SEND_SYSCALL && (thread->message_flags & NETIO_MSG_ZEROCOPY) &&
	    socket_zero_copy(thread->socket))
		zero_copy_send_begins(thread->socket, now);
	open_frame(thread, path, now);
	return 0;
}

static __always_inline int socket_call_ends(long result)
{
	struct netio_thread *thread = current_thread();
	struct netio_frame *frame;
	__u64 now;

	if (!thread || !thread->depth)
		return 0;
	now = bpf_ktime_get_ns();
	frame = innermost_frame(thread);
	if (!frame)
		return 0;
	if (result < 0) {
		if (result >= -NETIO_RESTART_LAST && result <= -NETIO_RESTART_FIRST) {
			count_loss(NETIO_LOSS_CALL_RESTARTED);
			thread->depth = 0;
			return 0;
		}
		if (result == -NETIO_ENOBUFS && frame->path == NETIO_PATH_SEND_SYSCALL)
			count(thread->slot, NETIO_COUNT_ENOBUFS, 1, 0);
	} else if (frame->path == NETIO_PATH_ERRQUEUE_SYSCALL) {
		count(thread->slot, NETIO_COUNT_NOTIFICATIONS, 1, 0);
	}
	close_frame(thread, now, result > 0 ? result : 0);
	return 0;
}

SEC("?raw_tp/sys_enter")
int tp_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	return socket_call_begins((const struct pt_regs *)ctx->args[0], (long)ctx->args[1]);
}

SEC("?raw_tp/sys_exit")
int tp_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return socket_call_ends((long)ctx->args[1]);
}
