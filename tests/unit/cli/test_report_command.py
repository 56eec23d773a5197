# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace report: where it writes, and what it refuses."""

import os
import shutil
import subprocess
import unittest

import command


def report(*arguments, **options):
    return command.run("report", *arguments, **options)


class ReportCommand(command.CommandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_file = cls.folder / "complete" / "run.json"
        cls.page = cls.folder / "page.html"

    def test_writes_a_file_and_says_so(self):
        done = report(self.run_file, "-o", self.page)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, rf"^wrote {self.page} \(\d+ KiB, 1 run\)")
        self.assertTrue(self.page.read_text(encoding="utf-8").startswith("<!doctype html>"))
        self.assertEqual(command.run("-q", "report", self.run_file, "-o", self.page).stdout, "")

    def test_standard_output_has_the_page_alone(self):
        report(self.run_file, "-o", self.page)
        done = report(self.run_file, "-o", "-")
        self.assertEqual(done.stdout, self.page.read_text(encoding="utf-8"))

    def test_standard_input_is_a_run(self):
        done = report("-", "-o", "-", input=self.run_file.read_text(encoding="utf-8"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"name":"standard input"', done.stdout)
        self.assert_refused(report("-", input=""), "read from standard input", "name the output with -o")

    def test_without_a_name_it_goes_beside_the_run(self):
        for run in (self.run_file, self.run_file.parent):
            done = report(run)
            self.assertEqual(done.returncode, 0, done.stderr)
            page = self.run_file.parent / "report.html"
            self.assertIn(str(page), done.stdout)
            page.unlink()
        self.assert_refused(report(self.run_file, self.folder / "exact"), "several runs given", "name the output with -o")

    def test_replaces_no_file_of_any_run_unless_forced(self):
        exact = self.folder / "exact"
        (exact / "cells.csv").write_text("cells")
        (exact / "histograms.csv").write_text("histograms")
        renamed = self.folder / "renamed.json"
        shutil.copy(exact / "run.json", renamed)
        link = self.folder / "link.html"
        link.symlink_to(self.run_file)
        hard_link = self.folder / "hard.html"
        hard_link.hardlink_to(self.run_file)
        read, of_a_run = "it is the input", "it is a file of a run"
        for output, why in ((self.run_file, read), (link, read), (hard_link, read), (exact / "run.json", of_a_run),
                            (exact / "cells.csv", of_a_run), (exact / "histograms.csv", of_a_run), (renamed, of_a_run)):
            for run in (self.run_file, self.run_file.parent):
                for export in ((), ("--export", "hgrm")):
                    with self.subTest(run=run, output=output, export=export):
                        before = output.read_bytes()
                        self.assert_refused(report(run, *export, "-o", output), why, "--force")
                        self.assertEqual(output.read_bytes(), before)
        self.assertTrue(link.is_symlink())
        for output in (renamed, exact / "cells.csv"):
            self.assertEqual(report(self.run_file, "-o", output, "--force").returncode, 0)
            self.assertTrue(output.read_text(encoding="utf-8").startswith("<!doctype html>"))

    def test_replaces_what_it_has_made(self):
        for options in ((), ("--export", "perfetto")):
            output = self.folder / "again"
            for _ in range(2):
                done = report(self.folder / "recorded", *options, "-o", output)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_link_stays_and_its_target_is_written(self):
        target = self.folder / "target.html"
        link = self.folder / "to-target.html"
        link.symlink_to("target.html")
        for _ in range(2):  # the target is missing, and is there
            done = report(self.run_file, "-o", link)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(link.is_symlink())
            self.assertTrue(target.read_text(encoding="utf-8").startswith("<!doctype html>"))

    def test_what_is_no_file_gets_the_page_alone(self):
        self.assertEqual(report(self.run_file, "-o", self.page).returncode, 0)
        page = self.page.read_text(encoding="utf-8")
        link = self.folder / "stdout"
        link.symlink_to("/proc/self/fd/1")
        # Not /dev/stdout: a program that replaces it, as root, must not have the machine's.
        for output in ("/proc/self/fd/1", link):
            done = report(self.run_file, "-o", output)
            self.assertEqual((done.returncode, done.stderr, done.stdout == page), (0, "", True), output)
        self.assertTrue(link.is_symlink())
        # A shell's file is written to where it stands, and is still the one that the shell has opened.
        with open(self.folder / "redirected", "w+", encoding="utf-8") as file:
            file.write("before\n")
            file.flush()
            report(self.run_file, "-o", link, stdout=file)
            file.seek(0)
            self.assertEqual(file.read(), "before\n" + page)
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        with command.start("report", self.run_file, "-o", pipe, stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(pipe.read_text(encoding="utf-8"), page)
            self.assertEqual(process.stdout.read(), "")
        self.assertEqual(process.returncode, 0)
        self.assertTrue(pipe.is_fifo())
        done = report(self.run_file, "--export", "hgrm", "-o", link)
        self.assertEqual(done.stdout, report(self.run_file, "--export", "hgrm", "-o", "-").stdout)

    def test_an_output_that_cannot_be_written(self):
        self.assert_refused(report(self.run_file, "-o", self.folder), "it is a folder")
        for options in ((), ("--export", "hgrm")):
            # Before the run is read, which may take its time: what is wrong with this one is not said.
            self.assert_refused(report(__file__, *options, "-o", self.folder / "none" / "page.html"), "no folder",
                                str(self.folder / "none"))
        for output in ("-", "/proc/self/fd/1"):
            with open("/dev/full", "w") as full:
                done = report(self.run_file, "-o", output, stdout=full)
            self.assertEqual(done.returncode, 1)
            self.assertIn("cannot write", done.stderr)

    def test_a_run_that_is_not_there_is_what_is_wrong(self):
        for options in ((), ("--export", "hgrm")):
            self.assert_refused(report("nowhere/run.json", *options), "nowhere/run.json", "cannot read")

    def test_runs_without_cells_and_files_that_are_none(self):
        self.assert_refused(report(self.folder / "empty", "-o", self.page), "no finished cell")
        self.assertEqual(report(self.folder / "empty", self.run_file, "-o", self.page).returncode, 0)
        self.assert_refused(report(self.folder / "none.json", "-o", self.page), "none.json")
        self.assert_refused(report(__file__, "-o", self.page), "test_report_command.py")
        self.assertEqual(report().returncode, 2)

    def test_a_failure_leaves_the_old_report(self):
        self.page.write_text("old")
        report(self.folder / "empty", "-o", self.page)
        self.assertEqual(self.page.read_text(), "old")
        self.assertEqual([file.name for file in self.folder.iterdir() if file.name.startswith(".")], [])

    def test_exports_go_to_a_folder_that_is_made_and_to_that_of_the_run(self):
        for run in (self.run_file, self.run_file.parent):
            done = report(run, "--export", "hgrm", "-o", f"{self.folder}/made/below/")
            self.assertEqual(done.returncode, 0, done.stderr)
            made = {file.name for file in (self.folder / "made" / "below").iterdir()}
            done = report(run.name, "--export", "hgrm", cwd=run.parent)
            self.assertEqual(done.returncode, 0, done.stderr)
            beside = {file.name for file in self.run_file.parent.glob("*.hgrm")}
            self.assertEqual(beside, made)
            self.assertTrue(made)
            for name in beside:
                (self.run_file.parent / name).unlink()


if __name__ == "__main__":
    unittest.main()
