# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the program as a user would, and looks at what it leaves behind."""

import contextlib
import json
import os
import pathlib
import re
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

os.environ.pop("SUDO_UID", None)  # or, under sudo, the program would write with the caller's rights


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


def workers(name="netio-", parent=None):
    """Process ids of the program's processes whose name begins so; all, or the children of one."""
    found = []
    for entry in marked_processes():
        with contextlib.suppress(OSError):
            if (entry / "comm").read_text().startswith(name):
                if parent is None or f"\nPPid:\t{parent}\n" in (entry / "status").read_text():
                    found.append(int(entry.name))
    return found


def namespaces():
    """Network namespaces that some process is in."""
    found = set()
    for entry in marked_processes():
        with contextlib.suppress(OSError):
            found.add(os.readlink(entry / "ns/net"))
    return found


def devices_and_addresses():
    """By what identifies them: their state may change for reasons of its own, such as a cable."""
    ip = "/usr/sbin/ip" if os.path.exists("/usr/sbin/ip") else "ip"
    said = subprocess.run([ip, "-json", "address"], capture_output=True, text=True, check=True).stdout
    found = json.loads(said)
    return ({(device["ifindex"], device["ifname"]) for device in found},
            {(device["ifname"], address["local"], address["prefixlen"])
             for device in found for address in device["addr_info"]})


def system_state():
    """What a run may not change or add to, as sets."""
    devices, addresses = devices_and_addresses()
    pinned = {str(path) for path in pathlib.Path("/sys/fs/bpf").rglob("*")}
    return {"namespaces": namespaces(), "devices": devices, "addresses": addresses, "workers": set(workers()),
            "mounts": set(pathlib.Path("/proc/self/mounts").read_text().splitlines()), "pinned": pinned}


def left_behind(before):
    """What is there now and was not before; what was there before may have gone for reasons of its own, but for devices
    and addresses, which a run could have taken along."""
    now = system_state()
    left = {what: value - before[what] for what, value in now.items()}
    for what in ("devices", "addresses"):
        left[f"lost {what}"] = before[what] - now[what]
    return {what: value for what, value in left.items() if value}


class Case(unittest.TestCase):
    """A test with a folder of its own, after which the system must be as it was."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.before = system_state()

    def start(self, *arguments, **options):
        """Starts the program, which does not outlive the test."""
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True, **options)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def start_server(self, *arguments):
        """Starts `netio-trace server`, and waits until it listens; the process, and the port that the kernel chose."""
        server = self.start("server", "--port", 0, *arguments)
        said = b""
        # Byte by byte, because communicate() does not get what has been read ahead.
        while not (listening := re.search(rb"listening on [\d.]+ port (\d+)\n", said)):
            byte = os.read(server.stdout.fileno(), 1)
            self.assertTrue(byte, said)
            said += byte
        return server, int(listening.group(1))

    def wait_until(self, condition, what):
        """What the condition gives once that is true; it is asked for a minute."""
        deadline = time.monotonic() + 60
        while not (found := condition()):
            self.assertLess(time.monotonic(), deadline, f"not within a minute: {what}")
            time.sleep(0.02)
        return found

    def assert_nothing_left(self):
        # The kernel takes a dead namespace apart from a work queue, a moment after its last user is gone.
        deadline = time.monotonic() + 20
        while left_behind(self.before) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(left_behind(self.before), {})

    def wait_for_worker_after_first_cell(self, runner, output, role):
        """The process id of the worker, in the midst of the second cell: the first one has been saved."""
        self.wait_until((output / "run.json").exists, "the first cell is saved")
        self.assertEqual(len(json.loads((output / "run.json").read_text())["cells"]), 1)
        # The workers of the first cell have ended before it is saved.
        worker = self.wait_for_worker(runner, role)
        time.sleep(0.3)  # on most machines it sends or receives by now
        return worker

    def wait_for_worker(self, runner, role):
        return self.wait_until(lambda: next(iter(workers(f"netio-{role}", runner.pid)), None), f"there is a {role}")

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
