# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""A server of the published experiment's kind, in a language that knows nothing of netio-trace: attach says of it what `run`
says of its own variants."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ["NETIO_TRACE"]

# A client asks, the server answers with 8 fields: by 8 calls and Nagle's algorithm, by one call, or by one zero-copy send whose
# completion nobody reads. Both are children of one process, which ends with the client.
EXPERIMENT = """
import os, socket, sys
way, messages, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
field = b"x" * size
with socket.create_server(("127.0.0.1", 0)) as listener:
    client = os.fork()
    if client == 0:
        with socket.create_connection(listener.getsockname()) as peer:
            for _ in range(messages):
                peer.sendall(b"next")
                left = 8 * size
                while left:
                    left -= len(peer.recv(left))
        os._exit(0)
    with listener.accept()[0] as peer:
        if way == "zerocopy":
            peer.setsockopt(socket.SOL_SOCKET, 60, 1)  # SO_ZEROCOPY
        for _ in range(messages):
            assert peer.recv(4)
            if way == "parts":
                for _ in range(8):
                    peer.send(field)
            elif way == "sendmsg":
                peer.sendmsg([field] * 8)
            else:
                left = memoryview(field * 8)
                while left:
                    left = left[peer.send(left, 0x4000000):]  # MSG_ZEROCOPY
    os.waitpid(client, 0)
"""


class Findings(unittest.TestCase):
    def trace(self, way, messages, size):
        with tempfile.TemporaryDirectory(prefix="netio-attach-") as folder:
            output = pathlib.Path(folder) / "trace"
            done = subprocess.run([PROGRAM, "--quiet", "attach", "--output", output, "--", sys.executable, "-c", EXPERIMENT, way,
                                   str(messages), str(size)], capture_output=True, text=True, timeout=120)
            self.assertEqual(done.returncode, 0, done.stderr)
            trace = json.loads((output / "trace.json").read_text())
        if trace["timed_s"] == 0:
            self.skipTest("no call can be timed here: " + "; ".join(trace["environment"]["notes"]))
        for subject in trace["subjects"]:
            for law in subject["laws"]:
                self.assertNotEqual(law["holds"], False, (subject["name"], law))
        sender = max(trace["subjects"], key=lambda subject: subject["totals"]["send_bytes"])
        self.assertEqual(sender["totals"]["send_bytes"], messages * 8 * size)
        return sender, {finding["id"]: finding["text"] for finding in trace["findings"]}

    def test_parts_with_nagle_wait_for_the_delayed_acknowledgement(self):
        sender, findings = self.trace("parts", 60, 256)
        self.assertIn("delayed-ack-stall", findings)
        self.assertIn("TCP_NODELAY", findings["delayed-ack-stall"])
        self.assertEqual(sender["paths"]["copy_in"]["bytes"], 60 * 8 * 256)

    def test_one_call_a_message_waits_for_nobody(self):
        sender, findings = self.trace("sendmsg", 2000, 256)
        self.assertNotIn("delayed-ack-stall", findings)
        self.assertEqual(sender["totals"]["send_calls"], 2000)

    def test_zero_copy_is_copied_after_all_and_its_completions_are_not_read(self):
        sender, findings = self.trace("zerocopy", 40, 4096)
        self.assertEqual(sender["paths"]["pin"]["bytes"], 40 * 8 * 4096)
        self.assertIn("completions-unread", findings)
        self.assertIn("zerocopy-copied", findings)
        self.assertIn("100 % of", findings["zerocopy-copied"])


if __name__ == "__main__":
    unittest.main()
