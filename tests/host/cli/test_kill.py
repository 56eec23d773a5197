# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""kill -9 at any moment leaves nothing behind; a worker that is killed ends the run in good order."""

import json
import os
import random
import signal
import time
import unittest

import netio


class KillTheRunner(netio.Case):
    def test_20_times_at_random_moments(self):
        seed = random.randrange(1 << 32)
        chance = random.Random(seed)
        for attempt in range(20):
            runner = self.start("run", "--no-save", "--preset", "smoke", "--threads", 2)
            time.sleep(chance.uniform(0.0, 2.5))
            runner.kill()
            runner.communicate()
            with self.subTest(seed=seed, attempt=attempt):
                self.assertEqual(runner.returncode, -signal.SIGKILL)
        self.assert_nothing_left()


class KillAWorker(netio.Case):
    def kill_in_second_cell(self, role):
        """Kills the worker of this role as soon as the first cell has been saved and the next one runs."""
        output = self.folder / role
        runner = self.start("run", "--no-trace", "--output", output, "--variants", "A2", "--field-sizes", "64,128",
                            "--duration", 5)
        os.kill(self.wait_for_worker_after_first_cell(runner, output, role), signal.SIGKILL)
        stdout, stderr = runner.communicate(timeout=60)
        self.assertEqual(runner.returncode, 1, stderr)
        errors = [line for line in stderr.splitlines() if "error" in line]
        self.assertEqual(len(errors), 1, stderr)
        self.assertIn(f"netio-{role} process was killed by signal 9", errors[0])
        self.assertIn("1 finished cell is kept", errors[0])
        saved = json.loads((output / "run.json").read_text())
        self.assertEqual(len(saved["cells"]), 1)
        self.assertIn("killed by signal 9", saved["failure"])
        self.assertIn("8 × 64 B", stdout)
        self.assert_nothing_left()

    def test_server(self):
        self.kill_in_second_cell("server")

    def test_client(self):
        self.kill_in_second_cell("client")


if __name__ == "__main__":
    unittest.main()
