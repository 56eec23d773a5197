# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Writes the archive format (cpio, "newc") that the kernel unpacks as its first file system.

The same content always gives the same bytes: every file belongs to root and has no date, and files are sorted. Several
archives one after the other are one initramfs, so that what seldom changes is packed once and kept.
"""
import os
import stat

ALIGNMENT = 4

# Links to folders below usr/, as on Debian. A file of a later archive named by a link's path would turn it into a folder.
LINKS = ("bin", "sbin", "lib", "lib64")


class Archive:
    def __init__(self):
        self.entries = {}  # path in the guest without leading slash -> (mode, content, device numbers)

    def directory(self, path, mode=0o755):
        path = resolved(path)
        if path and path not in self.entries:
            self.directory(os.path.dirname(path))
            self.entries[path] = (stat.S_IFDIR | mode, b"", (0, 0))

    def file(self, path, content, mode=0o644):
        self._add(path, stat.S_IFREG | mode, content)

    def folder_links(self):
        for name in LINKS:
            self.directory(f"usr/{name}")
            self.entries[name] = (stat.S_IFLNK | 0o777, f"usr/{name}".encode(), (0, 0))

    def link(self, path, target):
        self._add(path, stat.S_IFLNK | 0o777, target.encode())

    def character_device(self, path, major, minor, mode=0o600):
        self._add(path, stat.S_IFCHR | mode, b"", (major, minor))

    def copy(self, source, path):
        """A file of this machine, with its permission to be executed; what it links to, if it is a link."""
        with open(source, "rb") as file:
            self.file(path, file.read(), 0o755 if os.access(source, os.X_OK) else 0o644)

    def _add(self, path, mode, content, device=(0, 0)):
        path = resolved(path)
        self.directory(os.path.dirname(path))
        self.entries[path] = (mode, content, device)

    def write(self, file):
        for number, (path, (mode, content, device)) in enumerate(sorted(self.entries.items()), 1):
            _write_entry(file, number, path, mode, content, device)
        _write_entry(file, 0, "TRAILER!!!", 0, b"", (0, 0))


def resolved(path):
    path = os.path.normpath(path).strip("/")
    return f"usr/{path}" if path.split("/")[0] in LINKS else path.removeprefix(".")


def _write_entry(file, number, path, mode, content, device):
    name = path.encode() + b"\0"
    # inode, mode, owner, group, links, date, size, 2 device numbers, 2 of a device file, length of the name, checksum
    fields = (number, mode, 0, 0, 1, 0, len(content), 0, 0, *device, len(name), 0)
    _write_padded(file, b"070701" + b"".join(b"%08x" % field for field in fields) + name)
    _write_padded(file, content)


def _write_padded(file, content):
    file.write(content)
    file.write(b"\0" * (-len(content) % ALIGNMENT))
