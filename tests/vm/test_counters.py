# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Hardware counters where there are some: an arm64 guest whose clock is its count of instructions has a PMU."""

import itertools
import unittest

import guest

VARIANTS = ("A1", "A2", "A3")
FIELD_SIZES = (64, 16384)

# A1 gets more time: how often the receiver runs between two of its sends is the scheduler's matter, and differs from
# second to second (64 B: 8.2 to 8.6 switches a message, 297.5 to 301.8 instructions a byte in 12 cells of 0.3 s; 303.6 to
# 304.0 in 4 of 1.6 s. 16 KiB: 2.844 to 2.884 in 4 of 1.2 s; 2.856 and 2.857 in 2 of 2.4 s).
COMMAND = """
for name in first second; do
    netio-trace run --no-trace --variants A1 --field-sizes 64 --duration 1.2 --warmup 20 --output /out/$name-long
    netio-trace run --no-trace --variants A1 --field-sizes 16K --duration 2.4 --warmup 20 --output /out/$name-longest
    netio-trace run --no-trace --variants A2,A3 --field-sizes 64,16K --duration 0.3 --warmup 20 --output /out/$name-short
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
        self.first, self.second = (
            {(cell["variant"], cell["field_size"]): cell
             for length in ("longest", "long", "short") for cell in runs[f"{name}-{length}"]["cells"]}
            for name in ("first", "second"))  # fmt: skip
        for cells in (self.first, self.second):
            self.assertEqual(set(cells), set(itertools.product(VARIANTS, FIELD_SIZES)))

    def test_cycles_and_instructions_are_counted(self):
        for cell in [*self.first.values(), *self.second.values()]:
            for role in ("sender", "receiver"):
                for event in COUNTED:
                    reading = cell["counters"][role][event]
                    self.assertEqual(reading["status"], "counted", (event, reading))
                    self.assertGreater(reading["raw"], 0)

    def test_caches_are_shown_as_not_supported(self):
        for cell in self.first.values():
            for event in NOT_SUPPORTED:
                reading = cell["counters"]["sender"][event]
                self.assertEqual(reading["status"], "not_supported", event)
                self.assertIsNone(reading["raw"])
                self.assertIsNone(reading["scaled"])
                self.assertTrue(reading["reason"])

    def test_two_runs_agree(self):
        for (cell, first), event in itertools.product(self.first.items(), COUNTED):
            # How many sends the kernel reports with one completion differs from run to run, and with it how many of them A3
            # reads: 1.3 % of its instructions were seen.
            delta = 0.02 if cell[0] == "A3" else 0.01
            with self.subTest(cell=cell, event=event):
                self.assertAlmostEqual(per_byte(self.second[cell], event) / per_byte(first, event), 1.0, delta=delta)

    def test_a_byte_costs_less_in_a_larger_field(self):
        for variant, event in itertools.product(VARIANTS, COUNTED):
            with self.subTest(variant=variant, event=event):
                small, large = (per_byte(self.first[variant, field_size], event) for field_size in FIELD_SIZES)
                self.assertLess(large, small)


if __name__ == "__main__":
    unittest.main()
