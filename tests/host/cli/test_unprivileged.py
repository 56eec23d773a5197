# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Without root the benchmark runs in a user namespace."""

import os
import unittest

import netio


class Unprivileged(netio.Case):
    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o777)

    def test_benchmark_over_each_link(self):
        for link in ("veth", "loopback"):
            with self.subTest(link=link):
                run = self.run_cells("--no-trace", "--link", link, "--field-sizes", 64, "--duration", 0.3,
                                     output=self.folder / link, user="nobody", group="nogroup", extra_groups=[])
                self.assertEqual([cell["variant"] for cell in run["cells"]], ["A1", "A2", "A3"])
                for cell in run["cells"]:
                    self.assertGreater(cell["messages"], 0)
                    self.assertIsNone(cell["copies_per_byte"]["value"])
                    self.assertEqual(cell["copies_per_byte"]["quality"], "unavailable")
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
