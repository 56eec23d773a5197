#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""How often `netio-trace compare` shows a difference where there is none, and where there is one that is known.

Each try makes two sides of the same thing, or gives the server of one side some percent more to do (--think-time), and
compares them: one run of 5 repeats a side, and runs of one repeat a side in turn. Which side goes first changes from try
to try and from turn to turn.
"""
import json
import statistics
import sys
import tempfile
from pathlib import Path

import bench_common
import variants

THINK_TIME_NS = 300_000


def make_run(options, folder, repeats, think_time):
    command = bench_common.run_command(options, options.variants[0], options.field_sizes[0], folder, traced=False)
    command[command.index("--repeats") + 1] = str(repeats)
    bench_common.execute(command + ["--think-time", str(think_time)])
    return folder


def make_sides(options, folder, first, turns, think_times):
    """The folders of both sides' runs, `turns` of each, or one with 5 repeats without turns."""
    sides = ([], [])
    for turn in range(max(turns, 1)):
        for side in (0, 1) if (first + turn) % 2 == 0 else (1, 0):
            run = folder / f"{turn}-{'ab'[side]}"
            sides[side].append(make_run(options, run, 1 if turns else 5, think_times[side]))
    return sides


def median_difference(options, sides):
    """What compare says of the median of the second side against the first, and whether its verdict shows anything."""
    text = bench_common.execute(
        [options.program, "compare", "--format", "json", *(",".join(map(str, side)) for side in sides)]
    )
    pairs = [pair for group in json.loads(text)["groups"] for pair in group["pairs"]]
    told = [difference for pair in pairs for difference in pair["differences"]]
    median = next(difference for difference in told if difference["statistic"] == "p50")
    return median, any(one["shown"] for one in told if one["statistic"] in ("p50", "p99", "throughput"))


def row_of(options, name, turns, think_times):
    ratios, widths, shown, any_shown = [], [], 0, 0
    for number in range(options.tries):
        with tempfile.TemporaryDirectory() as folder:
            sides = make_sides(options, Path(folder), number, turns, think_times)
            median, anything = median_difference(options, sides)
        ratios.append(median["ratio"])
        widths.append((median["ratio_interval"][1] - median["ratio_interval"][0]) / 2)
        shown += median["shown"]
        any_shown += anything
        print(f"{name}: try {number + 1} of {options.tries}", file=sys.stderr)
    return [
        name, f"{shown} of {options.tries}", f"{any_shown} of {options.tries}", f"{statistics.median(ratios):.3f}",
        f"{statistics.median(widths):.1%}",
    ]  # fmt: skip


def main():
    options = bench_common.parse(
        "How often compare shows a difference.", 0.3,
        [("--tries", int, 20, "comparisons of each kind"), ("--turns", int, 10, "runs a side that are made in turn"),
         ("--more", float, 5.0, "percent that the median of one side is made longer")],
        chosen=[variants.ONE_COPY], field_sizes="256", pin=False,
    )  # fmt: skip
    if options.turns < 3:
        sys.exit("--turns: at least 3")
    with tempfile.TemporaryDirectory() as folder:
        run = make_run(options, Path(folder), 1, THINK_TIME_NS)
        environment, cell = bench_common.cell_of(run)
    more = round(cell["latency_us"]["p50"] * 1000 * options.more / 100)
    same = (THINK_TIME_NS, THINK_TIME_NS)
    rows = [
        row_of(options, "same, one run of 5 repeats a side", 0, (0, 0)),
        row_of(options, f"same, {options.turns} runs a side in turn", options.turns, (0, 0)),
        row_of(options, "same, in turn, with think time", options.turns, same),
        row_of(options, f"{options.more:+g} %, in turn", options.turns, (THINK_TIME_NS, THINK_TIME_NS + more)),
    ]
    print(f"Linux {environment['kernel_release']}, {environment['cpus']} CPUs, {environment['link']}; "
          f"think time {THINK_TIME_NS} ns, and {more} ns more")  # fmt: skip
    print(f"`scripts/bench.sh comparison {'--pin ' if options.pin else ''}--tries {options.tries} --turns {options.turns} "
          f"--more {options.more:g} --duration {options.duration:g} --variants {options.variants[0]} "
          f"--field-sizes {options.field_sizes[0]}`\n")  # fmt: skip
    header = ["what", "shown at p50", "shown at p50, p99 or throughput", "middle ratio", "middle half-width"]
    print(bench_common.markdown(header, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
