// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The bytes that any program moves over TCP, by the way that they take: exact, whatever the system call, without a
 * program at the entry of system calls and without a clock.
 *
 * Each call of TCP's send and receive functions ends at one place, where its return value is known:
 *   send     sock:sock_send_length, or the exit of inet_sendmsg() where that can be hooked, and, up to 6.4, of
 *            inet_sendpage()
 *   receive  sock:sock_recv_length, or the exit of inet_recvmsg() where there is none
 * What is moved without a receive call, by splice() or TCP_ZEROCOPY_RECEIVE, is seen at tcp:tcp_rcv_space_adjust, which
 * all ways of receiving pass after the sequence number has moved.
 *
 * Independent of what calls return, each socket's own sequence numbers are read when it is established or adopted, and
 * when it closes or the trace ends. The sum of the calls on it must be what they say.
 */
#include "ways.bpf.h"

#include "ways_notifications.bpf.c"
#include "ways_send.bpf.c"
#include "ways_receive.bpf.c"
#include "ways_sockets.bpf.c"
#include "ways_tasks.bpf.c"

char LICENSE[] SEC("license") = "Dual BSD/GPL";
