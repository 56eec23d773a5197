#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where the CPU time of an untraced run goes: perf samples all CPUs on the cpu-clock software event, so that a machine
without hardware counters will do, and those of the program's processes are kept.

All CPUs, not the processes alone: a task's own cpu-clock is armed anew whenever the task is switched in, and then fires
there again and again (finish_task_switch had 70 % of a ping-pong's samples that way).

cpu-clock is a timer interrupt: where a machine has no non-maskable interrupts, time spent with interrupts off is seen
where they are switched on again (_raw_spin_unlock_irqrestore and the like). That moves samples within the kernel, not
between kernel and user space.

Shown are the ten hottest symbols and the share of the samples taken in user space: in the program's own code, and in
the libraries that it calls.
"""
import sys
import tempfile
from collections import Counter
from pathlib import Path

import bench_common

SYMBOLS_SHOWN = 10
OWN_PROCESSES = "netio-"  # how the names of the program's processes and threads begin


def samples_of(data):
    """(symbol, object) → samples, of the program's processes.

    perf's own filter by process name would not do: it judges a row that several processes share by one of them.
    """
    command = [
        "perf", "report", "--input", str(data), "--stdio", "--quiet", "--no-children", "--percent-limit", "0",
        "--fields", "sample,comm,dso,symbol", "--field-separator", "\t",
    ]  # fmt: skip
    samples = Counter()
    for line in bench_common.execute(command).splitlines():
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) == 4 and fields[0].isdigit() and fields[1].startswith(OWN_PROCESSES):
            samples[fields[3], fields[2]] += int(fields[0])
    return samples


def main():
    options = bench_common.parse("Where the CPU time of an untraced run goes.", 5.0)
    own = Path(options.program).name
    for size in options.field_sizes:
        for variant in options.variants:
            with tempfile.TemporaryDirectory() as scratch:
                data = Path(scratch) / "perf.data"
                run = bench_common.run_command(options, variant, size, Path(scratch) / "run", traced=False)
                record = ["perf", "record", "--quiet", "--all-cpus", "--event", "cpu-clock", "--freq", "997"]
                bench_common.execute(record + ["--output", str(data), "--"] + run)
                samples = samples_of(data)
            total = max(1, samples.total())
            own_share = sum(count for (_, where), count in samples.items() if where == own) / total
            kernel_share = sum(count for (name, _), count in samples.items() if name.startswith("[k]")) / total
            print(f"### {variant}, 8 x {size}\n")
            hottest = samples.most_common(SYMBOLS_SHOWN)
            rows = [[name, where, f"{count / total:.2%}"] for (name, where), count in hottest]
            print(bench_common.markdown(["symbol", "object", "CPU time"], rows))
            print(f"\nThe program's own user-space code: {own_share:.2%} of CPU time ({samples.total()} samples); "
                  f"libraries: {1 - own_share - kernel_share:.2%}; kernel: {kernel_share:.2%}\n")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
