# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Prints what became of the programs of each clang on each kernel, with each backend; the target `matrix` runs it.

usage: matrix.py KERNEL...      as scripts/vm.sh names them
"""

import collections
import pathlib
import signal
import sys
import tempfile

import clangs
import guest

COLUMNS = ["kernel", "clang", "backend", "loaded", "laws held", "events lost", "copies a byte: nic A1 A2 A3", "veth A3", "why not"]  # fmt: skip

# Of a guest; it has more to do than a test's.
TIMEOUT = 1800


def copies_text(outcome, link):
    if link not in outcome.runs:
        return "-"
    return " ".join("-" if low is None else f"{low:.3f}" if low == high else f">={low:.3f}"
                    for low, high in outcome.copies(link).values())  # fmt: skip


def row(kernel, clang, backend, outcome):
    runs = outcome.runs.values()
    accounting = collections.Counter()
    for run in runs:
        accounting.update({key: run["accounting"][key] for key in ("laws_checked", "laws_broken", "laws_with_missed_hits", "lost")})
    checked = accounting["laws_checked"]
    held = checked - accounting["laws_broken"] - accounting["laws_with_missed_hits"]
    timed_by = {outcome.copies_are_timed_by(link) for link in outcome.runs}
    loaded = "yes" if timed_by == {backend} and list(outcome.runs) == clangs.links_of(backend) else "no"
    why = outcome.errors[0].splitlines()[0] if outcome.errors else ""
    return [kernel, clang, backend, loaded, f"{held} of {checked}", str(accounting["lost"]),
            copies_text(outcome, "nic"), copies_text(outcome, "veth"), why]  # fmt: skip


def rows_of(kernel, programs):
    with tempfile.TemporaryDirectory(prefix="netio-matrix-") as name:
        out = pathlib.Path(name)
        result = guest.Guest("x86_64", kernel, *clangs.options(programs)).run(
            "sh", "-c", "uname -r >/out/release\n" + clangs.command(programs), out=out, timeout=TIMEOUT)  # fmt: skip
        if not (out / "release").exists():
            return [[kernel, "-", "-", "no", "-", "-", "-", "-", result.stderr.strip().splitlines()[-1]]]
        release = (out / "release").read_text().strip()
        rows = [row(release, clang, backend, clangs.Outcome(out, clang, backend))
                for clang in programs for backend in clangs.BACKENDS]  # fmt: skip
        if result.returncode != 0:
            rows.append([release, "-", "-", "-", "-", "-", "-", "-", f"vm.sh ended with {result.returncode}"])
        return rows


def main(kernels):
    if not kernels:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # ended from outside, it ends its guest
    programs = clangs.programs()
    print("|", " | ".join(COLUMNS), "|")
    print("|", " | ".join("---" for _ in COLUMNS), "|", flush=True)
    good = True
    for kernel in kernels:
        for cells in rows_of(kernel, programs):
            print("|", " | ".join(cells), "|", flush=True)
            good = good and cells[3] == "yes"
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
