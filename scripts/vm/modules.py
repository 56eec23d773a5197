# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Kernel modules out of a Debian package: those asked for and those that they depend on, unpacked, in loading order."""
import lzma
import os
import re
import subprocess

# Drivers of the ports by which a guest answers, and of the links that it can have. What is built into a kernel has no file, and is left out.
WANTED = ["virtio_pci", "virtio_console", "veth", "virtio_net", "vmxnet3", "tls", "gcm", "ctr", "ghash_generic"]

DEPENDS = re.compile(rb"\0depends=([^\0]*)\0")


def normal(name):
    """Files are named with - or _, and the modules always with _."""
    return name.replace("-", "_")


def files_by_name(folder):
    found = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".ko", ".ko.xz", ".ko.zst")):
                found[normal(name.split(".ko")[0])] = os.path.join(parent, name)
    return found


def content_of(path):
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "--decompress", "--stdout", "--quiet", path], check=True, stdout=subprocess.PIPE).stdout
    opener = lzma.open if path.endswith(".xz") else open
    with opener(path, "rb") as file:
        return file.read()


def in_loading_order(folder, wanted):
    """[(name, content)]; the package has no modules.dep, so what a module depends on is read from the module."""
    files = files_by_name(folder)
    ordered = {}

    def load(name):
        if name in ordered or name not in files:
            return
        content = content_of(files[name])
        depends = DEPENDS.search(content)
        for other in depends.group(1).decode().split(",") if depends and depends.group(1) else []:
            load(normal(other))
        ordered[name] = content

    for name in wanted:
        load(normal(name))
    return list(ordered.items())
