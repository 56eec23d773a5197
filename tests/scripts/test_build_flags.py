# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What the compilers are told: a user's flags win, and warnings are errors only where that is asked for."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

TREE = Path(__file__).resolve().parents[2]


def commands(preset, *options, **environment):
    """(C++ compilers' arguments by source, BPF compilers' commands) of a build that is configured and not built."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("CXXFLAGS", "LDFLAGS")}
    with tempfile.TemporaryDirectory(prefix="netio-build-flags-") as folder:
        subprocess.run(["cmake", "--preset", preset, "-S", TREE, "-B", folder, "-DNETIO_TESTS=OFF", "-DCMAKE_UNITY_BUILD=OFF", *options],
                       cwd=TREE, env={**inherited, **environment}, check=True, capture_output=True, timeout=240)
        database = json.loads((Path(folder) / "compile_commands.json").read_text())
        steps = subprocess.run(["ninja", "-C", folder, "-t", "commands", "netio-trace"], check=True, capture_output=True, text=True,
                               timeout=60).stdout.splitlines()
    arguments = {entry["file"]: entry["command"].split() for entry in database if entry["file"].endswith(".cpp")}
    return arguments, [step.split() for step in steps if ".bpf.c" in step], steps[-1].split()


def last(arguments, letter):
    return [argument for argument in arguments if argument.startswith(f"-{letter}")][-1]


class BuildFlags(unittest.TestCase):
    def test_release_as_it_is(self):
        cpp, bpf, _ = commands("release")
        self.assertGreater(len(cpp), 50)
        self.assertTrue(bpf)
        for source, arguments in cpp.items():
            expected = "-Og" if "/user/cli/" in source and not source.endswith("/main.cpp") else "-O2"
            self.assertEqual((source, last(arguments, "O"), last(arguments, "g")), (source, expected, "-g1"))
            self.assertIn("-Wall", arguments)
        for arguments in (*cpp.values(), *bpf):
            self.assertNotIn("-Werror", arguments)

    def test_the_portable_program_can_be_linked_by_a_compiler_that_makes_no_pie_by_itself(self):
        cpp, _, link = commands("portable", CXXFLAGS="-fno-pie", LDFLAGS="-no-pie")
        for arguments in cpp.values():
            self.assertEqual([argument for argument in arguments if argument.lower() in ("-fno-pie", "-fpie", "-fpic")][-1], "-fPIE")
        self.assertGreater(link.index("-static-pie"), link.index("-no-pie"))

    def test_the_environment_s_flags_win(self):
        cpp, _, link = commands("release", "-DNETIO_WERROR=ON", CXXFLAGS="-O3 -g -fno-plt", LDFLAGS="-Wl,-z,now")
        for arguments in cpp.values():
            self.assertEqual((last(arguments, "O"), last(arguments, "g")), ("-O3", "-g"))
            self.assertIn("-fno-plt", arguments)
            self.assertIn("-DNDEBUG", arguments)
        self.assertIn("-Wl,-z,now", link)

    def test_the_command_line_s_flags_win(self):
        cpp, _, _ = commands("release", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g0")
        for arguments in cpp.values():
            self.assertEqual((last(arguments, "O"), last(arguments, "g")), ("-O1", "-g0"))

    def test_warnings_are_errors_where_that_is_asked_for(self):
        cpp, bpf, _ = commands("release", "-DNETIO_WERROR=ON")
        for arguments in (*cpp.values(), *bpf):
            self.assertIn("-Werror", arguments)


if __name__ == "__main__":
    unittest.main()
