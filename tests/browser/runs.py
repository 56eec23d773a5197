# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs to show: the made-up ones of tests/golden, with what they lack."""

import copy
import json
import os
import pathlib
import subprocess


def made_up(folder):
    """The files of the made-up runs, below a folder."""
    subprocess.run([os.environ["NETIO_FIXED_RUNS"], str(folder)], check=True)
    return pathlib.Path(folder)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def write(path, run):
    path.write_text(json.dumps(run), encoding="utf-8")
    return path


def set_field_size(cell, size):
    """The cell sends as many messages, of another size."""
    cell["field_size"], cell["message_size"] = size, 8 * size
    cell["payload_bytes"] = cell["messages"] * cell["message_size"]


def set_threads(cell, threads):
    """The cell's messages, shared by another number of threads."""
    share, rest = divmod(cell["messages"], threads)
    cell["threads"] = threads
    cell["messages_per_thread"] = [share + (thread < rest) for thread in range(threads)]


def varied(run):
    """The same run with several field sizes and numbers of connections, and with cycles and cache misses counted."""
    run = copy.deepcopy(run)
    first = run["cells"]
    run["spec"]["field_sizes"] = [256, 4096]
    run["spec"]["threads"] = [1, 4]
    run["cells"] = []
    for field_size, threads in ((256, 1), (256, 4), (4096, 1), (4096, 4)):
        for cell in first:
            cell = copy.deepcopy(cell)
            set_field_size(cell, field_size)
            set_threads(cell, threads)
            for role in ("sender", "receiver"):
                for number, event in enumerate(("cycles", "cache-misses")):
                    count = cell["messages"] * (9000 - 8000 * number) * (2 if cell["variant"] == "A1" else 1) + cell["repeat"]
                    cell["counters"][role][event].update(
                        raw=count, scaled=float(count), enabled_ns=10**9, running_ns=10**9, status="counted", reason=None)
            run["cells"].append(cell)
    return run


def with_field_sizes(run, sizes):
    """The same run with other sizes in the place of some."""
    run = copy.deepcopy(run)
    run["spec"]["field_sizes"] = sorted(sizes.get(size, size) for size in run["spec"]["field_sizes"])
    for cell in run["cells"]:
        set_field_size(cell, sizes.get(cell["field_size"], cell["field_size"]))
    return run


ATTACK = "</script><img src=x onerror=\"window.attacked=1\"><script>window.attacked=2</script><!--"
QUOTES = "&lt;b&gt; \"'`${window.attacked=3}\\u003c\\"
RIGHT_TO_LEFT = "\u05e9\u05dc\u05d5\u05dd \u202eevil\u202c \u2028line\u2029"
LONG = "long" * 2500


def hostile(run):
    """The same run with texts that want to be more than texts."""
    run = copy.deepcopy(run)
    environment = run["environment"]
    environment["kernel_release"] = ATTACK
    environment["cpu_model"] = QUOTES
    environment["link"] = RIGHT_TO_LEFT
    environment["command_line"] = LONG
    environment["notes"] = [ATTACK, LONG]
    environment["settings"] = {ATTACK: ATTACK, LONG: QUOTES}
    run["failure"] = ATTACK
    for cell in run["cells"]:
        for law in cell["laws"]:
            law["statement"] = ATTACK
        for loss in cell["losses"]:
            loss["touches"] = ATTACK
        for role in ("sender", "receiver"):
            for path in cell["paths_by_role"][role].values():
                for figure, reason in path["reasons"].items():
                    path["reasons"][figure] = reason and ATTACK + reason
            counters = cell["counters"][role]
            cell["counters"][role] = {**counters, ATTACK: counters["cycles"], LONG: counters["cycles"]}
    return run
