# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""What `cmake --install` puts into a folder is whole without the source tree."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="netio-")
        cls.addClassCleanup(folder.cleanup)
        subprocess.run(["cmake", "--install", os.environ["NETIO_BUILD"], "--prefix", folder.name], check=True,
                       stdout=subprocess.DEVNULL)
        cls.documents, = pathlib.Path(folder.name).rglob("method.md")
        cls.documents = cls.documents.parent

    def test_links_of_documents_lead_to_what_is_installed(self):
        seen = set()
        for document in self.documents.rglob("*.md"):
            for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
                if "://" not in target:
                    self.assertTrue((document.parent / target).exists(), f"{document.name}: {target}")
                    seen.add(target)
        self.assertGreaterEqual(seen, {"tutorial.md", "report.png", "privileges.md", "method.md", "formats.md", "changelog.md", "copyright", "measurements/README.md"})

    def test_has_the_whole_licence(self):
        self.assertEqual((self.documents / "LICENSE").read_bytes(), (TREE / "LICENSE").read_bytes())


if __name__ == "__main__":
    unittest.main()
