# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""vm.sh itself: what the command says and leaves arrives, and whatever goes wrong is told."""

import pathlib
import tempfile
import unittest

import guest

FOUND_IN_LOG = 123
TIMED_OUT = 124


class VmScript(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.guest = guest.Guest("x86_64", "6.12")

    def test_output_errors_exit_code_and_files_arrive(self):
        with tempfile.TemporaryDirectory() as name:
            result = self.guest.run("sh", "-c", "echo said; echo complained >&2; mkdir /out/a; printf %s \"$1\" >/out/a/b; exit 3",
                                    "sh", "it's \"here\" $HOME", out=name)  # fmt: skip
            self.assertEqual((result.stdout, result.stderr, result.returncode), ("said\n", "complained\n", 3))
            self.assertEqual((pathlib.Path(name) / "a/b").read_text(), "it's \"here\" $HOME")

    def test_much_output_arrives_whole(self):
        result = self.guest.run("seq", 200000)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, "".join(f"{number}\n" for number in range(1, 200001)))

    def test_a_warning_of_the_kernel_is_shown_and_fails(self):
        result = self.guest.run("sh", "-c", "echo 'WARNING: CPU: 0 PID: 1 at net/core/skbuff.c:1' >/dev/kmsg; echo done")
        self.assertEqual(result.stdout, "done\n")
        self.assertEqual(result.returncode, FOUND_IN_LOG, result.stderr)
        self.assertIn("WARNING: CPU: 0 PID: 1 at net/core/skbuff.c:1", result.stderr)

    def test_a_panic_is_shown_and_fails(self):
        result = self.guest.run("sh", "-c", "echo before; echo c >/proc/sysrq-trigger; sleep 60")
        self.assertEqual(result.stdout, "before\n")
        self.assertEqual(result.returncode, FOUND_IN_LOG, result.stderr)
        self.assertIn("Kernel panic - not syncing: sysrq triggered crash", result.stderr)

    def test_a_guest_that_does_not_end_is_stopped(self):
        limit = 10
        result = None
        # As long as the limit must be for the guest to get to the sleep, however busy this machine is.
        while result is None or (not result.stdout and limit < 200):
            limit *= 2
            result = self.guest.run("sh", "-c", "echo before; sleep 600", timeout=limit)
            self.assertEqual(result.returncode, TIMED_OUT, result.stderr)
        self.assertEqual(result.stdout, "before\n")
        self.assertIn(f"not done after {limit} s", result.stderr)

    def test_a_guest_that_ends_without_a_verdict_fails(self):
        result = self.guest.run("poweroff", "-f")
        self.assertEqual(result.returncode, 125, result.stderr)
        self.assertIn("without a verdict, while the command ran", result.stderr)


if __name__ == "__main__":
    unittest.main()
