# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Yardsticks for the cost of tracing: small programs at the hooks that netio-trace uses.

floor.bpf.c times the same paths and does little else; clock.bpf.c does no more than reading the clock, and so is what
nothing that times them can go below, or not even that. Where netio-trace costs more than it should, they tell how much of that is the
kernel's way to any program, and the clock. In time, samples, which they do not take, can make a run faster.
"""
import contextlib
import signal
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent
TYPES = Path(__file__).resolve().parents[2] / "vmlinux" / "x86"

# Those for the hooks of the tracepoints' backend, by name: source and options of the compiler.
WITH_TRACEPOINTS = {
    "nothing": ("clock", "-DCLOCK_TRACEPOINTS", "-DCLOCK_UNREAD"),
    "clock": ("clock", "-DCLOCK_TRACEPOINTS"),
    "floor": ("floor", "-DFLOOR_SYSTEM_CALLS"),
}


def build(command):
    if subprocess.run([str(word) for word in command]).returncode != 0:
        sys.exit("the programs to compare with do not compile: run scripts/setup.sh build bench")


def build_attach(folder):
    """The program that attaches all of an object's programs, made in the folder."""
    program = folder / "attach"
    build(["cc", "-O2", "-Wall", "-Wextra", "-Werror", SOURCES / "attach.c", "-o", program, "-lbpf"])
    return program


def build_programs(folder, name, *options):
    """The object of NAME.bpf.c with these options, made in the folder."""
    programs = folder / f"{name}{''.join(options)}.bpf.o"
    build(["clang", "-O2", "-g", "-Wall", "-Wextra", "-Werror", "-target", "bpf", "-mcpu=v3", "-I", TYPES, *options,
           "-c", SOURCES / f"{name}.bpf.c", "-o", programs])  # fmt: skip
    return programs


@contextlib.contextmanager
def attached(attach, programs):
    """In here the programs are attached. They must have seen something: else they would cost nothing either."""
    process = subprocess.Popen([attach, programs], stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "ready\n":
        sys.exit("the programs cannot be attached: it says why above, and needs to be root")
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        seen, _ = process.communicate()
    if not was_run(seen):
        sys.exit(f"programs to compare with were not run:\n{seen}")


def was_run(text):
    """Whether programs saw what they are for, by what was printed at the end: each hook, or calls of any path."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    if any(line.startswith("| hook") for line in lines):
        return all(line.endswith("was run") for line in lines)
    return any(not line.endswith(" 0 calls") for line in lines)
