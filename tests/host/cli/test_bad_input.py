# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Each mistake gets one clear line, an exit code other than 0, and leaves nothing behind."""

import socket
import subprocess
import unittest

import netio


class BadInput(netio.Case):
    def tearDown(self):
        self.assert_nothing_left()
        self.assertEqual(list(self.folder.rglob("*")), [])

    def refuse(self, words, *arguments):
        result = netio.run("run", "--output", self.folder / "out", *arguments)
        self.assert_one_line_error(result, 2, *words)

    def test_values_that_make_no_sense(self):
        for words, arguments in [
            (["A9", "A1, A2, A3"], ["--variants", "A9"]),
            (["--field-sizes: 0 is out of range"], ["--field-sizes", "0"]),
            (["67,108,864 B"], ["--field-sizes", "65M"]),
            (["--threads: 0 is out of range", "4,096"], ["--threads", "0"]),
            (["--threads: 4097 is out of range", "4,096"], ["--threads", "4097"]),
            (["duration"], ["--duration", "-1"]),
            (["duration"], ["--duration", "0"]),
            (["duration"], ["--duration", "1e12"]),
            (["duration"], ["--duration", "nan"]),
            (["--duration"], ["--duration", "soon"]),
            (["preset"], ["--preset", "huge"]),
            (["pattern"], ["--pattern", "ring"]),
            (["no-such-event"], ["-e", "no-such-event"]),
            (["--no-such-option"], ["--no-such-option"]),
            (["memory"], ["--field-sizes", "64M", "--threads", "4096"]),
        ]:
            with self.subTest(arguments=arguments):
                self.refuse(words, *arguments)

    def test_no_subcommand_and_unknown_subcommand(self):
        self.assert_one_line_error(netio.run(), 2, "--help")
        self.assert_one_line_error(netio.run("walk"), 2, "--help")

    def test_run_that_cannot_be_explained(self):
        self.assert_one_line_error(netio.run("explain"), 2, "--help")
        self.assert_one_line_error(netio.run("explain", "/proc/netio-trace"), 2, "/proc/netio-trace", "run.json")
        self.assert_one_line_error(netio.run("explain", "/dev/null"), 2, "/dev/null")
        self.assert_one_line_error(netio.run("explain", "/dev/null", "--format", "xml"), 2, "--format")

    def test_output_folder_that_cannot_be_written(self):
        self.refuse_output("/proc/netio-trace")
        self.refuse_output("/dev/null/below")

    def refuse_output(self, path):
        result = netio.run("run", "--output", path)
        self.assert_one_line_error(result, 2, path, "--output")

    def test_missing_device(self):
        result = netio.run("run", "--no-save", "--link", "dev:netio-none0,netio-none1")
        self.assert_one_line_error(result, result.returncode, "netio-none0")
        self.assertNotEqual(result.returncode, 0)

    def test_mtu_that_the_device_refuses(self):
        result = netio.run("run", "--no-save", "--no-trace", "--mtu", "20")
        self.assertNotEqual(result.returncode, 0)
        self.assert_one_line_error(result, result.returncode, "MTU", "20")


class PortInUse(netio.Case):
    def test_says_which_port_and_what_to_do(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            result = netio.run("server", "--variant", "A1", "--field-size", 64, "--max-threads", 1, "--listen",
                               "127.0.0.1", "--port", port)
        self.assert_one_line_error(result, 1, str(port), "--port")

    def test_nobody_listening(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        result = netio.run("client", "--field-size", 64, "--threads", 1, "--duration", 1, "--connect", "127.0.0.1",
                           "--port", port)
        self.assert_one_line_error(result, 1, str(port))


class Privileges(netio.Case):
    """What nothing can be traced for: the benchmark runs alone, unless tracing was asked for by name."""

    NOBODY = {"user": "nobody", "group": "nogroup", "extra_groups": []}

    def assert_untraced(self, result, reason):
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(reason, result.stderr)
        self.assertIn("! Not traced: ", result.stdout)
        self.assertIn(reason, " ".join(result.stdout.split()))
        self.assertIn("netio-trace doctor", result.stdout)

    def test_missing_capabilities(self):
        result = netio.run("run", "--no-save", "--variants", "A1", "--duration", 0.1, **self.NOBODY)
        self.assert_untraced(result, "CAP_BPF and CAP_PERFMON are not held")
        self.assert_nothing_left()

    def test_tracing_that_was_asked_for_by_name(self):
        for options in (("--backend", "tracepoint"), ("--timeline", 1), ("--stacks",)):
            with self.subTest(options=options):
                result = netio.run("run", "--no-save", "--variants", "A1", "--duration", 0.1, *options, **self.NOBODY)
                self.assert_one_line_error(result, 1, "CAP_BPF and CAP_PERFMON are not held", "--no-trace")
        self.assert_nothing_left()

    def test_kernel_without_btf(self):
        """/sys/kernel/btf is hidden behind an empty file system, in a mount namespace of the test's own."""
        script = f'mount -t tmpfs none /sys/kernel/btf && exec "{netio.PROGRAM}" run --no-save --duration 0.1'
        result = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, timeout=60)
        self.assert_untraced(result, "BTF")
        self.assert_nothing_left()


if __name__ == "__main__":
    unittest.main()
