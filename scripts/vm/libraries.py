# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which shared libraries a program needs, for programs of any architecture: none is run to find out."""
import os
import re
import subprocess

NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
RUN_PATH = re.compile(r"\((?:RUNPATH|RPATH)\).*\[(.+)\]")
INTERPRETER = re.compile(r"program interpreter: (.+)\]")


def is_elf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def dynamic_section(path):
    """(names of needed libraries, folders to look in first, path of the dynamic linker or None)"""
    command = ["readelf", "--wide", "--dynamic", "--program-headers", path]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout
    run_path = [folder for found in RUN_PATH.findall(said) for folder in found.split(":")]
    run_path = [folder.replace("$ORIGIN", os.path.dirname(os.path.realpath(path))) for folder in run_path]
    interpreter = INTERPRETER.search(said)
    return NEEDED.findall(said), run_path, interpreter.group(1) if interpreter else None


def in_tree(root, path):
    """The file that a path leads to when `root` is the root: absolute links stay inside. Folders are taken as they are."""
    while os.path.islink(path):
        target = os.readlink(path)
        path = os.path.join(root, target.lstrip("/")) if target.startswith("/") else os.path.join(os.path.dirname(path), target)
    return path


def library_folders(root, triplet):
    folders = [f"/usr/lib/{triplet}", f"/lib/{triplet}", "/usr/lib", "/lib", "/usr/local/lib", "/lib64"]
    return [root.rstrip("/") + folder for folder in folders]


class LibraryNotFound(Exception):
    pass


def closure(programs, root, triplet):
    """What the programs need to run, as a dictionary: path in the guest -> file of this machine.

    root: the folder that libraries are looked for in, "/" for this machine's own.
    """
    found = {}
    seen = set()
    waiting = [path for path in programs if is_elf(path)]
    while waiting:
        path = waiting.pop()
        needed, run_path, interpreter = dynamic_section(path)
        if interpreter:
            found[interpreter] = find(os.path.basename(interpreter), library_folders(root, triplet), path, root)
        for name in needed:
            if name in seen:
                continue
            seen.add(name)
            file = find(name, run_path + library_folders(root, triplet), path, root)
            # All in one folder, where the dynamic linker looks without being told.
            found[f"/usr/lib/{triplet}/{name}"] = file
            waiting.append(file)
    return found


def find(name, folders, needed_by, root):
    for folder in folders:
        path = in_tree(root, os.path.join(folder, name))
        if os.path.exists(path):
            return path
    raise LibraryNotFound(f"{needed_by} needs {name}, which is in none of {', '.join(folders)}")
