# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every way in which a program can move bytes over TCP is counted to the byte, on its own path."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from way_tables import (CANNOT, COPIED, MOVED, PINNED, RECEIVED, RECEIVED_PATHS, REFERENCED, REPORTED, SENDS,
                        SENT_PATHS, bytes_of)

PROGRAM = os.environ["NETIO_TRACE"]
WAYS = os.environ["NETIO_WAYS"]
def children_that_wait(parent):
    """The two ends of a program that pauses, once each has moved half and waits for the other half."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if len(children) == 2 and all(map(waits_on_pipe, children)):
            return [int(pid) for pid in children]
        time.sleep(0.02)
    raise AssertionError("the program does not pause")


def waits_on_pipe(pid):
    """Whether a process reads from a pipe: system call 0 on x86-64 and 63 on arm64."""
    call = pathlib.Path(f"/proc/{pid}/syscall").read_text().split()
    if len(call) < 2 or call[0] not in ("0", "63"):
        return False
    return os.readlink(f"/proc/{pid}/fd/{int(call[1], 16)}").startswith("pipe:")


class Attached:
    """What a program moved that was traced from its first instruction, by the program's own account too."""

    def __init__(self, words, *options):
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "trace")
            done = subprocess.run(
                [PROGRAM, "--quiet", "attach", "--timing", "none", "--output", output, *options, "--", *words],
                capture_output=True, text=True, timeout=60)
            self.code = done.returncode
            self.text = done.stdout + done.stderr
            self.ends = {}
            self.notified = None
            for line in done.stdout.splitlines():
                end, _, rest = line.partition(" ")
                if end == "notified":
                    self.notified = tuple(map(int, rest.split()))
                if end in ("sender", "receiver"):
                    pid, moved = rest.split()
                    self.ends[end] = (int(pid), int(moved))
            file = pathlib.Path(output, "trace.json")
            self.trace = json.loads(file.read_text()) if file.exists() else None

    def subject(self, end):
        pid = self.ends[end][0]
        return next(subject for subject in self.trace["subjects"] if subject.get("pid") == pid)


class Ways(unittest.TestCase):
    def moved(self, sender, receiver, *options):
        attached = Attached([WAYS, sender, receiver, *options])
        if attached.code == CANNOT:
            self.skipTest(f"this kernel cannot do it: {attached.text}")
        self.assertEqual(attached.code, 0, attached.text)
        for end in ("sender", "receiver"):
            self.assertEqual(attached.ends[end][1], MOVED)
            for law in attached.subject(end)["laws"]:
                self.assertTrue(law["holds"], f"{end}: {law}")
        return attached

    def check(self, sender, receiver, sent, received, *options):
        attached = self.moved(sender, receiver, *options)
        subject = attached.subject("sender")
        self.assertEqual({path: bytes_of(subject, path) for path in SENT_PATHS},
                         {path: MOVED if path == sent else 0 for path in SENT_PATHS})
        subject = attached.subject("receiver")
        self.assertEqual({path: bytes_of(subject, path) for path in RECEIVED_PATHS},
                         {path: MOVED if path == received else 0 for path in RECEIVED_PATHS})
        return attached

    def check_call(self, attached, end, direction, name):
        if name is None:
            return
        moving = [call for call in attached.subject(end)["calls"] if call["bytes"] and call["direction"] == direction]
        self.assertEqual([(call["name"], call["bytes"]) for call in moving], [(name, MOVED)])

    def test_every_way_of_sending(self):
        for path, ways in (("copy_in", COPIED), ("pin", PINNED), ("splice_in", REFERENCED)):
            for way, call in ways.items():
                with self.subTest(sender=way):
                    attached = self.check(way, "recv", path, "copy_out")
                    self.check_call(attached, "sender", "sent", call)

    def test_what_becomes_of_io_urings_zero_copy_is_what_the_program_was_told(self):
        for way, told in REPORTED.items():
            with self.subTest(sender=way):
                attached = self.moved(way, "recv")
                self.assertEqual(attached.notified, told)
                zerocopy = attached.subject("sender")["zerocopy"]
                self.assertEqual([zerocopy[name] for name in ("sends", "completions", "copied", "unknown_fates")],
                                 [SENDS, *told, 0])
                self.assertIn("IORING_NOTIF_USAGE_ZC_COPIED", attached.text)

    def test_a_fate_that_nobody_asked_for_is_not_taken_for_a_success(self):
        attached = self.moved("uring_send_zc", "recv")
        subject = attached.subject("sender")
        zerocopy = subject["zerocopy"]
        self.assertEqual((zerocopy["sends"], zerocopy["completions"]), (SENDS, SENDS))
        self.assertEqual(zerocopy["copied"] + zerocopy["unknown_fates"], SENDS)
        if zerocopy["unknown_fates"]:
            self.assertTrue(zerocopy["unknown_fates_reason"])
            self.assertIsNone(subject["paths"]["deferred_copy"]["bytes"])
            self.assertRegex(attached.text, r"of them copied after all +n/a")
            self.assertIn("[zerocopy-unknown]", attached.text)

    def test_zero_copy_sends_that_are_not_timed_have_no_known_fate(self):
        zerocopy = self.moved("zerocopy", "recv").subject("sender")["zerocopy"]
        self.assertEqual((zerocopy["sends"], zerocopy["unknown_fates"]), (SENDS, SENDS))
        self.assertIn("--timing none", zerocopy["unknown_fates_reason"])

    def test_every_way_of_receiving(self):
        for way, call in RECEIVED.items():
            with self.subTest(receiver=way):
                attached = self.check("send", way, "copy_in", "copy_out")
                self.check_call(attached, "receiver", "received", call)

    def test_bytes_that_are_thrown_away_are_not_copied(self):
        self.check("send", "trunc", "copy_in", "discarded")

    def test_bytes_that_are_spliced_are_not_copied(self):
        attached = self.check("send", "splice", "copy_in", "splice_out")
        self.check_call(attached, "receiver", "received", "splice")

    def test_bytes_that_are_looked_at_are_copied_twice(self):
        attached = self.check("send", "peek", "copy_in", "copy_out")
        self.assertEqual(bytes_of(attached.subject("receiver"), "peeked"), MOVED)

    def test_pages_that_are_mapped_are_not_copied(self):
        attached = self.moved("zerocopy", "mapped")
        subject = attached.subject("receiver")
        mapped, copied = bytes_of(subject, "mapped"), bytes_of(subject, "copy_out")
        self.assertEqual(mapped + copied, MOVED)


