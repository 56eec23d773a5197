# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Which kernel scripts/vm.sh boots, and what it finds in that kernel's packages."""
import lzma
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/vm/kernels.py"
sys.path.insert(0, str(SCRIPT.parent))
import guest  # noqa: E402
import kernels  # noqa: E402
import modules  # noqa: E402

# Names as Debian's package lists have them.
NAMES = """
    linux-image-6.1.0-9-cloud-amd64 linux-image-6.1.0-57-cloud-amd64 linux-image-6.1.0-57-amd64 linux-image-6.1.0-57-rt-amd64
    linux-image-6.1.0-57-cloud-amd64-unsigned linux-image-6.1.0-58-cloud-arm64
    linux-image-6.12.95+deb12-cloud-amd64 linux-image-6.12.115+deb13-cloud-amd64 linux-image-6.12.115+deb13.1-cloud-amd64
    linux-image-6.12-cloud-amd64 linux-image-6.12-amd64-signed-template linux-image-6.12.117+deb13-amd64
    linux-image-7.2.9+deb13-cloud-amd64 linux-image-7.2.13+deb14-cloud-amd64 linux-image-7.3-cloud-amd64
    linux-image-7.3.4+deb13-amd64 linux-image-7.3.4+deb13-rt-amd64 linux-image-7.3.4+deb13-cloud-amd64-dbg
    linux-image-cloud-amd64 linux-image-amd64
""".split()


class Choosing(unittest.TestCase):
    def assert_chosen(self, expected, request, flavour=kernels.ANY, architecture="amd64", names=tuple(NAMES)):
        chosen = kernels.choose(request, flavour, architecture, names)
        self.assertEqual(chosen and chosen.package, expected, (request, flavour, architecture))

    def test_the_newest_of_a_series(self):
        self.assert_chosen("linux-image-6.1.0-57-cloud-amd64", "6.1")
        self.assert_chosen("linux-image-6.12.115+deb13.1-cloud-amd64", "6.12")
        self.assert_chosen("linux-image-7.2.13+deb14-cloud-amd64", "7.2")

    def test_a_series_is_not_the_beginning_of_another(self):
        self.assert_chosen(None, "6.1", names=["linux-image-6.12.95+deb12-cloud-amd64"])

    def test_one_version(self):
        self.assert_chosen("linux-image-7.2.9+deb13-cloud-amd64", "7.2.9")
        self.assert_chosen("linux-image-6.12.115+deb13-cloud-amd64", "6.12.115+deb13",
                           names=["linux-image-6.12.115+deb13-cloud-amd64", "linux-image-6.12.115+deb12-cloud-amd64"])  # fmt: skip
        self.assert_chosen(None, "7.2.1")

    def test_the_newest_of_all_and_of_a_major_version(self):
        self.assert_chosen("linux-image-7.2.13+deb14-cloud-amd64", "newest")
        self.assert_chosen("linux-image-7.2.13+deb14-cloud-amd64", "7.x")
        self.assert_chosen("linux-image-6.12.115+deb13.1-cloud-amd64", "6.x")
        self.assert_chosen(None, "8.x")

    def test_cloud_before_generic_and_generic_before_none(self):
        self.assert_chosen("linux-image-7.3.4+deb13-amd64", "7.3")
        self.assert_chosen("linux-image-6.12.117+deb13-amd64", "6.12", "generic")
        self.assert_chosen("linux-image-7.3.4+deb13-rt-amd64", "7.x", "rt")
        self.assert_chosen(None, "7.3", "cloud")
        self.assert_chosen(None, "6.12", "rt")

    def test_the_architecture(self):
        self.assert_chosen("linux-image-6.1.0-58-cloud-arm64", "newest", architecture="arm64")

    def test_a_kernel_without_its_modules_is_none(self):
        """Debian keeps the signed half of a kernel longer than the other."""
        names = ["linux-image-7.1.7+deb13-cloud-amd64", "linux-binary-7.1.7+deb13-cloud-amd64",
                 "linux-modules-7.1.7+deb13-cloud-amd64", "linux-image-7.1.13+deb13-cloud-amd64",
                 "linux-binary-7.1.13+deb13-cloud-amd64", "linux-modules-7.1.13+deb13-amd64"]  # fmt: skip
        self.assert_chosen("linux-image-7.1.7+deb13-cloud-amd64", "7.1", names=names)
        self.assert_chosen(None, "7.1.13", names=names)
        self.assertEqual(kernels.series_of(names[3:], "amd64"), [("7.1", [])])

    def test_what_there_is_instead(self):
        names = [*NAMES, "linux-image-7.0.4+deb13-rt-amd64", "linux-binary-7.0.4+deb13-rt-amd64"]
        done = subprocess.run([sys.executable, "-B", SCRIPT, "choose", "5.15", "any", "amd64"], input="\n".join(names),
                              capture_output=True, text=True)  # fmt: skip
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr.splitlines(), ["6.1 (cloud, generic, rt)", "6.12 (cloud, generic)", "7.0 (without modules: not to be had)", "7.2 (cloud)",
                          "7.3 (generic, rt)"])  # fmt: skip

    def test_requests(self):
        for text in ("6.1", "6.12", "7.x", "newest", "6.12.117+deb13", "6.1.0-57"):
            self.assertTrue(kernels.REQUEST.fullmatch(text), text)
        for text in ("", "6", "7.", "x", "7.x.1", "a.x", "oldest", "6.12 ", "../6.12", "6.12;ls"):
            self.assertFalse(kernels.REQUEST.fullmatch(text), text)


