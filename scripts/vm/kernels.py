# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which of Debian's kernel packages is meant.

kernels.py choose REQUEST FLAVOUR ARCHITECTURE <NAMES     prints the name of the newest match
kernels.py parts <FIELDS                                  prints the packages that hold the rest of a kernel

REQUEST is a version (6.12.117+deb13), a series (6.12), the newest of a major version (7.x) or `newest`; FLAVOUR is cloud,
generic, rt, or `any`: cloud, and generic where there is none. NAMES are names of packages or of folders, one a line.
When none matches it prints those that exist on standard error and exits with 1. FIELDS are those of the kernel's package.
"""
import collections
import re
import sys

FLAVOURS = ("cloud", "generic", "rt")
ANY = "any"
PREFERRED = ("cloud", "generic")
REQUEST = re.compile(r"newest|\d+\.x|\d+\.\d+(\.[A-Za-z0-9.+~-]+)?")

# Names without a third number are meta packages, which only depend on a kernel, and release candidates.
PACKAGE = re.compile(r"linux-image-(?P<version>\d+\.\d+\.[0-9][0-9a-z.+~]*(?:-\d+)?)-(?:(?P<flavour>cloud|rt)-)?(?P<architecture>[a-z0-9]+)")

# Since 6.19 the package of the image is empty: what it depends on holds the kernel and, from 7.2 on apart, its modules.
DEPENDS = re.compile(r"^Depends:(.*)$", re.MULTILINE)
PART = re.compile(r"linux-(?:binary|modules)-[^\s,|]+")


class Kernel(collections.namedtuple("Kernel", "version flavour architecture")):
    """One of Debian's kernels, by the name of its package."""

    @classmethod
    def of(cls, name):
        """None: no such name."""
        found = PACKAGE.fullmatch(name)
        return found and cls(found["version"], found["flavour"] or "generic", found["architecture"])

    @property
    def package(self):
        flavour = "" if self.flavour == "generic" else f"{self.flavour}-"
        return f"linux-image-{self.version}-{flavour}{self.architecture}"

    def part(self, kind):
        """Name of the package that holds a part of it, where it is split: binary, modules."""
        return self.package.replace("linux-image-", f"linux-{kind}-", 1)

    @property
    def series(self):
        return ".".join(self.version.split(".")[:2])


def in_order(version):
    """A key that sorts versions by age: numbers as numbers."""
    return [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"\d+|\D+", version)]


def is_meant(request, version):
    if request == "newest":
        return True
    wanted = request.removesuffix("x").removesuffix(".")
    return version == wanted or (version.startswith(wanted) and version[len(wanted)] in ".+-~")


def kernels_in(names, architecture):
    """[(kernel, whether all of it is there)]; of a split kernel the archive may have kept a part only."""
    known = set(names)
    found = [kernel for kernel in map(Kernel.of, names) if kernel and kernel.architecture == architecture]
    return [(kernel, kernel.part("binary") not in known or kernel.part("modules") in known) for kernel in found]


def choose(request, flavour, architecture, names):
    """The newest kernel that is meant, or None."""
    kernels = [kernel for kernel, whole in kernels_in(names, architecture) if whole]
    for wanted in PREFERRED if flavour == ANY else (flavour,):
        meant = [kernel for kernel in kernels if kernel.flavour == wanted and is_meant(request, kernel.version)]
        if meant:
            return max(meant, key=lambda kernel: in_order(kernel.version))
    return None


def series_of(names, architecture):
    """[(series, [flavours that can be had])], oldest first."""
    found = {}
    for kernel, whole in kernels_in(names, architecture):
        flavours = found.setdefault(kernel.series, set())
        if whole:
            flavours.add(kernel.flavour)
    return [(series, [flavour for flavour in FLAVOURS if flavour in found[series]]) for series in sorted(found, key=in_order)]


def parts_of(fields):
    """Packages with the rest of a kernel, by the fields of its package."""
    return [part for depends in DEPENDS.findall(fields) for part in PART.findall(depends)]


def print_choice(request, flavour, architecture, names):
    kernel = choose(request, flavour, architecture, names)
    if kernel:
        print(kernel.package)
        return 0
    for series, flavours in series_of(names, architecture):
        print(f"{series} ({', '.join(flavours) or 'without modules: not to be had'})", file=sys.stderr)
    return 1


def main(arguments):
    if arguments[1:] == ["parts"]:
        for part in parts_of(sys.stdin.read()):
            print(part)
        return 0
    _, _, request, flavour, architecture = arguments
    return print_choice(request, flavour, architecture, sys.stdin.read().split())


if __name__ == "__main__":
    sys.exit(main(sys.argv))
