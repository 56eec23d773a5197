# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Boots a guest with scripts/vm.sh for a test, which then looks at what the guest left behind."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(os.environ["NETIO_SOURCE"])
HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77  # for ctest: SKIP_RETURN_CODE

# What must be there: an absent emulator is a failure, because a test that does not run proves nothing.
TOOLS = ["qemu-system-x86_64", "qemu-system-aarch64", "busybox", "readelf", "apt-get", "dpkg-deb"]

if os.environ.get("NETIO_SKIP_VM") == "1":
    print("skipped: NETIO_SKIP_VM=1 says to run no guests")
    sys.exit(SKIPPED)


def missing_tools():
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    return [tool for tool in TOOLS if not shutil.which(tool, path=path)]


def bounds_of(figure):
    """What a figure of run.json lies between: (low, high), a high end of None is not known; (None, None): nothing is."""
    if figure["value"] is not None:
        return tuple(figure["interval"] or (figure["value"], figure["value"]))
    return tuple(figure["bounds"] or (None, None))


class Guest:
    """The guest that the environment names, or another one."""

    def __init__(self, architecture=None, kernel=None, *options):
        self.architecture = architecture or os.environ["NETIO_GUEST_ARCHITECTURE"]
        self.kernel = kernel or os.environ["NETIO_GUEST_KERNEL"]
        self.options = list(options)

    @property
    def name(self):
        return f"{self.architecture}_{self.kernel}"

    def run(self, *command, out=None, timeout=200):
        """Boots, runs the command to its end, and returns the finished vm.sh with its output as text."""
        missing = missing_tools()
        if missing:
            raise AssertionError(f"no guest can run here: {', '.join(missing)} missing. Run scripts/setup.sh build vm, or set "
                                 "NETIO_SKIP_VM=1 to skip these tests")  # fmt: skip
        arguments = ["--arch", self.architecture, "--kernel", self.kernel, "--timeout", str(timeout), *self.options]
        if out:
            arguments += ["--out", str(out)]
        if self.architecture == "x86_64" and "NETIO_TRACE" in os.environ:
            arguments += ["--program", os.environ["NETIO_TRACE"]]
        process = subprocess.Popen([SOURCE / "scripts/vm.sh", *arguments, "--", *map(str, command)],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
        try:
            # The limit of vm.sh itself is the one that tells what happened; the other is for vm.sh being stuck.
            output, errors = process.communicate(timeout=timeout + 600)
        except BaseException:
            # Asked to end, vm.sh removes what it has made of files; killed, it could not.
            process.terminate()
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


class GuestCase(unittest.TestCase):
    """Tests that look at the results of one boot: COMMAND is run by the guest's shell, GUEST says which guest."""

    maxDiff = None
    COMMAND = None
    OPTIONS = ()
    TIMEOUT = 600  # seconds; of the guest, which takes 30 to 80 on an idle machine and many times that on a busy one

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.COMMAND is None:
            return
        cls.guest = Guest(None, None, *cls.OPTIONS)
        folder = tempfile.TemporaryDirectory(prefix="netio-vm-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.out = pathlib.Path(folder.name)
        cls.result = cls.guest.run("sh", "-c", "set -e\n" + cls.COMMAND, out=cls.out, timeout=cls.TIMEOUT)
        # Also red when the guest's kernel complained: vm.sh says so by its exit code.
        assert cls.result.returncode == 0, f"vm.sh ended with {cls.result.returncode}:\n{cls.result.stderr}"

    def read_json(self, name):
        return json.loads((self.out / name).read_text())

    def runs(self):
        """{name: run.json} of every run that the guest saved."""
        return {path.parent.name: json.loads(path.read_text()) for path in sorted(self.out.glob("*/run.json"))}

    def cells(self):
        for name, run in self.runs().items():
            for cell in run["cells"]:
                yield name, cell

    def assert_laws_hold(self, run, accepted=frozenset()):
        """accepted: names of losses that no law of the run may need. Those of samples alone always are: the sampling clock
        of an emulator is often late."""
        for cell in run["cells"]:
            where = (cell["variant"], cell["field_size"])
            self.assertGreater(cell["messages"], 0, where)
            self.assertTrue(cell["laws"], where)
            for law in cell["laws"]:
                if law["checked"]:
                    self.assertTrue(law["holds"], (where, law))
            lost = {loss["name"]: loss["count"] for loss in cell["losses"]
                    if loss["count"] and loss["effect"] != "precision"}
            self.assertEqual(lost.keys() - accepted, set(), (where, lost))
        self.assertEqual(run["accounting"]["laws_broken"], 0)
        self.assertEqual(run["accounting"]["percent"], 100.0)
