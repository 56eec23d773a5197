#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which variant `netio-trace` says is faster on a machine that is loaded on purpose, and on the same machine as it is.

Runs of each kind alternate, so that what else happens on the machine happens to both. A winner is what `compare --by
variant` shows of throughput; the runs without load confirm it when at least half of them show it too.
"""
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import bench_common


@contextlib.contextmanager
def busy_loops(count):
    """Processes that do nothing but run."""
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            stack.callback(loop.wait)
            stack.callback(loop.kill)
        yield


def make_run(options, folder):
    """What a run says: (the winners of each pair and group, whether the machine was busy, shares of its cells)."""
    command = bench_common.run_command(options, ",".join(options.variants), ",".join(options.field_sizes), folder, False)
    command[command.index("--repeats") + 1] = str(options.repeats)
    bench_common.execute(command)
    run = json.loads((Path(folder) / "run.json").read_text())
    text = bench_common.execute([options.program, "compare", "--format", "json", "--by", "variant", "--metric", "throughput", folder])
    winners = set()
    for group in json.loads(text)["groups"]:
        names = [entry["variant"] for entry in group["entries"]]
        for pair in group["pairs"]:
            for difference in pair["differences"]:
                if difference["statistic"] == "throughput" and difference["shown"]:
                    sides = (names[pair["entry"]], names[pair["baseline"]])
                    faster, slower = sides if difference["ratio"] > 1 else sides[::-1]
                    winners.add(f"{group['title']}: {faster} faster than {slower}")
    return winners, any(finding["id"] == "machine-busy" for finding in run["findings"]), run


def median_share(runs, share):
    values = [share(cell) for run in runs for cell in run["cells"]]
    return f"{statistics.median(values):.0%}"


def row_of(name, told):
    runs = [run for _, _, run in told]
    return [
        name, f"{sum(busy for _, busy, _ in told)} of {len(told)}",
        f"{sum(bool(winners) for winners, _, _ in told)} of {len(told)}",
        median_share(runs, lambda cell: sum(cell["runnable_s"].values()) / (2 * cell["duration_s"] * cell["threads"])),
        median_share(runs, lambda cell: cell["machine"]["idle_s"] / cell["machine"]["wall_s"]),
        median_share(runs, lambda cell: cell["machine"]["steal_s"] / cell["machine"]["wall_s"]),
    ]  # fmt: skip


def main():
    options = bench_common.parse(
        "Winners that are told on a busy machine.", 0.5,
        [("--runs", int, 10, "runs of each kind"), ("--repeats", int, 5, "repeats of each cell in a run"),
         ("--loops", int, 2, "busy loops for each CPU")],
        field_sizes="4K,64K", pin=False,
    )  # fmt: skip
    told = {"loaded": [], "as it is": []}
    for number in range(options.runs):
        for name, loops in (("loaded", options.loops * os.cpu_count()), ("as it is", 0)):
            with tempfile.TemporaryDirectory() as folder, busy_loops(loops):
                told[name].append(make_run(options, folder))
        print(f"run {number + 1} of {options.runs} of each kind", file=sys.stderr)
    environment = told["loaded"][0][2]["environment"]
    print(f"Linux {environment['kernel_release']}, {environment['cpus']} CPUs, {environment['link']}; {options.loops} busy "
          f"loops for each CPU; {options.repeats} repeats of {options.duration:g} s\n")  # fmt: skip
    header = ["machine", "told machine-busy", "told a winner", "runnable, not running", "idle", "stolen"]
    print(bench_common.markdown(header, [row_of(name, runs) for name, runs in told.items()]))
    print()
    known = [winners for winners, _, _ in told["as it is"]]
    for winner in sorted(set().union(*(winners for winners, _, _ in told["loaded"]))):
        times = sum(winner in winners for winners, _, _ in told["loaded"])
        confirmed = sum(winner in winners for winners in known)
        print(f"{winner}: {times} of {options.runs} loaded, {confirmed} of {options.runs} as it is: "
              f"{'confirmed' if 2 * confirmed >= len(known) else 'NOT CONFIRMED'}")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
