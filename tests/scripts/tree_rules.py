#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The rules that hold the source tree together: tree_rules.py [TREE]

Which folder may include which, what stands at the top level, and what no file may say. Prints one line for each breach
and exits 1 when there is one. test_tree_rules.py shows that each rule can go red.
"""
import re
import subprocess
import sys
from pathlib import Path

TOP_LEVEL = {
    "user", "bpf", "vmlinux", "tests", "scripts", "docs",
    "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md",
}  # fmt: skip

# What each folder of user/ may include besides itself. What is not joined here is joined in experiment/ and cli/.
MAY_INCLUDE = {
    "base": set(),
    "model": set(),
    "netns": {"base", "model"},
    "workload": {"base", "model"},
    "perf": {"base", "model"},
    "tracer": {"base", "model"},
    "analysis": {"model"},
    "report": {"base", "model", "analysis"},
    "labs": {"base", "model", "analysis", "report"},
    "experiment": {"base", "model", "netns", "workload", "perf", "tracer", "analysis", "report"},
    "cli": {"base", "model", "netns", "workload", "perf", "tracer", "analysis", "report", "labs", "experiment"},
}

# Folders that may include the header that the BPF programs share with user space; all others see it through model/.
SEES_ABI = {"model", "tracer"}

# The only places that include generated skeletons: who loads the programs, who runs them, and who asks the kernel by some.
SKELETON_INCLUDERS = {"user/tracer/loaded_programs.cpp", "user/tracer/session.cpp", "user/tracer/features.cpp",
                      "user/tracer/ways.cpp"}

# Libraries that one folder hides from all others, by the folder of their headers.
HIDDEN_LIBRARIES = {"perfmon": "perf", "netlink": "netns", "bpf": "tracer"}

# Types with a ___flavour bridge a difference between kernels; they stand in one file.
FLAVOURS = "bpf/compat.bpf.h"

# What scripts/setup.sh installs packages for.
PURPOSES = {"build", "test", "unit", "host", "browser", "fuzz", "vm", "clangs", "packages", "tidy", "bench", "vmlinux"}

SPDX = "SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause"
SPDX_OF_KERNEL_TYPES = "SPDX-License-Identifier: GPL-2.0-only */"
SOURCE_NAME = re.compile(r"(\.(c|h|cpp|py|sh|cmake|1)|CMakeLists\.txt)$")

# Written so that no pattern matches its own text.
NOT_SAID = {
    r"/wor[k]/": "a path of one machine",
    r"/(?:home|root)/\w": "a path of one machine",
    r"\b(?:deb|security|snapshot|ftp|archive)[.](?:debian|ubuntu)[.](?:org|com)\b": "the host of a package registry",
    r"\b(?:registry[.]npmjs[.]org|pypi[.]org|crates[.]io|proxy[.]golang[.]org|repo[.]maven)\b": "the host of a package registry",
    r"\bissue\s+#?[0-9]": "the number of an issue",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')


def files_of(tree):
    """Paths relative to the tree: what git tracks, or all files outside build folders where there is no git."""
    if (tree / ".git").exists():
        git = ["git", "-c", "safe.directory=*", "-C", str(tree), "ls-files", "-z"]
        names = subprocess.run(git, check=True, capture_output=True, text=True).stdout.split("\0")
        return sorted(name for name in names if name and (tree / name).is_file())
    skipped = {"build", "results", "__pycache__"}
    paths = (path.relative_to(tree) for path in tree.rglob("*") if path.is_file())
    return sorted(str(path) for path in paths if not skipped & set(path.parts))


def text_of(tree, name):
    return (tree / name).read_text(encoding="utf-8", errors="replace")


def includes_of(tree, name):
    """(line number, quote or bracket, what is included)"""
    for number, line in enumerate(text_of(tree, name).splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1), match.group(2)


def is_c(name):
    return name.endswith((".c", ".h", ".cpp"))


def check_layout(tree, names):
    for top in sorted({name.split("/")[0] for name in names}):
        if top not in TOP_LEVEL and not top.startswith("."):
            yield f"{top}: does not belong at the top level"


def include_breach(name, folder, quote, included):
    """What is wrong with one include of a file in user/FOLDER, or None."""
    first = included.split("/")[0]
    if included.endswith(".skel.h"):
        return None if name in SKELETON_INCLUDERS else f"only {' and '.join(sorted(SKELETON_INCLUDERS))} include a skeleton"
    if quote == "<":
        owner = HIDDEN_LIBRARIES.get(first) if "/" in included else None
        if owner and owner != folder:
            return f"only user/{owner}/ includes <{first}/...>"
        if first in MAY_INCLUDE and "/" in included:
            return "headers of the project are included in quotes"
        if folder == "model" and not re.fullmatch(r"[a-z_]+", included):
            return "model/ includes the standard library and netio_abi.h only"
        return None
    if included in ("netio_abi.h", "netio_ways.h"):
        return None if folder in SEES_ABI else f"only {', '.join(sorted(SEES_ABI))} include {included}"
    if "/" not in included or first not in MAY_INCLUDE:
        return 'headers of the project are included as "folder/file.h"'
    if first != folder and first not in MAY_INCLUDE[folder]:
        return f"{folder}/ must not include {first}/"
    return None


def check_user_includes(tree, names):
    for name in names:
        parts = name.split("/")
        if parts[0] != "user" or not is_c(name):
            continue
        if len(parts) < 3 or parts[1] not in MAY_INCLUDE:
            yield f"{name}: user/ has the folders {', '.join(MAY_INCLUDE)}, and sources stand in those"
            continue
        for number, quote, included in includes_of(tree, name):
            breach = include_breach(name, parts[1], quote, included)
            if breach:
                yield f"{name}:{number}: {included}: {breach}"


def check_bpf_includes(tree, names):
    for name in names:
        if not name.startswith("bpf/") or not is_c(name):
            continue
        for number, quote, included in includes_of(tree, name):
            if quote == '"' and included != "vmlinux.h" and f"bpf/{included}" not in names:
                yield f"{name}:{number}: {included}: bpf/ includes its own headers, vmlinux.h and libbpf's only"


def check_flavours(tree, names):
    for name in names:
        if not name.startswith("bpf/") or not is_c(name) or name == FLAVOURS:
            continue
        for number, line in enumerate(text_of(tree, name).splitlines(), 1):
            match = re.search(r"\b[A-Za-z]\w*?___\w+", line)
            if match:
                yield f"{name}:{number}: {match.group(0)}: kernel differences stand in {FLAVOURS} only"


def check_licence_lines(tree, names):
    for name in names:
        text = text_of(tree, name)
        if not SOURCE_NAME.search(name) and not text.startswith("#!"):
            continue
        expected = SPDX_OF_KERNEL_TYPES if re.fullmatch(r"vmlinux/\w+/vmlinux\.h", name) else SPDX
        if not any(expected in line for line in text.splitlines()[:2]):
            yield f"{name}:1: the first line (or the second, after #!) must say {expected}"


def check_words(tree, names):
    for name in names:
        for number, line in enumerate(text_of(tree, name).splitlines(), 1):
            for pattern, what in NOT_SAID.items():
                if re.search(pattern, line):
                    yield f"{name}:{number}: names {what}"


def check_packages(tree, names):
    name = "scripts/packages.txt"
    if name not in names:
        return
    lines = [line for line in text_of(tree, name).splitlines() if line and not line.startswith("#")]
    packages = [line.split()[0] for line in lines]
    if packages != sorted(set(packages)):
        yield f"{name}: packages are sorted by name, each once"
    for line in lines:
        package, *rest = line.split(None, 4)
        if len(rest) < 4:
            yield f"{name}: {package}: say what for, what Fedora and Arch call it, and why"
        elif unknown := set(rest[0].split(",")) - PURPOSES:
            yield f"{name}: {package}: for {', '.join(sorted(unknown))}, which scripts/setup.sh does not know"


# Where the version stands besides: what comes first there must be it.
VERSION = ("CMakeLists.txt", r"(?m)^project\(netio-trace VERSION ([0-9.]+)")
CHANGELOG_VERSION = r"(?m)^## ([0-9.]+) \(\d{4}-\d\d-\d\d\)$"
MAN_PAGE_VERSION = r'(?m)^\.TH NETIO-TRACE\S* 1 \S+ "netio-trace ([0-9.]+)"'


def check_version(tree, names):
    name, pattern = VERSION
    if name not in names:
        return
    version = re.search(pattern, text_of(tree, name)).group(1)
    pages = [page for page in names if page.startswith("docs/man/")] or ["docs/man/netio-trace.1"]
    for name in ["docs/changelog.md", *pages]:
        pattern = CHANGELOG_VERSION if name == "docs/changelog.md" else MAN_PAGE_VERSION
        found = re.search(pattern, text_of(tree, name)) if name in names else None
        if not found or found.group(1) != version:
            yield f"{name}: must say that the newest version is {version}, as {VERSION[0]} does"


RULES = [
    check_layout, check_user_includes, check_bpf_includes, check_flavours,
    check_licence_lines, check_words, check_packages, check_version,
]  # fmt: skip


def breaches_of(tree):
    names = files_of(tree)
    return [breach for rule in RULES for breach in rule(tree, names)]


def main(arguments):
    tree = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).resolve().parents[2]
    breaches = breaches_of(tree)
    for breach in breaches:
        print(breach)
    print(f"{len(files_of(tree))} files, {len(RULES)} rules, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
