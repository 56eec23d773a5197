# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What move_bytes moves by each of its ways, and on which path that is counted, under which call."""

MOVED = 64 * 16384
CANNOT = 77

COPIED = {
    "send": "sendto",
    "sendmsg": "sendmsg",
    "sendmmsg": "sendmmsg",
    "write": "write",
    "writev": "writev",
    "pwritev2": "pwritev2",
    "zerocopy_without_option": "sendto",
    "uring_send": "io_uring_enter",
    "uring_sendmsg": "io_uring_enter",
    "uring_write": "io_uring_enter",
    "uring_writev": "io_uring_enter",
    "uring_write_fixed": "io_uring_enter",
    "uring_sqpoll": "io_uring worker",
    "uring_async": "io_uring worker",
}
PINNED = {
    "zerocopy": "sendto",
    "uring_send_zc": "io_uring_enter",
    "uring_sendmsg_zc": "io_uring_enter",
    "uring_send_zc_fixed": "io_uring_enter",
    "uring_send_zc_reported": "io_uring_enter",
}
REFERENCED = {"sendfile": "sendfile", "splice": "splice", "vmsplice": "splice"}
RECEIVED = {
    "recv": "recvfrom",
    "recvmsg": "recvmsg",
    "recvmmsg": "recvmmsg",
    "read": "read",
    "readv": "readv",
    "preadv2": "preadv2",
    "uring_recv": "io_uring_enter",
    "uring_recvmsg": "io_uring_enter",
    "uring_read": "io_uring_enter",
    "uring_readv": "io_uring_enter",
    "uring_sqpoll": "io_uring worker",
    "uring_async": None,  # a worker of io_uring, or the task itself
    "uring_multishot": "io_uring_enter",
}
# What the kernel tells a program of zero-copy sends: notifications, and of those, copied after all; over loopback all
# are. Of the others the program has not asked.
SENDS = 64
REPORTED = {"uring_send_zc_reported": (SENDS, SENDS)}
SENT_PATHS = ("copy_in", "pin", "splice_in", "tls_tx")
RECEIVED_PATHS = ("copy_out", "splice_out", "mapped", "discarded", "tls_rx")


def bytes_of(subject, path):
    figure = subject["paths"][path]["bytes"]
    return figure["value"] if isinstance(figure, dict) else figure
