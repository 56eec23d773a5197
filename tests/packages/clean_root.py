# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Roots of other systems to try a package in: a fresh Debian, or nothing at all. Needs root, and debootstrap for Debian.

What debootstrap makes is kept below NETIO_CACHE (.cache in the tree), one archive for each release."""

import ctypes
import fcntl
import hashlib
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["NETIO_SOURCE"])
CACHE = pathlib.Path(os.environ.get("NETIO_CACHE") or SOURCE / ".cache") / "packages"

# The smallest Debian, and what a package brings something for.
INCLUDED = ("bash-completion", "fish", "man-db", "zsh")

CLONE_NEWNS = 0x00020000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}[platform.machine()]

libc = ctypes.CDLL(None, use_errno=True)


def check(result):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def mount(source, target, kind, flags):
    check(libc.mount(source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), None))


def enter(path):
    """Makes the folder this process's root, as in a container: in a mere chroot the kernel refuses user namespaces. By system
    calls, because an empty root has no programs for it."""
    check(libc.unshare(CLONE_NEWNS))
    mount("none", "/", "", MS_REC | MS_PRIVATE)
    mount(str(path), str(path), "", MS_BIND)
    os.chdir(path)
    mount("proc", "proc", "proc", 0)
    mount("/sys", "sys", "", MS_BIND | MS_REC)
    mount("/dev", "dev", "", MS_BIND | MS_REC)
    check(libc.syscall(PIVOT_ROOT, b".", b"."))
    check(libc.umount2(b".", MNT_DETACH))
    os.chdir("/")


def say(text):
    print(f"packages: {text}", file=sys.stderr, flush=True)


def skip(reason):
    """Ends the test program as one that CTest counts as skipped."""
    print(f"skipped: {reason}")
    sys.exit(77)


def need_what_it_takes():
    if os.environ.get("NETIO_PACKAGES") != "1":
        skip("fresh roots take minutes: scripts/test.sh -L packages asks for them")
    if os.geteuid() != 0:
        skip("fresh roots need root")


def mirror():
    """Where this machine's apt has Debian from."""
    wanted = ("Created-By: Packages", "Component: main", "Origin: Debian", "Label: Debian")
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", *wanted]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    assert found, "apt has no package lists of Debian: run apt-get update"
    return found[0]


def archive_of(release):
    """A tar file with a fresh Debian of that release; made when there is none."""
    CACHE.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(" ".join(INCLUDED).encode()).hexdigest()[:12]
    archive = CACHE / f"{release}-{name}.tar"
    with open(CACHE / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not archive.exists():
            say(f"making a root of Debian {release}")
            downloads = CACHE.parent / "debs" / release
            downloads.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=CACHE, prefix="debootstrap-") as folder:
                root = pathlib.Path(folder) / "root"
                bootstrap = ["debootstrap", "--variant=minbase", f"--include={','.join(INCLUDED)}",
                             f"--cache-dir={downloads}", release, root, mirror()]
                with open(CACHE / f"{release}.log", "w") as log:
                    done = subprocess.run(bootstrap, stdout=log, stderr=subprocess.STDOUT, check=False)
                assert done.returncode == 0, f"debootstrap has failed, see {log.name}"
                shutil.rmtree(root / "var/cache/apt/archives", ignore_errors=True)
                packed = archive.with_suffix(".part")
                subprocess.run(["tar", "--create", "--one-file-system", "--file", packed, "--directory", root, "."], check=True)
                packed.rename(archive)
    return archive


class Root:
    """A folder that processes can have as their root. `close` removes it."""

    def __init__(self, archive=None):
        CACHE.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(dir=CACHE, prefix="root-")
        self.path = pathlib.Path(self._folder.name)
        self.path.chmod(0o755)
        if archive is not None:
            subprocess.run(["tar", "--extract", "--file", archive, "--directory", self.path], check=True)
        for mount_point in ("proc", "sys", "dev"):
            (self.path / mount_point).mkdir(exist_ok=True)

    def close(self):
        self._folder.cleanup()

    def start(self, *arguments, **options):
        """Goes on in the background."""
        # PATH is Debian's: what runs in there is nothing of this machine.
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "TERM": "dumb",
                       "DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.Popen([*map(str, arguments)], env=environment, preexec_fn=lambda: enter(self.path),
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def run(self, *arguments, timeout=300):
        with self.start(*arguments) as process:
            try:
                output, errors = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)
