# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The floor to compare the cost of tracing with: small programs that time the same paths at the same hooks (floor.bpf.c).

Where netio-trace costs more than it should, they tell how much of that is the kernel's way to any program, and the clock.
They are small, not proven to be the smallest; and in time, samples, which they do not take, can make a run faster.
"""
import contextlib
import signal
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent
TYPES = Path(__file__).resolve().parents[2] / "vmlinux" / "x86"


def build(command):
    if subprocess.run([str(word) for word in command]).returncode != 0:
        sys.exit("the floor does not compile: run scripts/setup.sh build bench")


def built(folder, only_system_calls):
    """The program that attaches the floor, and the object that it is to be given, both made in the folder."""
    program, programs = folder / "floor", folder / "floor.bpf.o"
    build(["cc", "-O2", "-Wall", "-Wextra", "-Werror", SOURCES / "floor.c", "-o", program, "-lbpf"])
    build(["clang", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-target", "bpf", "-mcpu=v3", "-I", TYPES,
           *(["-DFLOOR_SYSTEM_CALLS"] if only_system_calls else []), "-c", SOURCES / "floor.bpf.c", "-o", programs])  # fmt: skip
    return program, programs


@contextlib.contextmanager
def attached(program, programs):
    """In here the programs are attached. They must count something: else they would cost nothing either."""
    floor = subprocess.Popen([program, programs], stdout=subprocess.PIPE, text=True)
    if floor.stdout.readline() != "ready\n":
        sys.exit("the floor cannot be attached: it says why above, and needs to be root")
    try:
        yield
    finally:
        floor.send_signal(signal.SIGINT)
        counted, _ = floor.communicate()
    if not has_counted(counted):
        sys.exit(f"the floor counted nothing:\n{counted}")


def has_counted(text):
    """Whether what it printed at its end tells of any call."""
    return any(line.startswith("|") and not line.endswith(" 0 calls") for line in text.splitlines())
