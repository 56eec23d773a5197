# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace report: where it writes, and what it refuses."""

import os
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
        self.assert_refused(report("-", input=""), "name a file with -o")

    def test_without_a_name_it_goes_beside_the_run(self):
        for run in (self.run_file, self.run_file.parent):
            done = report(run)
            self.assertEqual(done.returncode, 0, done.stderr)
            page = self.run_file.parent / "report.html"
            self.assertIn(str(page), done.stdout)
            page.unlink()
        self.assert_refused(report(self.run_file, self.folder / "exact"), "name a file with -o")

    def test_never_overwrites_a_run(self):
        before = self.run_file.read_bytes()
        link = self.folder / "link.html"
        link.symlink_to(self.run_file)
        for run, output in ((self.run_file, self.run_file), (self.run_file.parent, self.run_file), (self.run_file, link)):
            self.assert_refused(report(run, "-o", output), "it is the run that is to be read")
        self.assertEqual(self.run_file.read_bytes(), before)

    def test_an_output_that_cannot_be_written(self):
        self.assert_refused(report(self.run_file, "-o", self.folder), "it is a folder")
        for options in ((), ("--export", "hgrm")):
            # Before the run is read, which may take its time: what is wrong with this one is not said.
            self.assert_refused(report(__file__, *options, "-o", self.folder / "none" / "page.html"), "no folder",
                                str(self.folder / "none"))
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.assert_refused(report(self.run_file, "-o", pipe), "no ordinary file")
        self.assertTrue(pipe.is_fifo())
        with open("/dev/full", "w") as full:
            done = report(self.run_file, "-o", "-", stdout=full)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output", done.stderr)

    def test_runs_without_cells_and_files_that_are_none(self):
        self.assert_refused(report(self.folder / "empty", "-o", self.page), "nothing to show", "no cell")
        self.assertEqual(report(self.folder / "empty", self.run_file, "-o", self.page).returncode, 0)
        self.assert_refused(report(self.folder / "none.json", "-o", self.page), "none.json")
        self.assert_refused(report(__file__, "-o", self.page), "test_report_command.py")
        self.assertEqual(report().returncode, 2)

    def test_a_failure_leaves_the_old_report(self):
        self.page.write_text("old")
        report(self.folder / "empty", "-o", self.page)
        self.assertEqual(self.page.read_text(), "old")
        self.assertEqual([file.name for file in self.folder.iterdir() if file.name.startswith("page.html.")], [])


if __name__ == "__main__":
    unittest.main()