class MidFlight(unittest.TestCase):
    """Attached while the program is in the middle of what it does: what comes after counts, to the byte."""

    def check(self, sender, receiver, sent, received):
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "trace")
            program = subprocess.Popen([WAYS, sender, receiver, "pause"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, text=True)
            self.addCleanup(program.kill)
            pids = children_that_wait(program.pid)
            tracer = subprocess.Popen([PROGRAM, "attach", "--timing", "none", "--output", output, "--pid",
                                       ",".join(map(str, pids))], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                                      text=True)
            self.addCleanup(tracer.kill)
            self.assertIn("tracing", tracer.stderr.readline())
            told, _ = program.communicate("go\n", timeout=30)
            self.assertEqual(program.returncode, 0)
            tracer.communicate(timeout=30)
            self.assertEqual(tracer.returncode, 0)
            ends = {line.split()[0]: int(line.split()[1]) for line in told.splitlines()}
            trace = json.loads(pathlib.Path(output, "trace.json").read_text())
            for end, path in (("sender", sent), ("receiver", received)):
                subject = next(subject for subject in trace["subjects"] if subject.get("pid") == ends[end])
                self.assertEqual(bytes_of(subject, path), MOVED // 2, end)
                self.assertEqual(subject["sockets"]["adopted"], 1)
                for law in subject["laws"]:
                    self.assertTrue(law["holds"], f"{end}: {law}")

    def test_what_is_moved_before_does_not_count(self):
        self.check("send", "recv", "copy_in", "copy_out")

    def test_what_is_spliced_before_does_not_count(self):
        self.check("sendfile", "splice", "splice_in", "splice_out")


# A connection that carries more bytes than a sequence number counts.
FIVE_GIB = """
import os, socket
listener = socket.create_server(("127.0.0.1", 0))
total = 5 << 30
if os.fork() == 0:
    end = socket.create_connection(listener.getsockname())
    block, left = bytes(1 << 20), total
    while left:
        left -= end.send(block[:left])
    os._exit(0)
end, _ = listener.accept()
while end.recv(1 << 20, socket.MSG_TRUNC):
    pass
"""


class SocketsAlone(unittest.TestCase):
    """Nothing runs at calls: bytes are those that the sockets tell, and what is not known is not 0."""

    WITHOUT_CALLS = ("--no-ways",)

    def check(self, attached, sent, received):
        moved = {}
        for subject in attached.trace["subjects"]:
            totals = subject["totals"]
            moved[totals["send_bytes"]] = totals["recv_bytes"]
            self.assertIsNone(totals["send_calls"])
            self.assertIsNone(totals["recv_calls"])
            self.assertEqual(subject["calls"], [])
            self.assertIsNone(subject["copies_per_byte"]["sent"]["value"])
            self.assertIsNone(subject["paths"]["copy_in"]["bytes"])
            for law in subject["laws"]:
                self.assertFalse(law["checked"])
                self.assertIn("--no-ways", law["reason"])
        self.assertEqual(moved, {sent: 0, 0: received})
        self.assertRegex(attached.text, r"Send calls +n/a")
        self.assertRegex(attached.text, r"Copies per byte +sent +n/a")

    def test_bytes_are_exact_whatever_the_call(self):
        for sender, receiver in (("send", "recv"), ("sendfile", "splice"), ("uring_send_zc", "trunc")):
            with self.subTest(sender=sender, receiver=receiver):
                attached = Attached([WAYS, sender, receiver], *self.WITHOUT_CALLS)
                if attached.code != CANNOT:
                    self.check(attached, MOVED, MOVED)
                    self.assertEqual([subject["sockets"]["sockets"] for subject in attached.trace["subjects"]], [1, 1])

    def test_a_connection_may_carry_more_than_4_gib(self):
        attached = Attached([sys.executable, "-c", FIVE_GIB], *self.WITHOUT_CALLS)
        self.assertEqual(attached.code, 0, attached.text)
        self.check(attached, 5 << 30, 5 << 30)

    def test_a_connection_that_is_refused_moves_nothing(self):
        script = "import socket; socket.socket().connect_ex(('127.0.0.1', 9))"
        attached = Attached([sys.executable, "-c", script], *self.WITHOUT_CALLS)
        self.assertEqual(attached.code, 0, attached.text)
        self.assertEqual(sum(subject["sockets"]["bytes_sent"] for subject in attached.trace["subjects"]), 0)

    def test_open_sockets_are_known_by_who_has_them_open(self):
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "trace")
            listener = socket.create_server(("127.0.0.1", 0))
            one = socket.create_connection(listener.getsockname())
            other, _ = listener.accept()
            self.addCleanup(listener.close)
            self.addCleanup(one.close)
            self.addCleanup(other.close)
            one.send(b"before")
            tracer = subprocess.Popen([PROGRAM, "attach", "--timing", "none", "--no-ways", "--by", "connection",
                                       "--pid", str(os.getpid()), "--output", output], stderr=subprocess.PIPE,
                                      stdout=subprocess.DEVNULL, text=True)
            self.addCleanup(tracer.kill)
            self.assertIn("tracing", tracer.stderr.readline())
            one.send(b"after it began")
            self.assertEqual(len(other.recv(20, socket.MSG_WAITALL)), 20)
            tracer.terminate()
            tracer.communicate(timeout=30)
            self.assertEqual(tracer.returncode, 0)
            trace = json.loads(pathlib.Path(output, "trace.json").read_text())
            moved = {subject["connection"].split(" → ")[0].rpartition(":")[2]:
                     (subject["totals"]["send_bytes"], subject["totals"]["recv_bytes"])
                     for subject in trace["subjects"]}
            self.assertEqual(moved, {str(one.getsockname()[1]): (14, 0), str(other.getsockname()[1]): (0, 20)})

    def test_calls_cannot_be_timed_without_being_looked_at(self):
        done = subprocess.run([PROGRAM, "attach", "--no-ways", "--no-save", "--", "true"], capture_output=True,
                              text=True, timeout=30)
        self.assertEqual(done.returncode, 2)
        self.assertIn("add --timing none", done.stderr)


class Filters(unittest.TestCase):
    """Programs that start while the trace runs, by their name, and connections by their port."""

    def traced(self, *words):
        with tempfile.TemporaryDirectory() as folder:
            output = os.path.join(folder, "trace")
            tracer = subprocess.Popen([PROGRAM, "attach", "--output", output, *words], stderr=subprocess.PIPE,
                                      stdout=subprocess.DEVNULL, text=True)
            self.addCleanup(tracer.kill)
            told = tracer.stderr.readline()
            while "tracing" not in told:
                self.assertTrue(told)
                told = tracer.stderr.readline()
            done = subprocess.run([WAYS, "send", "recv"], capture_output=True, text=True, timeout=30)
            self.assertEqual(done.returncode, 0)
            tracer.terminate()
            tracer.communicate()
            self.assertEqual(tracer.returncode, 0)
            return json.loads(pathlib.Path(output, "trace.json").read_text())["subjects"]

    def test_a_program_that_takes_the_name_is_traced_from_then_on(self):
        subjects = self.traced("--comm", pathlib.Path(WAYS).name, "--timing", "none")
        self.assertEqual(sorted((bytes_of(subject, "copy_in"), bytes_of(subject, "copy_out")) for subject in subjects),
                         [(0, MOVED), (MOVED, 0)])

    def test_processes_of_a_name_are_one_subject(self):
        subjects = self.traced("--all", "--by", "comm", "--timing", "none")
        named = [subject for subject in subjects if subject["name"] == pathlib.Path(WAYS).name]
        self.assertEqual(len(named), 1)
        self.assertEqual((bytes_of(named[0], "copy_in"), bytes_of(named[0], "copy_out")), (MOVED, MOVED))

    def test_connections_without_the_port_are_left_out(self):
        subjects = self.traced("--comm", pathlib.Path(WAYS).name, "--port", "1", "--timing", "none")
        self.assertEqual(subjects, [])

    def test_a_connection_has_two_ends_here(self):
        subjects = self.traced("--comm", pathlib.Path(WAYS).name, "--by", "connection", "--timing", "none")
        self.assertEqual(len(subjects), 2)
        first, second = (subject["connection"].split(" → ") for subject in subjects)
        self.assertEqual(first, second[::-1])


class InAContainer(unittest.TestCase):
    """In a PID namespace below the initial one, process ids are those that are seen there."""

    def test_processes_are_found_by_the_ids_that_are_seen_there(self):
        here = pathlib.Path(__file__)
        done = subprocess.run(["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-m", "unittest",
                               f"{here.stem}.MidFlight"], cwd=here.parent, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
