# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The files of a real run agree with their schema and with one another."""

import csv
import json
import os
import pathlib
import subprocess
import sys
import unittest

import netio

SOURCE = pathlib.Path(os.environ["NETIO_SOURCE"])


class RunFiles(netio.Case):
    def test_agree(self):
        for options in (["--repeats", 2], ["--no-trace"], ["--variants", "A3", "--pattern", "stream"], ["--ipv6"],
                        ["--link", "loopback"]):
            with self.subTest(options=options):
                output = self.folder / "-".join(map(str, options)).strip("-")
                run = self.run_cells("--field-sizes", "64,4K", "--duration", 0.2, *options, output=output)
                self.check_formats(output)
                self.check_csv(run, output)
                self.check_explanation(run, output)
        self.assert_nothing_left()

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "with one CPU the ends share it")
    def test_note_that_the_ends_may_share_a_cpu(self):
        for options in ([], ["--pin"]):
            with self.subTest(options=options):
                output = self.folder / ("pinned" if options else "unpinned")
                run = self.run_cells("--variants", "A2", "--field-sizes", "64", "--duration", 0.1, "--no-trace", *options,
                                     output=output)
                said = any("share a CPU" in note for note in run["environment"]["notes"])
                self.assertEqual(said, not options, run["environment"]["notes"])

    def check_formats(self, output):
        """The same check that the made-up runs of the golden tests pass."""
        checked = subprocess.run([sys.executable, SOURCE / "tests/golden/check_formats.py", SOURCE / "docs/run.schema.json",
                                  SOURCE / "docs/formats.md", "--folder", output], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def check_explanation(self, run, output):
        """The findings of a saved run are those that it was saved with, read back and found anew."""
        explained = netio.run("explain", output, "--assignment", "--format", "json")
        self.assertEqual(explained.returncode, 0, explained.stderr)
        explanation = json.loads(explained.stdout)
        self.assertEqual(explanation["findings"], run["findings"])
        self.assertEqual([answer["letter"] for answer in explanation["answers"]], list("abcdef"))

    def check_csv(self, run, output):
        with open(output / "cells.csv", newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(len(rows), len(run["cells"]))
        for row, cell in zip(rows, run["cells"]):
            for column in ("variant", "field_size", "threads", "repeat", "messages"):
                name = next(name for name in row if name.startswith(column))
                self.assertEqual(row[name], str(cell[column]))
        with open(output / "histograms.csv", newline="", encoding="utf-8") as file:
            latencies = [row for row in csv.DictReader(file) if row["histogram"] == "latency"]
        counted = sum(int(row["count"]) for row in latencies)
        self.assertEqual(counted, sum(cell["messages"] for cell in run["cells"]))


if __name__ == "__main__":
    unittest.main()
