# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Trials of what goes wrong around netio-trace, by kind; each is made from the seed and its number alone.

A trial passes when the program ends by itself in time, with an exit code that it documents and, unless that is 0, words that
say why; when what it saved can be read by `show`; and when afterwards no process, namespace, device, BPF program, control group
or temporary file is there that was not before.
"""

import argparse
import contextlib
import json
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

PROGRAM = os.environ["NETIO_TRACE"]
TIME_LIMIT_S = 150  # of one command; a run gives its workers 120 s
DOCUMENTED = {0, 1, 2, 3, 4, 5, 130}
CRASHES = re.compile(r"terminate called|Segmentation|Assertion|Sanitizer|Traceback|std::|basic_string|vector::")
os.environ.pop("SUDO_UID", None)  # or the program would write with the caller's rights


class Failure(Exception):
    """What a trial showed that must not be."""


def check(condition, what):
    if not condition:
        raise Failure(what)


class Trial:
    """One trial: its own random numbers, its folder, and what it started."""

    def __init__(self, seed, number, folder):
        self.random = random.Random(f"{seed}:{number}")
        self.folder = folder
        self.commands = []

    def start(self, *arguments, **options):
        words = [*map(str, options.pop("before", ())), PROGRAM, *map(str, arguments)]
        self.commands.append(shlex.join(words))
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, "text": True,
                   "errors": "replace", "cwd": self.folder, "start_new_session": True, **options}  # fmt: skip
        return subprocess.Popen(words, **options)

    def end(self, process, codes=DOCUMENTED, words=()):
        """Waits for its end; what it printed. `words`: one of these says why, unless it ended well."""
        try:
            output, errors = process.communicate(timeout=TIME_LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, errors = process.communicate()
            raise Failure(f"did not end within {TIME_LIMIT_S} s: {(errors or '')[-300:]}") from None
        output, errors = output or "", errors or ""
        told = errors.strip()[-400:]
        check(process.returncode in codes, f"exit code {process.returncode}: {told}")
        check(not CRASHES.search(errors), f"not told in words: {told}")
        if process.returncode not in (0, 3):
            check("netio-trace: " in errors, f"exit code {process.returncode} without a word: {told}")
            if words:
                check(any(word in errors for word in words), f"the cause is not told (none of {words}): {told}")
        return output, errors

    def run(self, *arguments, codes=DOCUMENTED, words=(), **options):
        process = self.start(*arguments, **options)
        return (*self.end(process, codes, words), process.returncode)

    def cells(self, **chosen):
        """Options of a short run; traced or not, over any link, but for what is chosen."""
        choose = self.random.choice
        options = {"link": choose(["veth", "loopback"]), "variants": choose(["A1", "A2", "A3", "A1,A3"]),
                   "field_sizes": choose(["64", "4K", "64K", "64,4K"]), "threads": choose(["1", "2", "5"]),
                   "pattern": choose(["rr", "stream"]), "duration": 0.4, "events": "task-clock"}  # fmt: skip
        words = [f"--{name.replace('_', '-')}={value}" for name, value in (options | chosen).items()]
        return ["run", *([] if self.random.random() < 0.5 else ["--no-trace"]), *words]

    def check_saved(self, output):
        """What is in a results folder can be shown, and its laws are not broken."""
        saved = output / "run.json"
        if not saved.exists():
            check(not output.exists() or not list(output.iterdir()), f"left in the folder: {os.listdir(output) if output.exists() else ''}")
            return None
        run = json.loads(saved.read_text())
        shown = subprocess.run([PROGRAM, "show", str(output)], capture_output=True, text=True, check=False)
        check(shown.returncode == 0, f"show refuses what was saved: {shown.stderr[-300:]}")
        for cell in run["cells"]:
            for law in cell["laws"]:
                check(law["holds"] is not False or not law["checked"], f"law {law['name']}: {law['expected']} and {law['observed']}")
        return run


def workers(parent):
    """Process ids of a run's workers, by name."""
    found = {}
    with contextlib.suppress(OSError):
        for pid in pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            with contextlib.suppress(OSError):
                found[pathlib.Path(f"/proc/{pid}/comm").read_text().strip()] = int(pid)
    return found


def wait_for_worker(process, name, limit_s=60):
    """Its process id; None when the run ended before there was one."""
    deadline = time.monotonic() + limit_s
    while process.poll() is None and time.monotonic() < deadline:
        if name in (found := workers(process.pid)):
            return found[name]
        time.sleep(0.005)
    return None