class Parts(unittest.TestCase):
    def test_the_packages_that_hold_the_rest(self):
        fields = ("Package: linux-image-7.3.4+deb13-cloud-amd64\nSuggests: linux-modules-extra\n"
                  "Depends: dracut | linux-initramfs-tool, linux-base-7.3.4+deb13-cloud-amd64 (= 7.3.4-1~bpo13+1), "
                  "linux-binary-7.3.4+deb13-cloud-amd64 (= 7.3.4-1~bpo13+1), linux-modules-7.3.4+deb13-cloud-amd64 (= 7.3.4-1)\n")  # fmt: skip
        self.assertEqual(kernels.parts_of(fields), ["linux-binary-7.3.4+deb13-cloud-amd64", "linux-modules-7.3.4+deb13-cloud-amd64"])

    def test_a_package_that_holds_all(self):
        fields = "Depends: kmod, linux-base (>= 4.3~), initramfs-tools (>= 0.120+deb8u2)\n"
        done = subprocess.run([sys.executable, "-B", SCRIPT, "parts"], input=fields, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def make(self, name, content=b""):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def test_the_image_in_either_place(self):
        for name in ("old/boot/vmlinuz-7.1.13+deb13-amd64", "new/usr/lib/modules/7.3.4+deb13-cloud-amd64/vmlinuz"):
            image = self.make(name)
            self.assertEqual(guest.image_in(self.folder / name.split("/")[0]), image)

    def test_modules_however_they_are_packed(self):
        self.make("a/veth.ko", b"\0depends=\0veth")
        self.make("b/virtio_net.ko.xz", lzma.compress(b"\0depends=net-failover\0net"))
        plain = self.make("net-failover.ko", b"\0depends=\0failover")
        subprocess.run(["zstd", "--quiet", "--rm", plain], check=True)
        self.assertEqual(modules.in_loading_order(self.folder, ["veth", "virtio_net"]),
                         [("veth", b"\0depends=\0veth"), ("net_failover", b"\0depends=\0failover"),
                          ("virtio_net", b"\0depends=net-failover\0net")])  # fmt: skip


class Sources(unittest.TestCase):
    """Where scripts/vm/fetch.sh looks for kernels, on a system whose package sources are $SOURCES: LABEL ADDRESS, a line each."""

    NEWEST = "linux-image-7.3.4+deb13-cloud-amd64"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.cache = self.folder / "vm"
        self.cache.mkdir()
        self.program("apt-cache", "exit 0")
        # Of what indextargets is asked for, the last is the label.
        self.program("apt-get", 'for last; do :; done\ncase " $* " in *" indextargets "*"Origin: Debian"*)'
                     ' echo "$SOURCES" | sed -n "s/^${last#Label: } //p";; esac')  # fmt: skip

    def program(self, name, text):
        (self.folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.folder / name).chmod(0o755)

    def fetch(self, request, sources=""):
        return subprocess.run(["bash", SCRIPT.with_name("fetch.sh"), "kernel", request, "any", "amd64"], capture_output=True, text=True,
                              timeout=60, env={**os.environ, "PATH": f"{self.folder}:{os.environ['PATH']}", "SOURCES": sources,
                                               "NETIO_CACHE": str(self.folder)})  # fmt: skip

    def test_an_archive_is_known_by_what_it_calls_itself(self):
        self.fetch("7.3", "Ubuntu http://a.invalid/debian/\nDebian http://b.invalid/copy/main\nDebian-Security http://b.invalid/fixes")
        lines = (self.cache / "apt-amd64-all/sources.list").read_text().splitlines()
        self.assertEqual({(line.split()[3].endswith("-security"), line.split()[2]) for line in lines},
                         {(False, "http://b.invalid/copy/main"), (True, "http://b.invalid/fixes")})  # fmt: skip

    def test_a_system_without_sources_of_debian(self):
        done = self.fetch("newest", "Ubuntu http://a.invalid/debian/")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("sources.list(5)", done.stderr)

    def test_without_sources_the_newest_of_earlier_is_used(self):
        (self.cache / self.NEWEST).mkdir()
        answer = self.cache / "newest-newest-any-amd64"
        answer.write_text(self.NEWEST)
        os.utime(answer, (0, 0))
        done = self.fetch("newest")
        self.assertEqual((done.returncode, done.stdout), (0, f"{self.cache / self.NEWEST}\n"), done.stderr)
        self.assertIn("the newest on 1970-01-01", done.stderr)


if __name__ == "__main__":
    unittest.main()
