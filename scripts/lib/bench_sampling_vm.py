#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Sampled times against exact ones: the same run, in a guest whose kernel allows both.

A path that is timed at its edges has the sampler's estimate beside it (sampled_time_ns). For each cell and path this asks
whether the estimate's 95 % interval holds the exact time, per byte. The tracer's own bookkeeping, which is inside of a
bracketed time and which no sample of the path shows, is taken off first (environment.bracket_ns times calls).
"""
import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import bench_common

PATHS = [("copy_in", "sender"), ("pin", "sender"), ("deferred_copy", "sender"), ("copy_out", "receiver")]

GUEST = """
for frequency in @FREQUENCIES@; do
    netio-trace run --backend fentry --field-sizes @SIZES@ --threads 1 --duration @DURATION@ --warmup 4 --repeats @REPEATS@ \\
        --sample-frequency $frequency --output /out/$frequency >/out/$frequency.txt 2>&1 || { cat /out/$frequency.txt; exit 1; }
done
"""


def parse():
    parser = argparse.ArgumentParser(description="Sampled times against exact ones, in a guest.")
    parser.add_argument("--program", required=True, help="the netio-trace to measure")
    parser.add_argument("--duration", type=float, default=0.4, help="seconds a cell (default: %(default)s)")
    parser.add_argument("--repeats", type=int, default=3, help="of each cell and frequency (default: %(default)s)")
    parser.add_argument("--field-sizes", default="1K,4K,16K,64K", help="default: %(default)s")
    parser.add_argument("--frequencies", default="997,1511,2003", help="samples per second (default: %(default)s)")
    parser.add_argument("--kernel", default="6.12", help="default: %(default)s")
    return parser.parse_args()


def runs_of(options, folder):
    script = GUEST
    for name, value in (("FREQUENCIES", options.frequencies.replace(",", " ")), ("SIZES", options.field_sizes),
                        ("DURATION", f"{options.duration:g}"), ("REPEATS", options.repeats)):  # fmt: skip
        script = script.replace(f"@{name}@", str(value))
    bench_common.in_guest(options, folder, script, machine=["--smp", "1", "--timeout", "3000"])
    return [json.loads(path.read_text()) for path in sorted((folder / "out").glob("*/run.json"))]


def comparisons(runs):
    """(path, field size, whether the interval holds the exact time, sampled / exact) of each cell and path."""
    for run in runs:
        bookkeeping = run["environment"]["bracket_ns"] or 0.0
        for cell in run["cells"]:
            for path, role in PATHS:
                figures = cell["paths_by_role"][role][path]
                if not figures["calls"] or figures["sampled_time_ns"] is None:
                    continue
                time = figures["time_ns"]
                if figures["time_quality"] == "bracketed":
                    time -= bookkeeping * figures["calls"]
                exact = time / figures["bytes"]
                sampled, low, high = (value / figures["sampled_bytes"]
                                      for value in (figures["sampled_time_ns"], *figures["sampled_time_interval_ns"]))  # fmt: skip
                yield path, cell["field_size"], low <= exact <= high, sampled / exact


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as scratch:
        runs = runs_of(options, Path(scratch))
    found = list(comparisons(runs))
    sizes = sorted({size for _, size, _, _ in found})

    def row(name, chosen):
        line = [name]
        for size in [*sizes, None]:
            some = [one for one in chosen if size is None or one[1] == size]
            inside = sum(one[2] for one in some)
            line.append(f"{inside} of {len(some)}, {statistics.median(one[3] for one in some):.2f}" if some else "-")
        return line

    rows = [row(path, [one for one in found if one[0] == path]) for path, _ in PATHS]
    rows.append(row("all", found))
    environment = runs[0]["environment"]
    print(f"Linux {environment['kernel_release']} in a guest with 1 CPU, {environment['link']}; "
          f"{sum(len(run['cells']) for run in runs)} cells; exact times inside the sampled 95 % interval, and the median of "
          "sampled / exact")  # fmt: skip
    print(f"`scripts/bench.sh sampling --kernel {options.kernel} --duration {options.duration:g} --repeats {options.repeats} "
          f"--field-sizes {options.field_sizes} --frequencies {options.frequencies}`\n")  # fmt: skip
    print(bench_common.markdown(["", *(f"8 × {size} B" for size in sizes), "all"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
