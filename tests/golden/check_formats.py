#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Holds the files of a run to docs/run.schema.json and docs/formats.md, and those of a trace to docs/trace.schema.json.

check_formats.py SCHEMA FORMATS RENDERER: RENDERER writes the files of made-up runs into a folder.
check_formats.py SCHEMA FORMATS --folder DIR: DIR holds the files of one run.
"""

import copy
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

PATHS = [
    "send_syscall", "recv_syscall", "errqueue_syscall", "tcp_sendmsg", "copy_in", "pin", "deferred_copy",
    "linearize", "skb_copy", "copy_out", "zc_complete", "wait_send", "wait_recv",
]
CLASSES = ["data_copy", "tcp_ip", "netdev", "skb_management", "memory", "lock", "scheduling", "other"]
ROLES = ["sender", "receiver"]
REASONS = ["local_delivery", "linearized", "packet_tap", "reallocation", "fragmentation", "other"]

failures = []


def fail(text):
    failures.append(text)
    print("FAILED:", text)


def tables_of(text):
    """{heading: [cells of each row]} of all tables of a Markdown text, without head and rule."""
    tables = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ").strip()
        elif line.startswith("| `"):
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            tables.setdefault(heading, []).append(cells)
    return tables


def documented_objects(tables):
    objects = {}
    for heading, rows in tables.items():
        match = re.fullmatch(r"Object `(\w+)`", heading)
        if match:
            objects[match[1]] = {row[0].strip("`"): row[1] for row in rows}
    for name, base in (("payload_path", "path"), ("trace_finding", "finding"), ("trace_evidence", "evidence")):
        objects[name] = {**objects[base], **objects[name]}
    return objects


def check_documented(value, kind, objects, where, used):
    """The value is what the type column of formats.md says."""
    kind = kind.removesuffix(" or absent")
    nullable = kind.endswith(" ?")
    kind = kind.removesuffix(" ?")
    if value is None:
        if not nullable:
            fail(f"{where} is null, and formats.md does not say that it may be")
    elif kind.startswith("list of "):
        for element in value:
            check_documented(element, kind.removeprefix("list of "), objects, where + "[]", used)
    elif kind.startswith("map of "):
        for key, element in value.items():
            check_documented(element, kind.removeprefix("map of "), objects, f"{where}.{key}", used)
    elif kind in ("string", "boolean", "integer", "number"):
        types = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}
        if not isinstance(value, types[kind]) or (kind != "boolean" and isinstance(value, bool)):
            fail(f"{where} is {value!r}, and formats.md calls it {kind}")
    else:
        name = kind.strip("`")
        if name not in objects:
            fail(f"{where}: formats.md has no object {name}")
            return
        used.add(name)
        for missing in objects[name].keys() - value.keys():
            if not objects[name][missing].endswith(" or absent"):
                fail(f"{where}.{missing} is in formats.md and not in the file")
        for unknown in value.keys() - objects[name].keys():
            fail(f"{where}.{unknown} is in the file and not in formats.md")
        for key in objects[name].keys() & value.keys():
            check_documented(value[key], objects[name][key], objects, f"{where}.{key}", used)


def expand(column, events):
    columns = [column]
    words = (("PATH", PATHS), ("ROLE", ROLES), ("CLASS", CLASSES), ("REASON", REASONS), ("EVENT", events))
    for word, values in words:
        columns = [name.replace(word, value) for name in columns for value in (values if word in name else [""])]
    return columns


def check_csv(path, rows_of_table, events):
    with open(path, newline="", encoding="utf-8", errors="replace") as file:
        rows = list(csv.reader(file))
    documented = [name for row in rows_of_table for name in expand(row[0].strip("`"), events)]
    if len(set(rows[0])) != len(rows[0]):
        fail(f"{path}: a column name stands twice")
    for missing in set(documented) - set(rows[0]):
        fail(f"{path}: column {missing} is in formats.md and not in the file")
    for unknown in set(rows[0]) - set(documented):
        fail(f"{path}: column {unknown} is in the file and not in formats.md")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            fail(f"{path}:{number}: {len(row)} fields, {len(rows[0])} columns")
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def check_agreement(name, run, cells, histograms):
    """The three files tell the same."""
    if len(cells) != len(run["cells"]):
        fail(f"{name}: {len(cells)} rows in cells.csv, {len(run['cells'])} cells in run.json")
    for row, cell in zip(cells, run["cells"]):
        same = {
            "variant": cell["variant"], "field_size_bytes": cell["field_size"], "messages": cell["messages"],
            "throughput_gbit_per_s": cell["throughput_gbps"], "latency_p99_us": cell["latency_us"]["p99"],
            "copies_per_byte": cell["copies_per_byte"]["value"], "lost_events": cell["lost"],
        }
        for path in PATHS:
            same[f"{path}_bytes"] = cell["paths"][path]["bytes"]
            same[f"{path}_time_ns"] = cell["paths"][path]["time_ns"]
            same[f"{path}_quality"] = cell["paths"][path]["quality"]
        sites = cell["zerocopy"]["copied_after_all"]
        for reason in REASONS:
            same[f"zerocopy_copied_by_{reason}_bytes"] = (
                None if sites is None else sum(site["bytes"] for site in sites if site["reason"] == reason))
        notifications = cell["zerocopy"]["notification_latency"]
        same["zerocopy_notifications_merged"] = notifications and notifications["merged"]
        same["zerocopy_notification_latency_p99_us"] = notifications and notifications["latency_us"]["p99"]
        for column, value in same.items():
            text = row[column]
            equal = text == "" if value is None else text == value if isinstance(value, str) else float(text) == value
            if not equal:
                fail(f"{name}: {column} is {text!r} in cells.csv and {value!r} in run.json")
    for cell in run["cells"]:
        wanted = {("latency", "receiver"): cell["latency_histogram"]}
        for role in ROLES:
            for path in PATHS:
                if cell["paths_by_role"][role][path]["histogram"]:
                    wanted[path, role] = cell["paths_by_role"][role][path]["histogram"]
        if cell["zerocopy"]["notification_latency"]:
            wanted["notification_latency", "sender"] = cell["zerocopy"]["notification_latency"]["histogram"]
        identity = [str(cell[key]) for key in ("variant", "field_size", "threads", "repeat")]
        found = {}
        for row in histograms:
            if [row[key] for key in ("variant", "field_size_bytes", "threads", "repeat")] == identity:
                bucket = [int(row[key]) for key in ("lower_ns", "upper_ns", "count")]
                found.setdefault((row["histogram"], row["role"]), []).append(bucket)
        for key, histogram in wanted.items():
            if histogram["buckets"] != found.get(key, []):
                fail(f"{name}: histogram {key} of {identity} differs between run.json and histograms.csv")
            if sum(bucket[2] for bucket in histogram["buckets"]) != histogram["count"]:
                fail(f"{name}: buckets of {key} do not add up to count")


def check_folder(folder, validator, tables, objects, used):
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    for error in validator.iter_errors(run):
        fail(f"{folder.name}/run.json: {error.json_path}: {error.message[:300]}")
    check_documented(run, "`run`", objects, "run", used)
    events = run["spec"]["events"] or sorted({e for c in run["cells"] for r in ROLES for e in c["counters"][r]})
    for cell in run["cells"]:
        for role in ROLES:
            events += [event for event in cell["counters"][role] if event not in events]
    cells = check_csv(folder / "cells.csv", tables["cells.csv"], events)
    histograms = check_csv(folder / "histograms.csv", tables["histograms.csv"], [])
    check_agreement(folder.name, run, cells, histograms)
    return run


def check_traces(renderer, schema, objects, used):
    path = pathlib.Path(schema).with_name("trace.schema.json").resolve()
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    # It refers to run.schema.json beside it.
    validator = jsonschema.Draft7Validator(schema, resolver=jsonschema.RefResolver(path.as_uri(), schema))
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([renderer, "--traces", name], check=True)
        folders = sorted(pathlib.Path(name).iterdir())
        traces = {folder.name: json.loads((folder / "trace.json").read_text(encoding="utf-8")) for folder in folders}
    for name, trace in traces.items():
        for error in validator.iter_errors(trace):
            fail(f"{name}/trace.json: {error.json_path}: {error.message[:300]}")
        check_documented(trace, "`trace`", objects, f"{name}/trace", used)
    trace = traces["zero_copy"]
    for change in (lambda t: t.update(surprise=1), lambda t: t["subjects"][0].pop("paths"),
                   lambda t: t["subjects"][0]["paths"].pop("splice_in"), lambda t: t["spec"].update(timing="some"),
                   lambda t: t["subjects"][0]["calls"][0].update(direction="both")):  # fmt: skip
        damaged = copy.deepcopy(trace)
        change(damaged)
        if validator.is_valid(damaged):
            fail("the schema of traces accepts what it must not")


def check_explanation(folder, run, objects, used):
    explanation = json.loads((folder / "explain.json").read_text(encoding="utf-8"))
    check_documented(explanation, "`explanation`", objects, f"{folder.name}/explain", used)
    if explanation["findings"] != run["findings"]:
        fail(f"{folder.name}: explain finds other things than run.json has")
    if [answer["letter"] for answer in explanation["answers"]] != list("abcdef"):
        fail(f"{folder.name}: not all questions are answered")
    for answer in explanation["answers"]:
        if answer["answered"] not in ("yes", "in_part", "no"):
            fail(f"{folder.name}: answered is {answer['answered']!r}")
        if (answer["answered"] == "yes") != (answer["missing"] is None):
            fail(f"{folder.name}: answer {answer['letter']} says that it is answered {answer['answered']!r}, and "
                 f"{answer['missing']!r} is missing")


def check_that_schema_bites(run, validator):
    """The schema refuses what it must: otherwise the checks above would say nothing."""
    def damaged(change):
        copied = copy.deepcopy(run)
        change(copied)
        return copied

    zerocopy = lambda r: r["cells"][0]["zerocopy"]
    damages = {
        "copies after all neither there nor explained": lambda r: zerocopy(r).update(copied_after_all_reason=None),
        "notifications neither there nor explained": lambda r: zerocopy(r).update(notification_latency_reason=None),
        "copies after all that are there and missing": lambda r: zerocopy(r).update(copied_after_all=[]),
        "a second opinion without its interval": lambda r: r["cells"][0]["paths"]["pin"].update(sampled_time_ns=5),
        "a finding that rests on nothing": lambda r: r["findings"][0].update(rests_on=[]),
        "evidence without a figure": lambda r: r["findings"][0]["evidence"][0].pop("figure"),
        "an unknown backend": lambda r: r["spec"].update(backend="sampler"),
        "a missing field": lambda r: r["cells"][0].pop("messages"),
        "an unknown field": lambda r: r["cells"][0].update(surprise=1),
        "an unknown quality": lambda r: r["cells"][0]["paths"]["copy_in"].update(quality="good"),
        "0 in place of null": lambda r: r["cells"][0]["paths"]["linearize"].update(bytes=0),
        "null in place of a figure": lambda r: r["cells"][0]["paths"]["pin"].update(bytes=None),
        "null without a reason": lambda r: r["cells"][0]["paths"]["linearize"]["reasons"].update(bytes=None),
        "a missing path": lambda r: r["cells"][0]["paths"].pop("wait_recv"),
        "another schema": lambda r: r.update(schema="netio-trace/run/0"),
        "text in place of a number": lambda r: r["cells"][0].update(messages="12"),
    }
    for name, change in damages.items():
        if validator.is_valid(damaged(change)):
            fail(f"the schema accepts {name}")


def check_that_exact_fields_have_values(run):
    """Fields that most runs leave null must be written by one, or nobody would notice that they never are."""
    cell = run["cells"][-1]
    values = {"environment.bracket_ns": run["environment"]["bracket_ns"],
              "copied_after_all": cell["zerocopy"]["copied_after_all"],
              "notification_latency": cell["zerocopy"]["notification_latency"],
              "skb_path_ns": cell["paths"]["send_syscall"]["skb_path_ns"],
              "sampled_time_ns": cell["paths"]["copy_out"]["sampled_time_ns"]}
    for name, value in values.items():
        if not value:
            fail(f"{name} is {value!r} in the run that is to have it")


def check_that_recordings_have_values(run):
    cell = run["cells"][-1]
    if not (cell["timeline"] and cell["timeline"]["events"] and cell["stacks"] and cell["stacks"]["symbols"]):
        fail("the run that is to have a timeline and stacks has none")


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    tables = tables_of(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    objects = documented_objects(tables)
    used = set()
    if sys.argv[3] == "--folder":
        check_folder(pathlib.Path(sys.argv[4]), validator, tables, objects, used)
    else:
        with tempfile.TemporaryDirectory() as name:
            subprocess.run([sys.argv[3], name], check=True)
            runs = {folder.name: check_folder(folder, validator, tables, objects, used)
                    for folder in sorted(pathlib.Path(name).iterdir())}
            for name_of_run, run in runs.items():
                check_explanation(pathlib.Path(name) / name_of_run, run, objects, used)
        check_that_schema_bites(runs["one_cell"], validator)
        check_that_exact_fields_have_values(runs["exact"])
        check_that_recordings_have_values(runs["recorded"])
        check_traces(sys.argv[3], sys.argv[1], objects, used)
        for unused in objects.keys() - used - {"path"}:
            fail(f"formats.md describes an object {unused} that no file has")
    sys.exit(1 if failures else 0)


main()