def signals(trial):
    """A signal to the runner or a worker, at any moment."""
    output = trial.folder / "out"
    process = trial.start(*trial.cells(output=output))
    number = trial.random.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGPIPE, signal.SIGUSR1,
                                  signal.SIGKILL, signal.SIGABRT])  # fmt: skip
    whom = trial.random.choice(["runner", "netio-server", "netio-client"])
    late = trial.random.random()
    if whom == "runner":
        time.sleep(late * 3)
        pid = process.pid
    else:
        pid = wait_for_worker(process, whom)
        time.sleep(late * 0.4)
    trial.commands.append(f"{number.name} to the {whom} after {late:.3f}")
    with contextlib.suppress(ProcessLookupError, TypeError):
        os.kill(pid, number)
    ended_by_it = {-number.value} if whom == "runner" else set()
    try:
        trial.end(process, DOCUMENTED | ended_by_it)
    except Failure as failure:
        # Who is ended by a signal says nothing.
        if process.returncode not in ended_by_it or "without a word" not in str(failure):
            raise
    if process.returncode != -signal.SIGKILL:
        trial.check_saved(output)


def twice(trial):
    """Two signals, of which the second ends what the first did not; and both ends stopped before."""
    process = trial.start(*trial.cells(duration=5))
    worker = wait_for_worker(process, trial.random.choice(["netio-server", "netio-client"]))
    if worker:
        with contextlib.suppress(ProcessLookupError):
            os.kill(worker, signal.SIGSTOP)
        process.send_signal(signal.SIGINT)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
    trial.end(process, {0, 130, 1, 5})


def stops(trial):
    """A worker is stopped and goes on, again and again: no law breaks."""
    output = trial.folder / "out"
    process = trial.start(*trial.cells(output=output, duration=2))
    for _ in range(40):
        found = list(workers(process.pid).values())
        if process.poll() is not None:
            break
        if found:
            pid = trial.random.choice(found)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                time.sleep(trial.random.uniform(0, 0.05))
                os.kill(pid, signal.SIGCONT)
        time.sleep(trial.random.uniform(0.01, 0.1))
    trial.end(process, {0, 5})
    check(trial.check_saved(output), "nothing was saved")


def limits(trial):
    """Too little of one thing."""
    mib = 1 << 20
    name, low, high, words = trial.random.choice([
        ("RLIMIT_NOFILE", 3, 120, ("open files", "EMFILE", "ulimit -n", "cannot open", "cannot read", "no BPF")),
        ("RLIMIT_AS", 30 * mib, 400 * mib, ("memory", "ulimit -v", "ENOMEM", "address space", "EAGAIN")),
        ("RLIMIT_DATA", 4 * mib, 100 * mib, ("memory", "ulimit -d", "ENOMEM", "EAGAIN")),
        ("RLIMIT_STACK", 64 << 10, 2 * mib, ("stack",)),
        ("RLIMIT_MEMLOCK", 0, 4 * mib, ()),
        ("RLIMIT_CPU", 1, 3, ()),
        ("RLIMIT_FSIZE", 0, 20_000, ("file", "EFBIG", "limit")),
        ("RLIMIT_NPROC", 1, 30, ()),
    ])  # fmt: skip
    value = trial.random.randint(low, high)
    trial.commands.append(f"{name} = {value}")
    number = getattr(resource, name)
    output = trial.folder / "out"
    by_the_kernel = {-signal.SIGXCPU, -signal.SIGKILL} if name == "RLIMIT_CPU" else set()
    process = trial.start(*trial.cells(output=output), preexec_fn=lambda: resource.setrlimit(number, (value, value)))
    if by_the_kernel:
        process.communicate(timeout=TIME_LIMIT_S)
        check(process.returncode in DOCUMENTED | by_the_kernel, f"exit code {process.returncode}")
    else:
        # A limit that low does not let the libraries start: the loader says so, and not the program.
        with contextlib.suppress(Failure) if value < 40 * mib and name in ("RLIMIT_AS", "RLIMIT_DATA") else contextlib.nullcontext():
            trial.end(process, words=words)
    if process.returncode in DOCUMENTED and name != "RLIMIT_CPU":
        trial.check_saved(output)


