# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""scripts/vm.sh, once what it needs is installed: finds a kernel and programs, boots, and judges what came of it."""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

import boot
import console
import initramfs
import kernels
import libraries
import machine

TREE = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("NETIO_CACHE") or TREE / ".cache") / "vm"

# Exit codes of vm.sh itself; 124 and 125 as those of timeout(1).
FOUND_IN_LOG = 123
TIMED_OUT = 124
FAILED = 125

# Lines of the console that are shown when a guest failed.
SHOWN = 40


class Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(f"{message}; see scripts/vm.sh --help")


def say(*lines):
    print(*(f"vm.sh: {line}" for line in lines), sep="\n", file=sys.stderr)


def fail(message, code=FAILED):
    say(message)
    sys.exit(code)


def parse(arguments):
    parser = Parser(
        prog="scripts/vm.sh", allow_abbrev=False,
        description="Boots a Debian kernel under QEMU, runs COMMAND in it as root, and ends as COMMAND does. "
        "netio-trace is in the guest's PATH. What COMMAND writes below /out is copied to the folder of --out.",
        epilog=f"Exit code: COMMAND's; {FOUND_IN_LOG} when the kernel's log has a warning or worse, {TIMED_OUT} at the time "
        f"limit, {FAILED} when the guest could not be run. Kernels and packages are kept in .cache/vm, or $NETIO_CACHE/vm.",
    )  # fmt: skip
    parser.add_argument("--kernel", default="6.12", metavar="SERIES",
                        help="a series (6.1, 7.3), a version (6.12.117+deb13), the newest of a major version (7.x), or newest: of "
                        "what this system's package sources have or, if that is nothing, all of Debian's suites (default: "
                        "%(default)s)")  # fmt: skip
    parser.add_argument("--flavour", default=kernels.ANY, choices=kernels.FLAVOURS,
                        help="which of Debian's configurations of the kernel (default: cloud, and generic where there is none)")  # fmt: skip
    parser.add_argument("--arch", default="x86_64", choices=list(machine.DEBIAN), help="default: %(default)s")
    parser.add_argument("--link", default="none", choices=list(machine.LINK),
                        help="two network devices on one wire, eth0 and eth1 (run --link dev:eth0,eth1): nic sends from "
                        "the pages of the sender; nic-no-offload needs each frame in one piece")  # fmt: skip
    parser.add_argument("--icount", action="store_true",
                        help="one CPU whose clock is its count of instructions: repeatable, and a nanosecond in the guest "
                        "is an instruction")  # fmt: skip
    parser.add_argument("--smp", type=int, metavar="N", help="CPUs (default: 2, and 1 with --icount)")
    parser.add_argument("--boot", default="", metavar="PARAMETERS", help="for the kernel, for example preempt=full")
    parser.add_argument("--memory", default="1G", metavar="SIZE", help="default: %(default)s")
    parser.add_argument("--timeout", type=float, default=300, metavar="SECONDS", help="default: %(default)s")
    parser.add_argument("--out", metavar="DIR", help="where to copy what COMMAND wrote below /out")
    parser.add_argument("--console", metavar="FILE", help="where to keep what the kernel printed")
    parser.add_argument("--program", metavar="FILE", help="netio-trace for the guest (default: the release build)")
    parser.add_argument("--add", action="append", default=[], metavar="FILE[:PATH]",
                        help="one more file for the guest, a program with its libraries; without PATH in /usr/local/bin")  # fmt: skip
    if "--" not in arguments:
        parser.parse_args(arguments)
        fail("say what to run in the guest: scripts/vm.sh [OPTION]... -- COMMAND [ARGUMENT]...")
    at = arguments.index("--")
    options = parser.parse_args(arguments[:at])
    options.command = arguments[at + 1 :]
    if not options.command:
        fail("say what to run in the guest: nothing stands after --")
    if options.icount and options.smp not in (None, 1):
        fail("--icount has one CPU: leave --smp out")
    if not kernels.REQUEST.fullmatch(options.kernel):
        fail(f"--kernel {options.kernel}: say a series such as 6.12 or 7.x, a version, or newest")
    options.smp = options.smp or (1 if options.icount else 2)
    return options


