# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every way to move bytes over TCP, as `netio-trace attach` counts it on kernels that differ in how they do it."""

import os
import sys

import guest

sys.path.append(str(guest.SOURCE / "tests/host/attach"))
from way_tables import (CANNOT, COPIED, MOVED, PINNED, RECEIVED, RECEIVED_PATHS, REFERENCED,  # noqa: E402
                        SENDS, SENT_PATHS, bytes_of)

# (sender, receiver, words beside): path of the sender's bytes, path of the receiver's
PAIRS = {
    **{(way, "recv", ""): ("copy_in", "copy_out") for way in COPIED},
    **{(way, "recv", ""): ("pin", "copy_out") for way in PINNED},
    **{(way, "recv", ""): ("splice_in", "copy_out") for way in REFERENCED},
    **{("send", way, ""): ("copy_in", "copy_out") for way in RECEIVED},
    ("send", "trunc", ""): ("copy_in", "discarded"),
    ("send", "peek", ""): ("copy_in", "copy_out"),
    ("send", "splice", ""): ("copy_in", "splice_out"),
    ("send", "recv", "tls"): ("tls_tx", "tls_rx"),
    ("write", "read", "tls"): ("tls_tx", "tls_rx"),
    ("sendfile", "recvmsg", "tls"): ("tls_tx", "tls_rx"),
    ("send", "splice", "tls"): ("tls_tx", "tls_rx"),
}

# One trace of all of them, for attaching takes seconds in a guest; before it one of a command with its calls timed, so that
# those programs are loaded as well, and a move that loads the kernel's module for TLS.
COMMAND = (
    """
ip link set lo up
netio-trace attach --timing all --output /out/timed -- /move_bytes send recv >/out/timed.txt 2>/out/timed.errors
/move_bytes send recv tls
netio-trace attach --timing none --comm move_bytes --output /out/trace >/out/trace.txt 2>/out/trace.errors &
tracer=$!
until grep -q tracing /out/trace.errors || ! kill -0 $tracer; do sleep 0.2; done
"""
    + "".join(f"""
code=0; /move_bytes {sender} {receiver} {extra} >/out/{sender}-{receiver}-{extra}.txt 2>&1 || code=$?
echo $code >/out/{sender}-{receiver}-{extra}.code
""" for sender, receiver, extra in PAIRS)
    + "kill -INT $tracer; wait $tracer\n"
)  # fmt: skip


class Attach(guest.GuestCase):
    COMMAND = COMMAND
    OPTIONS = ("--add", os.environ["NETIO_MOVE_BYTES"] + ":/move_bytes")
    TIMEOUT = 600

    def ends_of(self, text):
        """Process and bytes of each end, by what the program says."""
        lines = [line.split() for line in text.splitlines()]
        return {words[0]: (int(words[1]), int(words[2])) for words in lines if words and words[0] in ("sender", "receiver")}

    def check_end(self, subjects, end, paths, path, checked):
        pid, moved = end
        self.assertEqual(moved, MOVED)
        subject = next(subject for subject in subjects if subject.get("pid") == pid)
        self.assertEqual({each: bytes_of(subject, each) for each in paths},
                         {each: MOVED if each == path else 0 for each in paths})
        for law in subject["laws"]:
            self.assertNotEqual(law["holds"], False, law)
            self.assertTrue(law["checked"] or not checked, law)
        return subject

    def test_each_way_is_counted_on_its_path_to_the_byte(self):
        subjects = self.read_json("trace/trace.json")["subjects"]
        for (sender, receiver, extra), (sent, received) in PAIRS.items():
            with self.subTest(sender=sender, receiver=receiver, extra=extra):
                name = f"{sender}-{receiver}-{extra}"
                code = int((self.out / f"{name}.code").read_text())
                told = (self.out / f"{name}.txt").read_text()
                if code == CANNOT:
                    print(f"this kernel has no {name}", file=sys.stderr)
                    continue
                self.assertEqual(code, 0, told)
                ends = self.ends_of(told)
                subject = self.check_end(subjects, ends["sender"], SENT_PATHS, sent, not extra)
                self.check_end(subjects, ends["receiver"], RECEIVED_PATHS, received, not extra)
                if sent == "pin" and "uring" in sender:
                    self.check_copied_after_all(subject)

    def test_calls_are_timed(self):
        subjects = self.read_json("timed/trace.json")["subjects"]
        ends = self.ends_of((self.out / "timed.txt").read_text())
        subject = self.check_end(subjects, ends["sender"], SENT_PATHS, "copy_in", True)
        self.assertEqual(subject["paths"]["send_syscall"]["time_quality"], "exact")
        self.check_end(subjects, ends["receiver"], RECEIVED_PATHS, "copy_out", True)

    def check_copied_after_all(self, subject):
        """Over loopback every byte of a zero-copy send is copied after all, whether the program asks for that or not."""
        zerocopy = subject["zerocopy"]
        self.assertEqual([zerocopy[name] for name in ("sends", "completions", "copied", "unknown_fates")],
                         [SENDS, SENDS, SENDS, 0])
        self.assertEqual(bytes_of(subject, "deferred_copy"), MOVED)
        self.assertEqual([(site["reason"], site["bytes"]) for site in zerocopy["copied_after_all"]],
                         [("local_delivery", MOVED)])