@contextlib.contextmanager
def small_disk(trial, kilobytes):
    folder = trial.folder / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def disks(trial):
    """A disk that is full, becomes full, or goes away with the folder while cells run."""
    how = trial.random.choice(["small", "filled", "gone", "read-only", "not a folder"])
    trial.commands.append(how)
    words = ("space", "ENOSPC", "ENOENT", "EROFS", "read-only", "Read-only", "No such file", "ENOTDIR", "cannot")
    with small_disk(trial, trial.random.randint(4, 40) if how == "small" else 4096) as disk:
        output = disk / "out"
        if how == "not a folder":
            output.write_text("")
        process = trial.start(*trial.cells(output=output, variants="A1,A2", field_sizes="64,4K"))
        if how in ("filled", "gone", "read-only"):
            time.sleep(trial.random.uniform(0.5, 3.5))
            if how == "filled":
                with contextlib.suppress(OSError), open(disk / "filler", "wb") as filler:
                    while True:
                        filler.write(b"x" * 4096)
                        filler.flush()
            elif how == "gone":
                shutil.rmtree(output, ignore_errors=True)
            else:
                subprocess.run(["mount", "-o", "remount,ro", disk], check=False)
        output_text, _ = trial.end(process, words=words)
        if process.returncode == 1 and how in ("filled", "gone", "read-only"):
            finished = re.search(r"cell 1/", _) is not None
            check(not finished or "Throughput" in output_text, f"finished cells are not printed: {_[-300:]}")


def memory(trial):
    """A control group with little memory: refused with the figures, or told who struck."""
    folder = None
    for mount, file in (("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max")):
        group = pathlib.Path(mount) / f"netio-faults-{os.getpid()}"
        with contextlib.suppress(OSError):
            group.mkdir()
            if (group / file).exists():
                folder = group
                break
            group.rmdir()
    if folder is None:
        return "no control group can be made here"
    try:
        limit = trial.random.choice([8, 16, 24, 32, 48, 64, 100, 150]) << 20
        (folder / file).write_text(str(limit))
        trial.commands.append(f"{file} = {limit}")
        process = trial.start(*trial.cells(field_sizes=trial.random.choice(["4K", "256K", "2M"])),
                              preexec_fn=lambda: (folder / "cgroup.procs").write_text(str(os.getpid())))  # fmt: skip
        try:
            trial.end(process, DOCUMENTED | {-signal.SIGKILL}, words=("memory",))
        except Failure as failure:
            if process.returncode != -signal.SIGKILL or "without a word" not in str(failure):
                raise
    finally:
        for _ in range(100):
            with contextlib.suppress(OSError):
                folder.rmdir()
                break
            time.sleep(0.1)
    return None


def injected(trial):
    """A system call fails once, now and then or from some time on (strace's injection)."""
    if not shutil.which("strace"):
        return "strace is not installed"
    call = trial.random.choice("""socket bind listen accept4 connect sendto sendmsg recvfrom recvmsg setsockopt getsockopt poll
        read write openat close mmap clone3 bpf perf_event_open ioctl setns unshare prctl eventfd2 getdents64 fsync rename
        mkdir newfstatat seccomp close_range capset""".split())  # fmt: skip
    error = trial.random.choice("EPERM EACCES ENOMEM EINTR EAGAIN EMFILE ENFILE ENOBUFS EINVAL EIO ENOSPC EBADF ENOSYS EMSGSIZE".split())
    when = trial.random.choice(["1", f"{trial.random.randint(1, 60)}", f"{trial.random.randint(1, 200)}", f"{trial.random.randint(5, 99)}+"])
    output = trial.folder / "out"
    process = trial.start(*trial.cells(output=output), before=["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e",
                                                                  f"inject={call}:error={error}:when={when}"])  # fmt: skip
    # Before its first line the program is the loader's, which has words and codes of its own; without memory it crashes.
    crashes_loader = call == "mmap" and not when.endswith("+") and int(when) <= 30
    try:
        trial.end(process, DOCUMENTED | {127} | ({-signal.SIGSEGV} if crashes_loader else set()))
    except Failure as failure:
        by_the_loader = process.returncode in (1, 127, -signal.SIGSEGV) and call in ("openat", "mmap", "read", "close", "newfstatat", "prctl")
        if not by_the_loader or "without a word" not in str(failure):
            raise
    trial.check_saved(output)
    return None


