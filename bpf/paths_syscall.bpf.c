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
#include "hooks.bpf.h"
#include "maps.bpf.h"
#include "sockets.bpf.h"
#include "zerocopy.bpf.h"

/* Returned inside the kernel to a call that a signal interrupted (include/linux/errno.h: ERESTARTSYS, ERESTARTNOINTR,
 * ERESTARTNOHAND, ERESTART_RESTARTBLOCK); the user sees EINTR or nothing at all. */
#define NETIO_RESTART_FIRST 512
#define NETIO_RESTART_LAST  516

/* The TCP socket of a descriptor, 0 if it is something else. It is looked up once for a descriptor that a thread keeps
 * using, and again after a traced socket was destroyed or the thread closed or replaced a descriptor. */
static __noinline int look_up_socket(struct netio_thread *thread, __u32 fd)
{
	__u64 sk;

	if (!thread)
		return 0;
	if (thread->socket_generation != socket_generation) {
		thread->socket_generation = socket_generation;
		thread->fd = NETIO_NO_DESCRIPTOR;
		thread->other_fd = NETIO_NO_DESCRIPTOR;
	}
	if (fd == thread->other_fd)
		return 0;
	sk = tcp_socket_of_fd((__s32)fd);
	if (!sk) {
		thread->other_fd = fd;
		return 0;
	}
	thread->fd = fd;
	thread->socket = sk;
	track_socket(sk, thread->subject);
	thread->write_seq = tcp_write_seq(sk);
	thread->copied_seq = tcp_copied_seq(sk);
	return 1;
}

static __always_inline bool is_on_tcp_socket(struct netio_thread *thread, __u32 fd)
{
	return (fd == thread->fd && thread->socket_generation == socket_generation) || look_up_socket(thread, fd);
}

/* A call on the thread's TCP socket. */
static __always_inline int call_begins(struct netio_thread *thread, __u32 path, __u32 flags)
{
	__u64 now;

	if (thread->frames.innermost)
		forget_call(thread);
	if (path == NETIO_PATH_RECV_SYSCALL && (flags & NETIO_MSG_ERRQUEUE))
		path = NETIO_PATH_ERRQUEUE_SYSCALL;
	if (path == NETIO_PATH_SEND_SYSCALL)
		thread->message_flags = flags;
	now = bpf_ktime_get_ns();
	if (path == NETIO_PATH_SEND_SYSCALL && (flags & NETIO_MSG_ZEROCOPY) && socket_zero_copy(thread->socket))
		zero_copy_send_begins(thread->socket, now);
	thread->frames.open[0].start_ns = now;
	barrier();
	thread->frames.innermost = NETIO_PLACE(path, 0);
	return 0;
}

static __always_inline int socket_call_begins(const void *from, const enum argument_source source, __u32 path,
					      bool flags_third)
{
	struct netio_thread *thread = current_thread();
	__u32 flags;
	__u32 fd;

	if (!thread)
		return 0;
	socket_call_arguments(from, source, flags_third, &fd, &flags);
	if (!is_on_tcp_socket(thread, fd))
		return 0;
	return call_begins(thread, path, flags);
}

/* A call on any descriptor, in its first or third argument, without flags of its own. */
static __always_inline int file_call_begins(const void *from, const enum argument_source source, __u32 path,
					    const bool third)
{
	struct netio_thread *thread = current_thread();

	if (!thread || !is_on_tcp_socket(thread, descriptor_argument(from, source, third)))
		return 0;
	return call_begins(thread, path, 0);
}

/* The calls that the senders of the built-in run do not make. */
static __noinline int foreign_call_begins(const void *from, const enum argument_source source, __u32 number)
{
	switch (number) {
	case SYSTEM_CALL_READ:
	case SYSTEM_CALL_READV:
	case SYSTEM_CALL_PREADV2:
		return file_call_begins(from, source, NETIO_PATH_RECV_SYSCALL, false);
	case SYSTEM_CALL_WRITE:
	case SYSTEM_CALL_WRITEV:
	case SYSTEM_CALL_PWRITEV2:
	case SYSTEM_CALL_SENDFILE:
		return file_call_begins(from, source, NETIO_PATH_SEND_SYSCALL, false);
	case SYSTEM_CALL_SPLICE:
		file_call_begins(from, source, NETIO_PATH_SEND_SYSCALL, true);
		return file_call_begins(from, source, NETIO_PATH_RECV_SYSCALL, false);
	case SYSTEM_CALL_SENDMMSG:
		return socket_call_begins(from, source, NETIO_PATH_SEND_SYSCALL, false);
	case SYSTEM_CALL_RECVMMSG:
		return socket_call_begins(from, source, NETIO_PATH_RECV_SYSCALL, false);
	default:
		return 0;
	}
}

