# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Over network devices zero-copy is zero-copy, if they can send from the sender's pages."""

import unittest

import guest

COMMAND = """
netio-trace run --link dev:eth0,eth1 --field-sizes 64,16K --duration 0.5 --warmup 2 --verify --output /out/nic >/out/nic.txt
ip -brief link >/out/links
"""


class Nic(guest.GuestCase):
    COMMAND = COMMAND
    OPTIONS = ("--link", "nic")

    def test_every_law_holds(self):
        for run in self.runs().values():
            self.assertEqual(len(run["cells"]), 6)
            self.assert_laws_hold(run)

    def test_only_zero_copy_saves_a_copy(self):
        for _, cell in self.cells():
            with self.subTest(variant=cell["variant"], field_size=cell["field_size"]):
                self.assertEqual(cell["copies_per_byte"]["value"], 1.0 if cell["variant"] == "A3" else 2.0)

    def test_no_zero_copy_send_is_copied_after_all(self):
        for _, cell in self.cells():
            if cell["variant"] == "A3":
                with self.subTest(field_size=cell["field_size"]):
                    self.assertGreater(cell["zerocopy"]["sends"], 0)
                    self.assertEqual(cell["zerocopy"]["completions"], cell["zerocopy"]["sends"])
                    self.assertEqual(cell["zerocopy"]["copied"], 0)
                    self.assertEqual(cell["paths_by_role"]["sender"]["deferred_copy"]["bytes"], 0)

    def test_devices_are_given_back(self):
        links = (self.out / "links").read_text()
        self.assertIn("eth0", links)
        self.assertIn("eth1", links)


class NoOffload(guest.GuestCase):
    """Devices that need each frame in one piece: what was to be sent from the sender's pages is copied for them."""

    COMMAND = COMMAND
    OPTIONS = ("--link", "nic-no-offload")

    def test_every_law_holds(self):
        for run in self.runs().values():
            self.assertEqual(len(run["cells"]), 6)
            self.assert_laws_hold(run)

    def test_every_byte_is_copied_for_the_device(self):
        """In whole, or as it is cut into segments."""
        for _, cell in self.cells():
            with self.subTest(variant=cell["variant"], field_size=cell["field_size"]):
                expected = 2.0 if cell["variant"] == "A3" else 3.0
                if cell["field_size"] > 64:
                    self.assertAlmostEqual(cell["copies_per_byte"]["value"], expected, delta=0.1)

    def test_zero_copy_sends_of_one_segment_are_linearized(self):
        cell = next(cell for _, cell in self.cells() if (cell["variant"], cell["field_size"]) == ("A3", 64))
        self.assertEqual(cell["zerocopy"]["copied"], cell["zerocopy"]["sends"])
        linearize = cell["paths_by_role"]["sender"]["linearize"]
        self.assertEqual(linearize["bytes_quality"], "exact")
        self.assertGreater(linearize["bytes"], 0)


if __name__ == "__main__":
    unittest.main()
