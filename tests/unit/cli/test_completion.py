# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What bash, zsh and fish complete, each asked as a user asks it."""

import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import tempfile
import time
import unittest

import command

PRESETS = ["assignment", "quick", "smoke"]
BACKENDS = ["auto", "fentry", "kprobe", "tracepoint"]


class Shell:
    """A shell that has the script that the program prints for it, in a folder with a few files."""

    adds_files = frozenset()  # those that it offers beside runs

    def __init__(self, name, folder):
        self.folder = pathlib.Path(folder)
        (self.folder / "some runs" / "first").mkdir(parents=True)
        (self.folder / "some.json").touch()
        for run in ("kept/one/run.json", "kept/one/trace.json", "kept/two 2/trace.json", "kept/no run/other.json", "kept.json"):
            (self.folder / run).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / run).touch()
        done = command.run("completion", name)
        assert done.returncode == 0, done.stderr
        self.script = self.folder / f"script.{name}"
        self.script.write_text(done.stdout)
        program = pathlib.Path(os.environ["NETIO_TRACE"]).parent
        self.environment = {**os.environ, "HOME": folder, "PATH": f"{program}:{os.environ['PATH']}", "TERM": "dumb"}

    def output_of(self, *arguments):
        done = subprocess.run(arguments, cwd=self.folder, env=self.environment, text=True, capture_output=True, timeout=60)
        assert done.returncode == 0 and not done.stderr, done
        return done.stdout.splitlines()


class Bash(Shell):
    ASK = """
        source "$1"
        COMP_LINE=$2 COMP_POINT=${#2}
        # The words as readline splits them: at = too.
        read -r -a COMP_WORDS <<<"${2//=/ = }"
        [[ $2 != *' ' && $2 != *= ]] || COMP_WORDS+=("")
        [[ $2 != *= ]] || unset 'COMP_WORDS[-1]'
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        handler=$(complete -p netio-trace)
        [[ $handler == "complete -F _netio_trace netio-trace" ]] || { echo "handled by: $handler"; exit; }
        _netio_trace
        [[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\\n' "${COMPREPLY[@]}"
    """

    def offers(self, line):
        return self.output_of("bash", "--norc", "-c", self.ASK, "bash", self.script, line)


class Fish(Shell):
    adds_files = frozenset({"kept/no run"})

    def offers(self, line):
        # What stands behind the tab is the description.
        lines = self.output_of("fish", "--no-config", "-c", 'source $argv[1]; complete -C "$argv[2]"', self.script, line)
        return [offered.split("\t")[0] for offered in lines]


class Zsh(Shell):
    """zsh completes in its line editor only: it gets a terminal, and what it offers goes to a file instead of the screen."""

    SET_UP = """
        PROMPT= RPROMPT=
        fpath=({folder}/functions $fpath)
        autoload -Uz compinit && compinit -u -D
        zstyle ':completion:*' verbose no
        compadd() {{
            # Where it is to fill arrays, nothing is offered yet.
            if [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\\ * ]]; then
                builtin compadd "$@"
                return
            fi
            local -a offered
            builtin compadd -O offered "$@"
            (( $#offered )) && print -rl -- ${{(Q)offered}} >>{folder}/offered
            builtin compadd "$@"
        }}
        complete-then-tell() {{ zle list-choices; print >>{folder}/done; zle kill-buffer }}
        zle -N complete-then-tell
        bindkey '^X' complete-then-tell
        print ready >>{folder}/done
    """

    def __init__(self, folder):
        super().__init__("zsh", folder)
        (self.folder / "functions").mkdir()
        shutil.copy(self.script, self.folder / "functions" / "_netio-trace")
        (self.folder / "set-up.zsh").write_text(self.SET_UP.format(folder=folder))

    def wait_for(self, terminal, lines):
        end = time.monotonic() + 60
        done = self.folder / "done"
        said = b""
        while not done.exists() or len(done.read_text().splitlines()) < lines:
            if select.select([terminal], [], [], 0.05)[0]:
                said += os.read(terminal, 65536)
            assert time.monotonic() < end, said.decode(errors="replace")

    def offers(self, line):
        for name in ("offered", "done"):
            (self.folder / name).unlink(missing_ok=True)
        process, terminal = pty.fork()
        if process == 0:
            os.chdir(self.folder)
            os.execvpe("zsh", ["zsh", "-f", "-i"], self.environment)
        try:
            os.write(terminal, b"source ./set-up.zsh\n")
            self.wait_for(terminal, 1)
            os.write(terminal, line.encode() + b"\x18")
            self.wait_for(terminal, 2)
        finally:
            os.close(terminal)
            os.waitpid(process, 0)
        offered = self.folder / "offered"
        # What can be followed by a value has = behind it, which zsh adds when it is chosen.
        return [offer.rstrip("=") for offer in offered.read_text().splitlines()] if offered.exists() else []


