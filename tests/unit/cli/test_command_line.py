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

    def test_help_shows_what_holds_when_nothing_is_given(self):
        text = command.run("run", "--help").stdout
        for option in ("--variants VARIANT=A1,A2,A3", "--field-sizes UINT:SIZE=4096", "--threads UINT=1", "--duration FLOAT=2",
                       "--warmup UINT=32", "--repeats UINT=1", "--pattern PATTERN=rr", "--port UINT=8080"):
            self.assertIn(option, text)
        text = command.run("server", "--help").stdout
        for option in ("--pattern PATTERN=rr", "--port UINT=8080"):
            self.assertIn(option, text)

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
