# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A trial of each kind of scripts/faults.sh, and that a program which does not do as documented fails them."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

FAULTS = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib" / "faults.py"


def trials(program, *arguments):
    return subprocess.run([sys.executable, "-B", FAULTS, *arguments], capture_output=True, text=True, check=False,
                          env=os.environ | {"NETIO_TRACE": str(program)})  # fmt: skip


class Faults(unittest.TestCase):
    def test_one_of_each_kind(self):
        kinds = [line for line in trials("/none", "--list").stdout.splitlines() if not line.endswith("(only with --kind)")]
        done = trials(os.environ["NETIO_TRACE"], "--trials", str(len(kinds)), "--seed", "1")
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_program_that_is_wrong_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, body, why in (("silent", "exit 1", "without a word"), ("odd", "echo netio-trace: error >&2; exit 9", "exit code 9"),
                                    ("crashes", "echo 'terminate called' >&2; exit 1", "not told in words"),
                                    ("leaves", "mkdir -p /tmp/netio-trace-left-by-a-test", "left behind")):  # fmt: skip
                with self.subTest(name=name):
                    program = pathlib.Path(folder, name)
                    program.write_text(f"#!/bin/sh\n{body}\n")
                    program.chmod(0o755)
                    done = trials(program, "--trials", "1", "--kind", "twice")
                    shutil.rmtree("/tmp/netio-trace-left-by-a-test", ignore_errors=True)
                    self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                    self.assertIn(why, done.stdout)
                    self.assertIn("0 passed, 1 failed", done.stdout)


if __name__ == "__main__":
    unittest.main()