def fetch(*arguments):
    done = subprocess.run([TREE / "scripts/vm/fetch.sh", *arguments], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(FAILED)
    return pathlib.Path(done.stdout.strip())


def program_of(options):
    """The netio-trace for the guest, built if there is none."""
    if options.program:
        return pathlib.Path(options.program)
    preset = "release" if options.arch == "x86_64" else options.arch
    program = TREE / "build" / preset / "user/cli/netio-trace"
    if not program.exists():
        built = subprocess.run([TREE / "scripts/build.sh", preset, "--target", "netio-trace"], stdout=sys.stderr)
        if built.returncode != 0:
            fail(f"netio-trace could not be built for {options.arch}")
    return program


def additions(options):
    """(programs, other files) of --add, by path in the guest."""
    programs, files = {}, {}
    for text in options.add:
        source, _, path = text.partition(":")
        if not os.path.isfile(source):
            fail(f"--add {text}: there is no file {source}")
        path = path or f"/usr/local/bin/{os.path.basename(source)}"
        (programs if libraries.is_elf(source) else files)[path] = source
    return programs, files


def image_in(kernel_folder):
    """The kernel itself: in /boot up to 7.1, and beside its modules since."""
    images = [*kernel_folder.glob("boot/vmlinuz-*"), *kernel_folder.glob("usr/lib/modules/*/vmlinuz")]
    if not images:
        fail(f"there is no kernel in {kernel_folder}: Debian packs it otherwise now, see {TREE}/scripts/vm/kernels.py")
    return images[0]


def prepare(options, folder):
    """(kernel, initramfs)"""
    debian = machine.DEBIAN[options.arch]
    kernel_folder = fetch("kernel", options.kernel, options.flavour, debian)
    root = "/" if options.arch == os.uname().machine else str(fetch("sysroot", debian))
    programs, files = additions(options)
    programs["/usr/local/bin/netio-trace"] = program_of(options)
    base = initramfs.cached_base(CACHE, kernel_folder, root, options.arch)
    archive = initramfs.per_run(options.command, programs, files, root, options.arch)
    initramfs.write(folder / "initramfs", base, archive)
    return image_in(kernel_folder), folder / "initramfs"


def report(outcome, options):
    """vm.sh's exit code; what went wrong is said on standard error."""
    if options.console:
        pathlib.Path(options.console).write_text("\n".join(outcome.log) + "\n")
    if options.out and outcome.exit_code is not None:
        pathlib.Path(options.out).mkdir(parents=True, exist_ok=True)
        subprocess.run(["tar", "-xf", outcome.results, "-C", options.out, "--no-same-owner"], check=True)
    found = console.findings(outcome.log)
    if found:
        say(f"the guest's kernel ({options.kernel}, {options.arch}) complains:")
        print(console.describe(outcome.log, found), file=sys.stderr)
    if outcome.exit_code is None and found:
        say(outcome.reason)
        return TIMED_OUT if outcome.timed_out else FOUND_IN_LOG
    if outcome.exit_code is None:
        say(outcome.reason, f"the last lines of its console (--console FILE keeps all {len(outcome.log)}):")
        print(*outcome.log[-SHOWN:], sep="\n", file=sys.stderr)
        return TIMED_OUT if outcome.timed_out else FAILED
    return FOUND_IN_LOG if found else outcome.exit_code


def main(arguments):
    # Ended from outside, this process ends the guest and removes its files.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    options = parse(arguments[1:])
    try:
        with tempfile.TemporaryDirectory(prefix="netio-vm-") as name:
            folder = pathlib.Path(name)
            kernel, archive = prepare(options, folder)
            specification = machine.Machine(options.arch, options.link, options.icount, options.smp, options.memory,
                                            options.boot)
            return report(boot.run(specification, kernel, archive, folder, options.timeout), options)
    except (OSError, libraries.LibraryNotFound, subprocess.CalledProcessError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main(sys.argv))
