# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace as a whole: what it says of commands and options, and to whom it writes."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

import command


class CommandLine(command.CommandCase):
    def test_a_command_that_is_none_is_named(self):
        self.assert_refused(command.run("walk"), 'unknown command "walk" (netio-trace --help lists commands)')
        self.assert_refused(command.run("-q", "walk", "--fast"), 'unknown command "walk"')
        self.assert_refused(command.run("doktor"), 'unknown command "doktor" (did you mean doctor?)')
        self.assert_refused(command.run(), "no command given", "--help")
        self.assert_refused(command.run("doctor", "explain"), 'unexpected argument "explain"')

    def test_an_option_that_is_none_is_named_with_the_one_that_was_meant(self):
        for line, option, meant in (("--fast", "--fast", None), ("run --fast A1", "--fast", None),
                                    ("run --varaint A1", "--varaint", "--variant"), ("run --repeat=3", "--repeat", "--repeats"),
                                    ("explain --asignment x", "--asignment", "--assignment"),
                                    ("doctor --qiet", "--qiet", "--quiet")):
            hint = f"did you mean {meant}?" if meant else "--help lists"
            self.assert_refused(command.run(*line.split()), f"unknown option {option} (", hint)

    def test_what_was_typed_is_echoed_without_what_a_terminal_acts_on(self):
        hostile = "\x1b[31mX\u009b31mY\u202eZ\u2028\x7f"
        short = "run --no-trace --duration 0.01 --link loopback --variants A1 --field-sizes 64 "
        for line in (hostile, f"run --{hostile}", f"run --variants {hostile}", f"run --field-sizes {hostile}",
                     f"run --link {hostile}", f"run --sysctl {hostile}", f"run --sysctl {hostile}=1", f"run --preset {hostile}",
                     short + f"--no-save --events {hostile}", short + f"--no-save --congestion {hostile}",
                     short + f"--output /proc/{hostile}",
                     f"server --variant A1 --field-size 1 --max-threads 1 --listen {hostile}",
                     f"client --connect {hostile} --field-size 1 --threads 1", f"attach --pid {hostile}",
                     f"attach --by {hostile} --all", f"attach --timing {hostile} --all", f"show /{hostile}", f"show {self.folder}/complete --format {hostile}",
                     f"report /{hostile}", f"report {self.folder}/complete -o /proc/{hostile}", f"explain /{hostile}",
                     f"compare /{hostile} /{hostile}", f"compare {self.folder}/complete --metric {hostile}",
                     f"compare {self.folder}/complete --fail-if {hostile}", f"lab show {hostile}", f"lab check 1 /{hostile}",
                     f"lab grade /{hostile}", f"completion {hostile}"):  # fmt: skip
            with self.subTest(line=line):
                done = command.run(*line.split(" "), cwd=self.folder)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("[31mX31mYZ", done.stderr)
                for character in "\x1b\u009b\u202e\u2028\x7f":
                    self.assertNotIn(character, done.stdout + done.stderr)

    def test_a_terminal_without_colour_gets_none(self):
        def errors(**environment):
            main_end, other_end = pty.openpty()
            done = subprocess.run([os.environ["NETIO_TRACE"], "walk"], stderr=other_end, env=os.environ | environment, check=False)
            self.assertEqual(done.returncode, 2)
            os.close(other_end)
            with os.fdopen(main_end, "rb") as terminal:
                return terminal.read1(4096)

        self.assertIn(b"\x1b", errors(TERM="xterm", NO_COLOR=""))
        self.assertNotIn(b"\x1b", errors(TERM="dumb", NO_COLOR=""))
        self.assertNotIn(b"\x1b", errors(TERM="xterm", NO_COLOR="1"))

    def test_commands_to_go_on_with_are_as_the_program_was_called(self):
        bin_folder = self.folder / "with space"
        bin_folder.mkdir()
        link = bin_folder / "netio-trace"
        link.symlink_to(os.environ["NETIO_TRACE"])

        def shown(name, **options):
            done = subprocess.run([name, "show", self.folder / "complete"], stdout=subprocess.PIPE, text=True, check=True, **options)
            return " ".join(done.stdout.split())

        path = f"{bin_folder}:{os.environ['PATH']}"
        self.assertIn(f" netio-trace report {self.folder}/complete ", shown("netio-trace", env=os.environ | {"PATH": path}))
        self.assertIn(" ./netio-trace report ", shown("./netio-trace", cwd=bin_folder))
        self.assertIn(f" '{link}' report ", shown(link))
        self.assertIn(f" '{link}' explain ", shown(link))
        self.assert_refused(subprocess.run([link, "walk"], capture_output=True, text=True, check=False),
                            f"('{link}' --help lists commands)")

    def test_what_to_do_next_fits_the_run(self):
        def next_of(name):
            text = " ".join(command.run("show", self.folder / name).stdout.split())
            return text.partition(" Next: ")[2]

        for name, step in (("empty", "netio-trace doctor"), ("untraced", "the same as root and without --no-trace"),
                           ("complete", "the same with --field-sizes")):
            self.assertTrue(next_of(name).startswith(step), next_of(name))

    def test_options_have_the_same_names_in_all_commands(self):
        for name, pairs in (("run", ("variants variant", "field-sizes field-size", "threads max-threads")),
                            ("server", ("variant variants", "field-size field-sizes", "max-threads threads")),
                            ("client", ("field-size field-sizes", "threads max-threads")),
                            ("report", ("variant variants", "field-size field-sizes", "threads max-threads"))):
            for pair in pairs:
                names = ",".join(f"--{option}" for option in pair.split())
                self.assertIn(f"  {names} ", command.run(name, "--help").stdout, name)

    def test_an_error_has_the_name_of_the_option_that_was_typed(self):
        self.assert_refused(command.run("run", "--field-size", "4x"), '--field-size: "4x" is not a size')
        self.assert_refused(command.run("run", "--field-sizes", "4x"), '--field-sizes: "4x" is not a size')
        for name in ("--max-threads", "--threads"):
            self.assert_refused(command.run("run", f"{name}=1.5"), f"error: {name}: 1.5 is not a whole number: give 1 to 4,096")
        for end, name in (("server", "--threads"), ("client", "--max-threads"), ("show", "--max-threads")):
            self.assert_refused(command.run(end, f"{name}=9999"), f"error: {name}: 9999 is out of range: give 1 to 4,096")

    def test_an_option_that_takes_one_value_says_so(self):
        run = self.folder / "complete"
        for name in ("--variant", "--variants"):
            self.assert_refused(command.run("show", run, name, "A1,A2"),
                                f'error: {name} takes one variant, not "A1,A2" (known: A1, A2')
            self.assert_refused(command.run("server", name, "A1,A2", "--field-size=1", "--threads=1"),
                                f'error: {name} takes one variant, not "A1,A2" (known: A1, A2')

    def test_every_number_of_every_command_is_checked(self):
        run = self.folder / "complete"
        checked = 0
        for name, needed in (("run", ["--no-save"]), ("server", ["--variant=A1", "--field-size=1", "--threads=1"]),
                             ("client", ["--connect=127.0.0.1", "--field-size=1", "--threads=1"]), ("show", [run]),
                             ("report", [run]), ("compare", [run])):
            for names in re.findall(r"^  ((?:-\w,)?--\S+) (?:UINT|INT|FLOAT|MS)\b", command.run(name, "--help").stdout, re.M):
                option = names.split(",")[0]
                with self.subTest(command=name, option=option):
                    others = [word for word in needed if not str(word).startswith(option)]
                    said = command.run(name, *others, option, "x")
                    self.assert_refused(said, f'error: {option}: "x" is not a ')
                    self.assert_refused(command.run(name, *others, option, "0x10"), f'error: {option}: "0x10" is not a ')
                    self.assert_refused(command.run(name, *others, f"{option}=-1"), f"error: {option}: ")
                    checked += 1
        self.assertGreater(checked, 20)

    def test_the_number_of_values_is_told_in_words(self):
        for line, words in (("--duration 1 --duration 2", "error: --duration takes one value, and was given 2 times ("),
                            ("--field-sizes", "error: --field-sizes needs a value ("),
                            ("--field-size", "error: --field-size needs a value (")):
            self.assert_refused(command.run("run", "--no-save", *line.split()), words)
        self.assert_refused(command.run("server", "--variant=A1", "--threads=1", "--field-size", "64,128"),
                            'error: --field-size: takes one size, not "64,128"')
        self.assert_refused(command.run("run", "--no-save", "--no-trace", "--threads", "1,1"), "number of threads 1 is given twice")

    def test_answers_are_brief_and_have_their_evidence_with_v(self):
        brief = command.run("explain", "--assignment", self.folder / "crossing")
        long = command.run("explain", "--assignment", "-v", self.folder / "crossing")
        self.assertEqual((brief.returncode, long.returncode), (0, 0))
        for letter in "abcdef":
            self.assertIn(f"\n({letter}) ", brief.stdout)
        self.assertNotIn("  rests on  ", brief.stdout)
        self.assertIn("-v adds the figures", brief.stdout)
        self.assertGreaterEqual(long.stdout.count("  rests on  "), 5)

    def test_a_server_tells_the_port_that_it_was_given(self):
        with command.start("server", "--listen=127.0.0.1", "--port=0", "--variant=A1", "--field-size=1", "--threads=1",
                           stdout=subprocess.PIPE, text=True) as server:
            self.assertRegex(server.stdout.readline(), r"^listening on 127\.0\.0\.1 port [1-9]\d*$")
            server.terminate()

    def test_the_help_tells_the_variants_once(self):
        for name in ("run", "server"):
            self.assertEqual(len(re.findall(r"\bA1 \(", command.run(name, "--help").stdout)), 1, name)

    def test_the_ends_tell_of_an_option_what_run_tells(self):
        def texts(name):
            return {option: " ".join(text.split()) for option, text in
                    re.findall(r"^  (?:-\w,)?--([a-z-]+)\S*[^\n]*? {2,}(\S[^\n]*(?:\n {10,}[^\n]+)*)", command.run(name, "--help").stdout, re.M)}

        of_run = texts("run")
        for end in ("server", "client"):
            for option in ("pattern", "port", "nagle", "verify", "sndbuf", "rcvbuf", "pin", "think-time", "duration", "warmup"):
                if option in texts(end):
                    self.assertEqual(texts(end)[option], of_run[option], f"{end} --{option}")
        self.assertIn("think-time", texts("server"))
        self.assertIn("duration", texts("client"))

    def test_options_that_contradict_one_another(self):
        nowhere = self.folder / "nowhere"
        self.assert_refused(command.run("run", "--no-save", "--output", nowhere), "--no-save", "--output")
        self.assert_refused(command.run("run", "--no-save", "--no-trace", "--backend", "kprobe"), "--backend",
                            "--no-trace")
        for louder in ("-v", "--debug"):
            self.assert_refused(command.run("-q", louder, "explain", nowhere), "--quiet")
        self.assertFalse(nowhere.exists())

    def test_help_shows_what_holds_when_nothing_is_given(self):
        for option, value in (("--variants", "A1,A2,A3"), ("--field-sizes", "4096"), ("--threads", "1"), ("--duration", "2"),
                              ("--warmup", "32"), ("--repeats", "1"), ("--pattern", "rr"), ("--port", "8080")):
            self.assertEqual(command.options_in_help("run")[option], value, option)
        for option, value in (("--pattern", "rr"), ("--port", "8080")):
            self.assertEqual(command.options_in_help("server")[option], value, option)

    def on_a_terminal(self, columns, rows, *arguments, **environment):
        """What a terminal of this size gets."""
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        base = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm-256color"}
        with open(ours, "rb", buffering=0) as screen:
            child = command.start(*arguments, stdout=theirs, env=base | environment)
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
        return text.decode()

    def shown_on_a_terminal(self, columns, rows, run="complete"):
        text = self.on_a_terminal(columns, rows, "show", self.folder / run)
        return re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines()

    def test_output_is_as_wide_as_the_terminal(self):
        for columns, least, most in ((60, 70, 80), (90, 81, 90), (120, 101, 120), (200, 150, 200), (0, 91, 100)):
            with self.subTest(columns=columns):
                widest = max(map(len, self.shown_on_a_terminal(columns, 40)))
                self.assertTrue(least <= widest <= most, widest)

    def test_the_last_screen_has_the_answer(self):
        for columns, rows in ((80, 24), (120, 40), (200, 50)):
            for run in ("complete", "crossing", "damaged"):
                with self.subTest(columns=columns, rows=rows, run=run):
                    screen = "\n".join(self.shown_on_a_terminal(columns, rows, run)[-(rows - 1):])
                    # Where figures do not add up, that goes before a row more of them.
                    matters = "do not add up" if run == "damaged" else "copies"
                    for words in ("── ", "hroughput", matters, "[", "accounted", "Next: "):
                        self.assertIn(words, screen if words != "copies" else screen.lower())

    def test_explain_tells_of_a_word(self):
        done = command.run("explain", "Copy-In")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(done.stdout.startswith("copy_in\n  The copy from the program's buffer"), done.stdout)
        done = command.run("explain", "deferedcopy")
        self.assertEqual(done.returncode, 2)
        self.assertIn("or a word of the glossary: deferred_copy", done.stderr)

    def test_colour_is_for_terminals_that_take_it(self):
        run = self.folder / "complete"
        for arguments in (("show", run), ("explain", run), ("compare", run)):
            self.assertIn("\x1b[", self.on_a_terminal(80, 24, *arguments))
            for environment in ({"TERM": "dumb"}, {"NO_COLOR": "1"}):
                self.assertNotIn("\x1b", self.on_a_terminal(80, 24, *arguments, **environment), environment)
            self.assertNotIn("\x1b", command.run(*arguments).stdout)


if __name__ == "__main__":
    unittest.main()
