# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""scripts/bench.sh accounting: sampled CPU time of both ends' threads beside what the kernel accounts to them.

The sums agree by definition: a sample stands for accounted time over samples. What is shown beside them is the clock: the
ratio of samples x its period to the accounted time, which is 1 where no tick is late or missing.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile

ROLES = ["sender", "receiver"]


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/bench.sh accounting", allow_abbrev=False, description=__doc__)
    parser.add_argument("--program", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--cells", type=int, default=30, metavar="N", help="default: %(default)s")
    parser.add_argument("--duration", type=float, default=1.0, metavar="SECONDS", help="of a cell (default: %(default)s)")
    parser.add_argument("--field-size", default="1K", metavar="SIZE", help="default: %(default)s")
    parser.add_argument("--busy", action="store_true", help="beside two busy loops for each CPU")
    return parser.parse_args(arguments)


def run(options, folder):
    variants = 3
    repeats = -(-options.cells // variants)
    subprocess.run([options.program, "run", "--field-sizes", options.field_size, "--repeats", str(repeats),
                    "--duration", str(options.duration), "--output", folder],
                   check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    with open(os.path.join(folder, "run.json"), encoding="utf-8") as file:
        run = json.load(file)
    return run["cells"][: options.cells], run["spec"]["sample_frequency"]


def busy_loops():
    return [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(2 * os.cpu_count())]


def clock_ratio(cell, accounted, frequency):
    samples = sum(cell["cpu_classes"][role]["samples"] for role in ROLES)
    sampled = sum(cell["cpu_classes"][role]["total_ns"]["value"] for role in ROLES)
    threads = sum(cell["cpu_classes"][role]["thread_ns"]["value"] for role in ROLES)
    return threads * samples / sampled / frequency / accounted if sampled else 0.0


def compare(cell):
    """(sampled, low, high, accounted) in seconds, of both ends; the interval as those of independent figures."""
    sampled = [cell["cpu_classes"][role]["thread_ns"] for role in ROLES]
    value = sum(figure["value"] for figure in sampled) / 1e9
    below = sum((figure["value"] - figure["interval"][0]) ** 2 for figure in sampled) ** 0.5 / 1e9
    above = sum((figure["interval"][1] - figure["value"]) ** 2 for figure in sampled) ** 0.5 / 1e9
    return value, value - below, value + above, sum(sum(cell["cpu_s"][role].values()) for role in ROLES)


def report(cells, frequency):
    within = 0
    ratios = []
    print(f"{'':4}{'repeat':>7}{'sampled':>10}{'95 % interval':>18}{'accounted':>11}{'ratio':>7}{'clock':>7}{'missed ticks':>14}")
    for cell in cells:
        sampled, low, high, accounted = compare(cell)
        agrees = low <= accounted <= high
        within += agrees
        ratios.append(sampled / accounted)
        missed = sum(loss["count"] for loss in cell["losses"] if loss["name"] == "missed_samples")
        print(f"{cell['variant']:4}{cell['repeat'] + 1:7}{sampled:9.3f} s{f'{low:.3f} to {high:.3f} s':>18}{accounted:9.3f} s"
              f"{ratios[-1]:7.2f}{clock_ratio(cell, accounted, frequency):7.2f}{missed:14}{'' if agrees else '  outside'}")  # fmt: skip
    ratios.sort()
    print(f"within the interval: {within} of {len(cells)} cells; ratio: median {ratios[len(ratios) // 2]:.2f}, "
          f"{ratios[0]:.2f} to {ratios[-1]:.2f}")  # fmt: skip


def main(arguments):
    options = parse(arguments)
    loops = busy_loops() if options.busy else []
    try:
        with tempfile.TemporaryDirectory(prefix="netio-accounting-") as folder:
            report(*run(options, os.path.join(folder, "run")))
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
