# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The man page has the commands, options and defaults that --help has, and no others."""

import pathlib
import re
import unittest

import command

PAGE = pathlib.Path(__file__).parents[3] / "docs/netio-trace.1"
COMMON = {"--help", "--version", "--verbose", "--debug", "--quiet"}


def sections():
    """The text of each subsection of COMMANDS."""
    commands = PAGE.read_text(encoding="utf-8").replace("\\-", "-").split("\n.SH COMMANDS\n")[1].split("\n.SH ")[0]
    return dict(section.split("\n", 1) for section in commands.split(".SS ")[1:])


def options_of(section):
    """Each name of each option: its default or None. An entry is .TP, a line with the names, and text."""
    options = {}
    for entry in section.split(".TP\n")[1:]:
        tag, _, text = entry.partition("\n")
        default = re.search(r"default: ([^\s;]*[^\s;.,])[.;,]?$", text, re.M | re.I)
        options.update(dict.fromkeys(re.findall(r"(?<![\w-])--[a-z][a-z0-9-]*", tag), default and default[1]))
    return options


class ManPage(command.CommandCase):
    def test_has_every_command(self):
        commands = re.findall(r"^  ([a-z]+) ", command.run("--help").stdout.partition("Subcommands:")[2], re.M)
        self.assertEqual(sorted(sections()), sorted([*commands, "All commands"]))

    def test_tells_how_many_runs_need_no_assumption(self):
        header = (PAGE.parents[1] / "user/analysis/comparison.h").read_text(encoding="utf-8")
        enough = ("no", "one", "two", "three", "four", "five")[int(re.search(r"enough_runs = (\d);", header)[1])]
        for text in (sections()["compare"], command.run("compare", "--help").stdout):
            self.assertIn(f"both sides have {enough} runs or more", " ".join(text.split()))

    def test_has_every_option_with_its_default(self):
        for name, section in sections().items():
            if name == "All commands":
                self.assertEqual(set(options_of(section)), COMMON)
                continue
            documented, shown = options_of(section), command.options_in_help(name)
            self.assertEqual(sorted(documented), sorted(set(shown) - COMMON), name)
            for option, default in documented.items():
                if default is None and re.search(rf"{option}\b[^\n]*\nAs for\n", section):
                    continue  # what another command's section says
                self.assertEqual(default, shown[option], f"{name} {option}")


if __name__ == "__main__":
    unittest.main()
