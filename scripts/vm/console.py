#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Finds in a kernel's log what must never be there: console.py [FILE]...

Prints each finding with the lines that follow it, and exits 1 when there is one.
"""
import re
import sys

# What the kernel prints when something in it is broken, by the words that its sources use.
BAD = {
    "bug": r"\bBUG: |kernel BUG at ",
    "warning": r"\bWARNING: ",
    "oops": r"\bOops\b|general protection fault|Unable to handle kernel|unhandled page fault|Internal error: ",
    "panic": r"Kernel panic - not syncing",
    "stall": r"\brcu: INFO: .* detected|self-detected stall|detected stalls on CPUs|rcu_\w+ kthread starved|soft lockup|hard LOCKUP",
    "hung task": r"INFO: task \S+ blocked for more than",
    "sanitizer": r"\b(?:KASAN|KCSAN|UBSAN|KFENCE): |possible recursive locking|circular locking dependency|suspicious RCU usage",
    "verifier": r"\bBPF verifier bug|verifier bug|REG INVARIANTS VIOLATION|verifier internal error",
    "memory": r"Out of memory: Killed process|page allocation failure|refcount_t: |list_(?:add|del) corruption|unreferenced object",
    "init": r"Attempted to kill init|^init: ",
}
PATTERNS = {kind: re.compile(pattern) for kind, pattern in BAD.items()}

TIME = re.compile(r"^(?:<\d+>)?\s*\[\s*\d+\.\d+\](?:\[[^\]]*\])?\s?")
CONTEXT = 12


def without_time(line):
    return TIME.sub("", line.rstrip("\r\n"))


def kind_of(line):
    """What is wrong with a line, or None."""
    text = without_time(line)
    return next((kind for kind, pattern in PATTERNS.items() if pattern.search(text)), None)


def findings(lines):
    """[(line number, kind, text)], each text once: the same log may be there twice, as printed and as read back."""
    found = []
    seen = set()
    for number, line in enumerate(lines, 1):
        kind = kind_of(line)
        text = without_time(line)
        if kind and text not in seen:
            seen.add(text)
            found.append((number, kind, text))
    return found


def describe(lines, found):
    """The findings as text, each with what follows it in the log."""
    text = []
    for number, kind, _ in found:
        text.append(f"line {number}: {kind}")
        text += ["    " + line.rstrip("\r\n") for line in lines[number - 1 : number - 1 + CONTEXT]]
    return "\n".join(text)


def main(arguments):
    lines = []
    for name in arguments[1:] or ["/dev/stdin"]:
        with open(name, encoding="utf-8", errors="replace") as file:
            lines += file.readlines()
    found = findings(lines)
    if found:
        print(describe(lines, found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
