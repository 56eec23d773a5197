# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Hardware counters where there are some: an arm64 guest whose clock is its count of instructions has a PMU."""

import unittest

import guest

COMMAND = """
for name in first second; do
    netio-trace run --no-trace --field-sizes 64,16K --duration 0.4 --warmup 20 --output /out/$name
done
"""
COUNTED = ("cycles", "instructions")
# This PMU has no events of caches.
NOT_SUPPORTED = ("cache-references", "cache-misses", "LLC-load-misses", "L1-dcache-load-misses")


def per_byte(cell, event):
    """Of both ends together: they share one CPU, and it is not fixed which of them does what."""
    counted = sum(cell["counters"][role][event]["scaled"] for role in ("sender", "receiver"))
    return counted / cell["total_payload_bytes"]


class Counters(guest.GuestCase):
    COMMAND = COMMAND
    OPTIONS = ("--icount",)

    def setUp(self):
        runs = self.runs()
        self.first, self.second = runs["first"]["cells"], runs["second"]["cells"]
        self.assertEqual(len(self.first), 6)

    def test_cycles_and_instructions_are_counted(self):
        for cell in self.first + self.second:
            for role in ("sender", "receiver"):
                for event in COUNTED:
                    reading = cell["counters"][role][event]
                    self.assertEqual(reading["status"], "counted", (event, reading))
                    self.assertGreater(reading["raw"], 0)

    def test_caches_are_shown_as_not_supported(self):
        for cell in self.first:
            for event in NOT_SUPPORTED:
                reading = cell["counters"]["sender"][event]
                self.assertEqual(reading["status"], "not_supported", event)
                self.assertIsNone(reading["raw"])
                self.assertIsNone(reading["scaled"])
                self.assertTrue(reading["reason"])

    def test_two_runs_agree_within_one_percent(self):
        for first, second in zip(self.first, self.second):
            for event in COUNTED:
                with self.subTest(variant=first["variant"], field_size=first["field_size"], event=event):
                    self.assertAlmostEqual(per_byte(second, event) / per_byte(first, event), 1.0, delta=0.01)

    def test_a_byte_costs_less_in_a_larger_field(self):
        for variant in ("A1", "A2", "A3"):
            for event in COUNTED:
                small, large = (per_byte(cell, event) for cell in self.first if cell["variant"] == variant)
                with self.subTest(variant=variant, event=event):
                    self.assertLess(large, small)


if __name__ == "__main__":
    unittest.main()
