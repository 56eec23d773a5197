# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace as a whole: what it says of commands and options, and to whom it writes."""

import fcntl
import os
import pty
import re
import struct
import termios
import unittest

import command


class CommandLine(command.CommandCase):
    def test_a_command_that_is_none_is_named(self):
        self.assert_refused(command.run("walk"), "there is no command walk", "--help")
        self.assert_refused(command.run("-q", "walk", "--fast"), "there is no command walk")
        self.assert_refused(command.run(), "a command is missing", "--help")
        self.assert_refused(command.run("--fast"), "--fast")
        self.assert_refused(command.run("doctor", "explain"), "explain")

    def test_options_that_contradict_one_another(self):
        nowhere = self.folder / "nowhere"
        self.assert_refused(command.run("run", "--no-save", "--output", nowhere), "--no-save", "--output")
        self.assert_refused(command.run("run", "--no-save", "--no-trace", "--backend", "kprobe"), "--backend",
                            "--no-trace")
        for louder in ("-v", "--debug"):
            self.assert_refused(command.run("-q", louder, "explain", nowhere), "--quiet")
        self.assertFalse(nowhere.exists())

    def default_in_help(self, program, option):
        """What an option's line of --help says that holds without it. CLI11 writes TYPE=VALUE or, from 2.4 on, TYPE [VALUE]."""
        lines = [line for line in command.run(program, "--help").stdout.splitlines() if re.search(rf"{option}\b(?!-)", line)]
        self.assertEqual(len(lines), 1, lines)
        found = re.search(rf"{option}\s+[A-Z:]+(?:=(\S+)|\s+\[+(.*?)\])", lines[0])
        self.assertIsNotNone(found, lines[0])
        return (found[1] or found[2]).strip('"')

    def test_help_shows_what_holds_when_nothing_is_given(self):
        for option, value in (("--variants", "A1,A2,A3"), ("--field-sizes", "4096"), ("--threads", "1"), ("--duration", "2"),
                              ("--warmup", "32"), ("--repeats", "1"), ("--pattern", "rr"), ("--port", "8080")):
            self.assertEqual(self.default_in_help("run", option), value, option)
        for option, value in (("--pattern", "rr"), ("--port", "8080")):
            self.assertEqual(self.default_in_help("server", option), value, option)

    def explained_on_a_terminal(self, columns):
        """The lines that a terminal of so many columns gets, without colours."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        with open(ours, "rb", buffering=0) as screen:
            child = command.start("explain", self.folder / "complete", stdout=theirs)
            os.close(theirs)
            text = b""
            while True:
                try:
                    piece = screen.read(65536)
                except OSError:  # EIO: the other end is closed
                    break
                if not piece:
                    break
                text += piece
            self.assertEqual(child.wait(timeout=60), 0)
        return re.sub(r"\x1b\[[0-9;]*m", "", text.decode()).splitlines()

    def test_output_is_as_wide_as_the_terminal_from_80_to_100_columns(self):
        for columns, least, most in ((60, 70, 80), (90, 81, 90), (200, 91, 100), (0, 91, 100)):
            with self.subTest(columns=columns):
                widest = max(map(len, self.explained_on_a_terminal(columns)))
                self.assertTrue(least <= widest <= most, widest)


if __name__ == "__main__":
    unittest.main()
