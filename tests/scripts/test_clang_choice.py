# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which clang compiles the BPF programs, on systems that have other ones."""
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

MODULES = Path(__file__).resolve().parents[2] / "scripts/cmake"
CMAKE = shutil.which("cmake")

SCRIPT = f"""
list(APPEND CMAKE_MODULE_PATH "{MODULES}")
include(NetioBpf)
message("CLANG ${{CLANG}} ${{NETIO_CLANG_VERSION}}")
netio_clangs(versions)
message("CLANGS ${{versions}} ${{CLANG_22}}")
"""


class ClangChoice(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-clang-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "script.cmake").write_text(SCRIPT)
        self.program("bpftool", "")

    def program(self, name, text):
        (self.folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.folder / name).chmod(0o755)

    def clang(self, name, version, with_bpf=True):
        self.program(name, f"echo '#define __clang_major__ {version}'; echo '#define __BPF__ 1'" if with_bpf else "exit 1")

    def choose(self, *options):
        """(error message in one line, or the lines that SCRIPT prints)"""
        done = subprocess.run([CMAKE, *options, "-P", self.folder / "script.cmake"], capture_output=True, text=True,
                              timeout=60, env={"PATH": str(self.folder)})  # fmt: skip
        said = [line for line in done.stderr.splitlines() if line.startswith("CLANG")]
        return said if done.returncode == 0 else " ".join(done.stderr.split())

    def test_systems_own_before_newer_ones(self):
        self.clang("clang", 19)
        self.clang("clang-22", 22)
        self.assertEqual(self.choose(), [f"CLANG {self.folder}/clang 19", f"CLANGS 19;22 {self.folder}/clang-22"])

    def test_newest_where_the_systems_own_is_too_old_or_without_bpf(self):
        for version, with_bpf in ((13, True), (18, False)):
            self.clang("clang", version, with_bpf)
            self.clang("clang-15", 15)
            self.clang("clang-16", 16)
            self.assertEqual(self.choose()[0], f"CLANG {self.folder}/clang-16 16")

    def test_one_too_old_alone_is_refused(self):
        self.clang("clang-13", 13)
        self.clang("clang", 13)
        self.assertIn("No clang 14 or newer was found", self.choose())

    def test_one_too_old_is_refused_by_name(self):
        self.clang("clang", 14)
        self.clang("clang-13", 13)
        self.assertIn(f"{self.folder}/clang-13 is clang 13", self.choose(f"-DCLANG={self.folder}/clang-13"))
        self.assertEqual(self.choose(f"-DCLANG={self.folder}/clang")[0], f"CLANG {self.folder}/clang 14")

    def test_names_do_not_tell_the_version(self):
        self.clang("clang-22", 13)
        self.clang("clang-19", 19)
        self.assertEqual(self.choose(), [f"CLANG {self.folder}/clang-19 19", "CLANGS 19 "])


if __name__ == "__main__":
    unittest.main()
