#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The workload beside what a user would take instead: iperf3 for streams, sockperf for request and answer.

Each pair runs both on the same veth link, one after the other, and which goes first changes from pair to pair. All make
the same system calls: one send call and one receive call a message at each end, with the same bytes; the sender has one
CPU and the receiver another. Connections are processes of the peers, for neither has a thread for each.
"""
import argparse
import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import time

import bench_common
import variants

ADDRESS = "10.77.0.1"
PORT = 7700
FIELDS = 8
SOCKPERF_MOST_BYTES = 65507  # of a message; beyond that its server closes the connection


def parse():
    parser = argparse.ArgumentParser(description="The workload beside iperf3 and sockperf.")
    parser.add_argument("--program", required=True, help="the netio-trace to measure")
    parser.add_argument("--duration", type=int, default=2, help="whole seconds a run (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=7, help="pairs of runs (default: %(default)s)")
    parser.add_argument("--field-sizes", default="64,256,4096,16384", help="bytes (default: %(default)s)")
    parser.add_argument("--threads", default="1,4", help="connections (default: %(default)s)")
    parser.add_argument("--patterns", default="rr,stream", help="default: %(default)s")
    options = parser.parse_args()
    options.field_sizes = [int(size) for size in options.field_sizes.split(",")]
    options.threads = [int(threads) for threads in options.threads.split(",")]
    options.patterns = options.patterns.split(",")
    if options.pairs < 3:
        parser.error("--pairs: at least 3")
    return options


@contextlib.contextmanager
def link():
    """Two network namespaces with a veth pair between them: how to run a command in each, on a CPU of its own."""
    names = [f"netio-bench-{os.getpid()}-{end}" for end in ("server", "client")]
    commands = [f"netns add {name}" for name in names] + [
        f"-n {names[0]} link add veth0 type veth peer name veth1 netns {names[1]}",
        f"-n {names[0]} address add {ADDRESS}/24 dev veth0",
        f"-n {names[1]} address add 10.77.0.2/24 dev veth1",
        f"-n {names[0]} link set veth0 up",
        f"-n {names[1]} link set veth1 up",
    ]
    try:
        for command in commands:
            bench_common.execute(["ip", *command.split()])
        cpus = sorted(os.sched_getaffinity(0))
        yield [["ip", "netns", "exec", name, "taskset", "-c", str(cpus[end % len(cpus)])] for end, name in enumerate(names)]
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)


def run_ends(ends, servers, clients):
    """Runs servers, and clients against them; what the clients said."""
    started = [subprocess.Popen(ends[0] + server, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for server in servers]
    try:
        wait_for_listeners(ends, len(servers))
        running = [subprocess.Popen(ends[1] + client, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for client in clients]
        said = [client.communicate()[0] for client in running]
        for client, text in zip(running, said):
            if client.returncode != 0:
                sys.exit(f"{' '.join(client.args)}\nended with {client.returncode}:\n{text}")
        return said
    finally:
        for server in started:
            server.terminate()
            server.wait()


def wait_for_listeners(ends, count):
    """Until `count` sockets listen in the server's namespace."""
    for _ in range(200):
        listening = bench_common.execute(ends[0] + ["ss", "--tcp", "--listening", "--no-header", "--numeric"])
        if len(listening.splitlines()) >= count:
            return
        time.sleep(0.02)
    sys.exit("the server did not listen within 4 s")


def of_netio_trace(options, ends, pattern, size, threads):
    """Messages a second."""
    server = [options.program, "server", "--variant", variants.ONE_COPY, "--max-threads", str(threads), "--connections", str(threads),
              "--field-size", str(size), "--pattern", pattern, "--listen", ADDRESS, "--port", str(PORT)]  # fmt: skip
    client = [options.program, "client", "--connect", ADDRESS, "--threads", str(threads), "--field-size", str(size), "--pattern",
              pattern, "--port", str(PORT), "--receive", "message", "--duration", str(options.duration)]  # fmt: skip
    said = run_ends(ends, [server], [client])[0]
    messages = int(re.search(r"^messages +(\d+)", said, re.MULTILINE)[1])
    return messages / float(re.search(r"^duration +([\d.]+) s", said, re.MULTILINE)[1])


def of_iperf3(options, ends, size, threads):
    message = str(size * FIELDS)
    ports = [str(PORT + 1 + i) for i in range(threads)]
    servers = [["iperf3", "--server", "--one-off", "--bind", ADDRESS, "--port", port] for port in ports]
    clients = [["iperf3", "--client", ADDRESS, "--port", port, "--length", message, "--no-delay", "--json", "--time",
                str(options.duration)] for port in ports]  # fmt: skip
    sums = [json.loads(said)["end"]["sum_received"] for said in run_ends(ends, servers, clients)]
    return sum(one["bytes"] / one["seconds"] for one in sums) / (size * FIELDS)


def of_sockperf(options, ends, size, threads):
    message = str(size * FIELDS)
    ports = [str(PORT + 1 + i) for i in range(threads)]
    servers = [["sockperf", "server", "--tcp", "-i", ADDRESS, "-p", port] for port in ports]
    clients = [["sockperf", "ping-pong", "--tcp", "-i", ADDRESS, "-p", port, "-m", message, "-t", str(options.duration)]
               for port in ports]  # fmt: skip
    rate = 0.0
    for said in run_ends(ends, servers, clients):
        found = re.search(r"\[Total Run\] RunTime=([\d.]+) sec;.* ReceivedMessages=(\d+)", said)
        if not found:
            sys.exit(f"sockperf said no rate:\n{said}")
        rate += int(found[2]) / float(found[1])
    return rate


def row_of(options, ends, pattern, size, threads):
    peer = of_sockperf if pattern == "rr" else of_iperf3
    ours, theirs = [], []
    for number in range(options.pairs):
        turns = [(ours, lambda: of_netio_trace(options, ends, pattern, size, threads)), (theirs, lambda: peer(options, ends, size, threads))]
        for rates, measure in turns if number % 2 == 0 else reversed(turns):
            rates.append(measure())
    ratios = sorted(one / other for one, other in zip(ours, theirs))
    name = f"{pattern}, {size * FIELDS:,} B, {threads} connection{'s' if threads > 1 else ''}"
    print(f"{name}: {statistics.median(ratios):.2f}", file=sys.stderr)
    return [name, "sockperf" if pattern == "rr" else "iperf3", f"{statistics.median(ours):,.0f}", f"{statistics.median(theirs):,.0f}",
            f"{statistics.median(ratios):.2f}", f"{ratios[0]:.2f} to {ratios[-1]:.2f}"]  # fmt: skip


def main():
    options = parse()
    with link() as ends:
        rows = [row_of(options, ends, pattern, size, threads)
                for pattern in options.patterns for size in options.field_sizes for threads in options.threads
                if pattern == "stream" or size * FIELDS <= SOCKPERF_MOST_BYTES]  # fmt: skip
    print(f"Linux {os.uname().release}, {os.cpu_count()} CPUs, veth; {options.pairs} pairs of {options.duration} s; "
          f"{variants.ONE_COPY} with `--receive message`\n")  # fmt: skip
    header = ["", "peer", "messages/s", "peer's messages/s", "ratio, median", "least to most"]
    print(bench_common.markdown(header, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
