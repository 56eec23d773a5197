#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where the CPU time of an untraced run goes: perf samples of all of its processes, on the cpu-clock software event, so
that a machine without hardware counters will do.

Shown are the ten hottest symbols and the share of the samples taken in user space: in the program's own code, and in
the libraries that it calls.
"""
import sys
import tempfile
from pathlib import Path

import bench_common

SYMBOLS_SHOWN = 10


def report(data, *keys):
    """Rows of (share in percent, key...) by perf report, largest first."""
    command = [
        "perf", "report", "--input", str(data), "--stdio", "--quiet", "--no-children", "--percent-limit", "0",
        "--fields", "overhead," + ",".join(keys), "--field-separator", "\t",
    ]  # fmt: skip
    rows = []
    for line in bench_common.execute(command).splitlines():
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) == len(keys) + 1 and fields[0].rstrip("%").replace(".", "", 1).isdigit():
            rows.append((float(fields[0].rstrip("%")), *fields[1:]))
    return sorted(rows, reverse=True)


def main():
    options = bench_common.parse("Where the CPU time of an untraced run goes.", 5.0)
    own = Path(options.program).name
    for size in options.field_sizes:
        for variant in options.variants:
            with tempfile.TemporaryDirectory() as scratch:
                data = Path(scratch) / "perf.data"
                run = bench_common.run_command(options, variant, size, Path(scratch) / "run", traced=False)
                bench_common.execute(
                    ["perf", "record", "--quiet", "--event", "cpu-clock", "--freq", "997", "--output", str(data), "--"] + run
                )
                symbols = report(data, "symbol", "dso")
                objects = report(data, "dso")
            own_share = sum(share for share, name in objects if name == own)
            kernel_share = sum(share for share, name in objects if name.startswith("[") and name != "[vdso]")
            print(f"### {variant}, 8 x {size}\n")
            rows = [[name, where, f"{share:.2f} %"] for share, name, where in symbols[:SYMBOLS_SHOWN]]
            print(bench_common.markdown(["symbol", "object", "CPU time"], rows))
            print(f"\nThe program's own user-space code: {own_share:.2f} % of CPU time; "
                  f"libraries: {100 - own_share - kernel_share:.2f} %; kernel: {kernel_share:.2f} %\n")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
