# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Command lines of netio-trace in the documents name commands and options that there are."""

import pathlib
import re
import shlex
import unittest

import command

TREE = pathlib.Path(__file__).parents[3]
COMMON = {"--help", "--version", "--verbose", "--debug", "--quiet"}


def documents():
    return [TREE / "README.md", *sorted(path for path in (TREE / "docs").rglob("*.md") if path.name != "changelog.md")]


def command_lines(text):
    """What begins with netio-trace in a line of a block or between backticks, to the end of the command."""
    code = re.findall(r"^```.*?^```$", text, re.M | re.S) + re.findall(r"(?<!`)`([^`]+)`(?!`)", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S))
    for block in code:
        for line in re.sub(r"\\\n\s*", "", block).splitlines():
            if found := re.match(r"\s*(?:sudo |source <\(|scripts/vm\.sh [^#]*-- )?(?:env -u SUDO_UID )?netio-trace ([a-z]+)\b(.*)$", line):
                yield found[1], re.split(r" #| \||; | &$|\)$", found[2])[0]


class DocumentedCommands(command.CommandCase):
    def setUp(self):
        self.known = {}

    def options(self, name):
        if name not in self.known:
            self.known[name] = set(command.options_in_help(name)) | COMMON
        return self.known[name]

    def test_commands_and_options_exist(self):
        commands = set(re.findall(r"^  ([a-z]+) ", command.run("--help").stdout.partition("Subcommands:")[2].partition("Examples:")[0], re.M))
        actions = re.findall(r"[a-z]+", command.run("lab", "--help").stdout.partition("ACTION REQUIRED")[2].partition("OPERAND")[0])
        seen = 0
        for document in documents():
            for name, rest in command_lines(document.read_text(encoding="utf-8")):
                where = f"{document.relative_to(TREE)}: netio-trace {name}{rest}"
                self.assertIn(name, commands, where)
                try:
                    words = shlex.split(rest)
                except ValueError:  # the line goes on in a quotation
                    words = rest.split()
                words = words[:words.index("--")] if "--" in words else words
                for word in words:
                    if word.startswith("--"):
                        self.assertIn(word.partition("=")[0], self.options(name), where)
                if name == "lab" and words:
                    self.assertIn(words[0], actions, where)
                seen += 1
        self.assertGreater(seen, 40)


if __name__ == "__main__":
    unittest.main()
