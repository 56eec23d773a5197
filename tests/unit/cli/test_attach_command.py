# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace attach: what it refuses before it traces anything; and the commands that take a saved trace."""

import json
import os
import subprocess
import unittest

import command


class TraceCase(command.CommandCase):
    """`traces` has a folder with a trace.json for each of the made-up traces."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.traces = cls.folder / "traces"
        subprocess.run([os.environ["NETIO_FIXED_RUNS"], "--traces", str(cls.traces)], check=True)


class AttachOptions(TraceCase):
    def refused(self, *arguments, words):
        self.assert_refused(command.run("attach", "--no-save", *arguments), *words)

    def test_names_what_can_be_traced(self):
        self.refused(words=("nothing to trace is named", "--pid", "--comm", "--cgroup", "--port", "--all", "-- COMMAND"))

    def test_refuses_filters_that_contradict_each_other(self):
        self.refused("--all", "--comm", "nginx", words=("--all takes every process",))
        self.refused("--pid", "1", "--", "true", words=("a command is traced by itself",))

    def test_refuses_values_that_are_none(self):
        self.refused("--pid", "0", words=("--pid", "out of range"))
        self.refused("--pid", "1,x", words=("--pid", "not a number"))
        self.refused("--port", "65536", words=("--port", "out of range"))
        self.refused("--all", "--timing", "often", words=("unknown timing", "windows:PERCENT"))
        self.refused("--all", "--timing", "all:5", words=("unknown timing",))
        self.refused("--all", "--timing", "windows:101", words=("101 is out of range",))
        self.refused("--all", "--by", "thread", words=("unknown subject of --by", "connection", "call"))
        self.refused("--all", "--backend", "sampler", words=("unknown backend",))
        self.refused("--all", "--duration", "-1", words=("--duration",))

    def test_keeps_a_trace_that_is_there(self):
        self.assert_refused(command.run("attach", "--output", self.traces / "ping_pong", "--", "true"),
                            "it holds a run", "--force")


class SavedTraces(TraceCase):
    def test_show_prints_it_in_each_format(self):
        trace = self.traces / "web_server"
        text = (trace / "trace.json").read_text(encoding="utf-8")
        self.assertEqual(command.run("show", "--format", "json", trace).stdout, text)
        self.assertEqual(command.run("show", "--format", "json", "-", input=text).stdout, text)
        self.assertEqual(command.run("show", "--format", "csv", trace).stdout,
                         (trace / "subjects.csv").read_text(encoding="utf-8"))
        self.assertIn("Traced all processes named nginx", command.run("show", trace).stdout)
        self.assertTrue(command.run("show", "--format", "html", trace).stdout.startswith("<!doctype html>"))
        self.assert_refused(command.run("show", "--format", "perfetto", trace), "an attached trace has no perfetto", "csv")
        self.assert_refused(command.run("show", "--variant", "A1", trace), "cells are chosen of an attached trace")

    def test_explain_tells_its_findings(self):
        trace = self.traces / "zero_copy"
        self.assertIn("[completions-unread]", command.run("explain", trace).stdout)
        explained = json.loads(command.run("explain", "--format", "json", trace).stdout)
        self.assertIn("zerocopy-copied", [finding["id"] for finding in explained["findings"]])
        self.assert_refused(command.run("explain", "--assignment", trace), "--assignment is of a run")

    def test_report_makes_a_page_of_one(self):
        page = self.folder / "page.html"
        done = command.run("report", "-o", page, self.traces / "ping_pong")
        self.assertIn("1 trace", done.stdout, done.stderr)
        self.assertIn("ping-pong 2001", page.read_text(encoding="utf-8"))
        self.assert_refused(command.run("report", "-o", page, self.traces / "ping_pong", self.traces / "web_server"),
                            "a page shows runs, or one attached trace")
        self.assert_refused(command.run("report", "-o", self.traces / "ping_pong" / "trace.json", self.traces / "web_server"),
                            "it is a file of a run")

    def other_trace(self, trace, name, index):
        """A trace that differs from another in its duration."""
        told = json.loads((trace / "trace.json").read_text())
        told["duration_s"] += index / 1000
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "trace.json").write_text(json.dumps(told))
        return folder

    def test_a_trace_that_contradicts_itself_is_not_taken(self):
        told = json.loads((self.traces / "ping_pong" / "trace.json").read_text())
        told["subjects"][0]["laws"][0]["observed"] += 1
        path = self.folder / "changed" / "trace.json"
        path.parent.mkdir()
        path.write_text(json.dumps(told))
        for name in ("show", "explain", "report"):
            self.assert_refused(command.run(name, path.parent), "contradicts itself", "subjects[0]: the law socket_sequence")

    def test_compare_takes_two_or_the_subjects_of_one(self):
        one, windows = self.traces / "ping_pong", self.traces / "everything_in_windows"
        self.assertIn("One trace each: no interval", command.run("compare", one, one).stdout)
        self.assertIn("ping-pong 2001 → ping-pong 2002", command.run("compare", one).stdout)
        rows = command.run("compare", "--format", "csv", one).stdout.splitlines()
        self.assertEqual(rows[0].split(",")[:4], ["baseline", "other", "figure", "unit"])
        others = [self.other_trace(one, f"again {index}", index) for index in range(1, 4)]
        pools = (f"{one},{others[0]}", f"{others[1]},{others[2]}")
        compared = json.loads(command.run("compare", "--format", "json", *pools).stdout)
        self.assertEqual((compared["schema"], compared["repeats"]), ("netio-trace/compare-traces/1", 2))
        checker = command.schema_checker("compare-traces")
        for told in (compared, json.loads(command.run("compare", "--format", "json", one).stdout)):
            self.assertEqual([error.message for error in checker.iter_errors(told)], [])
        self.assertTrue(any(figure["ratio_interval"] for figure in compared["pairs"][0]["figures"]))
        self.assert_refused(command.run("compare", f"{one},{one}", others[0]), "they are the same trace")
        self.assertIn("there can be no difference", command.run("compare", one, one).stdout)
        self.assert_refused(command.run("compare", one, windows), "nothing to compare", "ping-pong")
        self.assert_refused(command.run("compare", one, self.folder / "exact"), "cannot compare a run with an attached trace")
        self.assert_refused(command.run("compare", "--by", "variant", one), "--by")


if __name__ == "__main__":
    unittest.main()
