# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Existing devices are moved in, used, and given back as they were."""

import os
import subprocess
import unittest

import netio

SCRIPT = """
set -e
ip link set lo up
ip link add name netio-a mtu 1400 type veth peer name netio-b mtu 1400
ip address add 192.0.2.1/24 dev netio-a
ip link set netio-a up
ip -brief link > "$1/links-before"; ip -brief address > "$1/addresses-before"
"$2" run --output "$1/out" --link dev:netio-a,netio-b --field-sizes 64 --duration 0.3 {options}
sleep 0.5
ip -brief link > "$1/links-after"; ip -brief address > "$1/addresses-after"
"""


class Devices(netio.Case):
    def test_are_given_back(self):
        self.check("--no-trace")

    def test_are_given_back_after_a_traced_run(self):
        self.check("")

    def check(self, options):
        """In a network namespace of the test's own, so that the machine's devices are never touched."""
        result = subprocess.run(["unshare", "--net", "sh", "-c", SCRIPT.format(options=options), "sh", str(self.folder),
                                 netio.PROGRAM], capture_output=True, text=True, timeout=120,
                                env={**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        self.assertEqual(result.returncode, 0, result.stderr)
        for what in ("links", "addresses"):
            before = sorted((self.folder / f"{what}-before").read_text().splitlines())
            after = sorted((self.folder / f"{what}-after").read_text().splitlines())
            # The link-local IPv6 address comes and goes with duplicate detection; the rest must be the same.
            self.assertEqual([line.split("fe80")[0].split() for line in before],
                             [line.split("fe80")[0].split() for line in after])
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