def peers(trial):
    """Clients that are none, in any number, beside one that is."""
    port = trial.random.randint(20000, 29999)
    server = trial.start("server", "--variant", trial.random.choice(["A1", "A2", "A3"]), "--field-size", "4K", "--max-threads", 2,
                         "--connections", 2, "--port", port)  # fmt: skip
    time.sleep(0.3)
    stop = threading.Event()
    behaviour = trial.random.choice(["silent", "garbage", "drips", "resets", "floods"])
    trial.commands.append(behaviour)

    def bother():
        held = []
        while not stop.is_set():
            with contextlib.suppress(OSError):
                other = socket.create_connection(("127.0.0.1", port), timeout=1)
                if behaviour == "silent":
                    held.append(other)
                elif behaviour == "resets":
                    other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
                    other.close()
                else:
                    other.sendall(b"netio" if behaviour == "drips" else os.urandom(64 if behaviour == "garbage" else 1 << 20))
                    held.append(other)
            if len(held) > 150:
                held.pop(0).close()
            time.sleep(0.002)
        for other in held:
            other.close()

    thread = threading.Thread(target=bother)
    thread.start()
    try:
        trial.run("client", "--connect", "127.0.0.1", "--port", port, "--field-size", "4K", "--threads", 2, "--duration", 0.5, codes={0})
    finally:
        stop.set()
        thread.join()
        if server.poll() is None:
            time.sleep(1)
            server.terminate()
        trial.end(server, {0})


def two_at_once(trial):
    """Two runs, traced or not, at the same time."""
    outputs = [trial.folder / "one", trial.folder / "other"]
    processes = [trial.start(*trial.cells(output=output)) for output in outputs]
    for process, output in zip(processes, outputs, strict=True):
        trial.end(process, {0, 5})
        check(trial.check_saved(output), "nothing was saved")


def devices(trial):
    """Borrowed devices, of which one loses its address, its state or itself."""
    one, other = (f"nf{os.getpid() % 10000}{end}" for end in "ab")
    ip = shutil.which("ip") or "/usr/sbin/ip"
    subprocess.run([ip, "link", "add", one, "type", "veth", "peer", "name", other], check=True)
    try:
        process = trial.start(*trial.cells(link=f"dev:{one},{other}"))
        time.sleep(trial.random.uniform(0, 2.5))
        how = trial.random.choice(["deleted", "killed", "interrupted", "as it is"])
        trial.commands.append(how)
        if how == "deleted":  # where it is at that moment; away, it cannot be
            subprocess.run([ip, "link", "del", one], check=False, capture_output=True)
        elif how == "killed":
            process.kill()
        elif how == "interrupted":
            process.send_signal(signal.SIGINT)
        if how == "killed":
            process.communicate()
        else:
            trial.end(process)
        for _ in range(100):
            back = subprocess.run([ip, "link", "show", other], check=False, capture_output=True).returncode == 0
            if back or how == "deleted":
                break
            time.sleep(0.1)
        check(back or how == "deleted", "the devices did not come back")
    finally:
        subprocess.run([ip, "link", "del", one], check=False, capture_output=True)


def saved_run(trial):
    output = trial.folder / "saved"
    trial.run("run", "--no-trace", "--link", "loopback", "--variants", "A1,A2", "--field-sizes", 64, "--duration", 0.05, "--events",
              "task-clock", "--output", output, codes={0})  # fmt: skip
    return output


def files(trial):
    """A saved run with bytes that are changed, cut or doubled: read or refused, by each command that reads it."""
    output = saved_run(trial)
    data = bytearray((output / "run.json").read_bytes())
    for _ in range(trial.random.randint(1, 4)):
        at = trial.random.randrange(len(data))
        match trial.random.randrange(4):
            case 0:
                data[at] = trial.random.randrange(256)
            case 1:
                del data[at : at + trial.random.randint(1, 200)]
            case 2:
                data[at:at] = data[max(0, at - 100) : at]
            case _:
                data[at:at] = trial.random.choice([b"-1", b"1e400", b"null", b"\x1b[2J", b"\xff\xfe", b"99999999999999999999", b"[[[["])
    (output / "run.json").write_bytes(data)
    for command in (["show", output], ["show", output, "--format", "cells.csv"], ["explain", output], ["compare", output],
                    ["report", output, "-o", trial.folder / "page.html"]):  # fmt: skip
        _, errors, code = trial.run(*command, codes={0, 1, 2})
        check(code == 0 or len(errors.strip().splitlines()) == 1, f"not one line: {errors[-300:]}")
        check("\x1b" not in errors, "control characters in the error")


