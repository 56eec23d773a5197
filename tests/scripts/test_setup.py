# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""scripts/setup.sh on systems that this is not: what it would install, what it tells, and for which tests."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

SETUP = Path(__file__).resolve().parents[2] / "scripts/setup.sh"
DEBIAN = 'ID=debian\nVERSION_ID="13"\n'
UBUNTU = 'NAME="Linux Mint"\nID=linuxmint\nID_LIKE=ubuntu\n'
FEDORA = 'ID="nobara"\nID_LIKE="fedora"\n'
ARCH = "ID=manjaro\nID_LIKE=arch\n"
OTHER = "ID=nixos\n"

# Programs of a system: $INSTALLED is what it has, $AVAILABLE what its sources have; $CALLS is what apt-get was told.
FAKES = {
    "dpkg-query": 'for name; do :; done; case " $INSTALLED " in *" $name "*) printf installed;; *) exit 1;; esac',
    "rpm": 'for name; do :; done; case " $INSTALLED " in *" $name "*) ;; *) exit 1;; esac',
    "pacman": 'shift; for name; do case " $INSTALLED " in *" $name "*) ;; *) echo "$name"; status=127;; esac; done; exit $status',
    "apt-cache": """case $1 in pkgnames) for name in $AVAILABLE; do case $name in "$2"*) echo "$name";; esac; done; exit;; esac
case " $AVAILABLE " in *" $2 "*) echo "  Candidate: 1.0";; *) echo "  Candidate: (none)";; esac""",
    "apt-get": 'echo "$@" >>"$CALLS"',
    "sudo": 'while [ "$1" != -- ]; do shift; done; shift; "$@"',
}


