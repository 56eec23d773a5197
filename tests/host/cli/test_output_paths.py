# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where the program writes as root, and as root through sudo: nothing that the caller could not write himself."""

import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import threading
import time
import unittest

import netio

# A user whom no machine has.
USER, GROUP = 54321, 54322
SUDO = {"SUDO_UID": str(USER), "SUDO_GID": str(GROUP), "SUDO_USER": "netio-test"}
ONE_CELL = ("--no-trace", "--variants", "A1", "--field-sizes", "64", "--warmup", "1")
SMALL = (*ONE_CELL, "--duration", "0.1")
RUN_FILES = ["cells.csv", "histograms.csv", "run.json"]


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def through_sudo(*arguments, **options):
    return netio.run(*arguments, env={**os.environ, **SUDO}, **options)


class OutputPaths(netio.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory(prefix="netio-")
        cls.addClassCleanup(folder.cleanup)
        os.chmod(folder.name, 0o755)
        cls.saved = pathlib.Path(folder.name) / "saved"
        done = netio.run("run", *SMALL, "--output", cls.saved)
        assert done.returncode == 0, done.stderr

    def setUp(self):
        super().setUp()
        os.chmod(self.folder, 0o755)
        self.users, self.roots = self.folder / "users", self.folder / "roots"
        self.users.mkdir()
        os.chown(self.users, USER, GROUP)
        self.roots.mkdir()

    def assert_done(self, result):
        self.assertEqual(result.returncode, 0, result.stderr + result.stdout)

    def assert_is_users(self, path):
        there = path.lstat()
        self.assertEqual((there.st_uid, there.st_gid), (USER, GROUP), path)

    def in_mount_namespace(self, script, *arguments, **options):
        """Runs a shell script that mounts what nobody else sees; $netio_trace is the program."""
        return subprocess.run(["unshare", "--mount", "--uts", "sh", "-ec", script, "sh", *map(str, arguments)],
                              env={**os.environ, "netio_trace": netio.PROGRAM, **options}, capture_output=True,
                              text=True, timeout=120)


class AsRoot(OutputPaths):
    def test_devices_of_the_machine_stay_what_they_are(self):
        """In a /dev of the test's own."""
        script = """
            mount -t tmpfs none /dev
            mknod /dev/null c 1 3
            ln -s /proc/self/fd /dev/fd
            ln -s /proc/self/fd/1 /dev/stdout
            for output in /dev/stdout /dev/fd/1 /dev/null; do "$netio_trace" report "$1" -o $output; done
            "$netio_trace" report "$1" -o /dev/stdout >"$2"
            ls -l /dev >&2
        """
        done = self.in_mount_namespace(script, self.saved, self.roots / "redirected")
        self.assert_done(done)
        self.assertEqual(done.stdout.count("<!doctype html>"), 2)
        self.assertTrue(done.stdout.startswith("<!doctype html>"))
        self.assertTrue(done.stdout.endswith("</html>\n"), done.stdout[-100:])
        self.assertTrue((self.roots / "redirected").read_text(encoding="utf-8").endswith("</html>\n"))
        self.assertRegex(done.stderr, r"stdout -> /proc/self/fd/1\n")
        self.assertRegex(done.stderr, r"\nc\S+ .* null\n")
        self.assertEqual(len(done.stderr.splitlines()), 4, done.stderr)

    def test_a_file_that_is_replaced_keeps_its_owner(self):
        page = self.users / "page.html"
        page.write_text("old")
        os.chown(page, USER, GROUP)
        os.chmod(page, 0o600)
        self.assert_done(netio.run("report", self.saved, "-o", page))
        self.assert_is_users(page)
        self.assertEqual(stat.S_IMODE(page.stat().st_mode), 0o600)
        self.assertTrue(page.read_text(encoding="utf-8").startswith("<!doctype html>"))

    def test_a_link_that_another_user_has_put_into_a_shared_folder_is_not_followed(self):
        shared = self.folder / "shared"
        shared.mkdir()
        os.chmod(shared, 0o1777)
        victim = self.roots / "victim"
        victim.write_text("precious")
        for target in (victim, self.roots / "missing"):
            link = shared / f"to-{target.name}"
            link.symlink_to(target)
            os.lchown(link, USER, GROUP)
            self.assert_one_line_error(netio.run("report", self.saved, "-o", link), 2, str(USER), "link")
        self.assertEqual(names_in(self.roots), ["victim"])
        self.assertEqual(victim.read_text(), "precious")

    def test_full_and_read_only_file_systems(self):
        script = """
            mount -t tmpfs -o size=16k none "$1"
            echo old >"$1/page.html"
            "$netio_trace" report "$2" -o "$1/page.html" || echo "exit code $?" >&2
            cat "$1/page.html"
            ls -A "$1"
            mount -o remount,ro "$1"
            "$netio_trace" report "$2" -o "$1/page.html" || echo "exit code $?" >&2
            "$netio_trace" run --output "$1/run" || echo "exit code $?" >&2
            "$netio_trace" run --output "$1" || echo "exit code $?" >&2
        """
        done = self.in_mount_namespace(script, self.roots, self.saved)
        self.assert_done(done)
        self.assertEqual(done.stdout, "old\npage.html\n")
        lines = done.stderr.splitlines()
        self.assertEqual(lines[1::2], ["exit code 1", "exit code 1", "exit code 2", "exit code 2"], done.stderr)
        self.assertIn("make room on the disk", lines[0])
        for line in lines[2::2]:
            self.assertIn("EROFS", line)
            self.assertIn("not mounted read-only", line)


class ThroughSudo(OutputPaths):
    def test_what_is_made_is_the_callers(self):
        done = through_sudo("run", *SMALL, "--output", self.users / "a" / "b", umask=0o027)
        self.assert_done(done)
        self.assert_done(through_sudo("run", *SMALL, cwd=self.users))
        self.assert_done(through_sudo("report", self.users / "a" / "b", umask=0o027))
        self.assert_done(through_sudo("report", self.users / "a" / "b", "--export", "hgrm", "-o", f"{self.users}/c/"))
        made = list(self.users.rglob("*"))
        self.assertEqual(len(made), len("a b c results DATE".split()) + 2 * len(RUN_FILES) + len(["report", "hgrm"]))
        for path in made:
            self.assert_is_users(path)
        for path in (self.users / "a").rglob("*"):
            self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o750 if path.is_dir() else 0o640, path)

    def test_nowhere_else(self):
        """By a path, by links, and from a folder of root's as the current one."""
        (self.users / "results").symlink_to(self.roots)
        (self.roots / "file").write_text("precious")
        (self.users / "page.html").symlink_to(self.roots / "file")
        (self.users / "new.html").symlink_to(self.roots / "new.html")
        for arguments, cwd in ((("run", "--output", self.roots / "run"), None),
                               (("run", "--output", self.roots), None),
                               (("run", "--output", "results"), self.users),
                               (("run", "--output", "results/run"), self.users),
                               (("run",), self.users),
                               (("run",), self.roots),
                               (("run", "--output", "run"), self.roots),
                               (("report", self.saved, "-o", self.roots / "page.html"), None),
                               (("report", self.saved, "-o", self.roots / "file"), None),
                               (("report", self.saved, "-o", "page.html"), self.users),
                               (("report", self.saved, "-o", "new.html"), self.users),
                               (("report", self.saved, "-o", "results/page.html"), self.users),
                               (("report", self.saved), None),
                               (("report", self.saved, "--export", "hgrm"), None),
                               (("report", self.saved, "--export", "hgrm", "-o", "results/below/"), self.users),
                               (("report", self.saved, "--export", "hgrm", "-o", f"{self.roots}/"), None)):
            with self.subTest(arguments=arguments, cwd=cwd):
                done = through_sudo(*arguments, *(SMALL if arguments[0] == "run" else ()), cwd=cwd)
                self.assertIn(done.returncode, (1, 2), done.stderr)
                self.assert_one_line_error(done, done.returncode, "EACCES", str(USER), "env -u SUDO_UID")
                self.assertEqual(names_in(self.roots), ["file"])
        self.assertEqual((self.roots / "file").read_text(), "precious")
        self.assertEqual(names_in(self.saved), RUN_FILES)
        for path in (self.roots, self.roots / "file"):
            self.assertEqual(path.stat().st_uid, 0)
        # Who may become root wholly still writes wherever root may.
        self.assert_done(netio.run("report", self.saved, "-o", self.roots / "page.html"))
        self.assert_done(netio.run("run", *SMALL, "--output", self.roots / "run"))

    def test_not_when_folders_are_swapped_for_links_at_any_moment(self):
        """Somebody renames the folder of the output all the time, and puts a link to root's in its place."""
        real, aside, link = self.users / "out", self.users / "aside", self.users / "link"
        real.mkdir()
        os.chown(real, USER, GROUP)
        link.symlink_to(self.roots)
        over = threading.Event()
        swaps = 0

        def swap():
            nonlocal swaps
            while not over.is_set():
                real.rename(aside)
                link.rename(real)
                time.sleep(0.0005)
                real.rename(link)
                aside.rename(real)
                swaps += 1
                time.sleep(0.0005)

        swapper = threading.Thread(target=swap)
        swapper.start()
        try:
            codes = {through_sudo("report", self.saved, "-o", real / f"{number}.html").returncode
                     for number in range(40)}
        finally:
            over.set()
            swapper.join()
        self.assertGreater(swaps, 40)
        self.assertLessEqual(codes, {0, 1, 2})
        self.assertEqual(names_in(self.roots), [])
        self.assertEqual(self.roots.stat().st_uid, 0)
        for page in real.iterdir():
            self.assert_is_users(page)

    def test_not_to_what_only_the_user_that_the_process_has_may_write(self):
        """Files of /proc/sys do not ask as whom a process reaches files. In a host name of the test's own."""
        done = self.in_mount_namespace("""
            hostname before
            "$netio_trace" report "$1" -o /proc/self/fd/0 </proc/sys/kernel/hostname || echo "exit code $?"
            "$netio_trace" report "$1" -o /proc/sys/kernel/hostname || echo "exit code $?"
            hostname
        """, self.saved, **SUDO)
        self.assertEqual(done.stdout, "exit code 2\nexit code 1\nbefore\n", done.stderr)

    def test_with_the_groups_that_the_caller_is_in(self):
        """As /etc/group has it, one of the test's own."""
        shared = self.folder / "shared"
        shared.mkdir()
        os.chown(shared, 0, GROUP + 1)
        os.chmod(shared, 0o770)
        groups = self.folder / "group"
        script = 'mount --bind "$1" /etc/group && exec "$netio_trace" report "$2" -o "$3"'
        for members, code in (("somebody", 2), ("somebody,netio-test", 0)):
            groups.write_text(f"root:x:0:\nshared:x:{GROUP + 1}:{members}\n")
            done = self.in_mount_namespace(script, groups, self.saved, shared / "page.html", **SUDO)
            self.assertEqual(done.returncode, code, done.stderr)
        self.assert_is_users(shared / "page.html")

    def test_nor_is_read_what_the_caller_may_not_read(self):
        """The error of what is no run.json quotes from it."""
        secret = self.roots / "secret"
        secret.write_text('"key of root\n')
        secret.chmod(0o600)
        closed = self.roots / "closed"
        closed.mkdir(mode=0o700)
        shutil.copytree(self.saved, closed / "run")
        for path in (secret, closed / "run", closed / "run" / "run.json"):
            for command in (("explain",), ("compare", self.saved), ("report", "-o", "page"), ("report", "--export", "hgrm", "-o", "hgrm")):
                with self.subTest(path=path, command=command):
                    done = through_sudo(*command, path, cwd=self.users)
                    self.assert_one_line_error(done, 2, "EACCES", f"files are read with the rights of user {USER}", "env -u SUDO_UID")
                    self.assertNotIn("key", done.stderr)
        self.assertEqual(names_in(self.users), [])
        self.assert_done(netio.run("explain", closed / "run"))
        self.assertIn("key of root", netio.run("explain", secret).stderr)
        # What is open already may be read.
        (closed / "run" / "run.json").chmod(0o600)
        for path in ("-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
            with self.subTest(path=path), open(closed / "run" / "run.json") as opened:
                self.assert_done(through_sudo("explain", path, stdin=opened))

    def test_root_who_calls_sudo_is_root(self):
        self.assert_done(netio.run("report", self.saved, "-o", self.roots / "page.html",
                                   env={**os.environ, "SUDO_UID": "0", "SUDO_GID": "0"}))


class RunFolders(OutputPaths):
    def test_runs_of_one_second_all_survive(self):
        runs = [self.start("run", *SMALL, cwd=self.folder) for _ in range(4)]
        for run in runs:
            self.assertEqual(run.wait(timeout=120), 0, run.stderr.read())
        folders = list((self.folder / "results").iterdir())
        self.assertEqual(len(folders), len(runs))
        for folder in folders:
            self.assertEqual(names_in(folder), RUN_FILES)
            self.assertEqual(len(json.loads((folder / "run.json").read_text())["cells"]), 1)

    def test_a_folder_belongs_to_one_run_unless_forced(self):
        output = self.folder / "out"
        self.assert_done(netio.run("run", *SMALL, "--output", output))
        before = {name: (output / name).read_bytes() for name in RUN_FILES}
        (output / "notes").write_text("mine")
        self.assert_one_line_error(netio.run("run", *SMALL, "--output", output), 2, "it holds a run", "--force")
        self.assertEqual({name: (output / name).read_bytes() for name in RUN_FILES}, before)
        self.assert_done(netio.run("run", *SMALL, "--output", output, "--force"))
        self.assertNotEqual((output / "run.json").read_bytes(), before["run.json"])
        self.assertEqual(names_in(output), sorted([*RUN_FILES, "notes"]))
        self.assert_one_line_error(netio.run("run", *SMALL, "--force"), 2, "--output")

    def test_two_runs_at_once_do_not_share_one(self):
        output = self.folder / "out"
        first = self.start("run", *ONE_CELL, "--duration", 30, "--output", output)
        self.wait_for_worker(first, "client")
        for options in ((), ("--force",)):
            self.assert_one_line_error(netio.run("run", *SMALL, "--output", output, *options), 2, "another run", "--output")
        first.terminate()
        self.assertEqual(first.wait(timeout=60), 130)
        self.assertFalse(output.exists())


if __name__ == "__main__":
    unittest.main()
