# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A run to which the machine gives too little: what the end that failed says is told, and what to do about it."""

import contextlib
import os
import pathlib
import resource
import unittest

import netio

MIB = 1 << 20
RUN = ("run", "--no-trace", "--no-save", "--link", "loopback", "--duration", 0.2, "--events", "task-clock")


def with_limits(*limits):
    """To be called in the child: (resource, value) each."""

    def set_all():
        for name, value in limits:
            resource.setrlimit(name, (value, value))

    return set_all


@contextlib.contextmanager
def memory_group(limit):
    """A control group with a memory limit, of the version that is there; its file of processes."""
    for mount, file in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        folder = pathlib.Path(mount) / f"netio-test-{os.getpid()}"
        if mount == "/sys/fs/cgroup" and not pathlib.Path(mount, "cgroup.controllers").exists():
            continue
        try:
            folder.mkdir()
        except OSError:
            continue
        try:
            if (folder / file).exists():
                (folder / file).write_text(str(limit))
                yield folder / "cgroup.procs"
                return
        finally:
            folder.rmdir()
    raise unittest.SkipTest("no control group with a memory limit can be made here")


class Limits(unittest.TestCase):
    def refused(self, *arguments, code=1, **options):
        done = netio.run(*RUN, *arguments, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr.strip().splitlines()[-1]

    def test_locked_memory(self):
        """The server is refused; the client sees no more than a connection that ends."""
        error = self.refused("--variants", "A3", "--field-sizes", "1M", user="nobody",
                             preexec_fn=with_limits((resource.RLIMIT_MEMLOCK, 8 * MIB)))  # fmt: skip
        self.assertIn("the kernel refuses zero-copy sends", error)
        self.assertIn("RLIMIT_MEMLOCK (all of this user's zero-copy sends together) is 8388608", error)
        self.assertIn("ulimit -l", error)

    def test_open_files(self):
        error = self.refused("--variants", "A1", "--field-sizes", 64, "--threads", 10, code=2,
                             preexec_fn=with_limits((resource.RLIMIT_NOFILE, 70)))  # fmt: skip
        self.assertIn("the limit of open files is too low", error)
        self.assertIn("ulimit -Hn", error)

    def test_processes(self):
        error = self.refused("--variants", "A1", "--field-sizes", 64, "--threads", 100, user="nobody",
                             preexec_fn=with_limits((resource.RLIMIT_NPROC, 40)))  # fmt: skip
        self.assertIn("cannot start a thread", error)
        self.assertIn("ulimit -u", error)

    def test_address_space(self):
        error = self.refused("--variants", "A1", "--field-sizes", "8M", "--threads", 4, code=2,
                             preexec_fn=with_limits((resource.RLIMIT_AS, 200 * MIB)))  # fmt: skip
        self.assertIn("the limit of address space (ulimit -v) leaves", error)
        self.assertIn("--field-sizes", error)

    def test_a_control_group(self):
        with memory_group(64 * MIB) as processes:
            error = self.refused("--variants", "A1", "--field-sizes", "8M", code=2,
                                 preexec_fn=lambda: processes.write_text(str(os.getpid())))  # fmt: skip
        self.assertIn(f"the memory limit of the control group {processes.parent.name}", error.replace("group /", "group "))

    def test_stack(self):
        """Where root may raise the limit, it is raised."""
        done = netio.run(*RUN, "--variants", "A1", "--field-sizes", 64, user="nobody",
                         preexec_fn=with_limits((resource.RLIMIT_STACK, 128 << 10)))  # fmt: skip
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("the limit of the stack is too small", done.stderr)


if __name__ == "__main__":
    unittest.main()
