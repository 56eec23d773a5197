# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the benchmarks share: their options, one run of the program, tables."""
import argparse
import json
import subprocess
import sys
from pathlib import Path

import variants

VM = Path(__file__).resolve().parents[1] / "vm.sh"


def parse(description, duration, extra=(), chosen=tuple(variants.DEFAULT), field_sizes="64,64K", pin=True):
    """The options that all benchmarks take, with the defaults given, and `extra` ones as (name, type, default, help);
    one without a type takes no value."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", required=True, help="the netio-trace to measure")
    parser.add_argument("--duration", type=float, default=duration, help="seconds a run (default: %(default)s)")
    parser.add_argument("--variants", default=",".join(chosen), help="default: %(default)s")
    parser.add_argument("--field-sizes", default=field_sizes, help="default: %(default)s")
    parser.add_argument(
        "--pin", action=argparse.BooleanOptionalAction, default=pin,
        help="the two ends on CPUs of their own; --no-pin: wherever the scheduler puts them",
    )  # fmt: skip
    for name, kind, default, text in extra:
        if kind is None:
            parser.add_argument(name, action="store_true", help=text)
        else:
            parser.add_argument(name, type=kind, default=default, help=f"{text} (default: %(default)s)")
    options = parser.parse_args()
    options.variants = options.variants.split(",")
    options.field_sizes = options.field_sizes.split(",")
    return options


def run_command(options, variant, field_size, output, traced):
    command = [
        options.program, "run", "--variants", variant, "--field-sizes", field_size, "--threads", "1",
        "--duration", f"{options.duration:g}", "--repeats", "1", "--output", str(output),
    ]  # fmt: skip
    if options.pin:
        command.append("--pin")
    return command if traced else command + ["--no-trace"]


def execute(command):
    """Runs a command quietly; when it fails, shows what it said and ends the benchmark."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\nended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def cell_of(output):
    """The one cell that a run saved."""
    run = json.loads((Path(output) / "run.json").read_text())
    return run["environment"], run["cells"][0]


def in_guest(options, folder, script, files=(), machine=()):
    """Runs a shell script in a guest, where `files` (as --add of scripts/vm.sh takes them) are too and /out becomes
    folder/out. When it fails, shows what it wrote there and ends the benchmark."""
    path = folder / "measure.sh"
    path.write_text(script)
    command = [VM, "--kernel", options.kernel, *machine, "--out", folder / "out", "--program", options.program]
    for file in (f"{path}:/netio/measure.sh", *files):
        command += ["--add", file]
    print("measuring in a guest: some minutes", file=sys.stderr)
    if subprocess.run([*map(str, command), "--", "sh", "/netio/measure.sh"], stdout=sys.stderr).returncode != 0:
        for text in sorted((folder / "out").glob("*.txt")):
            print(f"{text.name}:\n{text.read_text()}", file=sys.stderr)
        sys.exit("the measurement failed in the guest")


def markdown(header, rows):
    """A table that reads well in a terminal and renders as Markdown: the first column to the left, the others right."""
    cells = [header] + rows
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]

    def line(row):
        padded = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        return "| " + " | ".join(padded) + " |"

    rule = "| " + " | ".join(["-" * widths[0]] + ["-" * (width - 1) + ":" for width in widths[1:]]) + " |"
    return "\n".join([line(header), rule] + [line(row) for row in rows])