class Setup(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-setup-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name, text in FAKES.items():
            (self.folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (self.folder / name).chmod(0o755)

    def setup(self, system, *arguments, installed="", available="", **environment):
        (self.folder / "os-release").write_text(system)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("NETIO_")}
        return subprocess.run(["bash", SETUP, *arguments], capture_output=True, text=True, timeout=60,
                              env={**inherited, "PATH": f"{self.folder}:{os.environ['PATH']}", "INSTALLED": installed,
                                   "AVAILABLE": available, "CALLS": str(self.folder / "calls"),
                                   "NETIO_OS_RELEASE": str(self.folder / "os-release"), **environment})

    def listed(self, system, *arguments, **environment):
        done = self.setup(system, "--list", *arguments, **environment)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return set(done.stdout.split())

    def installed_by_apt(self):
        calls = self.folder / "calls"
        lines = [line for line in calls.read_text().splitlines() if " install " in line] if calls.exists() else []
        return lines[0].split(" install ")[1].split() if lines else []

    def test_names_of_each_system(self):
        for system, names in ((DEBIAN, {"g++", "libcli11-dev"}), (UBUNTU, {"g++", "libcli11-dev"}),
                              (FEDORA, {"gcc-c++", "cli11-devel"}), (ARCH, {"gcc", "cli11"})):
            self.assertLessEqual(names, self.listed(system, "build"))

    def test_only_what_the_chosen_tests_need(self):
        heavy = {"chromium|chromium-browser", "qemu-system-x86", "libclang-rt-dev"}
        for arguments, expected in (((), heavy), (("-R", "Histogram"), heavy), (("-L", "unit"), set()),
                                    (("-L", "unit|host", "-j", "2"), set()), (("--label-regex", "^browser$"), {"chromium|chromium-browser"}),
                                    (("-L", "vm|fuzz", "-L", "fuzz"), {"libclang-rt-dev"}),
                                    (("-LE", "vm|browser"), {"libclang-rt-dev"}),
                                    (("-LE", "vm|browser", "-LE", "vm|fuzz"), heavy - {"qemu-system-x86"})):
            listed = self.listed(DEBIAN, "--tests", *arguments)
            self.assertEqual(listed & heavy, expected, arguments)
            self.assertLessEqual({"g++", "libgtest-dev", "python3"}, listed, "what tests are built with")
        for expression in ("packages", "unit|packages", "^packages$"):
            self.assertIn("debootstrap", self.listed(DEBIAN, "--tests", "-L", expression), expression)
        for arguments in ((), ("-L", "unit"), ("-LE", "unit")):
            self.assertNotIn("debootstrap", self.listed(DEBIAN, "--tests", *arguments), "those run only when they are asked for")
        self.assertIn("shellcheck", self.listed(DEBIAN, "--tests", "-L", "unit"))
        self.assertNotIn("shellcheck", self.listed(DEBIAN, "--tests", "-L", "host"))
        skipped = self.listed(DEBIAN, "--tests", NETIO_SKIP_VM="1", NETIO_SKIP_BROWSER="1")
        self.assertEqual(skipped & heavy, {"libclang-rt-dev"})

    def test_debian_installs_what_is_missing_by_the_name_that_its_sources_have(self):
        names = self.listed(DEBIAN, "browser", "vmlinux")
        others = " ".join(names - {"chromium|chromium-browser", "bpftool|linux-tools-generic", "lz4"})
        done = self.setup(UBUNTU, "browser", "vmlinux", installed=f"{others} linux-tools-generic", available="lz4 chromium-browser")
        self.assertEqual(done.returncode, 1, "the driver has no candidate")
        self.assertIn("chromium-driver or chromium-chromedriver", done.stderr)
        done = self.setup(UBUNTU, "browser", "vmlinux", installed=f"{others} linux-tools-generic chromium-driver",
                          available="lz4 chromium-browser")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(set(self.installed_by_apt()), {"lz4", "chromium-browser"})

    def test_oldest_and_newest_clang_of_the_system_for_tests_in_guests(self):
        clangs = "clang clang-9 clang-13 clang-22 clang-22-doc clang-14 clang-19"
        self.assertEqual(self.listed(DEBIAN, "clangs", AVAILABLE=clangs), {"clang-14", "clang-22"})
        self.assertLessEqual({"clang-14", "clang-22"}, self.listed(DEBIAN, "--tests", "-L", "vm", AVAILABLE=clangs))
        self.assertNotIn("clang-22", self.listed(DEBIAN, "vm", AVAILABLE=clangs), "scripts/vm.sh does without")
        self.assertEqual(self.listed(DEBIAN, "clangs", AVAILABLE="clang-16"), {"clang-16"})
        self.assertEqual(self.setup(DEBIAN, "clangs", installed="clang-14", available=clangs).returncode, 0)
        self.assertEqual(self.installed_by_apt(), ["clang-22"])

    def test_a_purpose_for_which_nothing_is_packaged(self):
        self.assertEqual(self.listed(FEDORA, "clangs"), set())

    def test_nothing_is_asked_for_when_all_is_there(self):
        for system in (DEBIAN, FEDORA, ARCH):
            names = " ".join(name.split("|")[0] for name in self.listed(system, "build"))
            done = self.setup(system, "build", installed=names)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("all packages for build are installed", done.stderr)
        self.assertEqual(self.installed_by_apt(), [])

    def test_elsewhere_it_tells_what_to_install(self):
        for system, words in ((FEDORA, ("sudo dnf install", "gcc-c++", "cli11-devel")), (ARCH, ("sudo pacman -S --needed", "gcc", "cli11")),
                              (OTHER, ("Debian's names", "g++", "libcli11-dev"))):
            done = self.setup(system, "build", installed="cmake")
            self.assertEqual(done.returncode, 1)
            for word in (*words, "NETIO_SKIP_SETUP=1", "chart.js"):
                self.assertIn(word, done.stderr)
            self.assertEqual("cmake" in done.stderr.split(), system == OTHER, "what is there is not told")
            self.assertEqual(self.setup(system, "build", NETIO_SKIP_SETUP="1").returncode, 0)

    def test_an_unknown_purpose(self):
        done = self.setup(DEBIAN, "biuld")
        self.assertEqual(done.returncode, 1)
        self.assertIn('"biuld"', done.stderr)
        self.assertIn("build", done.stderr)


if __name__ == "__main__":
    unittest.main()
