# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""scripts/plot.py draws what is in a cells.csv, says what is not, and draws the same each time."""

import csv
import importlib.machinery
import importlib.util
import pathlib
import re
import subprocess
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_loader("plot", importlib.machinery.SourceFileLoader("plot", str(TREE / "scripts" / "plot.py")))
PLOT = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(PLOT)
GOLDEN = TREE / "tests" / "golden" / "damaged.cells.csv"
COUNTED = {f"{role}_event_{event}": value for role in ("sender", "receiver") for event, value in (("cycles", 4e9), ("cache-misses", 2e6))}


def plot(*arguments):
    return subprocess.run([TREE / "scripts" / "plot.py", *map(str, arguments)], capture_output=True, text=True)


def points_of(svg):
    """Markers in the groups of points of a plot."""
    groups = re.findall(r'<g id="points-[^"]*">(.*?)\n   </g>', svg.read_text(encoding="utf-8"), re.DOTALL)
    return sum(group.count("<use ") for group in groups)


def colors_of(png):
    from matplotlib import image
    pixels = image.imread(png)[:, :, :3]
    return len({tuple(pixel) for pixel in (pixels.reshape(-1, 3) * 255).astype(int)[::7].tolist()})


class Plot(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-plot-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def rows(self):
        with GOLDEN.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, rows, columns=None):
        path = self.folder / "cells.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns or list(rows[0]), extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        return path

    def counted(self):
        """The golden rows twice, as two repeats, with counters that were counted."""
        rows = [{**row, **COUNTED, "repeat": repeat} for row in self.rows() for repeat in range(2)]
        return [row for row in rows if row["messages"] != "0"]

    def test_a_point_for_each_row(self):
        rows = self.counted()
        self.write(rows)
        done = plot(self.folder, "-o", self.folder / "plots")
        self.assertEqual(done.returncode, 0, done.stderr)
        percentiles = sum(row[column] != "" for row in rows for column in ("latency_p50_us", "latency_p99_us"))
        self.assertGreater(percentiles, len(rows))
        def places(row):
            return row["field_size_bytes"], row["threads"]

        first = {places(row) for row in rows if row["variant"] == "A1"}
        for name, points in (("throughput", len(rows)), ("latency", percentiles), ("cache-misses", len(rows)),
                             ("cycles-per-byte", len(rows)), ("ratios", sum(row["variant"] != "A1" and places(row) in first for row in rows)),
                             ("cpu-share", len(rows) + sum(row[f"{role}_cpu_data_copy_share"] != "" for row in rows
                                                           for role in ("sender", "receiver")))):
            with self.subTest(plot=name):
                self.assertEqual(points_of(self.folder / "plots" / f"{name}.svg"), points)
                self.assertGreater(colors_of(self.folder / "plots" / f"{name}.png"), 20, "blank")
                self.assertIn(f"{name}.png, .svg: {points} points of {len(rows)} rows", done.stdout)

    def test_what_was_not_counted_is_said_and_the_rest_drawn(self):
        done = plot(GOLDEN, "-o", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cycles-per-byte: not drawn: sender_event_cycles is empty in all 6 rows (not_supported", done.stdout)
        self.assertFalse((self.folder / "cycles-per-byte.svg").exists())
        with_messages = [row for row in self.rows() if row["throughput_gbit_per_s"]]
        self.assertEqual(points_of(self.folder / "throughput.svg"), len(with_messages))

    def test_a_column_that_is_not_there(self):
        rows = self.counted()
        columns = [column for column in rows[0] if "cache-misses" not in column and column != "throughput_gbit_per_s"]
        done = plot(self.write(rows, columns))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("cache-misses: not drawn: there is no column sender_event_cache-misses: the run did not ask for it (option -e)",
                      done.stdout)
        self.assertIn("throughput: not drawn: there is no column throughput_gbit_per_s\n", done.stdout, "no event's")
        self.assertTrue((self.folder / "cycles-per-byte.png").exists(), "beside cells.csv when no folder is named")

    def test_the_same_bytes_each_time(self):
        path = self.write(self.counted())
        files = []
        for folder in ("one", "two"):
            self.assertEqual(plot(path, "-o", self.folder / folder).returncode, 0)
            files.append({file.name: file.read_bytes() for file in (self.folder / folder).iterdir()})
        self.assertEqual(len(files[0]), 12)
        self.assertEqual(files[0], files[1])
        self.assertNotIn(b"<dc:date>", files[0]["latency.svg"])

    def test_lines_are_what_netio_trace_tells_of_all_repeats(self):
        rows = [{"variant": "A1", "field_size_bytes": "64", "threads": "1", "latency_min_us": "1.2", "latency_max_us": "4.2", "rate": rate} for rate in ("1", "4")]
        self.assertAlmostEqual(PLOT.geometric_mean(rows, lambda row: float(row["rate"])), 2.0)
        path = self.folder / "histograms.csv"
        path.write_text("variant,field_size_bytes,threads,repeat,histogram,role,lower_ns,upper_ns,count\n"
                        "A1,64,1,0,latency,receiver,1000,2000,40\nA1,64,1,1,latency,receiver,1000,2000,40\n"
                        "A1,64,1,1,latency,receiver,4000,5000,20\nA1,64,1,1,copy_in,receiver,9000,9999,900\n"
                        "A2,64,1,0,latency,receiver,7000,8000,900\n")
        pooled = PLOT.Pooled(path)
        self.assertAlmostEqual(pooled.percentile(rows, 0.8), 2.0)  # 80 of both repeats lie in 1 to 2 µs
        self.assertAlmostEqual(pooled.percentile(rows, 0.2), 1.4)  # a quarter of those, none below the shortest
        self.assertAlmostEqual(pooled.percentile(rows, 0.95), 4.15)  # three quarters of the way to the longest
        self.assertIsNone(PLOT.Pooled(self.folder / "none.csv").percentile(rows, 0.5))

    def test_ratios_are_of_the_same_repeat(self):
        rows = [{"variant": variant, "field_size_bytes": "64", "threads": "1", "repeat": repeat, "throughput_gbit_per_s": rate}
                for variant, repeat, rate in (("A1", "0", "2"), ("A2", "0", "3"), ("A2", "1", "9"), ("A3", "0", ""), ("A1", "1", "6"))]
        self.assertEqual(PLOT.add_ratios(rows), "A1")
        self.assertEqual([row["throughput_ratio"] for row in rows], ["", "1.5", "1.5", "", ""])

    def test_a_percentile_of_too_few_messages_is_none(self):
        rows = [{**row, "latency_p99_us": ""} for row in self.counted()]
        path = self.write(rows)
        self.assertEqual(plot(path, "-o", self.folder / "plots").returncode, 0)
        self.assertEqual(points_of(self.folder / "plots" / "latency.svg"), len(rows), "the median alone")
        self.assertIn("too few messages", (self.folder / "plots" / "latency.svg").read_text(encoding="utf-8"))
        histograms = self.folder / "histograms.csv"
        histograms.write_text("variant,field_size_bytes,threads,repeat,histogram,role,lower_ns,upper_ns,count\n"
                              "A1,64,1,0,latency,receiver,1000,2000,499\nA2,64,1,0,latency,receiver,1000,2000,500\n")
        keys = {"field_size_bytes": "64", "threads": "1"}
        pooled = PLOT.Pooled(histograms)
        self.assertIsNone(pooled.percentile([{"variant": "A1", **keys}], 0.99))
        self.assertIsNotNone(pooled.percentile([{"variant": "A2", **keys}], 0.99))
        self.assertIsNotNone(pooled.percentile([{"variant": "A1", **keys}], 0.5))

    def test_says_what_the_line_of_latency_is(self):
        rows = self.counted()
        path = self.write(rows)
        self.assertEqual(plot(path, "-o", self.folder / "alone").returncode, 0)
        keys = ("variant", "field_size_bytes", "threads", "repeat")
        with (self.folder / "histograms.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*keys, "histogram", "role", "lower_ns", "upper_ns", "count"])
            writer.writerows([*(row[key] for key in keys), "latency", "receiver", 1000, 2000, 10] for row in rows)
        self.assertEqual(plot(path, "-o", self.folder / "pooled").returncode, 0)
        alone, pooled = ((self.folder / name / "latency.svg").read_text(encoding="utf-8") for name in ("alone", "pooled"))
        self.assertIn("<!-- dots: repeats; bar: their range; line: median of the repeats -->", alone)
        self.assertIn("<!-- dots: repeats; bar: their range; line: pooled, messages of all repeats together -->", pooled)
        (self.folder / "histograms.csv").write_text("variant\nA1\n")
        self.assertIn("cannot read", plot(path, "-o", self.folder / "wrong").stderr)

    def test_a_line_over_one_place_can_be_seen(self):
        rows = [row for row in self.counted() if row["threads"] == "1"]
        self.assertEqual(plot(self.write(rows), "-o", self.folder).returncode, 0)
        svg = (self.folder / "latency.svg").read_text(encoding="utf-8")
        lines = re.findall(r'<g id="line-[^"]*">(.*?)\n   </g>', svg, re.DOTALL)
        self.assertTrue(lines)
        for line in lines:
            self.assertEqual(line.count("<use "), 1)

    def test_what_cannot_be_read(self):
        empty, other = self.folder / "empty.csv", self.folder / "other.csv"
        rows = self.rows()
        empty.write_text(",".join(rows[0]) + "\n")
        other.write_text("a,b\n1,2\n")
        wrong = self.write([{**rows[0], "threads": "many"}]).rename(self.folder / "wrong.csv")
        raised = self.write([{**rows[0], "threads": "²"}])  # a digit, but none of a number
        for path, said in ((self.folder / "none.csv", "cannot read"), (empty, "has no cells"), (other, "has no column"),
                           (wrong, "threads is 'many'"), (raised, "threads is '²'")):
            with self.subTest(said=said):
                done = plot(path, "-o", self.folder / "plots")
                self.assertEqual(done.returncode, 2)
                self.assertIn(said, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
