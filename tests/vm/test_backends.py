# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The same set-up by fentry, which counts each copy, and by tracepoints, which do not: what the latter says of copies a byte
is the same number, a range that holds it, or that it is not known. Never another number."""

import os
import unittest

import guest

SETUPS = {
    "veth": "",
    "loopback": "--link loopback",
    "mtu_68": "--mtu 68 --field-sizes 1000",
    "veth_tx_off": "--link dev:va,vb",
    "nic": "--link dev:eth0,eth1",
    "nic_tap": "--link dev:eth0,eth1",
    "nic_no_offload": "--link dev:eth0,eth1",
}
BEFORE = {
    "veth_tx_off": """
ip link add va type veth peer name vb
link_helper no-offload va
link_helper no-offload vb
""",
    "nic_no_offload": """
link_helper no-offload eth0
link_helper no-offload eth1
""",
}
RUN = """
[ @SETUP@ != nic_tap ] || { link_helper tap eth0 & tap=$!; }
netio-trace run --backend @BACKEND@ --field-sizes 16K --duration 0.6 --warmup 2 @OPTIONS@ --output /out/@SETUP@.@BACKEND@ \\
    >/out/@SETUP@.@BACKEND@.txt 2>&1 || { cat /out/@SETUP@.@BACKEND@.txt >&2; exit 1; }
[ @SETUP@ != nic_tap ] || kill $tap
"""
BACKENDS = ["fentry", "tracepoint"]


def command():
    text = ""
    for setup, options in SETUPS.items():
        text += BEFORE.get(setup, "")
        for backend in BACKENDS:
            run = RUN if "--field-sizes" not in options else RUN.replace("--field-sizes 16K ", "")
            text += run.replace("@SETUP@", setup).replace("@BACKEND@", backend).replace("@OPTIONS@", options)
    return text


def shown(copies):
    low, high = guest.bounds_of(copies)
    if low is None:
        return "n/a"
    return f"{low:.3f}" if low == high else f">={low:.3f}" if high is None else f"{low:.3f}-{high:.3f}"


class Backends(guest.GuestCase):
    COMMAND = command()
    OPTIONS = ("--link", "nic", "--add", os.environ.get("NETIO_LINK_HELPER", ""))
    TIMEOUT = 1500

    def cells_of(self, setup, backend):
        return {cell["variant"]: cell for cell in self.runs()[f"{setup}.{backend}"]["cells"]}

    def pairs(self):
        for setup in SETUPS:
            exact, other = (self.cells_of(setup, backend) for backend in BACKENDS)
            for variant in exact:
                yield setup, variant, exact[variant], other[variant]

    def test_no_law_is_broken(self):
        for name, run in self.runs().items():
            self.assertEqual(run["accounting"]["laws_broken"], 0, name)

    def test_tracepoints_never_say_another_number(self):
        print(f"\n{'set-up':16}{'':4}{'fentry':>10}{'tracepoint':>16}")
        for setup, variant, exact, other in self.pairs():
            print(f"{setup:16}{variant:4}{shown(exact['copies_per_byte']):>10}{shown(other['copies_per_byte']):>16}")
        for setup, variant, exact, other in self.pairs():
            with self.subTest(setup, variant=variant):
                self.assertEqual(exact["copies_per_byte"]["quality"], "exact")
                value = exact["copies_per_byte"]["value"]
                low, high = guest.bounds_of(other["copies_per_byte"])
                # Two runs do not make the same copies of headers, of requests and of what is sent again.
                differs = 0.01
                self.assertLessEqual(low, value + differs)
                self.assertTrue(high is None or high >= value - differs, high)

    def test_fentry_counts_what_is_copied_for_a_device_without_offloads(self):
        for setup in ("veth_tx_off", "nic_no_offload"):
            for variant, cell in self.cells_of(setup, "fentry").items():
                with self.subTest(setup, variant=variant):
                    self.assertAlmostEqual(cell["copies_per_byte"]["value"], 2.0 if variant == "A3" else 3.0, delta=0.1)

    def test_headers_are_no_payload(self):
        """At an MTU of 68 B, 36 B of payload are sent with 72 B of headers, and copied at most once for each purpose."""
        for variant, cell in self.cells_of("mtu_68", "fentry").items():
            for path in ("linearize", "skb_copy"):
                with self.subTest(variant=variant, path=path):
                    self.assertLessEqual(cell["paths"][path]["bytes"], 1.1 * cell["total_payload_bytes"])

    def test_a_tap_is_told(self):
        run = self.runs()["nic_tap.fentry"]
        found = {finding["id"]: finding for finding in run["findings"]}
        self.assertIn("packet tap", found["zerocopy-copied"]["text"])


if __name__ == "__main__":
    unittest.main()
