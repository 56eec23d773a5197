# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The options that shape a cell do what they say, are recorded and compared, and the figures still add up."""

import json
import pathlib
import unittest

import netio

SHORT = ("--field-sizes", "64", "--duration", 0.3)
REQUEST_BYTES = 8 * 64


def calls(cell, role):
    return cell["calls"][role]["workload"]


class Shaping(netio.Case):
    def test_calls_of_a_shaped_cell_are_those_that_the_kernel_counts(self):
        for pattern, options in (("rr", ("--request-writes", 3)), ("stream", ())):
            run = self.run_cells("--variants", "A0,A1,A2,A3", "--pattern", pattern, "--receive", "message", "--quickack", *options,
                                 *SHORT, output=self.folder / pattern)
            self.assertEqual(len(run["cells"]), 4)
            for cell in run["cells"]:
                with self.subTest(pattern=pattern, variant=cell["variant"]):
                    self.assertTrue(all(law["holds"] for law in cell["laws"] if law.get("checked", True)), cell["laws"])
                    if pattern == "rr":
                        requests = cell["total_payload_bytes"] // REQUEST_BYTES
                        self.assertEqual(calls(cell, "receiver")["send_calls"], 3 * requests + 2)
                    if cell["variant"] == "A0":
                        self.assertEqual(calls(cell, "sender")["send_calls"], cell["total_payload_bytes"] // REQUEST_BYTES)
            notes = " ".join(run["environment"]["notes"])
            self.assertIn("A0 copies each byte once more, in user space", notes)
        self.assert_nothing_left()

    def test_settings_of_the_namespaces_are_set_recorded_and_compared(self):
        outside = pathlib.Path("/proc/sys/net/ipv4/tcp_sack").read_text().strip()
        other = "0" if outside == "1" else "1"
        plain, shaped = self.folder / "plain", self.folder / "shaped"
        run = self.run_cells("--no-trace", "--variants", "A2", *SHORT, output=plain)
        self.assertEqual(run["environment"]["settings"]["net.ipv4.tcp_sack"], outside)
        self.assertEqual(run["spec"]["sysctls"], {})
        congestion = "cubic" if run["environment"]["congestion_control"] == "reno" else "reno"
        run = self.run_cells("--no-trace", "--variants", "A2", "--sysctl", f"net.ipv4.tcp_sack={other}", "--congestion", congestion,
                             "--request-writes", 2, *SHORT, output=shaped)
        self.assertEqual(run["environment"]["settings"]["net.ipv4.tcp_sack"], other)
        self.assertEqual(run["environment"]["congestion_control"], congestion)
        self.assertEqual((run["spec"]["sysctls"], run["spec"]["request_writes"]), ({"net.ipv4.tcp_sack": other}, 2))
        self.assertEqual(pathlib.Path("/proc/sys/net/ipv4/tcp_sack").read_text().strip(), outside)

        compared = netio.run("compare", plain, shaped, "--format", "json")
        self.assertEqual(compared.returncode, 0, compared.stderr)
        warned = json.dumps(json.loads(compared.stdout)["warnings"])
        for difference in ("net.ipv4.tcp_sack", "Congestion control", "Writes a request", "Sysctls set"):
            self.assertIn(difference, warned)
        self.assert_nothing_left()

    def test_what_cannot_be_set_is_refused_before_the_first_cell(self):
        for options, said in ((("--sysctl", "net.ipv4.tcp_mem=1 2 3"), "not each network namespace's own"),
                              (("--sysctl", "kernel.pid_max=99999"), "not each network namespace's own"),
                              (("--sysctl", "net.ipv4.none_such=1"), "there is none of this name"),
                              (("--sysctl", "net.ipv4.tcp_sack="), "net.ipv4.tcp_sack is given no value"),
                              (("--receive", "byte"), 'unknown unit of --receive "byte"'),
                              (("--congestion", "none_such"), "available: "),
                              (("--request-writes", "513"), "it has 512 bytes"),
                              (("--request-writes", "2", "--pattern", "stream"), "has no requests")):
            with self.subTest(options=options):
                result = netio.run("run", "--no-save", "--no-trace", "--variants", "A2", *SHORT, *options)
                self.assert_one_line_error(result, 2, said)
        self.assert_nothing_left()

    def test_the_cause_is_told_and_not_what_the_other_end_saw_of_it(self):
        for trace in ((), ("--no-trace",)):
            result = netio.run("run", "--no-save", "--variants", "A3", "--sysctl", "net.core.optmem_max=1", *SHORT, *trace)
            self.assertEqual(result.returncode, 1)
            self.assertIn("the kernel refuses zero-copy sends", result.stderr)
            self.assertNotIn("the server closed the connection", result.stderr)
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