def outputs(trial):
    """Pages and tables into full disks, closed pipes, folders that are not there."""
    output = saved_run(trial)
    for command in (["show", output], ["explain", output], ["compare", output], ["doctor"], ["lab", "list"], ["lab", "show", "1"]):
        with open("/dev/full", "w") as full:
            process = trial.start(*command, stdout=full)
            trial.end(process, {0, 1, 3}, words=("cannot write",))
            check(process.returncode == 1, f"{command[0]}: a full disk is not told")
        process = trial.start(*command)
        process.stdout.close()  # before it writes
        process.stdout = None
        with process.stderr:
            process.wait(timeout=TIME_LIMIT_S)
        check(process.returncode in {0, 1, 3, -signal.SIGPIPE}, f"exit code {process.returncode}")
    with small_disk(trial, 4) as disk:
        (disk / "filler").write_bytes(b"x" * 4096)
        for command in (["report", output, "-o", disk / "page.html"], ["lab", "start", 1, "--output", disk / "lab"],
                        ["run", "--no-trace", "--link", "loopback", "--duration", 0.05, "--output", disk / "run"]):  # fmt: skip
            trial.run(*command, codes={1, 2})
    for command in (["report", output, "-o", trial.folder / "no" / "page.html"], ["lab", "check", 1, trial.folder / "none"],
                    ["lab", "grade", trial.folder / "none"]):  # fmt: skip
        trial.run(*command, codes={1, 2})


def attached(trial):
    """A trace of a program that ends, is killed or stopped meanwhile; and the tracer is."""
    command = ["sh", "-c", f"sleep {trial.random.uniform(0, 0.5):.2f}; exit {trial.random.choice([0, 3])}"]
    output = trial.folder / "trace"
    process = trial.start("attach", "--duration", 2, "--timing", trial.random.choice(["all", "none", "windows"]), "--output", output,
                          "--", *command)  # fmt: skip
    time.sleep(trial.random.uniform(0, 3))
    number = trial.random.choice([None, signal.SIGINT, signal.SIGTERM, signal.SIGKILL, signal.SIGHUP])
    trial.commands.append(number.name if number else "no signal")
    if number and process.poll() is None:
        process.send_signal(number)
    try:
        # The command's exit code is that of the trace; 128 and the number of the signal that ended it.
        trial.end(process, DOCUMENTED | ({-number.value, 128 + number.value} if number else set()))
    except Failure as failure:
        if not number or process.returncode not in (-number.value, 128 + number.value) or "without a word" not in str(failure):
            raise
    if (output / "trace.json").exists():
        trial.run("show", output, codes={0})


def same_hooks(trial):
    """A run while another tracer's programs are on the same hooks, come and go."""
    output = trial.folder / "out"
    other = trial.start("attach", "--all", "--duration", trial.random.choice(["0.5", "1.5", "4"]), "--timing",
                        trial.random.choice(["all", "none"]), "--no-save")  # fmt: skip
    time.sleep(trial.random.uniform(0, 2))
    process = trial.start(*trial.cells(output=output))
    trial.end(process, {0, 5})
    check(trial.check_saved(output), "nothing was saved")
    other.send_signal(signal.SIGINT)
    trial.end(other, {0, 5})


def in_guest(trial, meanwhile):
    """A traced run in a guest, in which a command is run meanwhile as often as there is time."""
    vm = pathlib.Path(__file__).resolve().parents[1] / "vm.sh"
    text = f"""
        ( while :; do {meanwhile}; done ) 2>/dev/null & other=$!
        netio-trace run --variants A1,A3 --field-sizes 4K --threads 2 --duration 3 --output /out/run >/out/page 2>/out/errors
        code=$?
        kill $other
        netio-trace show /out/run >/dev/null || exit 99
        cat /out/errors >&2
        exit $code"""
    kernel = trial.random.choice(["6.1", "6.12"])
    trial.commands.append(f"{vm} --kernel {kernel} -- sh -c {shlex.quote(text)}")
    done = subprocess.run([vm, "--kernel", kernel, "--program", PROGRAM, "--timeout", "300", "--", "sh", "-c", text],
                          capture_output=True, text=True, errors="replace", check=False)  # fmt: skip
    check(done.returncode in (0, 5), f"exit code {done.returncode}: {done.stderr[-400:]}")
    check(not CRASHES.search(done.stderr), f"not told in words: {done.stderr[-400:]}")


