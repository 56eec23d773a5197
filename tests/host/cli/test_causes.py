# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What takes the time is told from what the kernel counts, on links that are made slow, lossy or watched."""

import contextlib
import json
import os
import subprocess
import sys
import unittest

import netio

NETWORK_FINDINGS = {"delayed-ack-stall", "retransmissions", "packet-tap", "fragmentation", "send-buffer-limited"}


def findings(run_json):
    return {finding["id"]: finding for finding in run_json["findings"]}


def counted(cell, *names):
    return sum(activity["counters"].get(name, 0) for activity in cell["namespaces"] for name in names)


def variants_in(finding):
    return {evidence["variant"] for evidence in finding["evidence"]}


class Causes(netio.Case):
    def run_meddled_with(self, meddle, *arguments):
        """A run of two cells of one kind; `meddle` gets a command that runs another in the sender's namespace, while the
        first cell runs. The second is returned, with the findings."""
        output = self.folder / "out"
        process = self.start("run", "--repeats", 2, "--no-trace", "--output", output, *arguments)
        server = self.wait_for_worker(process, "server")
        own = os.readlink("/proc/self/ns/net")
        self.wait_until(lambda: os.readlink(f"/proc/{server}/ns/net") != own, "the server is in its namespace")
        enter = ["nsenter", f"--net=/proc/{server}/ns/net"]
        with contextlib.ExitStack() as stack:
            meddle(enter, stack)
            _, said = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, said)
        run_json = json.loads((output / "run.json").read_text())
        return run_json["cells"][1], findings(run_json)

    def shape(self, *parameters):
        """Shapes what the sender sends (tc-tbf(8))."""

        def meddle(enter, _):
            links = json.loads(subprocess.run([*enter, "ip", "-json", "link"], capture_output=True, check=True).stdout)
            device = next(link["ifname"] for link in links if link["operstate"] == "UP")
            subprocess.run([*enter, "tc", "qdisc", "add", "dev", device, "root", "tbf", *parameters], check=True)

        return meddle

    def test_delayed_acknowledgements_with_nagle_and_a_busy_sender(self):
        run_json = self.run_cells("--variants", "A1,A2", "--nagle", "--field-sizes", 64, "--think-time", 13_000_000,
                                  "--duration", 1)
        stalled, brisk = run_json["cells"]
        self.assertGreater(counted(stalled, "TcpExt.DelayedACKs"), stalled["messages"] / 2)
        self.assertLess(counted(brisk, "TcpExt.DelayedACKs"), brisk["messages"] / 10)
        self.assertEqual(variants_in(findings(run_json)["delayed-ack-stall"]), {"A1"})

    def test_delayed_acknowledgements_without_nagle(self):
        run_json = self.run_cells("--variants", "A1", "--link", "loopback", "--sndbuf", 2304, "--field-sizes", "4K",
                                  "--duration", 1)
        (cell,) = run_json["cells"]
        self.assertEqual([activity["ends"] for activity in cell["namespaces"]], [["sender", "receiver"]])
        self.assertGreater(counted(cell, "TcpExt.DelayedACKs"), cell["messages"] / 2)
        self.assertIn("send buffer", findings(run_json)["delayed-ack-stall"]["text"])

    def test_a_slow_link_is_no_stall(self):
        cell, found = self.run_meddled_with(self.shape("rate", "25mbit", "burst", "32k", "latency", "400ms"),
                                            "--variants", "A2", "--nagle", "--field-sizes", "16K", "--duration", 1)
        self.assertLess(cell["throughput_gbps"], 0.03)
        self.assertNotIn("delayed-ack-stall", found)

    def test_frames_that_are_lost(self):
        cell, found = self.run_meddled_with(self.shape("rate", "50mbit", "burst", "5k", "limit", "9000"),
                                            "--variants", "A2", "--field-sizes", "16K", "--threads", 4, "--duration", 1)
        self.assertGreater(counted(cell, "Tcp.RetransSegs"), 0)
        self.assertGreater(cell["connections"]["sender"]["retransmits"], 0)
        self.assertIn("retransmissions", found)
        self.assertIn("segments again", found["retransmissions"]["text"])

    def test_a_packet_tap(self):
        listen = ("import socket, sys; tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)); "
                  "print('listening', flush=True); sys.stdin.read()")

        def meddle(enter, stack):
            tap = stack.enter_context(subprocess.Popen([*enter, sys.executable, "-c", listen], stdin=subprocess.PIPE,
                                                       stdout=subprocess.PIPE))
            tap.stdout.readline()

        cell, found = self.run_meddled_with(meddle, "--variants", "A2", "--duration", 0.5)
        self.assertEqual([activity["packet_taps"] for activity in cell["namespaces"]], [1, 0])
        self.assertIn("in the sender's namespace", found["packet-tap"]["text"])

    def test_fragments(self):
        run_json = self.run_cells("--variants", "A1", "--mtu", 68, "--field-sizes", 1000, "--duration", 0.5, "--no-trace")
        self.assertGreater(counted(run_json["cells"][0], "Ip.FragCreates"), 0)
        self.assertIn("fragmentation", findings(run_json))

    def test_a_plain_run_has_none_of_these(self):
        run_json = self.run_cells("--variants", "A1,A2", "--duration", 1)
        self.assertEqual(NETWORK_FINDINGS & findings(run_json).keys(), set())
        for cell in run_json["cells"]:
            self.assertEqual([activity["ends"] for activity in cell["namespaces"]], [["sender"], ["receiver"]])
            self.assertGreater(counted(cell, "Tcp.OutSegs"), cell["messages"])
            for end in cell["connections"].values():
                self.assertEqual(len(end["rtt_us"]), cell["threads"])

    def test_a_machine_that_others_use(self):
        with contextlib.ExitStack() as stack:
            for _ in range(2 * os.cpu_count()):
                loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
                stack.callback(loop.wait)
                stack.callback(loop.kill)
            run_json = self.run_cells("--variants", "A2", "--duration", 1, "--no-trace")
        (cell,) = run_json["cells"]
        machine = cell["machine"]
        workers = sum(sum(end.values()) for end in cell["cpu_s"].values())
        others = (machine["user_s"] + machine["system_s"] - workers) / machine["wall_s"]
        runnable = sum(cell["runnable_s"].values()) / (2 * cell["duration_s"])
        self.assertGreater(others, 0.3, "the busy loops are seen")
        self.assertLess(machine["idle_s"], 0.2 * machine["wall_s"])
        self.assertEqual("machine-busy" in findings(run_json), runnable >= 0.1 or machine["steal_s"] >= 0.05 * machine["wall_s"])


if __name__ == "__main__":
    unittest.main()
