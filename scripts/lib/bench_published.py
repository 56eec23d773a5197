#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The published run, in which Nagle's algorithm and delayed acknowledgements make messages take 40 ms: how many a thread.

Not all of them do (docs/measurements/delayed-ack.md), and how many is this machine's race of a send and an
acknowledgement. To tell it from what the program does, a plain one (plain.c) makes the same exchange: in each round
both run, and netio-trace also without tracing.

The race begins when the receiver's window has stopped growing. So the second table tells, for each second of the plain
program's connections, the messages and the largest window that the receiver would offer.
"""
import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import bench_common
import variants
import yardsticks


def parse():
    parser = argparse.ArgumentParser(description="Messages a thread in the published run.")
    parser.add_argument("--program", required=True, help="the netio-trace to measure")
    parser.add_argument("--duration", type=float, default=10.0, help="seconds a run (default: %(default)s)")
    parser.add_argument("--tries", type=int, default=5, help="rounds (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=4, help="connections (default: %(default)s)")
    parser.add_argument("--field-size", type=int, default=256, help="bytes (default: %(default)s)")
    options = parser.parse_args()
    if min(options.tries, options.threads, options.field_size) < 1:
        parser.error("--tries, --threads and --field-size: at least 1")
    return options


def build_plain(folder):
    program = folder / "plain"
    yardsticks.build(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", yardsticks.SOURCES / "plain.c", "-o", program])
    return program


def of_plain(options, program):
    """For each thread its seconds: (messages, bytes of the largest window that the receiver would offer then)."""
    said = bench_common.execute(["unshare", "--net", str(yardsticks.SOURCES / "plain.sh"), str(program), str(options.field_size),
                                 str(options.threads), f"{options.duration:g}"])  # fmt: skip
    return seconds_of_threads(said)


def seconds_of_threads(said):
    threads = {}
    for line in said.splitlines():
        thread, _, messages, limit = map(int, line.split())
        threads.setdefault(thread, []).append((messages, limit))
    return list(threads.values())


def table_of_seconds(threads):
    def row(number, seconds):
        messages, limits = zip(*seconds)
        return [f"{number + 1}", f"{min(messages):,}", f"{statistics.median(messages):,.0f}", f"{max(messages):,}",
                f"{min(limits) / 1024:,.0f}", f"{statistics.median(limits) / 1024:,.0f}", f"{max(limits) / 1024:,.0f}"]  # fmt: skip

    header = ["second", "messages, least", "median", "most", "window limit KiB, least", "median", "most"]
    return bench_common.markdown(header, [row(number, of) for number, of in enumerate(zip(*threads))])


def of_netio_trace(options, folder, *more):
    bench_common.execute([
        options.program, "run", "--variants", variants.TWO_COPY, "--nagle", "--field-sizes", str(options.field_size),
        "--threads", str(options.threads), "--duration", f"{options.duration:g}", "--repeats", "1",
        "--output", str(folder), *more,
    ])  # fmt: skip
    return bench_common.cell_of(folder)[1]["messages_per_thread"]


def main():
    options = parse()
    counted = {"netio-trace": [], "netio-trace --no-trace": [], "plain program": []}
    plain_threads = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        program = build_plain(folder)
        for number in range(options.tries):
            counted["netio-trace"] += of_netio_trace(options, folder / f"traced{number}")
            counted["netio-trace --no-trace"] += of_netio_trace(options, folder / f"untraced{number}", "--no-trace")
            threads = of_plain(options, program)
            plain_threads += threads
            counted["plain program"] += [sum(messages for messages, _ in seconds) for seconds in threads]
            print(f"round {number + 1} of {options.tries}", file=sys.stderr)
    print(f"`scripts/bench.sh published --duration {options.duration:g} --tries {options.tries} "
          f"--threads {options.threads} --field-size {options.field_size}`: messages a thread\n")  # fmt: skip
    rows = [[name, f"{min(of):,}", f"{statistics.median(of):,.0f}", f"{max(of):,}"] for name, of in counted.items()]
    print(bench_common.markdown(["", "least", "median", "most"], rows))
    print("\nA thread of the plain program, second by second, and how far its receiver would let the window grow by then:\n")
    print(table_of_seconds(plain_threads))
    return 0


if __name__ == "__main__":
    sys.exit(main())
