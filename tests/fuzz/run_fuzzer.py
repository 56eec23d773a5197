#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the fuzzer for a time: run_fuzzer.py FUZZER RENDER_FIXED_RUNS FOLDER SECONDS

It starts from what the fixed runs look like, with all the words that stand in them as a dictionary. What crashes the
reader is left in FOLDER as crash-*, and `FUZZER crash-...` shows it again.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path


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


def main(fuzzer, renderer, folder, seconds):
    with tempfile.TemporaryDirectory(dir=folder) as work:
        work = Path(work)
        subprocess.run([renderer, work / "runs"], check=True)
        corpus = work / "corpus"
        corpus.mkdir()
        words = set()
        for name, parts in (("empty", ()), ("untraced", ()), ("one_cell", ...), ("recorded", ("timeline", "stacks"))):
            text = (work / "runs" / name / "run.json").read_text()
            run = json.loads(text)
            run = smaller(run)
            (corpus / f"{name}.json").write_text(json.dumps(run))
            for part, document in fragments(run):
                (corpus / f"{name}_{part}.json").write_text(json.dumps(document))
                if parts is ... or part in parts:
                    for number, text in enumerate(broken(document)):
                        (corpus / f"{name}_{part}_{number}.json").write_text(text)
            words.update(strings_in(run))
        dictionary = work / "words"
        plain = sorted(word for word in words if word.isascii() and word.isprintable() and len(word) < 40
                       and '"' not in word and "\\" not in word and word)  # fmt: skip
        tokens = [f'\\"{word}\\"' for word in plain] + ["null", "true", "-1", "1e308", "18446744073709551615", "[", "{}"]
        dictionary.write_text("".join(f'"{token}"\n' for token in tokens))
        done = subprocess.run([fuzzer, corpus, f"-max_total_time={seconds}", f"-dict={dictionary}", "-timeout=20",
                               "-rss_limit_mb=2048", "-max_len=65536", "-print_final_stats=1",
                               f"-artifact_prefix={folder}/"])  # fmt: skip
        return done.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
