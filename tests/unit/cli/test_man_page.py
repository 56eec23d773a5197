# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The man pages have the commands, options, defaults and examples that --help has, and no others."""

import fcntl
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import termios
import unittest

import command

TREE = pathlib.Path(__file__).parents[3]
FOLDER = TREE / "docs/man"
COMMON = {"--help", "--version", "--verbose", "--debug", "--quiet"}


def sections(page):
    """The text of each section."""
    text = page.read_text(encoding="utf-8").replace("\\-", "-").replace("\\(aq", "'")
    return dict(section.split("\n", 1) for section in text.split("\n.SH ")[1:])


def page_of(name):
    return FOLDER / f"netio-trace-{name}.1" if name else FOLDER / "netio-trace.1"


def commands():
    return re.findall(r"^  ([a-z]+) ", command.run("--help").stdout.partition("Subcommands:")[2].partition("Examples:")[0], re.M)


def options_of(section):
    """Each name of each option: its default or None. An entry is .TP, a line with the names, and text."""
    options = {}
    for entry in section.split(".TP\n")[1:]:
        tag, _, text = entry.partition("\n")
        default = re.search(r"default: ([^\s;]*[^\s;.,])[.;,]?$", text, re.M | re.I)
        options.update(dict.fromkeys(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", tag), default and default[1]))
    return options


class ManPages(command.CommandCase):
    def test_every_command_has_a_page(self):
        pages = ["netio-trace.1", *(f"netio-trace-{name}.1" for name in commands())]
        self.assertEqual(sorted(page.name for page in FOLDER.iterdir()), sorted(pages))
        listed = re.findall(r"^\.BR netio-trace-([a-z]+) \(1\)$", sections(page_of(""))["COMMANDS"], re.M)
        self.assertEqual(listed, commands())

    def test_pages_name_themselves_and_pages_that_exist(self):
        for page in FOLDER.iterdir():
            parts = sections(page)
            self.assertTrue(parts["NAME"].startswith(page.stem + " - "), page.name)
            for name in re.findall(r"netio-trace(?:-[a-z]+)? \(1\)", "".join(parts.values())):
                self.assertTrue((FOLDER / f"{name.split()[0]}.1").exists(), f"{page.name}: {name}")

    def test_every_page_has_the_examples_of_the_help(self):
        for name in ("", *commands()):
            lines = re.findall(r"^    (\S.*)$", command.run(*name.split(), "--help").stdout.partition("\nExamples:\n")[2], re.M)
            self.assertTrue(lines, f"{name} --help ends with examples")
            self.assertEqual(re.findall(r"^\.B (.*)$", sections(page_of(name))["EXAMPLES"], re.M), lines, name)

    def test_man_reads_every_page_without_a_complaint(self):
        if not shutil.which("groff"):
            self.skipTest("groff is not installed")
        pages = sorted(FOLDER.iterdir())
        done = subprocess.run(["groff", "-man", "-Kutf8", "-Tutf8", "-t", "-ww", "-z", *pages], capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_tells_how_many_runs_need_no_assumption(self):
        header = (TREE / "user/analysis/comparison.h").read_text(encoding="utf-8")
        enough = ("no", "one", "two", "three", "four", "five")[int(re.search(r"enough_runs = (\d);", header)[1])]
        for text in (sections(page_of("compare"))["OPTIONS"], command.run("compare", "--help").stdout):
            self.assertIn(f"both sides have {enough} runs or more", " ".join(text.split()))

    def test_every_page_has_every_option_with_its_default(self):
        self.assertEqual(set(options_of(sections(page_of(""))["OPTIONS"])), COMMON)
        for name in commands():
            section = sections(page_of(name)).get("OPTIONS", "")
            documented, shown = options_of(section), command.options_in_help(name)
            self.assertEqual(sorted(documented), sorted(set(shown) - COMMON), name)
            for option, default in documented.items():
                if default is None and re.search(rf"{option}\b[^\n]*\nAs for\n", section):
                    continue  # what another command's page says
                self.assertEqual(default, shown[option], f"{name} {option}")


class Help(command.CommandCase):
    def test_lines_fit_80_columns_without_a_terminal(self):
        for name in ("", *commands()):
            text = command.run(*name.split(), "--help").stdout
            self.assertEqual([line for line in text.partition("\nExamples:\n")[0].splitlines() if len(line) > 80], [], name)

    def test_lines_are_as_wide_as_the_terminal(self):
        def longest(columns):
            leader, follower = pty.openpty()
            fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("4H", 40, columns, 0, 0))
            command.run("run", "--help", stdout=follower)
            os.close(follower)
            text = b""
            try:
                while part := os.read(leader, 65536):
                    text += part
            except OSError:  # the end: nobody has the other side open
                pass
            os.close(leader)
            return max(map(len, text.decode().partition("\nExamples:\r\n")[0].splitlines()))

        self.assertTrue(70 < longest(72) <= 72)
        self.assertTrue(120 < longest(132) <= 132)


if __name__ == "__main__":
    unittest.main()
