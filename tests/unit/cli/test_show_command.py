# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace show: a saved run as `run` printed it, and in each other format; and what each command says of a folder that is
no run's."""

import fcntl
import os
import pathlib
import shutil
import struct
import termios
import unittest

import command

GOLDEN = pathlib.Path(__file__).parents[2] / "golden"


def show(*arguments, **options):
    return command.run("show", *arguments, **options)


class ShowCommand(command.CommandCase):
    def test_prints_what_run_printed(self):
        folder = self.folder / "results" / "example"
        shutil.copytree(self.folder / "complete", folder)
        done = show("results/example", cwd=self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, (GOLDEN / "complete.txt").read_text(encoding="utf-8"))
        self.assertIn("netio-trace explain . ", show("run.json", cwd=folder).stdout)
        read = show("-", input=(folder / "run.json").read_text(encoding="utf-8"))
        self.assertNotIn("saved to", read.stdout)

    def test_names_what_was_read_and_the_files_that_are_there(self):
        folder = self.folder / "some" / "mixed"
        shutil.copytree(self.folder / "complete", folder)
        (folder / "cells.csv").unlink()
        shutil.copy(self.folder / "exact" / "run.json", folder / "other.json")

        def words(name):
            return " ".join(show(name, cwd=folder).stdout.split())

        self.assertIn(f"saved to {folder}/: run.json, histograms.csv ", words(folder))
        for subcommand in ("report", "explain"):
            self.assertIn(f"netio-trace {subcommand} other.json", words("other.json"))
            self.assertNotIn(f"netio-trace {subcommand} .", words("other.json"))
        self.assertIn("read from other.json ", words("other.json"))
        self.assertNotIn("run.json", words("other.json"))

    def test_makes_the_files_of_a_run_again(self):
        run = self.folder / "exact"
        for name in ("run.json", "cells.csv", "histograms.csv"):
            made = {"run.json": "json", "cells.csv": "csv", "histograms.csv": "histograms"}[name]
            self.assertEqual(show(run, "--format", made).stdout, (run / name).read_text(encoding="utf-8"))
        self.assertTrue(show(run, "--format", "html").stdout.startswith("<!doctype html>"))

    def test_has_colour_and_the_width_of_a_terminal(self):
        for environment, colour in (({}, True), ({"NO_COLOR": "1"}, False)):
            reader, writer = os.openpty()
            fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
            with command.start("show", self.folder / "untraced", stdout=writer, env={**os.environ, **environment}) as process:
                os.close(writer)
                shown = b""
                try:
                    while piece := os.read(reader, 65536):
                        shown += piece
                except OSError:  # the other end is closed
                    pass
            os.close(reader)
            self.assertEqual(process.returncode, 0)
            self.assertEqual(b"\x1b[" in shown, colour, environment)
            if not colour:
                self.assertLessEqual(max(map(len, shown.decode().splitlines())), 80)

    def test_shows_chosen_cells(self):
        whole = show(self.folder / "complete", "--format", "csv").stdout.splitlines()
        chosen = show(self.folder / "complete", "--format", "csv", "--variant", "A2").stdout.splitlines()
        self.assertEqual(chosen, [line for line in whole if line.startswith(("variant,", "A2,"))])
        self.assertLess(len(chosen), len(whole))
        self.assert_refused(show(self.folder / "complete", "--threads", 77), "no such cell")

    def test_what_makes_several_files_is_chosen_from(self):
        self.assert_refused(show(self.folder / "complete", "--format", "hgrm"), "files of this run", "--export hgrm")
        done = show(self.folder / "complete", "--format", "hgrm", "--variant", "A1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("Percentile", done.stdout)

    def test_a_format_that_is_unknown(self):
        self.assert_refused(show(self.folder / "complete", "--format", "pdf"), 'unknown format "pdf"', "text, html, json")

    def test_a_run_without_cells_says_so(self):
        self.assertIn("No cell was finished", show(self.folder / "empty").stdout)

    def test_a_file_of_version_1_0_0_is_read_by_each_command(self):
        file = GOLDEN / "one_cell_1.0.0.json"
        for arguments in (("show",), ("explain",), ("compare", file), ("report", "-o", self.folder / "old.html")):
            done = command.run(arguments[0], file, *arguments[1:])
            self.assertEqual((done.returncode, done.stderr), (0, ""), arguments)

    def test_a_folder_of_several_runs_names_the_newest(self):
        results = self.folder / "several"
        for age, name in enumerate(("complete", "exact", "untraced")):
            shutil.copytree(self.folder / name, results / name)
            os.utime(results / name / "run.json", (1e9 - age, 1e9 - age))
        (results / "notes").mkdir()
        for subcommand in ("show", "explain", "report", "compare"):
            self.assert_refused(command.run(subcommand, results), f"{results} is not the folder of a run", "it has 3 runs in it",
                                f"the newest: {results}/complete")

    def test_a_folder_without_a_run(self):
        nothing = self.folder / "nothing"
        nothing.mkdir()
        self.assert_refused(show(nothing), f"{nothing} is not the folder of a run", "it has no run.json")


if __name__ == "__main__":
    unittest.main()
