# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace compare as a gate of others' tests: what it prints for programs, and its exit codes."""

import csv
import io
import json
import unittest

import command

def compare(*arguments):
    return command.run("compare", *arguments)


class CompareCommand(command.CommandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.crossing = cls.folder / "crossing"

    def test_a_gate_fails_with_3_in_the_direction_that_it_names(self):
        # A2 and A3 move more than A1 in this made-up run, with repeats that agree.
        self.assertEqual(compare(self.crossing, "--fail-if", "throughput > +1 %").returncode, 3)
        self.assertEqual(compare(self.crossing, "--fail-if", "throughput < -1 %").returncode, 0)
        self.assertEqual(compare(self.crossing).returncode, 0)

    def test_one_gate_of_several_is_enough(self):
        done = compare(self.crossing, "--fail-if", "throughput < -1 %", "--fail-if", "p50 < -1 %")
        self.assertEqual(done.returncode, 3)

    def test_a_gate_on_what_has_no_interval_is_not_checked(self):
        done = compare(self.crossing, "--fail-if", "max > +1 %")
        self.assertEqual(done.returncode, 1)
        self.assertIn("--fail-if max > +1 % could not be checked: it has no interval: drawing repeats again says", done.stderr)
        done = compare(self.crossing, "--fail-if", "max > +1 %", "--format", "json")
        for gate in json.loads(done.stdout)["gates"]:
            self.assertEqual(gate["outcome"], "unchecked")
            self.assertIn("it has no interval", gate["reason"])

    def test_all_intervals_that_are_counted_are_printed(self):
        answer = json.loads(compare(self.crossing, "--format", "json").stdout)
        text = compare(self.crossing).stdout
        self.assertIn(f"{answer['intervals_that_show']} of {answer['intervals']} intervals show", text)
        printed = 0
        ratios = False
        for line in text.splitlines():
            if "95 % interval  " in line and ratios:
                printed += line.count(" to ")
            ratios = "of the baseline" in line or not line.startswith(" ")
        self.assertEqual(printed, answer["intervals"])

    def test_a_run_against_itself_shows_nothing(self):
        done = compare(self.crossing, self.crossing / "run.json", "--format", "json")
        self.assertEqual(done.returncode, 0, done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["schema"], "netio-trace/compare/1")
        self.assertIn(f"{self.crossing} is given twice: there can be no difference.", answer["warnings"])
        differences = [difference for group in answer["groups"] for pair in group["pairs"]
                       for difference in pair["differences"]]
        self.assertTrue(differences)
        for difference in differences:
            self.assertIn(difference["ratio"], (1.0, None), difference)
            self.assertEqual(difference["ratio"] is None, difference["quality"] == "unavailable", difference)
            self.assertIsNot(difference["shown"], True, difference)

    def test_json_is_as_its_schema_says(self):
        checker = command.schema_checker("compare")
        for question in (
            [self.crossing, "--fail-if", "throughput < -1 %", "--fail-if", "p50 > +1 %"],
            [self.crossing, "--by", "field-size", "--metric", "copy_in", "--metric", "throughput"],
            [self.crossing, self.crossing / "run.json"],
            [self.folder / "exact", self.folder / "exact" / "run.json", "--metric", "wait_recv"],
        ):
            done = compare(*question, "--format", "json")
            self.assertIn(done.returncode, (0, 3), done.stderr)
            for error in checker.iter_errors(json.loads(done.stdout)):
                self.fail(f"{question}: {error.json_path}: {error.message}")

    def test_csv_has_a_row_for_each_statistic(self):
        rows = list(csv.DictReader(io.StringIO(compare(self.crossing, "--format", "csv").stdout)))
        self.assertEqual({row["statistic"] for row in rows} & {"p50", "p99", "throughput"}, {"p50", "p99", "throughput"})
        self.assertEqual({(row["baseline_variant"], row["variant"]) for row in rows},
                         {("A1", "A2"), ("A1", "A3"), ("A2", "A3")})

    def test_the_same_seed_gives_the_same_intervals(self):
        once, again, other = (compare(self.crossing, "--format", "json", "--seed", seed).stdout for seed in (1, 1, 2))
        self.assertEqual(once, again)
        self.assertNotEqual(once, other)

    def test_a_run_counts_once(self):
        copy = self.folder / "copy.json"
        copy.write_text((self.crossing / "run.json").read_text())
        for pool in (f"{self.crossing},{self.crossing}", f"{self.crossing},{copy}"):
            self.assert_refused(compare(pool), "cannot pool", "they are the same run")
        told = compare(self.crossing, copy, "--metric", "throughput", "--fail-if", "p50 > 1 %").stdout
        self.assertIn(f"{self.crossing} and {copy} are the same run: there can be no difference.", " ".join(told.split()))
        exact = self.folder / "exact"
        self.assertNotIn("no difference.", compare(self.crossing, exact).stdout)
        self.assert_refused(compare(f"{self.crossing},{exact}", copy), "copy.json: they are the same run")
        self.assert_refused(compare(f"{self.crossing},"), "no name before or after a comma")

    def test_why_there_is_nothing_to_compare(self):
        run = json.loads((self.crossing / "run.json").read_text())
        parts = []
        for size in (1024, 65536):
            part = self.folder / f"{size}.json"
            part.write_text(json.dumps({**run, "cells": [cell for cell in run["cells"] if cell["field_size"] == size]}))
            parts.append(part)
        self.assert_refused(compare(*parts), "field sizes: 1 KiB in", "64 KiB in")
        one = self.folder / "one.json"
        one.write_text(json.dumps({**run, "cells": run["cells"][:1]}))
        self.assert_refused(compare(one), "there is one cell: A1, 8 × ", "name another run")

    def test_what_cannot_be_compared_is_refused_in_one_line(self):
        self.assert_refused(compare(self.folder / "nowhere"), "nowhere")
        self.assert_refused(compare(self.crossing, "--fail-if", "p50 >> 1"), "column 6")
        self.assert_refused(compare(self.crossing, "--by", "colour"), "--by")
        self.assert_refused(compare(self.crossing, "--by", "threads", "--baseline", "4x"), 'unknown baseline "4x"')
        torn = self.folder / "torn.json"
        torn.write_text((self.crossing / "run.json").read_text()[:5000])
        self.assert_refused(compare(self.crossing, torn), "torn.json", "line")


if __name__ == "__main__":
    unittest.main()
