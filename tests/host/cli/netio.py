# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the program as a user would, and looks at what it leaves behind."""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest
import uuid

PROGRAM = os.environ["NETIO_TRACE"]

# Inherited by every process that a test starts, however it ends up: others on the machine may run the program too.
MARK = f"NETIO_TEST={uuid.uuid4()}"
os.environ["NETIO_TEST"] = MARK.split("=")[1]


def marked_processes():
    """Folders in /proc of processes that the tests started, but for this one."""
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if MARK.encode() in (entry / "environ").read_bytes().split(b"\0"):
                    yield entry
            except OSError:
                pass  # it has ended meanwhile


def run(*arguments, timeout=120, **options):
    """Runs the program to its end; standard output and error are text. Another user gets a copy of it, because the tree
    may be where that user cannot look (/root)."""
    with contextlib.ExitStack() as stack:
        program = PROGRAM
        if "user" in options:
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
            folder.chmod(0o755)
            program = shutil.copy(PROGRAM, folder)
            options.setdefault("cwd", folder)
        return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, **options)


def start(*arguments, **options):
    return subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            **options)


def workers():
    """Process ids of the program's worker processes."""
    found = []
    for entry in marked_processes():
        with contextlib.suppress(OSError):
            if (entry / "comm").read_text().startswith("netio-"):
                found.append(int(entry.name))
    return found


def namespaces():
    """Network namespaces that some process is in."""
    found = set()
    for entry in marked_processes():
        with contextlib.suppress(OSError):
            found.add(os.readlink(entry / "ns/net"))
    return found


def system_state():
    """What a run may not change or add to: devices and addresses as text, the rest as sets."""
    def ip(*arguments):
        return subprocess.run(["/usr/sbin/ip" if os.path.exists("/usr/sbin/ip") else "ip", "-brief", *arguments],
                              capture_output=True, text=True, check=True).stdout
    pinned = {str(path) for path in pathlib.Path("/sys/fs/bpf").rglob("*")}
    return {"namespaces": namespaces(), "devices": ip("link"), "addresses": ip("address"), "workers": set(workers()),
            "mounts": set(pathlib.Path("/proc/self/mounts").read_text().splitlines()), "pinned": pinned}


def left_behind(before):
    """What is there now and was not before; what was there before may have gone for reasons of its own."""
    now = system_state()
    left = {}
    for what, value in now.items():
        new = value - before[what] if isinstance(value, set) else (value if value != before[what] else None)
        if new:
            left[what] = new
    return left


class Case(unittest.TestCase):
    """A test with a folder of its own, after which the system must be as it was."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.before = system_state()

    def assert_nothing_left(self):
        # The kernel takes a dead namespace apart from a work queue, a moment after its last user is gone.
        deadline = time.monotonic() + 20
        while left_behind(self.before) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(left_behind(self.before), {})

    def run_cells(self, *arguments, output=None, **options):
        """Runs `netio-trace run`, which must succeed, and returns its run.json."""
        output = output or self.folder / "out"
        result = run("run", "--output", output, *arguments, **options)
        self.assertEqual(result.returncode, 0, result.stderr + result.stdout)
        return json.loads((output / "run.json").read_text())

    def assert_one_line_error(self, result, exit_code, *words):
        """One line that starts with the program's name and says what happened."""
        self.assertEqual(result.returncode, exit_code, result.stderr)
        lines = result.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertTrue(lines[0].startswith("netio-trace: error: "), lines[0])
        for word in words:
            self.assertIn(word, lines[0])
