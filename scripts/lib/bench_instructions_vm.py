#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where the instructions of tracing go: each that a guest executes for some messages, untraced and traced, by function.

The guest's emulator logs the address of every instruction for a while (QEMU's monitor: `singlestep on`, `log exec`), and
the guest's /proc/kallsyms, read when the programs are loaded, names the function. What is counted lies between two calls
of tcp_sendmsg() of the same connection, so that only whole messages are in it. The cost is the difference.
"""
import argparse
import bisect
import collections
import dataclasses
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "vm"))
import bench_common  # noqa: E402
import guest  # noqa: E402
import machine  # noqa: E402
import variants  # noqa: E402

CLOCK = {"bpf_ktime_get_ns", "ktime_get_mono_fast_ns", "read_tsc"}
PROGRAM = re.compile(r"bpf_prog_[0-9a-f]{16}_(\w+)")
EXECUTED = re.compile(rb"Trace \d+: 0x[0-9a-f]+ \[[0-9a-f]+/([0-9a-f]+)/")

# tcp_sendmsg() is called twice a message: for the request and for the answer.
CALLS_A_MESSAGE = 2

GUEST = """
echo 1 >/proc/sys/net/core/bpf_jit_kallsyms
netio-trace run --variants @VARIANT@ --field-sizes @SIZE@ --threads 1 --warmup 100 --duration 3600 --no-save @OPTIONS@ >/dev/null 2>&1 &
@WAIT@
cat /proc/kallsyms
echo @READY@
wait
"""
READY = "that is all of them"
UNTIL_LOADED = "until grep -q _tp_sys_exit /proc/kallsyms; do sleep 0.5; done"

# Seconds of the host: for the guest to be up, and between two looks whether messages go to and fro.
PATIENCE = 400
PAUSE = 3
# Of the first log, which is to hold two or three messages.
LOG_BYTES = 2**25


@dataclasses.dataclass
class Profile:
    messages: int
    instructions: collections.Counter  # by function, of all messages
    entries: collections.Counter  # executions of a function's first instruction

    def a_message(self, names):
        return sum(self.instructions[name] for name in names) / self.messages


class Monitor:
    """QEMU's monitor at a UNIX socket."""

    PROMPT = b"(qemu) "

    def __init__(self, path):
        self.connection = socket.socket(socket.AF_UNIX)
        self.connection.connect(str(path))
        self.answer()

    def answer(self):
        said = b""
        while not said.endswith(self.PROMPT):
            part = self.connection.recv(4096)
            if not part:
                sys.exit("the emulator ended while it was asked for its instructions")
            said += part

    def __call__(self, command):
        self.connection.sendall(command.encode() + b"\n")
        self.answer()


def parse():
    parser = argparse.ArgumentParser(description="Where the instructions of tracing go, function by function, in a guest.")
    parser.add_argument("--program", required=True, help="the netio-trace to measure")
    parser.add_argument("--field-size", default="64", help="default: %(default)s")
    parser.add_argument("--variant", default=variants.ONE_COPY, help="default: %(default)s")
    parser.add_argument("--backend", default="fentry --sample-frequency 0", help="options of the traced run (default: %(default)s)")
    parser.add_argument("--kernel", default="6.12", help="default: %(default)s")
    parser.add_argument("--messages", type=int, default=10, help="how many to log at least (default: %(default)s)")
    parser.add_argument("--functions", type=int, default=30, help="rows of the table (default: %(default)s)")
    return parser.parse_args()


def symbols_of(text):
    """([address], [name]) of functions, in order of their addresses."""
    found = []
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 3 and parts[1] in "tTwW":
            found.append((int(parts[0], 16), parts[2]))
    found.sort()
    return [address for address, _ in found], [name for _, name in found]


def executed(path):
    """Addresses of the instructions in the log, in order."""
    with open(path, "rb") as log:
        for line in log:
            match = EXECUTED.match(line)
            if match:
                yield int(match.group(1), 16)


def profile_of(log, addresses, names):
    """None: less than one message."""
    entry = dict(zip(names, addresses))
    trace = list(executed(log))
    calls = [position for position, address in enumerate(trace) if address == entry["tcp_sendmsg"]]
    messages = (len(calls) - 1) // CALLS_A_MESSAGE
    if messages < 1:
        return None
    instructions, entries = collections.Counter(), collections.Counter()
    counted = collections.Counter(trace[calls[0] : calls[messages * CALLS_A_MESSAGE]])
    for address, count in counted.items():
        position = bisect.bisect_right(addresses, address) - 1
        # Addresses of user space are below those of the kernel.
        name = names[position] if position >= 0 else "(user space)"
        instructions[name] += count
        if position >= 0 and addresses[position] == address:
            entries[name] += count
    return Profile(messages, instructions, entries)


