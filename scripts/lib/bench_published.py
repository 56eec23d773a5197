#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The published run, in which Nagle's algorithm and delayed acknowledgements make messages take 40 ms: how many a thread.

Not all of them do (docs/method.md, delayed-ack-stall), and how many is this machine's race of a send and an
acknowledgement. To tell it from what the program does, a plain one (plain.c) makes the same exchange: in each round
both run, and netio-trace also without tracing.
"""
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import bench_common

SOURCES = Path(__file__).parent


def build_plain(folder):
    program = folder / "plain"
    if subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", SOURCES / "plain.c", "-o", program]).returncode:
        sys.exit("the program to compare with does not compile: run scripts/setup.sh build bench")
    return program


def of_plain(options, program):
    said = bench_common.execute(["unshare", "--net", str(SOURCES / "plain.sh"), str(program), options.field_sizes[0],
                                 str(options.threads), f"{options.duration:g}"])  # fmt: skip
    return [int(line) for line in said.splitlines()]


def of_netio_trace(options, folder, *more):
    bench_common.execute([
        options.program, "run", "--variants", "A1", "--nagle", "--field-sizes", options.field_sizes[0],
        "--threads", str(options.threads), "--duration", f"{options.duration:g}", "--repeats", "1",
        "--output", str(folder), *more,
    ])  # fmt: skip
    return bench_common.cell_of(folder)[1]["messages_per_thread"]


def main():
    options = bench_common.parse(
        "Messages a thread in the published run.", 10.0,
        [("--tries", int, 5, "rounds"), ("--threads", int, 4, "connections")], variants="A1", field_sizes="256", pin=False,
    )  # fmt: skip
    if options.tries < 1 or not options.field_sizes[0].isdigit():
        sys.exit("--tries: at least 1; --field-sizes: one number of bytes")
    counted = {"netio-trace": [], "netio-trace --no-trace": [], "plain program": []}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        program = build_plain(folder)
        for number in range(options.tries):
            counted["netio-trace"] += of_netio_trace(options, folder / f"traced{number}")
            counted["netio-trace --no-trace"] += of_netio_trace(options, folder / f"untraced{number}", "--no-trace")
            counted["plain program"] += of_plain(options, program)
            print(f"round {number + 1} of {options.tries}", file=sys.stderr)
    print(f"`scripts/bench.sh published --duration {options.duration:g} --tries {options.tries} "
          f"--threads {options.threads} --field-sizes {options.field_sizes[0]}`: messages a thread\n")  # fmt: skip
    rows = [[name, f"{min(of):,}", f"{statistics.median(of):,.0f}", f"{max(of):,}"] for name, of in counted.items()]
    print(bench_common.markdown(["", "least", "median", "most"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
