# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What programs do to sockets beside moving bytes: the sockets' own numbers and the calls say the same all the same."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap
import unittest

PROGRAM = os.environ["NETIO_TRACE"]

# Both ends are connected, and each script moves bytes from `one` to `other` and prints how many.
BEGIN = """
import os, socket, struct, sys, threading, time
def pair():
    with socket.create_server(("127.0.0.1", 0)) as server:
        one = socket.create_connection(server.getsockname())
        return one, server.accept()[0]
def read(end, most=1 << 30):
    got = 0
    while got < most:
        part = end.recv(min(65536, most - got))
        if not part:
            break
        got += len(part)
    return got
one, other = pair()
"""


class Sockets(unittest.TestCase):
    def trace(self, script, *options):
        with tempfile.TemporaryDirectory() as folder:
            output = pathlib.Path(folder, "trace")
            done = subprocess.run(
                [PROGRAM, "--quiet", "attach", "--timing", "none", "--output", output, *options, "--", sys.executable,
                 "-c", BEGIN + textwrap.dedent(script)], capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            return json.loads((output / "trace.json").read_text())["subjects"]

    def check(self, script, sent, received=None, sockets=None):
        """All subjects together sent and received so much, by the calls and by the sockets' own numbers."""
        subjects = self.trace(script)
        received = sent if received is None else received
        for subject in subjects:
            for law in subject["laws"]:
                self.assertNotEqual(law["holds"], False, (subject["name"], law))
        own = [subject["sockets"] for subject in subjects]
        self.assertEqual(sum(numbers["bytes_sent"] for numbers in own), sent)
        self.assertEqual(sum(numbers["bytes_received"] for numbers in own), received)
        self.assertEqual(sum(numbers["uncertain_bytes"] for numbers in own), 0)
        moved = {"sent": 0, "received": 0}
        for subject in subjects:
            for call in subject["calls"]:
                moved[call["direction"]] += call["bytes"]
        self.assertEqual(moved, {"sent": sent, "received": received})
        if sockets is not None:
            self.assertEqual(sum(numbers["sockets"] for numbers in own), sockets)
        return subjects

    def test_a_half_closed_connection(self):
        self.check("""
            one.sendall(b"a" * 1000); one.shutdown(socket.SHUT_WR)
            read(other); other.sendall(b"b" * 500); other.close(); read(one); one.close()
            """, 1500, sockets=2)

    def test_a_connection_beyond_four_gibibytes(self):
        """Sequence numbers have 32 bits, and begin anywhere."""
        self.check("""
            def drain():
                buffer = bytearray(1 << 20)
                while other.recv_into(buffer):
                    pass
                other.close()
            reader = threading.Thread(target=drain); reader.start()
            piece = bytes(1 << 20)
            for _ in range(4110):
                one.sendall(piece)
            one.close(); reader.join()
            """, 4110 << 20, sockets=2)

    def test_ten_thousand_connections(self):
        """All at once, the other ends in a process of their own: one may not have as many descriptors."""
        self.check("""
            import resource
            resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
            server = socket.create_server(("127.0.0.1", 0), backlog=4096)
            child = os.fork()
            ends = []
            for _ in range(9_999):
                ends.append(socket.create_connection(server.getsockname()) if child == 0 else server.accept()[0])
            ends.append((one if child == 0 else other)); (other if child == 0 else one).close()
            for end in ends:
                end.sendall(b"m" * 64)
            for end in ends:
                assert read(end, 64) == 64
            if child == 0:
                os._exit(0)
            assert os.waitpid(child, 0)[1] == 0
            """, 2 * 10_000 * 64, sockets=20_000)

    def test_an_end_that_reads_no_more(self):
        self.check("""
            other.shutdown(socket.SHUT_RD); other.sendall(b"b" * 500); read(one, 500)
            """, 500)

    def test_a_connection_that_is_reset(self):
        self.check("""
            one.sendall(b"a" * 1000); read(other, 600)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); one.close()
            """, 1000, 600)

    def test_a_socket_that_connects_again(self):
        self.check("""
            one.sendall(b"a" * 1000); read(other, 1000)
            import ctypes
            nowhere = struct.pack("H14x", socket.AF_UNSPEC)
            assert ctypes.CDLL(None).connect(one.fileno(), nowhere, 16) == 0
            other.close()
            with socket.create_server(("127.0.0.1", 0)) as server:
                one.connect(server.getsockname()); other = server.accept()[0]
            one.sendall(b"a" * 300); read(other, 300)
            """, 1300, sockets=4)

    def test_urgent_bytes(self):
        self.check("""
            one.sendall(b"a" * 100); one.send(b"!", socket.MSG_OOB); one.sendall(b"b" * 50); time.sleep(0.1)
            assert other.recv(1, socket.MSG_OOB) == b"!"
            assert read(other, 150) == 150
            """, 151)

    def test_a_socket_that_threads_share(self):
        self.check("""
            def send():
                for _ in range(200): one.sendall(b"a" * 5000)
            threads = [threading.Thread(target=send) for _ in range(4)]
            readers = [threading.Thread(target=read, args=(other,)) for _ in range(3)]
            for thread in threads + readers: thread.start()
            for thread in threads: thread.join()
            one.shutdown(socket.SHUT_WR)
            for thread in readers: thread.join()
            """, 4 * 200 * 5000)

    def test_a_socket_that_processes_share(self):
        subjects = self.check("""
            if os.fork() == 0:
                one.sendall(b"a" * 3000); os._exit(0)
            os.wait(); one.sendall(b"a" * 1000); one.close(); read(other)
            """, 4000)
        self.assertEqual(sorted(call["bytes"] for subject in subjects for call in subject["calls"]
                                if call["direction"] == "sent"), [1000, 3000], "each process has what it sent itself")

    def test_a_socket_that_is_passed_on(self):
        self.check("""
            here, there = socket.socketpair()
            if os.fork() == 0:
                one.close()
                passed = socket.socket(fileno=socket.recv_fds(there, 1, 1)[1][0]); passed.sendall(b"a" * 3000)
                os._exit(0)
            socket.send_fds(here, [b"x"], [one.fileno()]); os.wait(); one.close(); read(other)
            """, 3000)

    def test_a_program_that_another_one_executes(self):
        self.check("""
            one.sendall(b"a" * 10); read(other, 10); os.set_inheritable(one.fileno(), True)
            os.execv(sys.executable, [sys.executable, "-c",
                     f"import socket; socket.socket(fileno={one.fileno()}).sendall(b'a' * 70)"])
            """, 80, 10)

    def test_ipv6(self):
        self.check("""
            with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
                one = socket.create_connection(server.getsockname()[:2]); other = server.accept()[0]
            one.sendall(b"a" * 1000); read(other, 1000)
            """, 1000)

    def test_what_is_not_tcp_does_not_count(self):
        self.check("""
            one.sendall(b"a" * 10); read(other, 10)
            here, there = socket.socketpair(); here.sendall(b"x" * 99); there.recv(99)
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(("127.0.0.1", 0))
            udp.sendto(b"x" * 99, udp.getsockname()); udp.recv(99)
            """, 10)

    def test_subjects_beyond_the_most_are_summed(self):
        subjects = self.check("""
            for _ in range(1100):
                if os.fork() == 0:
                    one.send(b"a" * 3); os._exit(0)
                os.wait()
            read(other, 3300)
            """, 3300)
        self.assertEqual(len(subjects), 1025)
        self.assertEqual(subjects[-1]["name"], "others")
        # 1,024 children have a column of their own; their parent reads when those have been given out.
        moved = {call["direction"]: call["bytes"] for call in subjects[-1]["calls"]}
        self.assertEqual(moved, {"sent": (1100 - 1024) * 3, "received": 3300})


if __name__ == "__main__":
    sys.exit(unittest.main())
