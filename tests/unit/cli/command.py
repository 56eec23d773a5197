# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Runs the commands that read saved runs, on the made-up runs of tests/golden."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import jsonschema

os.environ.pop("SUDO_UID", None)  # or, under sudo, the program would write with the caller's rights


def run(*arguments, **options):
    """As if it was found in PATH: commands in its output have its plain name."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "timeout": 60, **options}
    return subprocess.run(["netio-trace", *map(str, arguments)], executable=os.environ["NETIO_TRACE"], **options)


def start(*arguments, **options):
    """Goes on in the background."""
    return subprocess.Popen([os.environ["NETIO_TRACE"], *map(str, arguments)], **options)


def options_in_help(name):
    """Each name of each option that a command's help shows: what holds without it, or None. CLI11 writes TYPE=VALUE or, from 2.4
    on, TYPE [VALUE]; NAME=VALUE is a type."""
    options = {}
    for line in run(name, "--help").stdout.splitlines():
        if found := re.match(r"  (-\S+)((?: \S+)*)", line):
            default = re.search(r"(?<!NAME)=(\S+)|(?<! in) \[+([^]]*)\]", found[2])
            default = default and (default[1] or default[2]).strip('[]"')
            options.update(dict.fromkeys((word for word in found[1].split(",") if word.startswith("--")), default))
    return options


def schema_checker(name):
    """Of what a command prints: the schema of that name in docs/."""
    path = pathlib.Path(__file__).parents[3] / "docs" / f"{name}.schema.json"
    schema = json.loads(path.read_text())
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, resolver=jsonschema.RefResolver(path.as_uri(), schema))


class CommandCase(unittest.TestCase):
    """`folder` has a folder with a run.json for each of the made-up runs."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="netio-command-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        subprocess.run([os.environ["NETIO_FIXED_RUNS"], str(cls.folder)], check=True)

    def assert_refused(self, done, *words):
        """Exit code 2, nothing on standard output, and one line that has the words."""
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)