def wait_for(text, path, process):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if path.exists() and text in path.read_text(errors="replace"):
            return
        time.sleep(0.5)
    sys.exit("the guest did not come to where its instructions could be counted")


def measure(options, folder, run_options, until):
    """The Profile of a run with these options."""
    folder.mkdir()
    script = folder / "measure.sh"
    script.write_text(GUEST.replace("@VARIANT@", options.variant).replace("@SIZE@", options.field_size)
                      .replace("@OPTIONS@", run_options).replace("@WAIT@", until).replace("@READY@", READY))  # fmt: skip
    wanted = guest.parse(["--icount", "--memory", "2G", "--kernel", options.kernel, "--program", options.program,
                          "--add", f"{script}:/netio/measure.sh", "--", "sh", "/netio/measure.sh"])  # fmt: skip
    kernel, archive = guest.prepare(wanted, folder)
    ports = {name: folder / name for name in machine.PORTS}
    command = machine.Machine("x86_64", icount=True, cpus=1, memory="2G").command(kernel, archive, folder / "console", ports)
    log = folder / "executed"
    command[command.index("-monitor") + 1] = f"unix:{folder / 'monitor'},server,nowait"
    command += ["-D", str(log)]
    with open(folder / "emulator", "w") as said:
        process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        try:
            wait_for(READY, ports["output"], process)
            addresses, names = symbols_of(ports["output"].read_text(errors="replace"))
            monitor = Monitor(folder / "monitor")
            size = LOG_BYTES
            end = time.monotonic() + PATIENCE
            while time.monotonic() < end:
                time.sleep(PAUSE)
                # One instruction a line, which makes the guest slow: only while it is logged.
                monitor("singlestep on")
                monitor("log exec,nochain")
                begin = log.stat().st_size if log.exists() else 0
                while log.stat().st_size - begin < size:
                    time.sleep(0.05)
                monitor("log none")
                monitor("singlestep off")
                profile = profile_of(log, addresses, names)
                if profile and profile.messages >= options.messages:
                    return profile
                # Not yet sending, or too few: a new log, larger if there were some.
                os.truncate(log, 0)
                if profile:
                    size = size * (options.messages + 2) // profile.messages
        finally:
            process.kill()
            process.wait()
    sys.exit("no messages went to and fro in the guest")


def kinds_of(names):
    """{kind: names}, each name in one."""
    kinds = {"the tracer's programs": [], "the clock": [], "the kernel's way to them": []}
    for name in names:
        if PROGRAM.fullmatch(name):
            kinds["the tracer's programs"].append(name)
        elif name in CLOCK:
            kinds["the clock"].append(name)
        else:
            kinds["the kernel's way to them"].append(name)
    return kinds


def main():
    options = parse()
    print("measuring in two guests, one after the other: some minutes", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        untraced = measure(options, pathlib.Path(scratch) / "untraced", "--no-trace", "sleep 1")
        traced = measure(options, pathlib.Path(scratch) / "traced", f"--backend {options.backend}", UNTIL_LOADED)

    names = set(untraced.instructions) | set(traced.instructions)

    def cost(of):
        return traced.a_message(of) - untraced.a_message(of)

    base = untraced.a_message(names)
    print(f"Linux {options.kernel} in a guest with 1 CPU, veth; {options.variant}, 8 × {options.field_size} B, TCP_NODELAY, "
          f"1 connection; instructions a message ({untraced.messages} and {traced.messages} messages)\n")  # fmt: skip
    rows = [["untraced", f"{base:,.0f}", "-"]]
    rows += [[kind, f"{cost(of):,.0f}", f"{cost(of) / base:+.1%}"] for kind, of in kinds_of(names).items()]
    rows.append(["all of tracing", f"{cost(names):,.0f}", f"{cost(names) / base:+.1%}"])
    print(bench_common.markdown(["", "a message", "cost"], rows) + "\n")
    rows = []
    for name in sorted(names, key=lambda name: cost([name]), reverse=True)[: options.functions]:
        calls = traced.entries[name] / traced.messages
        shown = PROGRAM.fullmatch(name)
        rows.append([f"{shown.group(1)} (program)" if shown else name, f"{cost([name]):,.0f}", f"{calls:.1f}",
                     f"{traced.a_message([name]) / calls:,.0f}" if calls else "-"])  # fmt: skip
    print(bench_common.markdown(["function", "more than untraced", "calls", "each"], rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
