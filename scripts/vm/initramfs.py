# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What is in the guest: its first file system, made of files of this machine or of unpacked packages."""
import hashlib
import os
import pathlib
import shlex

import libraries
import machine
import modules
from archive import Archive

HERE = pathlib.Path(__file__).resolve().parent
APPLETS = """
    [ awk base64 basename cat chmod chown clear cmp cp cut date dd df diff dirname dmesg du echo egrep env expr
    false fgrep find free grep groups gunzip gzip head hostname id insmod kill killall ln ls lsmod md5sum mkdir mkfifo
    mknod mktemp more mount mv nproc od paste pidof poweroff printf ps pwd readlink
    realpath renice rm rmdir rmmod sed seq setsid sha256sum sleep sort stat stty sync sysctl tail tar taskset tee test
    time timeout top touch tr true tty umount uname uniq unshare uptime vi wc wget which whoami xargs xxd yes zcat
""".split()

# Programs that every guest has: name -> where Debian keeps it. The shell is not busybox's, because that one prefers
# applets of its own to the programs in the PATH, such as ip.
PROGRAMS = {"/bin/sh": "bin/dash", "/sbin/ip": "sbin/ip", "/usr/sbin/bpftool": "usr/sbin/bpftool"}

FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
}


def add_programs(archive, programs, root, architecture):
    """programs: path in the guest -> file; with the libraries that they need."""
    for path, source in programs.items():
        archive.copy(source, path)
    for path, source in libraries.closure(list(programs.values()), root, machine.TRIPLET[architecture]).items():
        archive.copy(source, path)


def in_root(root, name):
    """Debian moved /bin to /usr/bin, but packages still name either."""
    for candidate in (name, f"usr/{name}", name.removeprefix("usr/")):
        path = libraries.in_tree(root, os.path.join(root, candidate))
        if os.path.exists(path):
            return path
    raise FileNotFoundError(f"no {name} in {root}: run scripts/setup.sh build vm")


def base(kernel_folder, root, architecture):
    """The part that depends on the kernel only: modules, busybox, programs of the system."""
    archive = Archive()
    archive.folder_links()
    for folder in ("dev", "proc", "sys", "tmp", "run", "out", "root", "mnt", "var/tmp", "usr/local/bin"):
        archive.directory(folder)
    archive.character_device("dev/console", 5, 1)
    archive.character_device("dev/null", 1, 3, 0o666)
    for path, text in FILES.items():
        archive.file(path, text.encode())

    archive.copy(in_root(root, "bin/busybox"), "usr/bin/busybox")
    for applet in APPLETS:
        archive.link(f"usr/bin/{applet}", "busybox")
    add_programs(archive, {path: in_root(root, name) for path, name in PROGRAMS.items()}, root, architecture)

    order = modules.in_loading_order(kernel_folder, modules.WANTED)
    for name, content in order:
        archive.file(f"netio/modules/{name}.ko", content)
    archive.file("netio/modules/order", "".join(f"{name}\n" for name, _ in order).encode())
    return archive


def cached_base(cache, kernel_folder, root, architecture):
    """The file with the base; it is made anew when what makes it, or a program in it, has changed."""
    digest = hashlib.sha256()
    sources = [HERE / name for name in ("initramfs.py", "archive.py", "modules.py", "libraries.py")]
    for path in [*sources, *(in_root(root, name) for name in ("bin/busybox", *PROGRAMS.values()))]:
        status = os.stat(path)
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    path = pathlib.Path(cache) / f"base-{pathlib.Path(kernel_folder).name}-{digest.hexdigest()[:12]}.cpio"
    if not path.exists():
        temporary = path.with_suffix(f".{os.getpid()}")
        archive = base(kernel_folder, root, architecture)
        with open(temporary, "wb") as file:
            archive.write(file)
        temporary.rename(path)
        for other in path.parent.glob(f"base-{pathlib.Path(kernel_folder).name}-*.cpio"):
            if other != path:
                other.unlink()
    return path


def per_run(command, programs, files, root, architecture):
    """The part that is new each time: the command, and the programs and other files that it uses."""
    archive = Archive()
    archive.copy(HERE / "init", "init")
    archive.file("netio/command", (shlex.join(command) + "\n").encode())
    add_programs(archive, programs, root, architecture)
    for path, source in files.items():
        archive.copy(source, path)
    return archive


def write(path, base_path, archive):
    with open(path, "wb") as file:
        file.write(pathlib.Path(base_path).read_bytes())
        archive.write(file)
