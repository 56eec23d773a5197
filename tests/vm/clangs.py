# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Programs that differ in nothing but the clang that compiled their BPF programs, in one guest, with each backend."""

import json
import os

import guest

BACKENDS = ["fentry", "kprobe", "tracepoint"]
OVER_VETH = ["fentry"]  # the backends with which veth is tried too: each run takes ten seconds
OPTIONS = ("--link", "nic")

# Over network devices zero-copy pins, over veth it is copied after all: between them they run every program. The timeline
# is code of its own in each.
COMMAND = """
for clang in @CLANGS@; do
    for backend in @BACKENDS@; do
        run() {
            name=$clang.$backend.$1
            shift
            netio-trace-clang-$clang run --backend $backend --field-sizes 4096 --duration 0.3 --warmup 2 --verify "$@" \\
                --output /out/$name >/out/$name.txt 2>&1 || echo $? >/out/$name.failed
        }
        run nic --link dev:eth0,eth1 --timeline 1000
        case " @VETH@ " in *" $backend "*) run veth --variants A3 --timeline 1000 ;; esac
    done
done
"""


def by_clang_in(variable):
    return dict(pair.split("=", 1) for pair in os.environ[variable].split(":"))


def programs():
    """{version of clang: program} as the environment has them, oldest first."""
    return by_clang_in("NETIO_CLANG_PROGRAMS")


def objects():
    """The same for the BPF objects that are to be inside of the programs."""
    return by_clang_in("NETIO_CLANG_OBJECTS")


def options(by_clang):
    added = [("--add", f"{program}:/usr/local/bin/netio-trace-clang-{clang}") for clang, program in by_clang.items()]
    return [*OPTIONS, *(word for words in added for word in words)]


def command(by_clang):
    text = COMMAND
    for name, words in (("CLANGS", by_clang), ("BACKENDS", BACKENDS), ("VETH", OVER_VETH)):
        text = text.replace(f"@{name}@", " ".join(words))
    return text


def links_of(backend):
    return ["nic", "veth"] if backend in OVER_VETH else ["nic"]


class Outcome:
    """What the guest left of one clang and backend: {link: run.json}, and what failed."""

    def __init__(self, out, clang, backend):
        self.errors = []
        self.runs = {}
        for link in links_of(backend):
            name = f"{clang}.{backend}.{link}"
            if (out / name / "run.json").exists():
                self.runs[link] = json.loads((out / name / "run.json").read_text())
            elif (out / f"{name}.failed").exists():
                self.errors.append((out / f"{name}.txt").read_text().strip())

    def cells(self, link):
        return {cell["variant"]: cell for cell in self.runs[link]["cells"]}

    def copies(self, link):
        """{variant: copies per byte, as guest.bounds_of()}"""
        return {variant: guest.bounds_of(cell["copies_per_byte"]) for variant, cell in self.cells(link).items()}

    def copies_are_timed_by(self, link):
        return {path["path"]: path["backend"] for path in self.runs[link]["environment"]["plan"]}["copy_in"]
