#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What tracing costs, in instructions: the same run untraced, traced, and watched by other tools, in a guest.

The guest's clock is its count of instructions (scripts/vm.sh --icount), and it has one CPU, which both ends share. So a
microsecond of it is a thousand instructions, those of the kernel and of the tracer included, and the same run gives the
same figure again. What it does not show is what an instruction costs: no cache is simulated.
"""
import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import bench_common
import variants
import yardsticks

# The part that a general tool can do: the send call, the copy into the kernel, and the copy out of it, each as a
# histogram. The copy into the kernel is what lies between tcp_wmem_schedule and what is called next (docs/method.md).
BPFTRACE = """
{enter}:tcp_sendmsg {{ @send_start[tid] = nsecs; }}
{leave}:tcp_sendmsg /@send_start[tid]/ {{ @send = hist(nsecs - @send_start[tid]); delete(@send_start[tid]); }}
{leave}:tcp_wmem_schedule {{ @copy_start[tid] = nsecs; }}
{enter}:sk_page_frag_refill, {enter}:tcp_push, {leave}:tcp_sendmsg_locked /@copy_start[tid]/ {{
    @copy_in = hist(nsecs - @copy_start[tid]); delete(@copy_start[tid]);
}}
{enter}:skb_copy_datagram_iter {{ @out_start[tid] = nsecs; }}
{leave}:skb_copy_datagram_iter /@out_start[tid]/ {{ @copy_out = hist(nsecs - @out_start[tid]); delete(@out_start[tid]); }}
interval:ms:500 {{ printf("ready\\n"); }}
"""

# What small programs at the same hooks cost; the files of the names have the programs.
YARDSTICKS = {
    "floor": "floor: small programs at the same hooks",
    "clock": "programs at the same hooks that only read the clock",
}

# The guest's part. Each measurement is a run of its own; a watching tool is started first and ended after it.
GUEST = """
set -e
measure() { # NAME FIELD_SIZE OPTION...
    name=$1 size=$2
    shift 2
    netio-trace run --variants @VARIANT@ --field-sizes "$size" --threads 1 --warmup 100 --duration @DURATION@ --output "/out/$name-$size" "$@" >/dev/null 2>&1
}
watched() { # NAME READY COMMAND...: what it prints goes to /out/NAME.txt; READY is a word of it, or the seconds to wait
    name=$1 ready=$2
    shift 2
    "$@" >"/out/$name.txt" 2>&1 &
    watcher=$!
    case $ready in
    [0-9]*) sleep "$ready" ;;
    *) until grep -q "$ready" "/out/$name.txt"; do kill -0 $watcher || { cat "/out/$name.txt" >&2; return 1; }; sleep 0.2; done ;;
    esac
    for size in @SIZES@; do measure "$name" "$size" --no-trace; done
    kill -INT $watcher
    wait $watcher || true
}
"""


def parse():
    parser = argparse.ArgumentParser(description="What tracing costs, in instructions a message, counted in a guest.")
    parser.add_argument("--program", required=True, help="the netio-trace to measure")
    parser.add_argument("--duration", type=float, default=1.0, help="seconds of the guest a run (default: %(default)s)")
    parser.add_argument("--field-sizes", default="64,4096", help="default: %(default)s")
    parser.add_argument("--variant", default=variants.ONE_COPY, help="default: %(default)s")
    parser.add_argument("--kernel", default="6.12", help="default: %(default)s")
    parser.add_argument("--backends", help="tracepoint,fentry,kprobe or some of them (default: all)")
    parser.add_argument("--no-peers", action="store_true", help="measure netio-trace alone")
    return parser.parse_args()


def backends_of(options):
    """[(name of the row, options of `run`)]"""
    names = options.backends.split(",") if options.backends else ["fentry", "kprobe", "tracepoint"]
    rows = [(f"netio-trace, {name} and sampler", f"--backend {name}") for name in names]
    if "fentry" in names:
        rows.append(("netio-trace, fentry without sampler", "--backend fentry --sample-frequency 0"))
    return rows


def peers(options, folder):
    """[(name of the row, name of files, word to wait for, command, files for the guest)]"""
    found = []
    for kind, enter, leave in (("fentry", "kfunc", "kretfunc"), ("kprobe", "kprobe", "kretprobe")):
        script = folder / f"{kind}.bt"
        script.write_text(BPFTRACE.format(enter=enter, leave=leave))
        found.append((f"bpftrace, 3 paths by {kind}", f"bpftrace-{kind}", "ready", f"bpftrace /netio/{kind}.bt",
                      [f"{script}:/netio/{kind}.bt"]))  # fmt: skip
    found.append(("funclatency, 1 function", "funclatency", "5", "funclatency tcp_sendmsg", []))
    # 6.1 has no tracepoint where a send call's tcp_sendmsg() returns.
    if options.kernel != "6.1":
        attach = yardsticks.build_attach(folder)
        for name, row in YARDSTICKS.items():
            programs = yardsticks.build_programs(folder, name)
            found.append((row, name, "ready", f"attach /netio/{name}.bpf.o", [attach, f"{programs}:/netio/{name}.bpf.o"]))
    return found


def tool(name):
    path = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    return path or sys.exit(f"{name} is missing: run scripts/setup.sh bench")


def measure(options, folder):
    """[(name of the row, name of files)]; the results are in folder/out."""
    sizes = options.field_sizes.replace(",", " ")
    script = GUEST.replace("@DURATION@", f"{options.duration:g}").replace("@SIZES@", sizes)
    script = script.replace("@VARIANT@", options.variant)
    rows = [("untraced", "untraced")]
    script += f"for size in {sizes}; do measure untraced $size --no-trace; done\n"
    for number, (row, run_options) in enumerate(backends_of(options)):
        script += f"for size in {sizes}; do measure backend{number} $size {run_options}; done\n"
        rows.append((row, f"backend{number}"))
    files = []
    if not options.no_peers:
        files += [tool("bpftrace"), tool("funclatency")]
        for row, name, ready, command, own_files in peers(options, folder):
            script += f"watched {name} {ready} {command}\n"
            rows.append((row, name))
            files += own_files
    bench_common.in_guest(options, folder, script, files, ["--icount", "--memory", "2G", "--timeout", "1800"])
    return rows


def thousands_a_message(folder, name, size):
    environment, cell = bench_common.cell_of(folder / "out" / f"{name}-{size}")
    return environment, cell["duration_s"] * 1e6 / cell["messages"]


def main():
    options = parse()
    sizes = options.field_sizes.split(",")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = measure(options, folder)
        table = []
        for row, name in rows:
            line = [row]
            for size in sizes:
                environment, cost = thousands_a_message(folder, name, size)
                _, untraced = thousands_a_message(folder, "untraced", size)
                line += [f"{cost:.1f} k", "-" if name == "untraced" else f"{cost / untraced - 1:+.1%}"]
            table.append(line)
        evidence = {text.stem: text.read_text() for text in sorted((folder / "out").glob("*.txt"))}

    for name, text in evidence.items():
        # A tool that counted nothing cost nothing either, and its row would be a lie.
        if "|" not in text or (name in YARDSTICKS and not yardsticks.was_run(text)):
            sys.exit(f"{name} saw nothing:\n{text}")
    print(f"Linux {environment['kernel_release']} in a guest with 1 CPU, {environment['link']}; {options.variant}, TCP_NODELAY, "
          "1 connection; instructions a message, in thousands")  # fmt: skip
    print(f"`scripts/bench.sh overhead --vm --kernel {options.kernel} --duration {options.duration:g} "
          f"--field-sizes {options.field_sizes}{f' --variant {options.variant}' if options.variant != variants.ONE_COPY else ''}"
          f"{f' --backends {options.backends}' if options.backends else ''}"
          f"{' --no-peers' if options.no_peers else ''}`\n")  # fmt: skip
    header = [""] + [title for size in sizes for title in (f"8 × {size} B", "cost")]
    print(bench_common.markdown(header, table))
    return 0


if __name__ == "__main__":
    sys.exit(main())