def clock_steps(trial):
    """The clock of a guest is set an hour forward and back, again and again."""
    in_guest(trial, "date -s @$(( $(date +%s) + 3600 )); sleep 0.2; date -s @$(( $(date +%s) - 3600 )); sleep 0.2")


def cpu_unplug(trial):
    """A CPU of a guest is taken away and given back."""
    cpu = "/sys/devices/system/cpu/cpu1/online"
    in_guest(trial, f"echo 0 >{cpu}; sleep 0.4; echo 1 >{cpu}; sleep 0.4")


KINDS = {kind.__name__: kind for kind in (signals, twice, stops, limits, disks, memory, injected, peers, two_at_once, devices, files,
                                          outputs, attached, same_hooks, clock_steps, cpu_unplug)}  # fmt: skip
IN_GUESTS = {"clock_steps", "cpu_unplug"}  # a minute each: tried when they are named


def state():
    """What a trial may not add to, as sets."""
    ip = shutil.which("ip") or "/usr/sbin/ip"
    links = json.loads(subprocess.run([ip, "-json", "link"], capture_output=True, text=True, check=True).stdout)
    programs = set()
    if tool := shutil.which("bpftool") or shutil.which("bpftool", path="/usr/sbin"):
        said = subprocess.run([tool, "-j", "prog"], capture_output=True, text=True, check=False).stdout
        with contextlib.suppress(ValueError):
            programs = {program["id"] for program in json.loads(said)}
    processes = set()
    for entry in pathlib.Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and (entry / "comm").read_text().startswith(("netio-", "netio_")):
                processes.add(int(entry.name))
    return {"devices": {link["ifname"] for link in links}, "programs": programs, "processes": processes,
            "mounts": set(pathlib.Path("/proc/self/mounts").read_text().splitlines()),
            "temporary files": {name for name in os.listdir("/tmp") if name.startswith("netio-trace")},
            "pinned": {str(path) for path in pathlib.Path("/sys/fs/bpf").rglob("*")}}  # fmt: skip


def left_behind(before):
    deadline = time.monotonic() + 30
    while True:
        left = {what: found - before[what] for what, found in state().items() if found - before[what]}
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.2)


def attempt(kind, seed, number):
    """None, or what was wrong; and why it could not be tried."""
    before = state()
    with tempfile.TemporaryDirectory(prefix="netio-fault-") as name:
        trial = Trial(seed, number, pathlib.Path(name))
        wrong = skipped = None
        try:
            skipped = KINDS[kind](trial)
        except Failure as failure:
            wrong = str(failure)
        if left := left_behind(before):
            wrong = f"{wrong or ''} left behind: {left}"
    if wrong:
        wrong += "\n    " + "\n    ".join(trial.commands)
    return wrong, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--trials", type=int, default=50, help="how many, over all kinds in turn (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="what the trials are made from (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="number of the first trial: with --trials 1, one is made again")
    parser.add_argument("--kind", action="append", choices=KINDS, help="this kind alone; more than once: these")
    parser.add_argument("--list", action="store_true", help="print the kinds")
    options = parser.parse_args()
    if options.list:
        for name, kind in KINDS.items():
            print(f"{name:12} {kind.__doc__.splitlines()[0]}" + (" (only with --kind)" if name in IN_GUESTS else ""))
        return 0
    if os.geteuid() != 0:
        sys.exit("faults: run as root: most faults are made with privileges")
    kinds = options.kind or [name for name in KINDS if name not in IN_GUESTS]
    counts = {kind: [0, 0, 0] for kind in kinds}
    for number in range(options.first, options.first + options.trials):
        kind = kinds[number % len(kinds)]
        wrong, skipped = attempt(kind, options.seed, number)
        counts[kind][2 if skipped else 1 if wrong else 0] += 1
        if wrong:
            again = " ".join(f"--kind {name}" for name in options.kind or ())
            print(f"FAILED {kind}: scripts/faults.sh --seed {options.seed} --first {number} --trials 1 {again}\n    {wrong}", flush=True)
        elif skipped and counts[kind][2] == 1:
            print(f"not tried, {kind}: {skipped}", flush=True)
    print(f"\n{'kind':12}{'passed':>8}{'failed':>8}{'not tried':>11}")
    for kind, (passed, failed, skipped) in counts.items():
        print(f"{kind:12}{passed:8}{failed:8}{skipped:11}")
    passed, failed, _ = (sum(column) for column in zip(*counts.values(), strict=True))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
