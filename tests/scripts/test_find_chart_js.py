# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Where scripts/cmake/FindChartJs.cmake finds Chart.js and its licence, and what it says when it does not."""
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

MODULES = Path(__file__).resolve().parents[2] / "scripts/cmake"
NOTHING = "/nonexistent"
SCRIPT = f"""
list(APPEND CMAKE_MODULE_PATH "{MODULES}")
find_package(ChartJs REQUIRED)
message(STATUS "script ${{ChartJs_SCRIPT}}")
message(STATUS "licence ${{ChartJs_LICENSE}}")
message(STATUS "version ${{ChartJs_VERSION}}")
"""


class FindChartJs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="netio-chart-js-")
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        (self.tree / "find.cmake").write_text(SCRIPT)

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def find(self, **variables):
        """(what it found, what it said) of a tree whose top is the test's folder."""
        given = [f"-D{name}={value}" for name, value in variables.items()]
        done = subprocess.run(["cmake", *given, "-P", "find.cmake"], cwd=self.tree, capture_output=True, text=True, timeout=60,
                              env={**os.environ, "LC_ALL": "C"})
        found = dict(line[3:].split(" ", 1) for line in done.stdout.splitlines() if line.startswith("-- ") and " " in line[3:])
        self.assertEqual(done.returncode != 0, bool(done.stderr), done.stderr)
        return found, " ".join(done.stderr.split())

    def test_what_the_variables_name_comes_before_all_else(self):
        self.write("node_modules/chart.js/dist/chart.umd.js", "/*! Chart.js v4.4.9 */")
        self.write("node_modules/chart.js/LICENSE.md", "npm's")
        script = self.write("mine/charts.js", "/*!\n * Chart.js v3.9.1\n */")
        licence = self.write("mine/terms", "mine")
        found, _ = self.find(NETIO_CHART_JS=script, NETIO_CHART_JS_LICENSE=licence)
        self.assertEqual((found["script"], found["licence"], found["version"]), (str(script), str(licence), "3.9.1"))

    def test_npm_puts_it_into_the_tree(self):
        script = self.write("node_modules/chart.js/dist/chart.umd.js", "/*! Chart.js v4.6.1 */")
        licence = self.write("node_modules/chart.js/LICENSE.md", "npm's")
        found, _ = self.find()
        self.assertEqual((found["script"], found["licence"], found["version"]), (str(script), str(licence), "4.6.1"))

    def test_a_licence_where_the_package_begins_or_beside_the_file(self):
        for place, name in (("npm", "npm/dist/chart.umd.min.js"), ("flat", "flat/chart.umd.js")):
            script = self.write(name, "/*! Chart.js v4.6.1 */")
            licence = self.write(f"{place}/LICENSE.md", "its own")
            self.assertEqual(self.find(NETIO_CHART_JS=script)[0]["licence"], str(licence))

    def test_what_is_missing_is_named_with_what_to_do(self):
        alone = self.write("alone/dist/chart.umd.js", "/*! Chart.js v4.6.1 */")
        for variables, words in (({"NETIO_CHART_JS": NOTHING}, (f"NETIO_CHART_JS={NOTHING}", "does not exist")),
                                 ({"NETIO_CHART_JS": alone}, (f"licence of {alone}", "-DNETIO_CHART_JS_LICENSE=")),
                                 ({"NETIO_CHART_JS": alone, "NETIO_CHART_JS_LICENSE": NOTHING}, (f"{NOTHING} does not exist",))):
            found, said = self.find(**variables)
            self.assertNotIn("script", found)
            for word in (*words, "libjs-chart.js", "npm install"):
                self.assertIn(word, said)

    def test_a_version_that_the_page_is_not_written_for(self):
        licence = self.write("LICENSE.md", "any")
        for text, version in (("/*! Chart.js v2.9.4 */", '"2.9.4"'), ("/*! Chart.js v30.1.0 */", '"30.1.0"'), ("let chart;", '""')):
            script = self.write("chart.js", text)
            found, said = self.find(NETIO_CHART_JS=script, NETIO_CHART_JS_LICENSE=licence)
            self.assertNotIn("script", found)
            self.assertIn(f"version {version}", said)


if __name__ == "__main__":
    unittest.main()
