# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""One boot of a kernel: what it allows, which backend each path gets, and figures that add up over veth."""

import json
import os
import re
import unittest

import guest

VARIANTS = ["A1", "A2", "A3"]

COMMAND = """
netio-trace doctor --json >/out/doctor.json
for pattern in rr stream; do
    netio-trace run --pattern $pattern --field-sizes 64,16K --duration 0.5 --warmup 2 --verify --output /out/$pattern >/out/$pattern.txt
done
"""

# Each program as the verifier meets it with everything on: by each backend with a timeline, and as `attach` loads it. A
# backend that a kernel does not have loads nothing.
VERIFIED = {
    **{backend: f"run --backend {backend} --variants A3 --field-sizes 64 --duration 0.1 --warmup 0 --timeline 10"
       for backend in ("fentry", "kprobe", "tracepoint")},
    "attach": "attach --timing all -- true",
}  # fmt: skip
COMMAND += "".join(f"netio-trace --debug {words} >/dev/null 2>/out/verified.{name} || true\n"
                   for name, words in VERIFIED.items())  # fmt: skip

# What a program's number of verified instructions may differ by from the table, by another compiler or a later release of
# the kernel: a share, and as many for the smallest programs.
TOLERANCE = 0.2
LEAST_TOLERANCE = 20


def verified_instructions(text):
    """{program: instructions} by what the program says at debug level; of two of one name, as `attach` has, the more."""
    found = {}
    for name, count in re.findall(r"BPF program (\w+): (\d+) instructions verified", text):
        found[name] = max(int(count), found.get(name, 0))
    return found


def plan_of(run):
    """{path: backend and the qualities of calls, bytes and time}"""
    return {path["path"]: {key: path[key] for key in ("backend", "calls", "bytes", "time")}
            for path in run["environment"]["plan"]}  # fmt: skip


class Veth(guest.GuestCase):
    COMMAND = COMMAND

    def test_doctor_says_that_it_can_trace(self):
        doctor = self.read_json("doctor.json")
        self.assertTrue(doctor["can_trace"])
        self.assertEqual([check["id"] for check in doctor["checks"]
                          if check["standing"] == "missing" and check["id"] in ("btf", "bpf", "raw_tracepoint")], [])  # fmt: skip

    def test_plan_is_the_expected_one(self):
        """A path that gets a weaker backend than before is a fault, even if all figures still add up."""
        expected_file = guest.HERE / f"expected_plan_{self.guest.name}.json"
        for pattern, run in self.runs().items():
            plan = plan_of(run)
            if os.environ.get("NETIO_UPDATE_EXPECTED") == "1":
                expected_file.write_text(json.dumps(plan, indent=2) + "\n")
            self.assertEqual(plan, json.loads(expected_file.read_text()), f"{pattern}: {expected_file.name}; "
                             "if the change is wanted: NETIO_UPDATE_EXPECTED=1 scripts/test.sh -L vm")  # fmt: skip

    def test_programs_cost_the_verifier_what_they_did(self):
        """The kernel refuses a program of more than a million verified instructions, and loading takes their time: one that
        grows is to be noticed while it is far from that."""
        measured = {name: verified_instructions((self.out / f"verified.{name}").read_text()) for name in VERIFIED}
        expected_file = guest.HERE / f"verified_instructions_{self.guest.name}.json"
        if os.environ.get("NETIO_UPDATE_EXPECTED") == "1":
            expected_file.write_text(json.dumps(measured, indent=2, sort_keys=True) + "\n")
        expected = json.loads(expected_file.read_text())
        self.assertTrue(measured["attach"] and measured["tracepoint"], "no program says what it cost the verifier")
        hint = f"{expected_file.name}; if the change is wanted: NETIO_UPDATE_EXPECTED=1 scripts/test.sh -L vm"
        for way, programs in measured.items():
            with self.subTest(way):
                self.assertEqual(programs.keys(), expected[way].keys(), hint)
                apart = {name: (expected[way][name], count) for name, count in programs.items()
                         if abs(count - expected[way][name]) > max(TOLERANCE * expected[way][name], LEAST_TOLERANCE)}
                self.assertEqual(apart, {}, f"(in the table, now): {hint}")

    def test_every_law_holds(self):
        runs = self.runs()
        self.assertEqual(set(runs), {"rr", "stream"})
        for pattern, run in runs.items():
            with self.subTest(pattern):
                self.assertEqual(len(run["cells"]), 2 * len(VARIANTS))
                self.assert_laws_hold(run)
                self.assertIn("accounted 100.000 %", (self.out / f"{pattern}.txt").read_text())

    def test_every_byte_is_copied_twice(self):
        for pattern, cell in self.cells():
            with self.subTest(pattern, variant=cell["variant"], field_size=cell["field_size"]):
                copies = cell["copies_per_byte"]["value"]
                self.assertGreaterEqual(copies, 2.0)
                # A zero-copy segment that TCP sends again is copied again.
                self.assertLess(copies, 2.1 if cell["variant"] == "A3" else 2.0 + 1e-9)

    def test_zero_copy_is_copied_after_all(self):
        for pattern, cell in self.cells():
            with self.subTest(pattern, variant=cell["variant"], field_size=cell["field_size"]):
                zerocopy = cell["zerocopy"]
                self.assertEqual(zerocopy["sends"] > 0, cell["variant"] == "A3")
                self.assertEqual(zerocopy["completions"], zerocopy["sends"])
                self.assertEqual(zerocopy["copied"], zerocopy["sends"])


if __name__ == "__main__":
    unittest.main()
