# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What --timeline and --stacks record of real traffic, and what report --export makes of it."""

import collections
import json
import pathlib
import tempfile

import netio

WINDOW_NS = 10_000_000
FIELDS = ["start", "duration", "kind", "role", "tid", "cpu", "bytes", "lost_before"]
ROLES = ["sender", "receiver"]
INNER = {"deferred_copy", "linearize", "skb_copy", "zc_complete", "zc_notified"}  # no part of a thread's own stack


def events_of(cell):
    timeline = cell["timeline"]
    for values in timeline["events"]:
        event = dict(zip(FIELDS, values, strict=True))
        event["kind"] = timeline["kinds"][event["kind"]]
        event["role"] = ROLES[event["role"]]
        yield event


def partial_overlaps(intervals):
    """Of (start, end) pairs, how many overlap an earlier one in part."""
    overlaps, open_ends = 0, []
    for start, end in sorted(intervals, key=lambda interval: (interval[0], -interval[1])):
        while open_ends and open_ends[-1] <= start:
            open_ends.pop()
        overlaps += bool(open_ends) and end > open_ends[-1]
        open_ends.append(end)
    return overlaps


class Recordings(netio.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="netio-")
        cls.addClassCleanup(folder.cleanup)
        cls.run_folder = pathlib.Path(folder.name) / "run"
        result = netio.run("run", "--preset", "smoke", "--duration", "0.5", "--timeline", "10", "--stacks", "--output",
                           cls.run_folder, timeout=120)
        assert result.returncode == 0, result.stderr
        cls.cells = json.loads((cls.run_folder / "run.json").read_text())["cells"]

    def export(self, format, *arguments):
        result = netio.run("report", self.run_folder, "--export", format, "-o", "-", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_every_event_is_inside_of_the_window(self):
        for cell in self.cells:
            self.assertEqual(cell["timeline"]["window_ns"], WINDOW_NS)
            for event in events_of(cell):
                self.assertGreaterEqual(min(event[field] for field in FIELDS if isinstance(event[field], int)), 0)
                self.assertLessEqual(event["start"] + event["duration"], WINDOW_NS)
        # On a busy machine nothing may have gone on in ten milliseconds of one cell, but not of all.
        self.assertGreater(sum(len(cell["timeline"]["events"]) for cell in self.cells), 100)

    def test_no_thread_does_two_things_at_once(self):
        for cell in self.cells:
            threads = collections.defaultdict(list)
            roles = collections.defaultdict(set)
            for event in events_of(cell):
                if event["kind"] not in INNER:
                    threads[event["tid"]].append((event["start"], event["start"] + event["duration"]))
                    roles[event["tid"]].add(event["role"])
            for tid, intervals in threads.items():
                self.assertEqual(partial_overlaps(intervals), 0, (cell["variant"], cell["field_size"], tid))
                self.assertEqual(len(roles[tid]), 1, "a worker has one role")

    def test_has_no_more_calls_and_bytes_than_were_counted(self):
        for cell in self.cells:
            for role in ROLES:
                for kind in ("send_syscall", "recv_syscall", "wait_recv", "zc_complete"):
                    found = [event for event in events_of(cell) if (event["kind"], event["role"]) == (kind, role)]
                    figures = cell["paths_by_role"][role][kind]
                    self.assertLessEqual(len(found), figures["calls"], (cell["variant"], role, kind))
                    self.assertLessEqual(sum(event["bytes"] for event in found), figures["bytes"] or 0)

    def test_completions_are_of_zero_copy_sends(self):
        found = collections.Counter((cell["variant"], event["role"]) for cell in self.cells for event in events_of(cell)
                                    if event["kind"] == "zc_complete")
        self.assertLessEqual(set(found), {("A3", "sender")})

    def test_lost_events_are_counted_once(self):
        for cell in self.cells:
            timeline = cell["timeline"]
            losses = {loss["name"]: loss["count"] for loss in cell["losses"]}
            self.assertEqual(timeline["lost"], losses["timeline_full"])
            gaps = sum(event["lost_before"] for event in events_of(cell)) + timeline["lost_at_end"]
            self.assertEqual(timeline["lost"], gaps)

    def test_stacks_add_up_to_the_samples(self):
        for cell in self.cells:
            for role in ROLES:
                contexts = cell["stacks"]["samples"][role]
                counted = sum(stack[0] for stacks in contexts.values() for stack in stacks)
                self.assertEqual(counted, cell["cpu_classes"][role]["samples"])
        self.assertTrue(any("tcp_sendmsg" in cell["stacks"]["symbols"] for cell in self.cells))

    def test_folded_stacks_add_up_to_the_samples_of_each_variant(self):
        expected = collections.Counter()
        for cell in self.cells:
            for role in ROLES:
                expected[f"{cell['variant']};{role}"] += cell["cpu_classes"][role]["samples"]
        found = collections.Counter()
        lines = self.export("folded").splitlines()
        for line in lines:
            stack, count = line.rsplit(" ", 1)
            found[";".join(stack.split(";")[:2])] += int(count)
        self.assertEqual(found, +expected)
        self.assertEqual(lines, sorted(lines))

    def test_trace_events_are_those_of_the_timeline(self):
        events = json.loads(self.export("perfetto"))["traceEvents"]
        phases = collections.Counter(event["ph"] for event in events)
        recorded = collections.Counter(event["kind"] in ("zc_complete", "zc_notified")
                                       for cell in self.cells for event in events_of(cell))
        self.assertEqual((phases["X"], phases["b"], phases["e"]), (recorded[False], recorded[True], recorded[True]))
        tracks = collections.defaultdict(list)
        for event in events:
            if event["ph"] == "X":
                start = round(event["ts"] * 1000)
                tracks[event["pid"], event["tid"]].append((start, start + round(event["dur"] * 1000)))
        self.assertEqual(sum(map(partial_overlaps, tracks.values())), 0)

    def test_percentile_distributions_go_to_a_file_each(self):
        folder = self.folder / "latencies"
        result = netio.run("report", self.run_folder, "--export", "hgrm", "-o", f"{folder}/")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(list(folder.iterdir())), len(self.cells))
        one = self.export("hgrm", "--variant", "A2", "--field-size", "64K", "--threads", "1")
        self.assertEqual(one, (folder / "A2-field65536-threads1.hgrm").read_text())
        cell = next(cell for cell in self.cells if (cell["variant"], cell["field_size"]) == ("A2", 65536))
        self.assertIn(f"Total count    = {cell['messages']:12}]", one)

    def test_what_was_not_recorded_is_refused_in_one_line(self):
        folder = self.folder / "plain"
        run = self.run_cells("--variants", "A2", "--field-sizes", "64", "--duration", "0.2", output=folder)
        self.assertIsNone(run["cells"][0]["timeline"])
        self.assertIsNone(run["cells"][0]["stacks"])
        before = sorted(path.name for path in folder.iterdir())
        for arguments, words in ((("--export", "perfetto"), ("no timeline", "--timeline 10")),
                                 (("--export", "folded"), ("no stacks", "--stacks")),
                                 (("--export", "pdf"), ('unknown format "pdf"', "perfetto, folded, hgrm")),
                                 (("--export", "hgrm", "--variant", "A3"), ("no such cell",)),
                                 (("--export", "hgrm", "-o", folder / "run.json"), ("it is the input",)),
                                 (("--export", "hgrm", folder), ("cannot export 2 runs",)),
                                 (("--variant", "A2"), ("nothing is exported",))):
            self.assert_one_line_error(netio.run("report", folder, *arguments), 2, *words)
        self.assertEqual(sorted(path.name for path in folder.iterdir()), before)
        self.assert_one_line_error(netio.run("report", self.run_folder, "--export", "hgrm", "-o", folder / "one"), 2,
                                   "6 files", "-o DIR/")
        self.assert_one_line_error(netio.run("run", "--no-save", "--no-trace", "--timeline", "10"), 2, "needs tracing")
