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

# Each trace in one boot. The first times calls too, so that those programs are loaded as well.
COMMAND = "".join(
    f"""
n=/out/{sender}-{receiver}-{extra or 'plain'}; code=0
netio-trace attach --timing {'all' if index == 0 else 'none'} --output $n -- /move_bytes {sender} {receiver} {extra} \
    >$n.txt 2>$n.errors || code=$?
echo $code >$n.code
"""
    for index, (sender, receiver, extra) in enumerate(PAIRS)
)


class Attach(guest.GuestCase):
    COMMAND = "ip link set lo up\n" + COMMAND
    OPTIONS = ("--add", os.environ["NETIO_MOVE_BYTES"] + ":/move_bytes")
    TIMEOUT = 1500

    def test_each_way_is_counted_on_its_path_to_the_byte(self):
        for (sender, receiver, extra), (sent, received) in PAIRS.items():
            with self.subTest(sender=sender, receiver=receiver, extra=extra):
                name = f"{sender}-{receiver}-{extra or 'plain'}"
                code = int((self.out / f"{name}.code").read_text())
                told = (self.out / f"{name}.txt").read_text() + (self.out / f"{name}.errors").read_text()
                if code == CANNOT:
                    print(f"this kernel has no {name}", file=sys.stderr)
                    continue
                self.assertEqual(code, 0, told)
                ends = {}
                for line in told.splitlines():
                    words = line.split()
                    if words and words[0] in ("sender", "receiver"):
                        ends[words[0]] = (int(words[1]), int(words[2]))
                subjects = self.read_json(f"{name}/trace.json")["subjects"]
                for end, paths, path in (("sender", SENT_PATHS, sent), ("receiver", RECEIVED_PATHS, received)):
                    pid, moved = ends[end]
                    self.assertEqual(moved, MOVED)
                    subject = next(subject for subject in subjects if subject.get("pid") == pid)
                    self.assertEqual({each: bytes_of(subject, each) for each in paths},
                                     {each: MOVED if each == path else 0 for each in paths}, end)
                    if end == "sender" and path == "pin" and "uring" in sender:
                        self.check_copied_after_all(subject)
                    for law in subject["laws"]:
                        self.assertNotEqual(law["holds"], False, law)
                        self.assertTrue(law["checked"] or extra, law)

    def check_copied_after_all(self, subject):
        """Over loopback every byte of a zero-copy send is copied after all, whether the program asks for that or not."""
        zerocopy = subject["zerocopy"]
        self.assertEqual([zerocopy[name] for name in ("sends", "completions", "copied", "unknown_fates")],
                         [SENDS, SENDS, SENDS, 0])
        self.assertEqual(bytes_of(subject, "deferred_copy"), MOVED)
        self.assertEqual([(site["reason"], site["bytes"]) for site in zerocopy["copied_after_all"]],
                         [("local_delivery", MOVED)])
