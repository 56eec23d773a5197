# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Ctrl-C stops the cell, keeps every finished one, says so, and exits with 130."""

import json
import os
import random
import signal
import time
import unittest

import netio


class Interruption(netio.Case):
    def test_keeps_the_finished_cells(self):
        output = self.folder / "out"
        runner = self.start("run", "--output", output, "--variants", "A1", "--field-sizes", "64,128", "--duration", 5,
                            start_new_session=True)
        self.wait_for_worker_after_first_cell(runner, output, "client")
        # As a terminal does it: to the whole process group.
        os.killpg(runner.pid, signal.SIGINT)
        stdout, stderr = runner.communicate(timeout=60)
        self.assertEqual(runner.returncode, 130, stderr)
        self.assertIn("1 finished cell is kept", stderr)
        saved = json.loads((output / "run.json").read_text())
        self.assertTrue(saved["interrupted"])
        self.assertEqual([cell["field_size"] for cell in saved["cells"]], [64])
        self.assertIn("8 × 64 B", stdout)
        self.assert_nothing_left()

    def test_before_the_first_cell_is_over(self):
        # SIGTERM goes to all processes too, when a service manager stops a unit.
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(signal=number.name):
                runner = self.start("run", "--output", self.folder / "none", "--duration", 30, start_new_session=True)
                self.wait_for_worker(runner, "client")
                os.killpg(runner.pid, number)
                stdout, stderr = runner.communicate(timeout=60)
                self.assertEqual(runner.returncode, 130, stderr)
                self.assertEqual(stdout, "")
                self.assertIn("0 finished cells are kept", stderr)
                self.assert_nothing_left()


class Stops(netio.Case):
    def test_of_an_end_break_no_law(self):
        """SIGSTOP wakes a thread out of the call that it waits in, which begins anew after SIGCONT."""
        restarted = 0
        for name in ("client", "server"):
            with self.subTest(end=name):
                output = self.folder / name
                runner = self.start("run", "--output", output, "--variants", "A2", "--field-sizes", 64, "--link", "loopback",
                                    "--duration", 3)
                pid = self.wait_for_worker(runner, name)
                for _ in range(1000):
                    time.sleep(random.uniform(0.05, 0.15))
                    try:
                        os.kill(pid, signal.SIGSTOP)
                        time.sleep(0.02)
                        os.kill(pid, signal.SIGCONT)
                    except ProcessLookupError:  # of the cell, or of the test before it
                        if runner.poll() is not None:
                            break
                        pid = (netio.workers(f"netio-{name}", parent=runner.pid) or [pid])[0]
                stderr = runner.communicate(timeout=60)[1]
                self.assertIn(runner.returncode, (0, 5), stderr)  # a busy machine may lose other hits
                cell = json.loads((output / "run.json").read_text())["cells"][0]
                times = [law for law in cell["laws"] if law["name"].startswith(("send_time.", "recv_time."))]
                self.assertEqual(len(times), 4)
                for law in times:
                    self.assertIsNot(law["holds"], False, law)
                    self.assertNotIn("restarted_calls", [missed["loss"] for missed in law["missed"]], law)
                restarted += sum(loss["count"] for loss in cell["losses"] if loss["name"] == "restarted_calls")
        self.assertGreater(restarted, 0, "no stop met a waiting thread")


class ByHand(netio.Case):
    def test_server_and_client_in_two_commands(self):
        for variant in ("A1", "A2", "A3"):
            with self.subTest(variant=variant):
                server, port = self.start_server("--variant", variant, "--field-size", "1K", "--max-threads", 2, "--verify",
                                                 "--connections", 2)
                client = netio.run("client", "--field-size", "1K", "--threads", 2, "--duration", 0.3, "--connect",
                                   "127.0.0.1", "--port", port, "--verify")
                server_output, server_errors = server.communicate(timeout=30)
                self.assertEqual(client.returncode, 0, client.stderr)
                self.assertEqual(server.returncode, 0, server_errors)
                self.assertIn("all correct", client.stdout)
                self.assertIn("sender", server_output)
                self.assertEqual(variant == "A3", "zero-copy" in server_output)

    def test_server_ends_in_good_order_when_it_is_asked_to(self):
        server, _ = self.start_server("--variant", "A2", "--field-size", 64, "--max-threads", 1)
        server.send_signal(signal.SIGTERM)
        stdout, stderr = server.communicate(timeout=30)
        self.assertEqual(server.returncode, 0, stderr)
        self.assertIn("messages", stdout)

    def test_ends_that_do_not_agree_say_so(self):
        server, port = self.start_server("--variant", "A2", "--field-size", 64, "--max-threads", 1, "--connections", 1)
        client = netio.run("client", "--field-size", 128, "--threads", 1, "--duration", 0.3, "--connect", "127.0.0.1",
                           "--port", port)
        stdout, stderr = server.communicate(timeout=30)
        self.assert_one_line_error(client, 1, "field size")
        self.assertEqual(server.returncode, 1, stdout)
        self.assertIn("field", stderr)


if __name__ == "__main__":
    unittest.main()
