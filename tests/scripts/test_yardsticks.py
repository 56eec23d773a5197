# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the benchmarks compare netio-trace with runs and counts: else a comparison with it would be worth nothing."""

import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"
sys.path.insert(0, str(LIBRARY))
import bench_published  # noqa: E402
import yardsticks  # noqa: E402

EXCHANGES = 100


class Yardsticks(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-yardsticks-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def test_the_floor_counts_calls(self):
        attach = yardsticks.build_attach(self.folder)
        floor = yardsticks.build_programs(self.folder, *yardsticks.WITH_TRACEPOINTS["floor"])
        with subprocess.Popen([attach, floor], stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(process.stdout.readline(), "ready\n")
            one, other = socket.socketpair()
            with one, other:
                for _ in range(EXCHANGES):
                    one.send(b"x")
                    other.recv(1)
            process.send_signal(signal.SIGINT)
            seen, _ = process.communicate()
        calls = [int(line.split()[-2]) for line in seen.splitlines()]
        receives, sends = calls[0], calls[2]
        self.assertGreaterEqual(receives, EXCHANGES, seen)
        self.assertGreaterEqual(sends, EXCHANGES, seen)
        self.assertTrue(yardsticks.was_run(seen))

    def test_programs_that_note_are_run_at_each_hook(self):
        attach = yardsticks.build_attach(self.folder)
        for name in ("nothing", "clock"):
            with self.subTest(name=name):
                programs = yardsticks.build_programs(self.folder, *yardsticks.WITH_TRACEPOINTS[name])
                # Which is left without complaint only when each hook was run.
                with yardsticks.attached(attach, programs), socket.create_server(("127.0.0.1", 0)) as server:
                    with socket.create_connection(server.getsockname()) as one, server.accept()[0] as other:
                        one.send(b"x")
                        self.assertEqual(other.recv(1), b"x")
                    time.sleep(0.01)

    def test_programs_for_the_exact_backends_compile(self):
        for name in ("floor", "clock"):
            with self.subTest(name=name):
                self.assertTrue(yardsticks.build_programs(self.folder, name).exists())

    def test_what_was_not_run_is_told(self):
        for text, was_run in (
            ("| path 0: 0 calls\n| path 1: 3 calls\n", True),
            ("| path 0: 0 calls\n| path 1: 0 calls\n", False),
            ("| hook 0: was run\n| hook 1: was run\n", True),
            ("| hook 0: was run\n| hook 1: never\n", False),
            ("", False),
        ):
            with self.subTest(text=text):
                self.assertEqual(yardsticks.was_run(text), was_run)

    def test_attach_says_what_it_cannot_load(self):
        done = subprocess.run([yardsticks.build_attach(self.folder), "/nowhere.bpf.o"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot load /nowhere.bpf.o", done.stderr)

    def test_the_plain_program_exchanges_messages(self):
        program = bench_published.build_plain(self.folder)
        done = subprocess.run(["unshare", "--net", LIBRARY / "plain.sh", program, "256", "3", "1.5"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        threads = bench_published.seconds_of_threads(done.stdout)
        self.assertEqual([len(seconds) for seconds in threads], [2] * 3, "one line for each second that a thread began")
        for seconds in threads:
            # A message that waits for one delayed acknowledgement takes some 41 ms: 36 in that time, unless the
            # machine is busy.
            self.assertGreaterEqual(sum(messages for messages, _ in seconds), 15, seconds)
            self.assertTrue(all(limit > 0 for _, limit in seconds), seconds)
        table = bench_published.table_of_seconds(threads).splitlines()
        self.assertEqual(len(table), 2 + 2, table)


if __name__ == "__main__":
    unittest.main()
