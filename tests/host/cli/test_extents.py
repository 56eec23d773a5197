# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""As many threads as may be asked for: each is traced, and everything adds up."""

import json

import netio

MOST_THREADS = 4096


class Extents(netio.Case):
    def test_as_many_threads_as_there_may_be(self):
        output = self.folder / "run"
        done = netio.run("run", "--variants", "A1,A3", "--threads", MOST_THREADS, "--field-sizes", "64", "--duration", "0.5",
                         "--warmup", "0", "--verify", "--output", output, timeout=300)
        self.assertEqual(done.returncode, 0, done.stderr)
        cells = json.loads((output / "run.json").read_text())["cells"]
        self.assertEqual([cell["threads"] for cell in cells], [MOST_THREADS] * 2)
        for cell in cells:
            self.assertGreaterEqual(cell["messages"], MOST_THREADS, "a thread has sent nothing")
            checked = [law for law in cell["laws"] if law["checked"]]
            self.assertTrue(checked)
            self.assertEqual([law for law in checked if law["holds"] is False], [])
            full = {loss["name"]: loss["count"] for loss in cell["losses"] if loss["name"].endswith("_table_full")}
            self.assertEqual({name: count for name, count in full.items() if count}, {})
        self.assert_nothing_left()