/* The thread closes or replaces a descriptor. */
static __noinline int forget_descriptors(void)
{
	struct netio_thread *thread = current_thread();

	if (!thread)
		return 0;
	thread->fd = thread->other_fd = NETIO_NO_DESCRIPTOR;
	if (foreign_programs)
		__sync_fetch_and_add(&socket_generation, 1);
	return 0;
}

static __always_inline int system_call_begins(const void *from, const enum argument_source source, __u32 number)
{
	if (number == SYSTEM_CALL_RECVFROM)
		return socket_call_begins(from, source, NETIO_PATH_RECV_SYSCALL, false);
	if (number == SYSTEM_CALL_SENDTO)
		return socket_call_begins(from, source, NETIO_PATH_SEND_SYSCALL, false);
	if (number == SYSTEM_CALL_SENDMSG)
		return socket_call_begins(from, source, NETIO_PATH_SEND_SYSCALL, true);
	if (number == SYSTEM_CALL_RECVMSG)
		return socket_call_begins(from, source, NETIO_PATH_RECV_SYSCALL, true);
	if (number == SYSTEM_CALL_CLOSE || number == SYSTEM_CALL_DUP2 || number == SYSTEM_CALL_DUP3)
		return forget_descriptors();
	return foreign_programs ? foreign_call_begins(from, source, number) : 0;
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

/* Before a call of the slow path is recorded: when it was off the CPU without that being told. */
static __always_inline void settle_call(struct netio_thread *thread, __u64 now)
{
	if (thread->preempted_since)
		thread->frames.open[0].preempted_ns +=
		    unseen_return(thread->preempted_since, now) - thread->preempted_since;
	thread->preempted_since = 0;
	compare_clocks(thread);
	thread->arrived_ns = 0;
}

#define FIGURES_IN(bank, path) (&(bank)->at[NETIO_POSITION_OF_LOCATION(netio_figure_location[path])])

/* What has closed inside of a receive call; its time. */
static __always_inline __u64 count_received(struct netio_thread *thread, struct netio_bank *bank, const bool slow_path)
{
	if (!thread->frames.open[level_of(NETIO_PATH_COPY_OUT)].end_ns)
		return 0;
	return count_closed(thread, FIGURES_IN(bank, NETIO_PATH_COPY_OUT), NETIO_PATH_COPY_OUT, slow_path);
}

/* What has closed inside of a send call; the time of what was directly inside. */
static __always_inline __u64 count_sent(struct netio_thread *thread, struct netio_bank *bank, const bool slow_path)
{
	const struct netio_frame *copy = &thread->frames.open[level_of(NETIO_PATH_COPY_IN)];
	struct netio_timed_figures *tcp_sendmsg = FIGURES_IN(bank, NETIO_PATH_TCP_SENDMSG);

	if (copy->end_ns && copy->path == NETIO_PATH_COPY_IN)
		tcp_sendmsg->nested_ns +=
		    count_closed(thread, FIGURES_IN(bank, NETIO_PATH_COPY_IN), NETIO_PATH_COPY_IN, slow_path);
	else if (copy->end_ns)
		tcp_sendmsg->nested_ns +=
		    count_closed(thread, FIGURES_IN(bank, NETIO_PATH_PIN), NETIO_PATH_PIN, slow_path);
	if (!thread->frames.open[level_of(NETIO_PATH_TCP_SENDMSG)].end_ns)
		return 0;
	return count_closed(thread, tcp_sendmsg, NETIO_PATH_TCP_SENDMSG, slow_path);
}

/* A signal interrupted the call, which begins anew unless a handler runs: what it took, and waited, is time of the next
 * such call and no call of its own. */
static __noinline int prolong_call(struct netio_thread *thread, struct netio_timed_figures *figures, __u64 now)
{
	struct netio_frame *frame;

	if (!thread || !figures)
		return 0;
	frame = &thread->frames.open[0];
	count_loss(NETIO_LOSS_CALL_RESTARTED);
	figures->restarted_ns += now - frame->start_ns;
	figures->nested_ns += frame->nested_ns;
	figures->preempted_ns += frame->preempted_ns;
	figures->skb_path_ns += thread->skb_path_ns;
	frame->nested_ns = frame->preempted_ns = 0;
	return 0;
}

/* The call of `path`, which is not the innermost any more, returns, with what has closed inside of it. `slow_path` is
 * a constant. */
static __always_inline int record_call_as(struct netio_thread *thread, __u32 path, long result, __u64 now,
					  const bool slow_path)
{
	struct netio_frame *frame = &thread->frames.open[0];
	struct netio_bank *bank;
	struct netio_timed_figures *figures;
	__u64 nested = 0;

	bank = bank_at(thread->first_bank + NETIO_BANK_OF_LOCATION(netio_figure_location[path]));
	if (!bank)
		return 0;
	if (path == NETIO_PATH_RECV_SYSCALL)
		nested = count_received(thread, bank, slow_path);
	else if (path == NETIO_PATH_SEND_SYSCALL)
		nested = count_sent(thread, bank, slow_path);
	figures = FIGURES_IN(bank, path);
	figures->nested_ns += nested;
	if (result > 0) {
		frame->bytes = result;
	} else {
		frame->bytes = 0;
		if (result >= -NETIO_RESTART_LAST && result <= -NETIO_RESTART_FIRST)
			return prolong_call(thread, figures, now);
	}
	record_frame(thread, figures, frame, path, now - frame->start_ns, slow_path);
	if (path == NETIO_PATH_RECV_SYSCALL)
		bytes_were_received(thread, figures, result);
	else if (path == NETIO_PATH_SEND_SYSCALL)
		bytes_were_sent(thread, figures, result);
	else
		figures->failures += result < 0;
	if (slow_path)
		figures->skb_path_ns += thread->skb_path_ns;
	return 0;
}

static __noinline int record_slow_call(struct netio_thread *thread, __u32 path, long result, __u64 now)
{
	if (!thread)
		return 0;
	settle_call(thread, now);
	if (path == NETIO_PATH_SEND_SYSCALL)
		record_call_as(thread, NETIO_PATH_SEND_SYSCALL, result, now, true);
	else if (path == NETIO_PATH_RECV_SYSCALL)
		record_call_as(thread, NETIO_PATH_RECV_SYSCALL, result, now, true);
	else
		record_call_as(thread, NETIO_PATH_ERRQUEUE_SYSCALL, result, now, true);
	thread->skb_path_ns = 0;
	thread->slow_path = always_slow();
	return 0;
}

static __always_inline int record_call(struct netio_thread *thread, __u32 path, long result, __u64 now)
{
	if (__builtin_expect(thread->slow_path, 0))
		return record_slow_call(thread, path, result, now);
	return record_call_as(thread, path, result, now, false);
}

/* The innermost frame is none of a receive call. */
static __always_inline int other_call_ends(struct netio_thread *thread, __u32 place, long result, __u64 now)
{
	/* System calls do not nest: theirs is the outermost frame. A copy to the user whose end was not seen has
	 * failed, and with it the call, or the hit was dropped: then its bytes count, and its time is too long. (Where
	 * the last of several copies failed, the call returns what the others copied, and this one counts though it
	 * should not.)
	 */
	if (NETIO_DEPTH_OF_PLACE(place) != 1) {
		settle_missed_switch(thread, now);
		if (is_innermost(thread, NETIO_PATH_COPY_OUT) && result > 0)
			close_frame(thread, NETIO_PATH_COPY_OUT, now);
		else if (is_innermost(thread, NETIO_PATH_COPY_OUT))
			forget_frame(&thread->frames, parent_place(NETIO_PATH_COPY_OUT));
		if (!unwind_to(thread, NETIO_PATH_COUNT))
			return 0;
		place = thread->frames.innermost;
	}
	thread->frames.innermost = 0;
	barrier();
	if (place == place_of(NETIO_PATH_SEND_SYSCALL))
		return record_call(thread, NETIO_PATH_SEND_SYSCALL, result, now);
	if (place == place_of(NETIO_PATH_RECV_SYSCALL))
		return record_call(thread, NETIO_PATH_RECV_SYSCALL, result, now);
	return record_call(thread, NETIO_PATH_ERRQUEUE_SYSCALL, result, now);
}

static __always_inline int system_call_ends(long result)
{
	struct netio_thread *thread = current_thread();
	__u32 place;
	__u64 now;

	if (!thread)
		return 0;
	place = thread->frames.innermost;
	if (!place)
		return 0;
	now = bpf_ktime_get_ns();
	if (place != place_of(NETIO_PATH_RECV_SYSCALL))
		return other_call_ends(thread, place, result, now);
	thread->frames.innermost = 0;
	barrier();
	return record_call(thread, NETIO_PATH_RECV_SYSCALL, result, now);
}

SEC("?raw_tp/sys_enter")
int tp_sys_enter(struct bpf_raw_tracepoint_args *ctx)
{
	return system_call_begins((const void *)ctx->args[0], ARGUMENTS_OF_REGISTERS, (__u32)ctx->args[1]);
}

NETIO_TYPED_TRACEPOINT(sys_enter, system_call_begins(regs, ARGUMENTS_OF_TYPED_REGISTERS, (__u32)number),
		       const struct pt_regs *regs, long number)

NETIO_TRACE_EVENT(raw_syscalls, sys_enter, system_call_begins(event, ARGUMENTS_OF_EVENT, (__u32)event->id),
		  struct trace_event_raw_sys_enter *event)

SEC("?raw_tp/sys_exit")
int tp_sys_exit(struct bpf_raw_tracepoint_args *ctx)
{
	return system_call_ends((long)ctx->args[1]);
}

NETIO_TRACE_EVENT(raw_syscalls, sys_exit, system_call_ends(event->ret), struct trace_event_raw_sys_exit *event)
