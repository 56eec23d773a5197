# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the oldest and the newest clang make of the BPF programs is taken by the kernel's verifier, and counts right."""

import pathlib
import unittest

import clangs
import guest

PROGRAMS = clangs.programs()


class Clangs(guest.GuestCase):
    COMMAND = clangs.command(PROGRAMS)
    OPTIONS = clangs.options(PROGRAMS)
    TIMEOUT = 1200  # two programs with each backend

    def outcomes(self):
        for clang in PROGRAMS:
            for backend in clangs.BACKENDS:
                yield clang, backend, clangs.Outcome(self.out, clang, backend)

    def test_there_is_more_than_one_clang(self):
        self.assertGreater(len(PROGRAMS), 1, "one clang is here alone: run scripts/setup.sh clangs, and configure again")

    def test_each_program_has_what_its_clang_compiled(self):
        for clang, path in clangs.objects().items():
            is_inside = pathlib.Path(path).read_bytes() in pathlib.Path(PROGRAMS[clang]).read_bytes()
            self.assertTrue(is_inside, f"{PROGRAMS[clang]} has another object than {path}")

    def test_every_program_is_loaded(self):
        for clang, backend, outcome in self.outcomes():
            with self.subTest(clang=clang, backend=backend):
                self.assertEqual(outcome.errors, [])
                self.assertEqual(list(outcome.runs), clangs.links_of(backend))
                for link in outcome.runs:
                    self.assertEqual(outcome.copies_are_timed_by(link), backend)

    def test_every_law_holds(self):
        for clang, backend, outcome in self.outcomes():
            for link, run in outcome.runs.items():
                with self.subTest(clang=clang, backend=backend, link=link):
                    if backend == "kprobe":
                        self.assert_no_law_is_broken(run)
                    else:
                        self.assert_laws_hold(run)

    def assert_no_law_is_broken(self, run):
        """One kprobe that interrupts another is dropped by the kernel, and counted."""
        self.assertEqual(run["accounting"]["laws_broken"], 0)
        for cell in run["cells"]:
            self.assertGreater(cell["messages"], 0)
            for law in cell["laws"]:
                self.assertTrue(not law["checked"] or law["holds"] or law["missed"], (cell["variant"], law))

    def test_copies_per_byte(self):
        for clang, backend, outcome in self.outcomes():
            with self.subTest(clang=clang, backend=backend):
                lost = outcome.runs["nic"]["accounting"]["lost"]
                for variant, (low, high) in outcome.copies("nic").items():
                    # Of a hundred messages one may be missing, but only where the run says so.
                    self.assertAlmostEqual(low, 1.0 if variant == "A3" else 2.0, delta=0.1 if lost else 0, msg=variant)
                    if backend != "tracepoint":
                        self.assertEqual(high, low)
                if "veth" in outcome.runs:
                    low, high = outcome.copies("veth")["A3"]
                    self.assertGreaterEqual(low, 2.0)
                    self.assertLess(high, 2.1)  # a segment that TCP sends again is copied again

    def test_timeline_has_events(self):
        for clang, backend, outcome in self.outcomes():
            for variant, cell in outcome.cells("nic").items():
                with self.subTest(clang=clang, backend=backend, variant=variant):
                    self.assertTrue(cell["timeline"]["events"])


if __name__ == "__main__":
    unittest.main()