class Completion:
    """What every shell has to do; a class for each says which it is."""

    def assert_offers(self, line, expected):
        self.assertEqual(sorted(set(self.shell.offers(f"netio-trace {line}"))), sorted(expected), line)

    def options_in_help(self, name):
        text = command.run(name, "--help").stdout
        return set(re.findall(r"(?<![\w-])--[a-z0-9][a-z0-9-]*", "\n".join(re.findall(r"^  -.*?(?=\s{2,}|$)", text, re.M))))

    def commands_in_help(self):
        return re.findall(r"^  ([a-z]+) ", command.run("--help").stdout.partition("Subcommands:")[2].partition("Examples:")[0], re.M)

    def test_commands(self):
        commands = self.commands_in_help()
        self.assertIn("run", commands)
        self.assert_offers("", commands)
        self.assert_offers("re", ["report"])

    def test_every_option_of_every_command(self):
        for name in self.commands_in_help():
            with self.subTest(command=name):
                options = self.options_in_help(name) | {"--help", "--verbose", "--debug", "--quiet", "--version"}
                offered = {offer for offer in self.shell.offers(f"netio-trace {name} --") if offer.startswith("--")}
                self.assertEqual(offered, options)

    def test_sets_of_values(self):
        self.assert_offers("run --preset ", PRESETS)
        self.assert_offers("run --preset s", ["smoke"])
        self.assert_offers("run --backend ", BACKENDS)
        self.assert_offers("-v run --pattern ", ["rr", "stream"])
        self.assert_offers("server --variant ", ["A0", "A1", "A2", "A3"])
        self.assert_offers("compare --by ", ["field-size", "run", "threads", "variant"])
        self.assert_offers("compare --format ", ["csv", "json", "text"])
        self.assert_offers("explain --format ", ["json", "text"])
        for option in ("show --format ", "report --export "):
            self.assert_offers(option, ["csv", "folded", "hgrm", "histograms", "html", "json", "perfetto", "text"])
        self.assert_offers("completion ", ["bash", "fish", "zsh"])

    def test_what_only_the_user_knows(self):
        self.assert_offers("run --duration ", [])
        self.assertEqual([offer for offer in self.shell.offers("netio-trace doctor ") if not offer.startswith("-")], [])

    def test_a_flag_takes_no_value(self):
        for flag in ("--verify", "-q", "--debug"):
            self.assert_offers(f"run {flag} --pres", ["--preset"])
            self.assert_offers(f"run {flag} --pattern ", ["rr", "stream"])
        for flag in ("-v", "--verbose", "--debug", "-q"):
            self.assert_offers(f"{flag} rep", ["report"])

    def test_files_and_folders(self):
        offers = {offer.rstrip("/") for offer in self.shell.offers("netio-trace report some")}
        self.assertEqual(offers, {"some runs", "some.json"})
        offers = {offer.rstrip("/") for offer in self.shell.offers("netio-trace run --output some")}
        self.assertEqual(offers, {"some runs"})


    def test_runs(self):
        """Folders that have a run or a trace, also one level below; a shell may add what else begins so."""
        for line in ("show ", "show k", "report kept", "compare kept/", "explain kept/"):
            offers = {offer.rstrip("/") for offer in self.shell.offers(f"netio-trace {line}")}
            self.assertLessEqual({"kept/one", "kept/two 2"}, offers, line)
            self.assertNotIn("kept/no run", offers - self.shell.adds_files, line)


    def test_labs(self):
        actions, labs = {"list", "show", "start", "check", "grade"}, {"1", "2"}
        self.assertLessEqual(actions, set(self.shell.offers("netio-trace lab ")))
        self.assert_offers("lab gr", ["grade"])
        offers = {offer.rstrip("/") for offer in self.shell.offers("netio-trace lab check ")}
        self.assertLessEqual(labs | {"some runs", "some.json"}, offers)


class CompletionOfBash(Completion, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-completion-")
        self.addCleanup(folder.cleanup)
        self.shell = Bash("bash", folder.name)

    def test_value_behind_equals(self):
        self.assert_offers("run --backend=", BACKENDS)
        self.assert_offers("run --backend=k", ["kprobe"])

    def test_several_values(self):
        self.assert_offers("run --variants ", ["A0", "A1", "A2", "A3"])
        self.assert_offers("run --variants A1,", ["A1,A0", "A1,A1", "A1,A2", "A1,A3"])


class CompletionOfFish(Completion, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-completion-")
        self.addCleanup(folder.cleanup)
        self.shell = Fish("fish", folder.name)

    def test_several_values(self):
        offers = self.shell.offers("netio-trace run --variants A1,")
        self.assertEqual([offer.rstrip(",") for offer in offers], ["A1,A0", "A1,A1", "A1,A2", "A1,A3"])


class CompletionOfZsh(Completion, unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-completion-")
        self.addCleanup(folder.cleanup)
        self.shell = Zsh(folder.name)

    def test_several_values(self):
        self.assert_offers("run --variants A1,", ["A0", "A2", "A3"])


if __name__ == "__main__":
    unittest.main()
