#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tracing costs: the throughput of traced runs against that of untraced ones.

Each pair is a traced and an untraced run right after each other, so that a drift of the machine hits both; which of
them goes first changes from pair to pair. The cost of a pair is 1 - traced / untraced. Shown are the median over the
pairs and, as its spread, the interval that holds the true median with at least 95 % confidence whatever the
distribution (order statistics, by the binomial distribution with p = 1/2).
"""
import math
import statistics
import sys
import tempfile
from pathlib import Path

import bench_common

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


def measure(options, variant, field_size, traced, folder):
    bench_common.execute(bench_common.run_command(options, variant, field_size, folder, traced))
    environment, cell = bench_common.cell_of(folder)
    return environment, cell["throughput_gbps"]


def main():
    options = bench_common.parse(
        "What tracing costs, in throughput.", 2.0, [("--pairs", int, 9, "pairs for each variant and field size")]
    )
    if options.pairs < 1:
        sys.exit("--pairs: at least 1")
    kinds = [(size, variant) for size in options.field_sizes for variant in options.variants]
    throughput = {kind: {True: [], False: []} for kind in kinds}
    environment = {}
    with tempfile.TemporaryDirectory() as scratch:
        for pair in range(options.pairs):
            for size, variant in kinds:
                for traced in (True, False) if pair % 2 else (False, True):
                    folder = Path(scratch) / f"{pair}-{size}-{variant}-{traced}"
                    said, gbps = measure(options, variant, size, traced, folder)
                    throughput[size, variant][traced].append(gbps)
                    if traced:
                        environment = said
            print(f"pair {pair + 1} of {options.pairs}", file=sys.stderr)

    rows = []
    for size, variant in kinds:
        runs = throughput[size, variant]
        costs = [1 - traced / untraced for traced, untraced in zip(runs[True], runs[False])]
        low, high, confidence = median_interval(costs)
        cost = statistics.median(costs)
        budget = BUDGET.get(size)
        verdict = "-" if budget is None else f"{budget:.0%}, {'kept' if cost <= budget else 'EXCEEDED'}"
        rows.append([
            f"{variant}, 8 x {size}", f"{statistics.median(runs[False]):.3f}", f"{statistics.median(runs[True]):.3f}",
            f"{cost:+.1%}", f"{low:+.1%} to {high:+.1%}", verdict,
        ])  # fmt: skip

    print(f"Linux {environment.get('kernel_release', '?')}, {environment.get('cpus', '?')} CPUs, "
          f"{environment.get('link', '?')}; backends: {environment.get('backends', '?')}")  # fmt: skip
    print(f"`scripts/bench.sh overhead --duration {options.duration:g} --pairs {options.pairs} "
          f"--variants {','.join(options.variants)} --field-sizes {','.join(options.field_sizes)}`\n")  # fmt: skip
    header = ["cell", "untraced Gbit/s", "traced Gbit/s", "cost", f"{confidence:.0%} interval", "budget"]
    print(bench_common.markdown(header, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
