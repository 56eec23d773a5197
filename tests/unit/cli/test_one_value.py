# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One figure has one value, whichever command or script tells it: throughput, median, 99th percentile and the ratio of two
variants, of repeats that differ."""

import csv
import importlib.machinery
import importlib.util
import io
import json
import pathlib
import re
import unittest

import command

SCRIPT = pathlib.Path(__file__).parents[3] / "scripts" / "plot.py"
SPEC = importlib.util.spec_from_loader("plot", importlib.machinery.SourceFileLoader("plot", str(SCRIPT)))
PLOT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PLOT)

SIZE, THREADS = 8192, 1
PERCENTILES = {"p50": 0.5, "p99": 0.99}


class OneValue(command.CommandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        run = json.loads((cls.folder / "crossing" / "run.json").read_text())
        run["cells"] = [cell for cell in run["cells"] if cell["threads"] == THREADS]
        cells = {(cell["variant"], cell["repeat"]): cell for cell in run["cells"] if cell["field_size"] == SIZE}
        # Repeats that disagree: the mean, the median and the pooled value of anything are three numbers.
        for (variant, repeat), cell in cells.items():
            cell["duration_s"] *= (1.0, 1.37, 0.71)[repeat] * (1.0, 0.93, 1.21)[(repeat + len(variant)) % 3]
        for repeat, other in ((1, "A2"), (0, "A3")):
            for name in ("latency_histogram", "messages", "messages_per_thread", "payload_bytes"):
                cells["A1", repeat][name] = cells[other, repeat][name]
        cls.run_folder = cls.folder / "uneven"
        cls.run_folder.mkdir()
        (cls.run_folder / "run.json").write_text(json.dumps(run))
        for name in ("cells", "histograms"):
            done = command.run("show", cls.run_folder, "--format", "csv" if name == "cells" else name)
            assert done.returncode == 0, done.stderr
            (cls.run_folder / f"{name}.csv").write_text(done.stdout)
        done = command.run("compare", cls.run_folder, "--format", "json")
        assert done.returncode == 0, done.stderr
        cls.groups = {group["metric"]: group for group in json.loads(done.stdout)["groups"]
                      if group["entries"][0]["field_size"] == SIZE}
        cls.text = command.run("show", cls.run_folder).stdout

    def told(self, metric, statistic):
        """By variant, as `compare --format json` tells it; the reference for all others."""
        return {entry["variant"]: entry["statistics"][statistic]["value"] for entry in self.groups[metric]["entries"]}

    def expected(self):
        return {"throughput": self.told("throughput", "throughput"),
                **{name: {variant: value / 1e3 for variant, value in self.told("latency", name).items()} for name in PERCENTILES}}

    def assert_close(self, told, expected, digits):
        self.assertEqual(set(told), set(expected))
        for variant, value in expected.items():
            self.assertAlmostEqual(told[variant] / value, 1.0, delta=10.0**-digits, msg=variant)

    def test_repeats_disagree(self):
        rows = [row for row in PLOT.read_rows(self.run_folder / "cells.csv")
                if row["field_size_bytes"] == str(SIZE) and row["variant"] == "A1"]
        for column in ("throughput_gbit_per_s", "latency_p99_us"):
            values = sorted(float(row[column]) for row in rows)
            self.assertGreater(values[-1] / values[0], 1.05, column)

    def test_text(self):
        section = self.text[self.text.index("8 × 8 KiB fields"):]
        rows = {"throughput": r"Throughput +Gbit/s +", "p50": r"p50 +µs +", "p99": r"p99 +µs +"}
        for name, label in rows.items():
            figures = re.search(label + r"([\d.,]+) +([\d.,]+) +([\d.,]+)", section).groups()
            told = {variant: float(figure.replace(",", "")) for variant, figure in zip(("A1", "A2", "A3"), figures)}
            self.assert_close(told, self.expected()[name], 2)

    def test_page(self):
        page = command.run("show", self.run_folder, "--format", "html").stdout
        data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[1])
        group = next(group for group in data["runs"][0]["groups"] if group["field_size"] == SIZE)
        for name, expected in self.expected().items():
            self.assert_close({variant["variant"]: variant[name]["v"] for variant in group["variants"]}, expected, 4)

    def test_plots(self):
        rows = PLOT.read_rows(self.run_folder / "cells.csv")
        pooled = PLOT.Pooled(self.run_folder / "histograms.csv")
        told = {name: {} for name in self.expected()}
        for variant in ("A1", "A2", "A3"):
            chosen = [row for row in rows if row["field_size_bytes"] == str(SIZE) and row["variant"] == variant]
            told["throughput"][variant] = PLOT.geometric_mean(chosen, lambda row: PLOT.number(row, "throughput_gbit_per_s"))
            for name, quantile in PERCENTILES.items():
                told[name][variant] = pooled.percentile(chosen, quantile)
        for name, expected in self.expected().items():
            self.assert_close(told[name], expected, 6)

    def test_ratio(self):
        """The pair A2 and A1: compare's JSON, CSV and text, the finding, and the quotient of the figures in the tables."""
        pair = next(pair for pair in self.groups["throughput"]["pairs"] if (pair["baseline"], pair["entry"]) == (0, 1))
        ratio = pair["differences"][0]["ratio"]
        throughput = self.expected()["throughput"]
        self.assertAlmostEqual(throughput["A2"] / throughput["A1"], ratio, places=12)
        rows = csv.DictReader(io.StringIO(command.run("compare", self.run_folder, "--format", "csv").stdout))
        row = next(row for row in rows if row["baseline_variant"] == "A1" and row["variant"] == "A2" and
                   row["field_size_bytes"] == str(SIZE) and row["metric"] == "throughput")
        self.assertAlmostEqual(float(row["ratio"]), ratio, places=12)
        findings = json.loads(command.run("explain", self.run_folder, "--format", "json").stdout)["findings"]
        crossover = next(finding for finding in findings if finding["id"] == "crossover-a2-a1")
        evidence = next(one for one in crossover["evidence"] if one["field_size"] == SIZE)
        self.assertAlmostEqual(evidence["figure"]["value"], ratio, places=12)
        one_line = re.sub(r"\s+", " ", command.run("compare", self.run_folder).stdout)
        self.assertIn(pair["verdict"], one_line)
        # In the headline the leader stands before: "A2 (1.58 Gbit/s) is …".
        self.assertIn(pair["verdict"].removeprefix("A2 ").rstrip("."), re.sub(r"\s+", " ", self.text))


if __name__ == "__main__":
    unittest.main()
