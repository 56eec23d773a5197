#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tracing costs: the throughput of traced runs against that of untraced ones, and their CPU time a message.

Each pair is a traced and an untraced run right after each other, so that a drift of the machine hits both; which of
them goes first changes from pair to pair. The cost of a pair in throughput is 1 - traced / untraced, that in CPU time
traced / untraced - 1. Shown are the median over the pairs and, as its spread, the interval that holds the true median
with at least 95 % confidence whatever the distribution (order statistics, by the binomial distribution with p = 1/2).

The two ends get CPUs of their own: left to the scheduler they share one in some runs and not in others, which changes
throughput by more than tracing does. So do socket buffers of more than some 256 KiB, and those that the kernel sizes
(docs/measurements/tracing-overhead.md): they have 128 KiB.

With --one-cpu both share one instead, by the affinity of the whole run. Nobody waits there for the other end to wake up
on an idle CPU, which hides costs, so that costs are higher, and differ by less from pair to pair.

With --beside, each pair gets more runs: untraced ones beside small programs at the same hooks (yardsticks.py), and the
table says what those cost: that do nothing, that read the clock, that time the same system calls and waits (floor).
"""
import contextlib
import math
import statistics
import sys
import tempfile
from pathlib import Path

import bench_common
import yardsticks

# Most throughput that tracing may cost with one thread, as a share, by field size.
BUDGET = {"64": 0.10, "64K": 0.03}


def median_interval(values):
    """The 95 % interval of the median, and its true confidence; all of the range when there are too few values."""
    ordered = sorted(values)
    count = len(ordered)
    for skipped in range((count - 1) // 2, -1, -1):
        outside = 2 * sum(math.comb(count, i) for i in range(skipped + 1)) / 2**count
        if outside <= 0.05 or skipped == 0:
            return ordered[skipped], ordered[count - 1 - skipped], max(0.0, 1 - outside)
    raise ValueError("no values")


class Run:
    """What one run gave."""

    def __init__(self, options, variant, field_size, traced, folder):
        command = bench_common.run_command(options, variant, field_size, folder, traced)
        if options.buffers != "kernel":
            command += ["--sndbuf", options.buffers, "--rcvbuf", options.buffers]
        if traced and options.sample_frequency is not None:
            command += ["--sample-frequency", str(options.sample_frequency)]
        if options.one_cpu:
            command = ["taskset", "--cpu-list", "0", *command]
        bench_common.execute(command)
        self.environment, cell = bench_common.cell_of(folder)
        self.gbps = cell["throughput_gbps"]
        seconds = sum(sum(role.values()) for role in cell["cpu_s"].values())
        self.cpu_us = seconds * 1e6 / cell["messages"]


def cost_columns(costs):
    low, high, confidence = median_interval(costs)
    return statistics.median(costs), f"{low:+.1%} to {high:+.1%}", confidence


def row_of(size, variant, runs, beside=None):
    """`runs`: pairs of a traced, or one beside programs of that name, and an untraced run."""
    cost, interval, confidence = cost_columns([1 - traced.gbps / untraced.gbps for traced, untraced in runs])
    cpu_cost, cpu_interval, _ = cost_columns([traced.cpu_us / untraced.cpu_us - 1 for traced, untraced in runs])
    budget = BUDGET.get(size)
    verdict = "-" if budget is None or beside else f"{budget:.0%}, {'kept' if cost <= budget else 'EXCEEDED'}"

    def median(values):
        return f"{statistics.median(values):.3f}"

    return [
        f"{variant}, 8 x {size}{', ' + beside if beside else ''}",
        median([untraced.gbps for _, untraced in runs]), median([traced.gbps for traced, _ in runs]),
        f"{cost:+.1%}", interval, verdict,
        median([untraced.cpu_us for _, untraced in runs]), median([traced.cpu_us for traced, _ in runs]),
        f"{cpu_cost:+.1%}", cpu_interval,
    ], confidence  # fmt: skip


def one_round(options, number, size, variant, attach, beside, folder):
    """{"traced", "untraced" and each of `beside`: Run}; which comes first changes from round to round."""
    kinds = ["untraced", "traced", *beside]
    first = number % len(kinds)
    runs = {}
    for kind in kinds[first:] + kinds[:first]:
        with yardsticks.attached(attach, beside[kind]) if kind in beside else contextlib.nullcontext():
            runs[kind] = Run(options, variant, size, kind == "traced", folder / f"{number}-{size}-{variant}-{kind}")
    return runs


def main():
    options = bench_common.parse(
        "What tracing costs.", 0.5,
        [("--pairs", int, 41, "pairs for each variant and field size"),
         ("--sample-frequency", int, None, "of the traced runs"),
         ("--buffers", str, "128K", "bytes of the sockets' buffers; kernel: as the kernel sizes them"),
         ("--one-cpu", None, False, "both ends on one CPU"),
         ("--beside", str, "", "small programs to compare with, of nothing,clock,floor")],
    )  # fmt: skip
    if options.pairs < 1:
        sys.exit("--pairs: at least 1")
    names = options.beside.split(",") if options.beside else []
    if not set(names) <= set(yardsticks.WITH_TRACEPOINTS):
        sys.exit(f"--beside: some of {','.join(yardsticks.WITH_TRACEPOINTS)}")
    options.pin = options.pin and not options.one_cpu
    kinds = [(size, variant) for size in options.field_sizes for variant in options.variants]
    runs = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        attach = yardsticks.build_attach(folder) if names else None
        beside = {name: yardsticks.build_programs(folder, *yardsticks.WITH_TRACEPOINTS[name]) for name in names}
        for number in range(options.pairs):
            for size, variant in kinds:
                runs[size, variant].append(one_round(options, number, size, variant, attach, beside, folder))
            print(f"pair {number + 1} of {options.pairs}", file=sys.stderr)

    environment = runs[kinds[0]][0]["traced"].environment
    rows = []
    for size, variant in kinds:
        rounds = runs[size, variant]
        rows.append(row_of(size, variant, [(one["traced"], one["untraced"]) for one in rounds]))
        for name in names:
            rows.append(row_of(size, variant, [(one[name], one["untraced"]) for one in rounds], beside=name))
    print(f"Linux {environment['kernel_release']}, {environment['cpus']} CPUs, {environment['link']}; "
          f"backends: {environment['backends']}")  # fmt: skip
    place = "--one-cpu " if options.one_cpu else "" if options.pin else "--no-pin "
    print(f"`scripts/bench.sh overhead {place}--duration {options.duration:g} "
          f"--pairs {options.pairs} --variants {','.join(options.variants)} "
          f"--field-sizes {','.join(options.field_sizes)}"
          f" --buffers {options.buffers}{f' --beside {options.beside}' if names else ''}"
          f"{'' if options.sample_frequency is None else f' --sample-frequency {options.sample_frequency}'}`\n")  # fmt: skip
    interval = f"{rows[0][1]:.0%} interval"
    header = ["cell", "untraced Gbit/s", "traced Gbit/s", "cost", interval, "budget",
              "untraced CPU us/message", "traced", "cost", interval]  # fmt: skip
    print(bench_common.markdown(header, [row for row, _ in rows]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
