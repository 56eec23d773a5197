# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs a guest to its end: passes on what the command prints, and reads the verdict that the guest wrote."""
import dataclasses
import os
import pathlib
import re
import subprocess
import sys
import threading
import time

import machine

VERDICT = re.compile(r"^exit (\d+)\nresults (\d+)\nDONE\n\Z", re.MULTILINE)

# The wire between a guest's two devices leads nowhere else, and that is meant.
EXPECTED = "is not connected to host network"


@dataclasses.dataclass
class Outcome:
    """exit_code: the command's, or None when the guest did not say how it ended; then `reason` says what is known."""

    exit_code: int | None
    reason: str
    log: list  # lines of the kernel, from the console and read back in the guest
    results: pathlib.Path
    timed_out: bool = False
    seconds: float = 0


def pass_on(descriptor, target):
    """Copies until the other side is closed; a target that is gone is no reason to hold the guest up."""
    with open(descriptor, "rb", buffering=0) as source:
        while chunk := source.read(65536):
            try:
                target.write(chunk)
                target.flush()
            except OSError:
                pass


def text_of(path):
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def run(specification, kernel, initramfs, folder, timeout):
    """folder: for the files of this run. Output and errors of the command go where this process's own go."""
    started = time.monotonic()
    paths = {name: folder / name for name in machine.PORTS}
    pipes = {}
    readers = []
    for number, (name, target) in enumerate((("output", sys.stdout.buffer), ("errors", sys.stderr.buffer)), 1):
        reading, writing = os.pipe()
        pipes[writing] = number
        paths[name] = f"/dev/fdset/{number}"
        readers.append(threading.Thread(target=pass_on, args=(reading, target), daemon=True))

    command = specification.command(kernel, initramfs, folder / "console", paths)
    for descriptor, number in pipes.items():
        command += ["-add-fd", f"fd={descriptor},set={number}"]
    timed_out = False
    with open(folder / "emulator", "w") as emulator:
        # The emulator must not outlive this process, however that ends.
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=emulator,
                                   stderr=emulator, pass_fds=list(pipes))  # fmt: skip
        try:
            for descriptor in pipes:
                os.close(descriptor)
            for reader in readers:
                reader.start()
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    for reader in readers:
        reader.join()

    log = (text_of(folder / "console") + "\n" + text_of(folder / "log")).splitlines()
    exit_code, reason = judge(text_of(paths["verdict"]), paths["results"], timed_out, timeout)
    said = "\n".join(line for line in text_of(folder / "emulator").splitlines() if EXPECTED not in line)
    if exit_code is None and said:
        reason += f"; {machine.EMULATOR[specification.architecture]} said: {said}"
    return Outcome(exit_code, reason, log, paths["results"], timed_out, time.monotonic() - started)


def judge(verdict, results, timed_out, timeout):
    """(exit code or None, what happened)"""
    match = VERDICT.search(verdict)
    if match:
        size = results.stat().st_size if results.exists() else 0
        if size == int(match.group(2)):
            return int(match.group(1)), ""
        return None, f"the guest wrote {match.group(2)} bytes of results, and {size} arrived"
    where = "while the command ran" if verdict.startswith("started") else "before the command started"
    if timed_out:
        return None, f"the guest was not done after {timeout:g} s and was stopped, {where}: see --timeout"
    return None, f"the guest ended without a verdict, {where}"
