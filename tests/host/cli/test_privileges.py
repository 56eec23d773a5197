# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the processes of a run may do while payload moves: their status and descriptors, as /proc tells them."""

import os
import pathlib
import re
import socket
import unittest

import netio


def status(pid, thread=None):
    folder = pathlib.Path(f"/proc/{pid}/task/{thread}" if thread else f"/proc/{pid}")
    fields = dict(line.split(":\t", 1) for line in (folder / "status").read_text().splitlines() if ":\t" in line)
    return {name: fields.get(name, "0").strip() for name in
            ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")}  # fmt: skip


def threads(pid):
    return [int(name) for name in os.listdir(f"/proc/{pid}/task")]


def descriptors(pid):
    """What a process has open from 3 on, with numbers left out: {kind: how many}."""
    kinds = {}
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        if int(entry.name) > 2:
            kind = re.sub(r"[:\[]*\d+\]?", "", os.readlink(entry)).replace("/proc//", "/proc/")
            kinds[kind] = kinds.get(kind, 0) + 1
    return kinds


CONFINED = {"CapEff": "0" * 16, "CapPrm": "0" * 16, "CapInh": "0" * 16, "CapBnd": "0" * 16, "CapAmb": "0" * 16,
            "NoNewPrivs": "1", "Seccomp": "2"}  # fmt: skip


CAP_IPC_LOCK, CAP_SYS_MODULE, CAP_SYS_RESOURCE, CAP_SYS_TIME = 14, 16, 24, 25  # linux/capability.h


def capable(pid, capability):
    return int(status(pid)["CapEff"], 16) >> capability & 1 != 0


class Privileges(netio.Case):
    def assert_confined(self, pid, **more):
        for thread in threads(pid):
            self.assertEqual(status(pid, thread), CONFINED | more, thread)

    def test_workers_have_none(self):
        for variant in ("A1", "A3"):
            with self.subTest(variant=variant):
                output = self.folder / variant
                runner = self.start("run", "--output", output, "--variants", f"{variant}", "--field-sizes", "64,4K", "--threads", 2,
                                    "--duration", 3, "--timeline", 10)
                worker = {}
                for role in ("server", "client"):
                    worker[role] = self.wait_for_worker_after_first_cell(runner, output, role) if not worker else \
                        self.wait_for_worker(runner, role)  # fmt: skip
                table = [("runner", runner.pid), *worker.items()]
                for name, pid in table:
                    print(f"{variant} {name:7}", status(pid), descriptors(pid))
                for capability in (CAP_SYS_MODULE, CAP_SYS_TIME):
                    self.assertFalse(capable(runner.pid, capability))
                for role, pid in worker.items():
                    self.wait_until(lambda pid=pid: len(threads(pid)) == 3, "both connections have a thread")
                    # Root that may not lift limits sends without a copy by its privilege alone.
                    by_privilege = variant == "A3" and role == "server" and not capable(runner.pid, CAP_SYS_RESOURCE)
                    left = f"{1 << CAP_IPC_LOCK:016x}" if by_privilege else "0" * 16
                    self.assert_confined(pid, CapEff=left, CapPrm=left)
                    kinds = set(descriptors(pid))
                    # No map, program, link or BTF, no namespace, and no more sockets than its own.
                    allowed = {"socket", "anon_inode:[eventfd]", "anon_inode:[perf_event]"}
                    if role == "client":
                        allowed |= {f"/proc/task//net/{name}" for name in ("netstat", "snmp", "snmp6", "packet")}
                    self.assertLessEqual(kinds, allowed, role)
                    # The channel to the runner, two connections, and at the server what it listens on.
                    self.assertEqual(descriptors(pid)["socket"], 4 if role == "server" else 3, role)
                self.assertEqual(runner.wait(timeout=60), 0, runner.stderr.read())
                self.assert_nothing_left()

    def test_ends_by_hand_have_none(self):
        server, port = self.start_server("--variant", "A2", "--field-size", 64, "--max-threads", 1)
        client = self.start("client", "--field-size", 64, "--threads", 1, "--duration", 3, "--connect", "127.0.0.1", "--port", port)
        self.wait_until(lambda: len(threads(server.pid)) == 2 and len(threads(client.pid)) == 2, "they are connected")
        for process in (server, client):
            self.assert_confined(process.pid)
            self.assertLessEqual(set(descriptors(process.pid)), {"socket", "anon_inode:[eventfd]"})
        self.assertEqual(client.wait(timeout=30), 0)
        server.terminate()
        server.communicate(timeout=30)

    def test_a_server_listens_where_it_is_told_and_else_on_this_machine_alone(self):
        def listens_on(*arguments):
            _, port = self.start_server("--variant", "A2", "--field-size", 64, "--max-threads", 1, *arguments)
            lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
            (address,) = (line.split()[1] for line in lines
                          if line.split()[1].endswith(f":{int(port):04X}") and line.split()[3] == "0A")  # fmt: skip
            return socket.inet_ntoa(int(address.split(":")[0], 16).to_bytes(4, "little"))

        self.assertEqual(listens_on(), "127.0.0.1")
        self.assertEqual(listens_on("--listen", "0.0.0.0"), "0.0.0.0")


if __name__ == "__main__":
    unittest.main()
