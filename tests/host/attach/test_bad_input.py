# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What cannot be traced is told in one line, and nothing is left behind."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

PROGRAM = os.environ["NETIO_TRACE"]


def attach(*words, timeout=60):
    return subprocess.run([PROGRAM, "--quiet", "attach", *map(str, words)], capture_output=True, text=True,
                          timeout=timeout)


def held_programs():
    """Ids of the BPF programs that a process holds, by itself or by a link."""
    held = set()
    for info in pathlib.Path("/proc").glob("[0-9]*/fdinfo/*"):
        with contextlib.suppress(OSError):
            held.update(int(line.split()[1]) for line in info.read_text().splitlines() if line.startswith("prog_id:"))
    return held


def programs_of_nobody():
    """BPF programs in the kernel that no process holds: what was left behind. Others on this machine may trace too."""
    listed = subprocess.run(["bpftool", "prog", "list", "--json"], capture_output=True, text=True, check=True,
                            env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"})
    held = held_programs()
    return {program["id"]: program.get("name", "") for program in json.loads(listed.stdout) if program["id"] not in held}


class BadInput(unittest.TestCase):
    def setUp(self):
        self.before = programs_of_nobody()

    def tearDown(self):
        # The kernel frees what a killed process held a moment after it; what was there before may go meanwhile.
        deadline = time.monotonic() + 10
        while (left := self.left_behind()) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(left, {}, "programs are left in the kernel")

    def left_behind(self):
        return {number: name for number, name in programs_of_nobody().items() if number not in self.before}

    def check_refused(self, words, *parts, code=2):
        done = attach("--no-save", *words)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for part in parts:
            self.assertIn(part, done.stderr)

    def test_a_process_that_is_not_there(self):
        pid = subprocess.Popen(["true"])
        pid.wait()
        self.check_refused(["--pid", pid.pid], f"process {pid.pid}", "no such process")

    def test_a_process_that_has_ended_and_was_not_waited_for(self):
        ended = subprocess.Popen(["true"])
        self.addCleanup(ended.wait)
        os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
        self.check_refused(["--pid", ended.pid], "has ended already")

    def test_a_thread_of_the_kernel(self):
        kernel = pathlib.Path("/proc/2/comm")
        if not kernel.exists() or kernel.read_text() != "kthreadd\n":
            self.skipTest("no kernel thread is seen from this PID namespace")
        self.check_refused(["--pid", 2], "thread of the kernel, kthreadd")

    def test_a_command_that_is_not_there(self):
        self.check_refused(["--", "/no/such/command"], "cannot start /no/such/command", "No such file")

    def test_a_command_that_may_not_be_executed(self):
        with tempfile.NamedTemporaryFile() as file:
            self.check_refused(["--", file.name], "cannot start", "Permission denied")

    def test_a_control_group_that_is_not_there(self):
        self.check_refused(["--cgroup", "/no/such/group"], "no control group /no/such/group")

    def test_nothing_that_matches(self):
        self.check_refused(["--pid", os.getpid(), "--comm", "nosuchname"], "named nosuchname")

    def test_the_exit_code_of_a_command_is_kept(self):
        self.assertEqual(attach("--no-save", "--", "sh", "-c", "exit 7").returncode, 7)
        self.assertEqual(attach("--no-save", "--", "sh", "-c", "kill -9 $$").returncode, 128 + 9)

    def test_a_process_that_ends_during_the_trace(self):
        short = subprocess.Popen(["sleep", "1"])
        self.addCleanup(short.wait)
        with tempfile.TemporaryDirectory() as folder:
            done = attach("--pid", short.pid, "--duration", 30, "--timing", "none", "--output", folder + "/t")
            self.assertEqual(done.returncode, 0, done.stderr)
            trace = json.loads(pathlib.Path(folder, "t", "trace.json").read_text())
        self.assertLess(trace["duration_s"], 20)
        self.assertTrue(any(f"process {short.pid} ended" in note for note in trace["notes"]), trace["notes"])

    def test_two_traces_at_once_do_not_disturb_each_other(self):
        inner = [PROGRAM, "--quiet", "attach", "--no-save", "--timing", "all", "--", "sh", "-c", "exit 5"]
        self.assertEqual(attach("--no-save", "--timing", "all", "--", *inner).returncode, 5)

    def test_nothing_is_left_after_it_is_killed(self):
        for _ in range(20):
            with subprocess.Popen([PROGRAM, "attach", "--no-save", "--all"], stderr=subprocess.PIPE,
                                  stdout=subprocess.DEVNULL, text=True) as tracer:
                self.assertIn("tracing", tracer.stderr.readline())
                tracer.kill()


if __name__ == "__main__":
    sys.exit(unittest.main())
