#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs a target for a time: run_fuzzer.py NAME FUZZER RENDER_FIXED_RUNS FOLDER SECONDS

It starts from corpus/NAME and, for files that this program writes, from what the fixed runs look like, with all the words
that stand in those as a dictionary. What fails is left in FOLDER as NAME-crash-*, and `FUZZER NAME-crash-...` shows it
again; mended, it belongs into corpus/NAME. NETIO_FUZZ_SECONDS in the environment gives each target another time.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"
LONGEST = {"run_reader": 65536, "recording_reader": 65536}  # bytes of an input; of the others as below


def strings_in(value):
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from strings_in(member)
    elif isinstance(value, list):
        for element in value:
            yield from strings_in(element)
    elif isinstance(value, str):
        yield value


def smaller(run):
    """The same without what is derived and with little of what there is much of, so that a mutation meets each field."""
    text = json.dumps(run, separators=(",", ":"))
    small = json.loads(text)
    for cell in small["cells"]:
        for derived in ("paths", "latency_us", "published_latency_us"):
            cell.pop(derived, None)
        cell["latency_histogram"] = {"count": 3, "sum_ns": 99, "min_ns": 32, "max_ns": 35,
                                     "buckets": [[32, 33, 1], [33, 34, 1], [35, 36, 1]]}  # fmt: skip
        for role in cell["paths_by_role"].values():
            for path in role.values():
                path["histogram"] = None
        if cell["timeline"]:
            cell["timeline"]["events"] = cell["timeline"]["events"][:3]
        if cell["stacks"]:
            for samples in cell["stacks"]["samples"].values():
                for context, kept in samples.items():
                    samples[context] = kept[:2]
    small["findings"] = []
    small["environment"]["plan"] = small["environment"]["plan"][:1]
    return small


def fragments(run):
    """Small files with one member of a cell each: the reader notes what is missing and reads on, so that mutations of
    a few bytes meet every kind of object."""
    start = {"schema": run["schema"]}
    for member in ("environment", "spec"):
        yield member, {**start, member: run[member]}
    for cell in run["cells"][:1]:
        for name, value in cell.items():
            if name == "paths_by_role":
                value = {"receiver": {"copy_out": {**value["receiver"]["copy_out"],
                                                   "histogram": cell["latency_histogram"]}}}  # fmt: skip
            yield name, {**start, "cells": [{"traced": True, name: value}]}


def places_in(value):
    """Each (container, key) in a document, outermost first."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        yield value, key
        yield from places_in(inner)


def broken(document):
    """The document with one value after another taken out, or with one of another kind in its place: what random
    changes of bytes rarely make without breaking the syntax."""
    for container, key in places_in(document):
        kept = container[key]
        for wrong in (None, -1, "x", [], {}):
            container[key] = wrong
            yield json.dumps(document)
        if isinstance(container, list):
            del container[key]
            yield json.dumps(document)
            container.insert(key, kept)
        container[key] = kept


def seed_runs(renderer, work, corpus):
    subprocess.run([renderer, work / "runs"], check=True)
    for name, parts in (("empty", ()), ("untraced", ()), ("one_cell", ...), ("recorded", ("timeline", "stacks"))):
        run = smaller(json.loads((work / "runs" / name / "run.json").read_text()))
        (corpus / f"{name}.json").write_text(json.dumps(run))
        for part, document in fragments(run):
            (corpus / f"{name}_{part}.json").write_text(json.dumps(document))
            if parts is ... or part in parts:
                for number, text in enumerate(broken(document)):
                    (corpus / f"{name}_{part}_{number}.json").write_text(text)


def smaller_trace(trace):
    """The same with few subjects, without what is derived, and with the paths that have something to tell."""
    small = json.loads(json.dumps(trace))
    small["subjects"] = small["subjects"][:2]
    small["findings"] = []
    for subject in small["subjects"]:
        for path in subject["paths"].values():
            path["histogram"] = None
        subject["paths"] = {name: path for name, path in subject["paths"].items() if path["calls"] or name == "copy_in"}
    return small


def fragments_of_trace(trace):
    """As fragments(): one member each, of the trace or of its first subject."""
    start = {"schema": trace["schema"]}
    for member in trace.keys() - {"schema", "subjects", "findings", "accounting"}:
        yield member, {**start, member: trace[member]}
    for subject in trace["subjects"][:1]:
        for name, value in subject.items():
            if name == "paths":
                value = dict(list(value.items())[:1])
            yield f"subject_{name}", {**start, "subjects": [{name: value}]}


def seed_traces(renderer, work, corpus):
    subprocess.run([renderer, "--traces", work / "traces"], check=True)
    for folder in sorted((work / "traces").iterdir()):
        trace = smaller_trace(json.loads((folder / "trace.json").read_text()))
        (corpus / f"{folder.name}.json").write_text(json.dumps(trace))
        for part, document in fragments_of_trace(trace):
            (corpus / f"{folder.name}_{part}.json").write_text(json.dumps(document))
            if folder.name == "zero_copy":
                for number, text in enumerate(broken(document)):
                    (corpus / f"{folder.name}_{part}_{number}.json").write_text(text)


def tokens_of(corpus):
    """Words that stand in the corpus, as a mutation may put them in."""
    words = set()
    is_json = False
    for file in sorted(corpus.iterdir()):
        if file.suffix == ".json":
            is_json = True
            try:
                words.update(f'\\"{word}\\"' for word in strings_in(json.loads(file.read_text()))
                             if word.isascii() and word.isprintable() and len(word) < 40 and not set(word) & set('"\\'))
            except ValueError:
                pass  # broken on purpose
        else:
            words.update(re.findall(r"[A-Za-z0-9_.+=:,/-]{1,40}", file.read_bytes().decode("ascii", "replace")))
    beside = ["null", "true", "-1", "1e308", "18446744073709551615", "[", "{}"] if is_json else ["-1", "1e308", "18446744073709551615"]
    return sorted(words) + beside


SEEDS = {"run_reader": seed_runs, "recording_reader": seed_traces}


def main(name, fuzzer, renderer, folder, seconds):
    seconds = os.environ.get("NETIO_FUZZ_SECONDS") or seconds
    with tempfile.TemporaryDirectory(dir=folder) as work:
        work = Path(work)
        corpus = work / "corpus"
        shutil.copytree(CORPUS / name, corpus)
        if name in SEEDS:
            SEEDS[name](renderer, work, corpus)
        dictionary = work / "words"
        dictionary.write_text("".join(f'"{token}"\n' for token in tokens_of(corpus)))
        done = subprocess.run([fuzzer, corpus, f"-max_total_time={seconds}", f"-dict={dictionary}", "-timeout=20",
                               "-rss_limit_mb=2048", f"-max_len={LONGEST.get(name, 8192)}", "-print_final_stats=1",
                               f"-artifact_prefix={folder}/{name}-"])  # fmt: skip
        return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
