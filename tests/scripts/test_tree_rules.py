#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Shows that each rule of tree_rules.py can go red, and that a good tree stays green."""
import subprocess
import tempfile
import unittest
from pathlib import Path

import tree_rules

LICENCE = f"// {tree_rules.SPDX}\n"


class TreeRules(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        self.write("user/base/result.h", LICENCE + "#include <string>\n")
        self.write("user/model/run.h", LICENCE + '#include <vector>\n#include "netio_abi.h"\n')
        self.write("user/perf/counters.cpp", LICENCE + '#include <perfmon/pfmlib.h>\n#include "base/result.h"\n')
        self.write("user/netns/link.cpp", LICENCE + "#include <netlink/netlink.h>\n#include <net/if.h>\n")
        self.write("user/tracer/session.cpp", LICENCE + '#include "netio.skel.h"\n#include <bpf/libbpf.h>\n')
        self.write("user/cli/main.cpp", LICENCE + '#include "experiment/runner.h"\n')
        self.write("bpf/netio_abi.h", LICENCE + "#include <linux/types.h>\n")
        self.write("bpf/compat.bpf.h", LICENCE + "struct ubuf_info___old {};\n")
        self.write("bpf/paths.bpf.c", LICENCE + '#include "vmlinux.h"\n#include "compat.bpf.h"\n')
        self.write("vmlinux/x86/vmlinux.h", f"/* {tree_rules.SPDX_OF_KERNEL_TYPES}\n")
        self.write("scripts/run.sh", f"#!/bin/sh\n# {tree_rules.SPDX}\n")
        self.write("scripts/packages.txt", "cmake build cmake cmake builds\nggg test,vm ggg - tests\n")
        self.write("README.md", "text\n")
        self.write(".ci/run", f"#!/bin/sh\n# {tree_rules.SPDX}\n")

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def add(self, name, text):
        path = self.tree / name
        self.write(name, (path.read_text() if path.exists() else LICENCE) + text)

    def assert_breach(self, *words):
        """Exactly one breach, and it says all of the words."""
        breaches = tree_rules.breaches_of(self.tree)
        self.assertEqual(len(breaches), 1, breaches)
        for word in words:
            self.assertIn(word, breaches[0])

    def test_good_tree_is_green(self):
        self.assertEqual(tree_rules.breaches_of(self.tree), [])

    def test_top_level(self):
        self.write("notes/todo.md", "")
        self.assert_breach("notes", "top level")

    def test_each_folder_must_not_include_what_it_must_not_see(self):
        forbidden = [
            ("base", "model"), ("model", "base"), ("netns", "workload"), ("workload", "perf"), ("perf", "tracer"),
            ("tracer", "netns"), ("analysis", "report"), ("report", "tracer"),
            ("experiment", "cli"),
        ]  # fmt: skip
        for folder, other in forbidden:
            with self.subTest(folder=folder, other=other):
                self.write(f"user/{folder}/bad.h", LICENCE + f'#include "{other}/x.h"\n')
                self.assert_breach(f"user/{folder}/bad.h:2", f"{folder}/ must not include {other}/")
                (self.tree / f"user/{folder}/bad.h").unlink()

    def test_include_without_folder(self):
        self.add("user/netns/link.cpp", '#include "link.h"\n')
        self.assert_breach("link.h", '"folder/file.h"')

    def test_project_header_in_brackets(self):
        self.add("user/netns/link.cpp", "#include <workload/server.h>\n")
        self.assert_breach("workload/server.h", "quotes")

    def test_unknown_folder(self):
        self.write("user/utilities/x.cpp", LICENCE)
        self.assert_breach("user/utilities/x.cpp", "folders")

    def test_model_includes_the_standard_library_only(self):
        for header in ("sys/socket.h", "nlohmann/json.hpp", "unistd.h"):
            with self.subTest(header=header):
                self.write("user/model/bad.cpp", LICENCE + f"#include <{header}>\n")
                self.assert_breach(header, "standard library")

    def test_abi_header_elsewhere(self):
        self.add("user/perf/counters.cpp", '#include "netio_abi.h"\n')
        self.assert_breach("counters.cpp:4", "netio_abi.h")

    def test_skeleton_elsewhere(self):
        self.write("user/tracer/collector.cpp", LICENCE + '#include "netio.skel.h"\n')
        self.assert_breach("collector.cpp:2", "skeleton")

    def test_hidden_libraries(self):
        for header, owner in (("perfmon/pfmlib.h", "perf"), ("netlink/socket.h", "netns"), ("bpf/bpf.h", "tracer")):
            with self.subTest(header=header):
                self.write("user/cli/bad.cpp", LICENCE + f"#include <{header}>\n")
                self.assert_breach(header, f"user/{owner}/")

    def test_bpf_includes_user_space(self):
        self.add("bpf/paths.bpf.c", '#include "model/run.h"\n')
        self.assert_breach("bpf/paths.bpf.c:4", "model/run.h")

    def test_flavour_elsewhere(self):
        self.add("bpf/paths.bpf.c", "static struct msghdr___new *m;\n")
        self.assert_breach("bpf/paths.bpf.c:4", "msghdr___new")

    def test_libbpf_names_are_no_flavours(self):
        self.add("bpf/paths.bpf.c", "___bpf_concat(a, b) __builtin_x _____x\n")
        self.assertEqual(tree_rules.breaches_of(self.tree), [])

    def test_missing_licence_line(self):
        for name in ("user/base/x.h", "bpf/x.bpf.c", "scripts/x.py", "user/base/CMakeLists.txt", "scripts/x.cmake"):
            with self.subTest(name=name):
                self.write(name, "\n\n\n")
                self.assert_breach(name, "SPDX")
                (self.tree / name).unlink()

    def test_script_without_suffix_and_licence_line(self):
        self.write(".ci/run", "#!/bin/sh\n:\n")
        self.assert_breach(".ci/run", "SPDX")

    def test_words(self):
        for words in ("/wor" + "k/main", "/ro" + "ot/x", "deb." + "debian.org", "py" + "pi.org", "see iss" + "ue 12"):
            with self.subTest(words=words):
                self.write("README.md", f"text\nand {words}\n")
                self.assert_breach("README.md:2")

    def test_version(self):
        self.write("CMakeLists.txt", f"# {tree_rules.SPDX}\nproject(netio-trace VERSION 2.1.0 LANGUAGES C)\n")
        manual = f'.\\" {tree_rules.SPDX}\n.TH NETIO-TRACE 1 2026-11 "netio-trace VERSION" "User Commands"\n'
        changelog = "## VERSION (2026-11-30)\n\n## 2.0.0 (2026-11-27)\n"
        for name, good, bad in (("docs/changelog.md", "2.1.0", "2.2.0"), ("docs/man/netio-trace.1", "2.1.0", "2.0.0")):
            self.write("docs/changelog.md", changelog.replace("VERSION", good))
            self.write("docs/man/netio-trace.1", manual.replace("VERSION", good))
            self.assertEqual(tree_rules.breaches_of(self.tree), [])
            self.write(name, (self.tree / name).read_text().replace(good, bad))
            self.assert_breach(name, "2.1.0")

    def test_packages_out_of_order(self):
        self.write("scripts/packages.txt", "ggg test ggg ggg tests\ncmake build cmake cmake builds\n")
        self.assert_breach("packages.txt", "sorted")

    def test_package_without_reason(self):
        self.write("scripts/packages.txt", "cmake build cmake cmake\n")
        self.assert_breach("cmake", "why")

    def test_package_for_an_unknown_purpose(self):
        self.write("scripts/packages.txt", "cmake build cmake cmake builds\nggg test,tests ggg ggg tests\n")
        self.assert_breach("ggg", "for tests,", "setup.sh")

    def test_files_that_git_does_not_track_do_not_count(self):
        git = ["git", "-c", "safe.directory=*", "-C", str(self.tree)]
        subprocess.run(git + ["init", "-q"], check=True)
        subprocess.run(git + ["add", "-A"], check=True)
        self.write("user/base/new.h", LICENCE + '#include "cli/x.h"\n')
        self.assertEqual(tree_rules.breaches_of(self.tree), [])
        subprocess.run(git + ["add", "-A"], check=True)
        self.assert_breach("base/ must not include cli/")


if __name__ == "__main__":
    unittest.main()
