# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Every byte arrives as it was sent, and a byte that does not is reported."""

import unittest

import netio


class Verify(netio.Case):
    def test_each_variant_and_pattern_with_small_and_large_fields(self):
        for pattern in ("rr", "stream"):
            with self.subTest(pattern=pattern):
                run = self.run_cells("--verify", "--pattern", pattern, "--field-sizes", "64,64K", "--threads", 2,
                                     "--duration", 0.3, output=self.folder / pattern)
                self.assertEqual(len(run["cells"]), 6)
                for cell in run["cells"]:
                    # The receiver checks the answers; the sender checks the requests, where there are any.
                    self.assertGreater(cell["bytes_verified"]["receiver"], 0)
                    self.assertEqual(cell["bytes_verified"]["sender"] > 0, pattern == "rr")
                    self.assertTrue(all(law["holds"] for law in cell["laws"] if law.get("checked", True)), cell["laws"])
        self.assert_nothing_left()

    def test_a_corrupted_byte_is_named_and_fails_the_cell(self):
        for variant in ("A1", "A2", "A3"):
            for pattern in ("rr", "stream"):
                with self.subTest(variant=variant, pattern=pattern):
                    # Message 3, field 2, offset 5 of a connection with fields of 100 bytes.
                    corrupt_at = 3 * 800 + 2 * 100 + 5
                    result = netio.run("run", "--no-save", "--no-trace", "--verify", "--variants", variant, "--pattern",
                                       pattern, "--field-sizes", 100, "--duration", 0.3, "--corrupt-at", corrupt_at)
                    self.assert_one_line_error(result, 1, "message 3", "field 2", "offset 5")
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
