# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The Debian package in fresh roots of two releases of Debian, and the portable program in a root that has nothing else."""

import gzip
import json
import pathlib
import re
import shutil
import subprocess
import unittest

import clean_root

BUILD = clean_root.SOURCE / "build" / "portable"
PROGRAM = BUILD / "user" / "cli" / "netio-trace"
VERSION = re.search(r"project\(netio-trace VERSION ([0-9.]+)", (clean_root.SOURCE / "CMakeLists.txt").read_text()).group(1)


def package():
    architecture = subprocess.run(["dpkg", "--print-architecture"], check=True, capture_output=True, text=True).stdout.strip()
    return BUILD / f"netio-trace_{VERSION}_{architecture}.deb"


class RootCase(unittest.TestCase):
    """`root` is the same for all tests of a class."""

    ARCHIVE = None

    @classmethod
    def setUpClass(cls):
        cls.root = clean_root.Root(cls.ARCHIVE and clean_root.archive_of(cls.ARCHIVE))
        cls.addClassCleanup(cls.root.close)

    def ok(self, *arguments):
        """What a command prints that must succeed."""
        done = self.root.run(*arguments)
        self.assertEqual(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def assert_measures(self, program):
        """The smoke run is traced and complete, and its figures can be read again."""
        text = self.ok(program, "run", "--preset", "smoke", "--output", "/first run")
        self.assertIn("Copies per byte", text)
        run = json.loads((self.root.path / "first run" / "run.json").read_text())
        self.assertEqual(run["environment"]["tool_version"], VERSION)
        self.assertEqual({cell["variant"] for cell in run["cells"]}, {"A1", "A2", "A3"})
        for cell in run["cells"]:
            # Within what a kernel that does not tell of every packet leaves.
            copies = cell["copies_per_byte"]
            least = copies["value"] if copies["bounds"] is None else copies["bounds"][0]
            self.assertAlmostEqual(least, 2.0, delta=0.1)
        self.ok(program, "report", "/first run")
        self.assertIn("</html>", (self.root.path / "first run" / "report.html").read_text())
        # Over veth the kernel copies what was sent without copying.
        self.assertIn("[zerocopy-copied]", self.ok(program, "explain", "/first run"))
        self.assertTrue(json.loads(self.ok(program, "doctor", "--json"))["can_trace"])


class OfDebian:
    """A release of Debian with the package installed; a class for each says which."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        shutil.copy(package(), cls.root.path / "netio-trace.deb")
        cls.installed = cls.root.run("dpkg", "--install", "/netio-trace.deb")

    def setUp(self):
        self.assertEqual(self.installed.returncode, 0, self.installed.stderr)

    def test_it_needs_no_other_package(self):
        self.assertEqual(self.ok("dpkg-query", "--show", "--showformat", "${Depends}${Pre-Depends}${Recommends}", "netio-trace"), "")
        # Names libraries that are not there, and what has changed since it was installed.
        self.assertEqual(self.ok("dpkg", "--audit"), "")
        self.assertEqual(self.ok("dpkg", "--verify", "netio-trace"), "")

    def test_one_version_everywhere(self):
        self.assertEqual(self.ok("netio-trace", "--version"), f"netio-trace {VERSION}\n")
        self.assertEqual(self.ok("dpkg-query", "--show", "--showformat", "${Version}", "netio-trace"), VERSION)
        changelog = gzip.decompress((self.root.path / "usr/share/doc/netio-trace/changelog.gz").read_bytes()).decode()
        self.assertTrue(changelog.startswith(f"netio-trace ({VERSION}) "), changelog[:80])

    def test_run_report_explain_doctor(self):
        self.assert_measures("netio-trace")

    def test_manual(self):
        self.assertEqual(self.ok("man", "--where", "netio-trace"), "/usr/share/man/man1/netio-trace.1.gz\n")
        for name in ("run", "attach", "explain"):
            self.assertIn("EXAMPLES", self.ok("man", "--warnings", f"netio-trace-{name}"))
        page = self.ok("man", "--warnings", "netio-trace")
        for heading in ("NAME", "COMMANDS", "EXIT STATUS"):
            self.assertRegex(page, f"(?m)^{heading}$")
        self.assertIn(f"netio-trace {VERSION}", page)
        self.assertEqual(self.ok("whatis", "netio-trace").split()[0], "netio-trace")

    def test_shells_find_the_completion(self):
        # As bash-completion loads it when the key is first pressed.
        bash = """
            source /usr/share/bash-completion/bash_completion
            if declare -F _comp_load >/dev/null; then _comp_load netio-trace; else _completion_loader netio-trace; fi
            complete -p netio-trace
        """
        self.assertEqual(self.ok("bash", "-c", bash), "complete -F _netio_trace netio-trace\n")
        zsh = "autoload -Uz compinit && compinit -u -D && print -r -- $_comps[netio-trace]"
        self.assertEqual(self.ok("zsh", "-f", "-c", zsh), "_netio-trace\n")
        self.assertTrue(self.ok("fish", "--command", "complete --do-complete 'netio-trace rep'").startswith("report\t"))

    def test_documents(self):
        documents = self.root.path / "usr/share/doc/netio-trace"
        for name in ("README.md", "changelog.md", "formats.md", "method.md", "measurements/README.md", "tutorial.md", "instructor.md",
                     "labs/README.md", "labs/01-bytes/lab.md"):
            self.assertTrue((documents / name).read_text(), name)
        licences = (documents / "copyright").read_text()
        for word in ("BSD 2-Clause License", "GNU General Public License", "libbpf-dev", "libnl-3-dev", "libc6-dev", "libjs-chart.js"):
            self.assertTrue(word in licences, word)
        # Debian's package has the GPL's text from Debian.
        self.assertFalse((documents / "LICENSE").exists())
        for name in ("run", "compare"):
            json.loads((self.root.path / f"usr/share/netio-trace/{name}.schema.json").read_text())

    def test_labs(self):
        self.assertRegex(self.ok("netio-trace", "lab", "list"), r"(?m)^ *1  \S")
        self.assertIn("The first question:", self.ok("netio-trace", "lab", "start", "1", "--folder", "/lab-01"))
        self.assertIn("\nlab: 1\n", (self.root.path / "lab-01" / "answers.txt").read_text())

    def test_names_of_hosts(self):
        """Statically linked, the program must not load glibc's modules: it looks names up without."""
        root = self.root.path
        (root / "etc/hosts").write_text("127.0.0.1 localhost peer\n")
        (root / "etc/nsswitch.conf").write_text("hosts: myhostname\n")
        end = ("--field-size", "1K", "--port", "18091")
        with self.root.start("netio-trace", "server", "--variant", "A2", "--max-threads", "1", "--connections", "1",
                             "--listen", "localhost", *end) as server:
            try:
                text = self.ok("netio-trace", "client", "--connect", "peer", "--threads", "1", "--duration", "0.1", *end)
                self.assertIn("messages", text.lower())
                self.assertEqual(server.wait(timeout=30), 0)
            finally:
                server.kill()


class Debian12(OfDebian, RootCase):
    ARCHIVE = "bookworm"


class Debian13(OfDebian, RootCase):
    ARCHIVE = "trixie"


class EmptyRoot(RootCase):
    """No shell, no libraries, no /etc: /proc, /sys, /dev and the file."""

    def test_run_report_explain_doctor(self):
        shutil.copy(PROGRAM, self.root.path)
        self.assertEqual(sorted(path.name for path in self.root.path.iterdir()), ["dev", "netio-trace", "proc", "sys"])
        self.assert_measures("/netio-trace")


class Portable(unittest.TestCase):
    def test_statically_linked_and_stripped(self):
        headers = subprocess.run(["readelf", "--wide", "--program-headers", "--sections", PROGRAM], check=True,
                                 capture_output=True, text=True).stdout
        self.assertNotIn("INTERP", headers)
        self.assertNotIn(".debug_info", headers)
        self.assertNotIn(".symtab", headers)


if __name__ == "__main__":
    clean_root.need_what_it_takes()
    unittest.main()
