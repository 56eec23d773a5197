# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""netio-trace report: where it writes, and what it refuses."""

import os
import pathlib
import subprocess
import tempfile
import unittest


def report(*arguments, **options):
    command = [os.environ["NETIO_TRACE"], *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


class ReportCommand(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="netio-report-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        subprocess.run([os.environ["NETIO_FIXED_RUNS"], str(cls.folder)], check=True)
        cls.run_file = cls.folder / "complete" / "run.json"
        cls.page = cls.folder / "page.html"

    def assert_refused(self, done, *words):
        self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_writes_a_file_and_says_so(self):
        done = report("report", self.run_file, "-o", self.page)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, rf"^wrote {self.page} \(\d+ KiB, 1 run\)")
        self.assertTrue(self.page.read_text(encoding="utf-8").startswith("<!doctype html>"))
        self.assertEqual(report("-q", "report", self.run_file, "-o", self.page).stdout, "")

    def test_standard_output_has_the_page_alone(self):
        report("report", self.run_file, "-o", self.page)
        done = report("report", self.run_file, "-o", "-")
        self.assertEqual(done.stdout, self.page.read_text(encoding="utf-8"))

    def test_standard_input_is_a_run(self):
        done = report("report", "-", "-o", "-", input=self.run_file.read_text(encoding="utf-8"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('"name":"standard input"', done.stdout)
        self.assert_refused(report("report", "-", input=""), "name a file with -o")

    def test_without_a_name_it_goes_beside_the_run(self):
        for run in (self.run_file, self.run_file.parent):
            done = report("report", run)
            self.assertEqual(done.returncode, 0, done.stderr)
            page = self.run_file.parent / "report.html"
            self.assertIn(str(page), done.stdout)
            page.unlink()
        self.assert_refused(report("report", self.run_file, self.folder / "exact"), "name a file with -o")

    def test_never_overwrites_a_run(self):
        before = self.run_file.read_bytes()
        link = self.folder / "link.html"
        link.symlink_to(self.run_file)
        for run, output in ((self.run_file, self.run_file), (self.run_file.parent, self.run_file), (self.run_file, link)):
            self.assert_refused(report("report", run, "-o", output), "it is the run that is to be shown")
        self.assertEqual(self.run_file.read_bytes(), before)

    def test_an_output_that_cannot_be_written(self):
        self.assert_refused(report("report", self.run_file, "-o", self.folder), "it is a folder")
        done = report("report", self.run_file, "-o", self.folder / "none" / "page.html")
        self.assertEqual(done.returncode, 1)
        self.assertIn("No such file or directory", done.stderr)
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.assert_refused(report("report", self.run_file, "-o", pipe), "no ordinary file")
        self.assertTrue(pipe.is_fifo())
        with open("/dev/full", "w") as full:
            done = subprocess.run([os.environ["NETIO_TRACE"], "report", self.run_file, "-o", "-"], stdout=full,
                                  stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cannot write to standard output", done.stderr)

    def test_runs_without_cells_and_files_that_are_none(self):
        self.assert_refused(report("report", self.folder / "empty", "-o", self.page), "nothing to show", "no cell")
        self.assertEqual(report("report", self.folder / "empty", self.run_file, "-o", self.page).returncode, 0)
        self.assert_refused(report("report", self.folder / "none.json", "-o", self.page), "none.json")
        self.assert_refused(report("report", __file__, "-o", self.page), "test_report_command.py")
        self.assertEqual(report("report").returncode, 2)

    def test_a_failure_leaves_the_old_report(self):
        self.page.write_text("old")
        report("report", self.folder / "empty", "-o", self.page)
        self.assertEqual(self.page.read_text(), "old")
        self.assertEqual([file.name for file in self.folder.iterdir() if file.name.startswith("page.html.")], [])


if __name__ == "__main__":
    unittest.main()
