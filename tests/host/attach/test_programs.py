# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Programs that nobody here wrote are traced, and what they count of themselves is what the trace says, to the byte."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from way_tables import bytes_of

PROGRAM = os.environ["NETIO_TRACE"]
MEBIBYTE = 1 << 20
ENVIRONMENT = {**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin:/sbin"}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for_port(port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on port {port}")


class Programs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-attach-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)

    def need(self, name):
        if not shutil.which(name, path=ENVIRONMENT["PATH"]):
            self.skipTest(f"{name} is not installed")

    def start(self, *words, **options):
        process = subprocess.Popen(list(map(str, words)), env=ENVIRONMENT, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, **options)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        return process

    def trace(self, *words):
        """The subjects of a trace that runs to its end by itself."""
        output = self.folder / "trace"
        done = subprocess.run([PROGRAM, "--quiet", "attach", "--output", output, "--force", *map(str, words)],
                              capture_output=True, text=True, timeout=120, env=ENVIRONMENT)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.read(output), done

    def read(self, output):
        trace = json.loads((output / "trace.json").read_text())
        for subject in trace["subjects"]:
            for law in subject["laws"]:
                self.assertNotEqual(law["holds"], False, (subject["name"], law))
        return trace["subjects"]

    @contextlib.contextmanager
    def traced(self, *words):
        """Traces for as long as the body lasts; then the subjects are in what it was given."""
        output = self.folder / "trace"
        subjects = []
        with subprocess.Popen([PROGRAM, "attach", "--output", output, "--force", *map(str, words)],
                              stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as tracer:
            try:
                self.assertIn("tracing", tracer.stderr.readline())
                yield subjects
            finally:
                tracer.terminate()
                errors = tracer.stderr.read()
        self.assertEqual(tracer.returncode, 0, errors)
        subjects += self.read(output)

    def check_iperf(self, path, *options):
        self.need("iperf3")
        port = free_port()
        self.start("iperf3", "-s", "-p", port, "-1")
        time.sleep(0.5)  # to look whether it listens would use up its one connection
        subjects, done = self.trace("--by", "connection", "--", "iperf3", "-c", "127.0.0.1", "-p", port, "-t", 1,
                                    "--json", *options)
        told = json.loads(done.stdout[done.stdout.index("{"):])["end"]["sum_sent"]["bytes"]
        data = subjects[0]
        # Beside what it counts, iperf3 sends a cookie of 37 bytes by which the other end knows the connection.
        self.assertEqual(bytes_of(data, "copy_in") + bytes_of(data, "splice_in"), told + 37)
        self.assertGreaterEqual(bytes_of(data, path), told)

    def test_iperf3_copies(self):
        self.check_iperf("copy_in")

    def test_iperf3_with_sendfile_does_not_copy(self):
        self.check_iperf("splice_in", "-Z")

    def check_nginx(self, sendfile, path):
        self.need("nginx")
        self.need("curl")
        port = free_port()
        (self.folder / "file").write_bytes(b"n" * MEBIBYTE)
        (self.folder / "nginx.conf").write_text(f"""
            daemon off; pid {self.folder}/pid; error_log {self.folder}/errors;
            user root;
            events {{}}
            http {{
                log_format sent '$bytes_sent'; access_log {self.folder}/log sent; sendfile {sendfile};
                server {{ listen 127.0.0.1:{port}; root {self.folder}; }}
            }}""")
        nginx = self.start("nginx", "-p", self.folder, "-c", self.folder / "nginx.conf")
        wait_for_port(port)
        time.sleep(0.2)
        (self.folder / "log").write_text("")
        with self.traced("--pid", nginx.pid) as subjects:
            for _ in range(20):
                subprocess.run(["curl", "-s", "-o", "/dev/null", f"http://127.0.0.1:{port}/file"], check=True)
        told = sum(map(int, (self.folder / "log").read_text().split()))
        served = next(subject for subject in subjects if subject["comm"] == "nginx")
        self.assertEqual(bytes_of(served, "copy_in") + bytes_of(served, "splice_in"), told)
        self.assertEqual(bytes_of(served, path) // MEBIBYTE, 20)
        self.assertLess(bytes_of(served, "copy_in" if path == "splice_in" else "splice_in"), 20 * 1024)

    def test_nginx_with_sendfile_does_not_copy(self):
        self.check_nginx("on", "splice_in")

    def test_nginx_without_sendfile_copies(self):
        self.check_nginx("off", "copy_in")

    def test_redis(self):
        self.need("redis-server")
        self.need("redis-benchmark")
        port = free_port()
        redis = self.start("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", cwd=self.folder)
        wait_for_port(port)
        with self.traced("--pid", redis.pid, "--timing", "all") as subjects:
            subprocess.run(["redis-benchmark", "-p", str(port), "-t", "get,set", "-n", "2000", "-q"], check=True,
                           capture_output=True)
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                connection.sendall(b"INFO stats\r\n")
                answer = connection.recv(65536)
        told = dict(line.split(":", 1) for line in answer.decode().splitlines() if ":" in line)
        sent, received = subjects[0]["paths"]["send_syscall"], subjects[0]["paths"]["recv_syscall"]
        self.assertEqual(bytes_of(subjects[0], "copy_out"), int(told["total_net_input_bytes"]))
        self.assertEqual(bytes_of(subjects[0], "copy_in"), int(told["total_net_output_bytes"]) + len(answer))
        self.assertIsNotNone(sent["histogram"])
        self.assertIsNotNone(received["histogram"])

    def test_curl_and_python(self):
        self.need("curl")
        port = free_port()
        (self.folder / "file").write_bytes(b"n" * MEBIBYTE)
        python = self.start(sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", cwd=self.folder)
        wait_for_port(port)
        with self.traced("--pid", python.pid) as served:
            done = subprocess.run([PROGRAM, "--quiet", "attach", "--output", self.folder / "client", "--", "curl", "-s",
                                   "-o", "/dev/null", "-w", "%{size_download} %{size_header} %{size_request}\n",
                                   f"http://127.0.0.1:{port}/file"], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        body, header, request = map(int, done.stdout.splitlines()[0].split())
        client = self.read(self.folder / "client")[0]
        self.assertEqual(bytes_of(client, "copy_out"), body + header)
        self.assertEqual(bytes_of(client, "copy_in"), request)
        server = next(subject for subject in served if subject["calls"])
        self.assertEqual(bytes_of(server, "copy_in"), body + header)
        self.assertEqual(bytes_of(server, "copy_out"), request)

    def test_haproxy_splices_both_ways(self):
        self.need("haproxy")
        self.need("curl")
        back, front = free_port(), free_port()
        (self.folder / "file").write_bytes(b"n" * 16 * MEBIBYTE)
        self.start(sys.executable, "-m", "http.server", back, "--bind", "127.0.0.1", cwd=self.folder)
        (self.folder / "haproxy.cfg").write_text(f"""
global
    maxconn 100
defaults
    mode tcp
    timeout connect 5s
    timeout client 5s
    timeout server 5s
    option splice-request
    option splice-response
frontend front
    bind 127.0.0.1:{front}
    default_backend back
backend back
    server one 127.0.0.1:{back}
""")
        haproxy = self.start("haproxy", "-db", "-f", self.folder / "haproxy.cfg")
        wait_for_port(back)
        wait_for_port(front)
        with self.traced("--pid", haproxy.pid) as subjects:
            subprocess.run(["curl", "-s", "-o", "/dev/null", f"http://127.0.0.1:{front}/file"], check=True)
        moved = subjects[0]
        received = bytes_of(moved, "copy_out") + bytes_of(moved, "splice_out")
        self.assertEqual(received, bytes_of(moved, "copy_in") + bytes_of(moved, "splice_in"))
        self.assertGreater(received, 16 * MEBIBYTE)
        self.assertGreater(bytes_of(moved, "splice_out"), 0)


if __name__ == "__main__":
    sys.exit(unittest.main())
