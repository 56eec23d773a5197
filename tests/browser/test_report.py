# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Opens reports in Chromium, and uses them as a reader would."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import browser
import runs

VARIANTS = ["A1 send×8", "A2 sendmsg", "A3 zero-copy"]
ANSWER = {"throughput", "ratio", "copies"}
OF_EVERY_RUN = ANSWER | {"throughput-size", "p50-size", "p99-size", "latency", "cpu-classes", "copies", "zerocopy", "path-time"}
OF_VARIED_RUNS = OF_EVERY_RUN | {"throughput-threads", "p50-threads", "p99-threads", "cycles", "cache-misses"}


def report(*arguments):
    done = subprocess.run([os.environ["NETIO_TRACE"], "report", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return pathlib.Path(arguments[-1])


def setUpModule():
    if not browser.wanted():
        raise unittest.SkipTest("NETIO_SKIP_BROWSER is set")
    browser.require()
    os.environ.pop("SUDO_UID", None)  # or, under sudo, the program would write with the caller's rights


class Report(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="netio-browser-")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        made_up = runs.made_up(cls.folder)
        complete = runs.read(made_up / "complete" / "run.json")
        varied = runs.write(cls.folder / "varied.json", runs.varied(complete))
        hostile = runs.write(cls.folder / "<b onclick=attacked>.json", runs.hostile(complete))
        cls.pages = {name: report(made_up / name / "run.json", "-o", cls.folder / f"{name}.html")
                     for name in ("complete", "exact", "damaged", "untraced")}
        cls.pages["varied"] = report(varied, "-o", cls.folder / "varied.html")
        cls.pages["hostile"] = report(hostile, "-o", cls.folder / "hostile.html")
        cls.pages["in part alike"] = report(runs.write(cls.folder / "larger.json", runs.with_field_sizes(runs.varied(complete), {256: 65536})),
                                            varied, "-o", cls.folder / "in_part_alike.html")
        cls.pages["several"] = report(varied, made_up / "exact", made_up / "damaged" / "run.json", made_up / "empty", "-o",
                                      cls.folder / "several.html")
        slower = runs.varied(complete)
        slower["environment"]["started_at"] = "2026-01-02T03:05:00Z"
        slower["cells"] = [cell for cell in slower["cells"] if cell["threads"] == 1]
        for cell in slower["cells"]:
            if cell["variant"] == "A2":
                cell["duration_s"] *= 2
        cls.pages["compared"] = report(varied, runs.write(cls.folder / "slower.json", slower), "-o", cls.folder / "compared.html")
        cls.browser = browser.Browser(cls.folder / "profile")
        cls.addClassCleanup(cls.browser.driver.quit)

    def open(self, name, unfolded=True, **options):
        """Opens a page, and what is folded on it too."""
        self.browser.open(self.pages[name], **options)
        if unfolded:
            self.browser.run("""
                for (const section of document.querySelectorAll("details.section")) section.open = true;
                return new Promise(done => setTimeout(done, 50));""")
        return self.browser

    def in_one_line(self):
        """Without line ends and the spaces that keep a figure and its unit together."""
        return re.sub(r"\s+", " ", self.text())

    def text(self):
        return self.browser.run("return document.body.innerText")

    def test_every_page_loads_without_complaint_and_asks_for_nothing(self):
        for name in self.pages:
            with self.subTest(page=name):
                page = self.open(name)
                self.assertEqual(page.messages(), [])
                self.assertEqual(page.requests(), [])
                self.assertEqual(page.run("return document.querySelectorAll('#not-drawn').length"), 0)
                milliseconds = page.run("return document.documentElement.dataset.renderedMs")
                print(f"{name}: {self.pages[name].stat().st_size // 1024} KiB, drawn after {milliseconds} ms", flush=True)

    def test_the_policy_refuses_other_scripts_and_requests(self):
        page = self.open("varied")
        page.run("""
            window.refused = [];
            document.addEventListener("securitypolicyviolation", event => window.refused.push(event.effectiveDirective));
            const script = document.createElement("script");
            script.textContent = "window.attacked = 1";
            document.body.append(script);
            const image = document.createElement("img");
            image.src = "https://example.invalid/x.png";
            document.body.append(image);
            const style = document.createElement("style");
            style.textContent = "body { color: red }";
            document.body.append(style);
            return new Promise(done => setTimeout(done, 100));""")
        self.assertIsNone(page.run("return window.attacked"))
        self.assertEqual(sorted(page.run("return window.refused")), ["img-src", "script-src-elem", "style-src-elem"])

    def test_every_chart_is_drawn(self):
        for name, expected in (("varied", OF_VARIED_RUNS), ("complete", OF_EVERY_RUN),
                               ("several", OF_VARIED_RUNS | {"runs-throughput", "runs-p99"})):
            for dark in (False, True):
                with self.subTest(page=name, dark=dark):
                    page = self.open(name, dark=dark)
                    self.assertEqual(set(page.charts()), expected)
                    for chart in page.charts():
                        self.assertGreater(len(page.colors(chart)), 10, f"{chart} is blank")

    def test_what_was_not_counted_is_said_instead_of_drawn(self):
        page = self.open("complete")
        self.assertNotIn("cycles", page.charts())
        for chart in ("cycles", "cache-misses"):
            said = page.run("return document.getElementById(arguments[0]).closest('figure').querySelector('.empty').innerText", chart)
            self.assertIn("the machine has no hardware counters", said)

    def test_every_chart_has_a_table_with_its_data(self):
        page = self.open("varied")
        for chart in page.charts():
            with self.subTest(chart=chart):
                rows, label = page.run("""
                    const canvas = document.getElementById(arguments[0]);
                    const details = canvas.closest("figure").querySelector("details");
                    details.open = true;
                    return [details.innerText, canvas.getAttribute("aria-label")];""", chart)
                self.assertRegex(rows, r"\d")
                self.assertRegex(label, r"\d")
                texts = page.run("return Chart.getChart(arguments[0]).data.datasets.flatMap(d => d.texts || [])", chart)
                for text in filter(None, texts):
                    if "completed sends" not in text:
                        self.assertIn(text.split(" (")[0], rows)

    def test_spread_of_repeats_is_drawn(self):
        page = self.open("varied")
        whiskers = page.run("return Chart.getChart('throughput-size').data.datasets.map(d => d.whiskers.filter(w => w && w.lo < w.hi).length)")
        self.assertEqual(whiskers, [2, 2, 2])

    def test_a_variant_can_be_switched_off_and_on(self):
        page = self.open("varied")
        self.assertEqual(page.datasets("throughput-size"), VARIANTS)
        page.click("#show-A2")
        for chart in ("throughput-size", "p99-threads", "latency", "cycles"):
            self.assertEqual(page.datasets(chart), [VARIANTS[0], VARIANTS[2]])
        for chart in ("copies", "cpu-classes", "path-time"):
            self.assertEqual(page.run("return Chart.getChart(arguments[0]).data.labels", chart), ["A1", "A3"])
        self.assertEqual(page.run("return document.getElementById('show-A2').getAttribute('aria-pressed')"), "false")
        self.assertNotIn(VARIANTS[1], page.run("return document.querySelector('main table').innerText"))
        page.click("#show-A2")
        self.assertEqual(page.datasets("latency"), VARIANTS)

    def test_the_theme_follows_the_system_and_the_button(self):
        card = "return getComputedStyle(document.querySelector('figure')).backgroundColor"
        page = self.open("varied")
        light, drawn = page.run(card), page.colors("throughput-size")
        self.assertEqual(self.open("varied", dark=True).run(card), "rgb(29, 33, 38)")
        self.open("varied")
        page.click("#theme")
        page.click("#theme")
        self.assertIn("dark", page.run("return document.getElementById('theme').innerText"))
        self.assertNotEqual(page.run(card), light)
        self.assertNotEqual(set(page.colors("throughput-size")[:6]), set(drawn[:6]))

    def test_hovering_shows_the_values(self):
        page = self.open("varied")
        self.assertEqual(page.tooltip("throughput-size"), [])
        at = page.run("const p = Chart.getChart('throughput-size').getDatasetMeta(0).data[1]; return [p.x, p.y]")
        page.point_at("throughput-size", *at)
        shown = page.tooltip("throughput-size")
        self.assertEqual(shown[0], "4 KiB")
        self.assertEqual([line.split(":")[0] for line in shown[1:]], VARIANTS)
        row = page.run("return document.querySelector('#throughput-size').closest('figure').querySelectorAll('tbody tr')[1].textContent")
        self.assertIn(re.search(r"\d+\.\d+", shown[1]).group(), row)
        bar = page.run("const p = Chart.getChart('copies').getDatasetMeta(0).data[0]; return [p.x / 2, p.y]")
        page.point_at("copies", *bar)
        self.assertIn("copy_in: 1.00 copies per byte", page.tooltip("copies"))

    def test_it_begins_with_the_answer_and_the_rest_is_folded(self):
        for width, height in ((1280, 900), (360, 740)):
            page = self.open("varied", unfolded=False, width=width, height=height)
            self.assertEqual(set(page.charts()), ANSWER)
            self.assertEqual(page.run("return document.querySelectorAll('details.section[open]').length"), 0)
            self.assertRegex(page.run("return document.querySelector('main .verdict').innerText"), "A2 is the fastest")
            self.assertLessEqual(page.run("return [...document.querySelectorAll('.findings')].filter(e => e.checkVisibility())[0].children.length"), 3)
            bottom = page.run("return document.getElementById('throughput').getBoundingClientRect().bottom")
            self.assertLessEqual(bottom, height, f"the first chart at {width} px")

    def test_ratios_are_on_a_linear_axis_with_the_judges_interval(self):
        page = self.open("varied")
        self.assertEqual(page.datasets("ratio"), VARIANTS[1:], "the first is what the others are compared with")
        axis = page.run("const y = Chart.getChart('ratio').scales.y; return [y.type, y.min, y.max]")
        self.assertEqual(axis[0], "linear")
        self.assertTrue(axis[1] < 1 < axis[2], axis)
        ratios = page.run("return data.runs[0].groups[0].variants.slice(1).map(({ratio}) => [ratio.lo, ratio.v, ratio.hi])")
        for low, value, high in ratios:
            self.assertTrue(low <= value <= high, ratios)

    def test_axes_stay_when_a_variant_is_switched_off(self):
        page = self.open("varied")
        axes = """return ["throughput", "ratio", "p99-size", "p99-threads", "cycles"].map(id => Chart.getChart(id).scales.y)
                  .map(({type, min, max}) => [type, min, max])"""
        before = page.run(axes)
        page.click("#show-A1")
        self.assertEqual(page.run(axes), before)

    def test_tooltips_have_units(self):
        page = self.open("varied")
        for chart, unit in (("throughput-size", " Gbit/s"), ("p50-size", " µs"), ("ratio", " ×"), ("copies", " copies per byte"),
                            ("cpu-classes", " ns of CPU time per payload byte"), ("latency", " % of messages")):
            page.run("document.getElementById(arguments[0]).focus()", chart)
            page.run("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'End'}))")
            lines = page.tooltip(chart)[1:]
            self.assertTrue(lines, chart)
            for line in lines:
                self.assertTrue(line.endswith(unit), line)

    def test_the_address_has_what_is_chosen(self):
        page = self.open("varied", unfolded=False)
        page.run("const s = document.getElementById('field-size'); s.value = '0'; s.dispatchEvent(new Event('change'))")
        page.click("#show-A2")
        page.click("#latencies > summary")
        page.run("return new Promise(done => setTimeout(done, 50))")
        address = page.run("return location.hash")
        self.assertEqual(address, "#size=256&threads=1&hide=A2&open=latencies")
        page.driver.get("about:blank")
        page.driver.get(self.pages["varied"].as_uri() + address)
        page.run("return new Promise(done => setTimeout(done, 50))")
        self.assertEqual(page.datasets("latency"), [VARIANTS[0], VARIANTS[2]])
        self.assertEqual(page.run("return document.getElementById('field-size').selectedOptions[0].innerText"), "256 B")
        self.assertEqual(page.run("return [...document.querySelectorAll('details.section[open]')].map(({id}) => id)"), ["latencies"])
        page.driver.get(self.pages["varied"].as_uri() + "#trust")
        page.run("return new Promise(done => setTimeout(done, 50))")
        self.assertTrue(page.run("return document.getElementById('trust').open"), "a link to a section opens it")
        self.assertEqual(page.messages(), [])

    def test_several_runs_open_on_a_cell_that_all_have(self):
        page = self.open("in part alike", unfolded=False)
        self.assertEqual(page.run("return document.getElementById('field-size').selectedOptions[0].innerText"), "4 KiB")
        bars = page.run("return Chart.getChart('runs-throughput').data.datasets.map(({data}) => data.filter((one) => one !== null).length)")
        self.assertEqual(bars, [2, 2, 2])

    def test_the_keyboard_does_it_all(self):
        from selenium.webdriver.common.keys import Keys
        page = self.open("varied")
        order = []
        for _ in range(12):
            page.press(Keys.TAB)
            order.append(page.run("const e = document.activeElement; return e.id || e.className || e.tagName"))
        self.assertEqual(order[:7], ["skip", "theme", "field-size", "threads", "show-A1", "show-A2", "show-A3"])
        page.run("document.getElementById('show-A1').focus()")
        page.press(Keys.SPACE)
        self.assertEqual(page.datasets("latency"), VARIANTS[1:])
        self.assertEqual(page.run("return document.activeElement.id"), "show-A1")
        page.run("document.getElementById('field-size').focus()")
        page.press(Keys.ARROW_UP)
        self.assertIn("256 B", page.run("return document.querySelector('#cell h3').textContent"))
        self.assertEqual(page.run("return document.activeElement.id"), "field-size")
        page.run("document.getElementById('p50-size').focus()")
        page.press(Keys.ARROW_RIGHT)
        page.press(Keys.ARROW_RIGHT)
        self.assertEqual(page.tooltip("p50-size")[0], "4 KiB")
        self.assertIn("4 KiB; A2 sendmsg", page.run("return document.getElementById('announcer').textContent"))
        page.press(Keys.ESCAPE)
        self.assertEqual(page.tooltip("p50-size"), [])
        page.run("document.querySelector('#copies').closest('figure').querySelector('summary').focus()")
        page.press(Keys.ENTER)
        self.assertTrue(page.run("return document.querySelector('#copies').closest('figure').querySelector('details').open"))

    def test_a_phone_shows_it_without_scrolling_sideways(self):
        for name in self.pages:
            with self.subTest(page=name):
                page = self.open(name, width=360)
                page.run("for (const details of document.querySelectorAll('details')) details.open = true")
                self.assertLessEqual(page.run("return document.documentElement.scrollWidth"), 360)

    def test_texts_of_a_run_stay_texts(self):
        page = self.open("hostile")
        page.run("for (const details of document.querySelectorAll('details')) details.open = true")
        self.assertEqual(page.messages(), [])
        self.assertIsNone(page.run("return window.attacked"))
        self.assertEqual(page.run("return document.querySelectorAll('img, script:not(#data)').length"), 2, "Chart.js and the page's own")
        text = self.text()
        for shown in (runs.ATTACK, runs.QUOTES, runs.LONG, "\u05e9\u05dc\u05d5\u05dd", "<b onclick=attacked>.json"):
            self.assertIn(shown, text)
        for hidden in "\u202e\u2028\u2029":
            self.assertNotIn(hidden, text, "characters that turn or break lines are taken out")
        source = self.pages["hostile"].read_text(encoding="utf-8")
        data = source[source.index('id="data">') + 10:]
        self.assertNotRegex(data[:data.index("</script>")], "[<>&\u2028\u2029]")

    def test_several_runs(self):
        page = self.open("several")
        differ = re.search("4 runs, which differ in: (.*)", self.text()).group(1)
        self.assertIn("Traced by", differ)
        self.assertNotIn("Kernel", differ)
        options = page.run("return [...document.querySelectorAll('#run option')].map(o => o.innerText)")
        self.assertEqual(len(options), 4)
        self.assertRegex(options[0], r"^1: .*varied\.json · 20")
        self.assertEqual(page.run("return Chart.getChart('runs-throughput').data.labels"), ["run 1", "run 2", "run 3", "run 4"])
        choose = "const s = document.getElementById('run'); s.value = arguments[0]; s.dispatchEvent(new Event('change'))"
        page.run(choose, "1")
        self.assertIn("64 KiB", page.run("return document.querySelector('#cell h3').textContent"))
        self.assertIn("exact/run.json", page.driver.title)
        page.run(choose, "2")
        self.assertIn("The run ended early", self.text())
        page.run(choose, "3")
        self.assertIn("No cell was finished", self.text())
        self.assertEqual(page.messages(), [])

    def test_two_runs_are_compared_on_the_cells_that_they_share(self):
        page = self.open("compared")
        self.assertIn("By throughput, run 2 against run 1: slower in 2 cells (0.50 ×), no significant difference in 4 cells.",
                      self.in_one_line())
        page.run("for (const d of document.querySelectorAll('details')) d.open = true")
        self.assertRegex(self.in_one_line(), r"run 2 is 0\.50 × \[0\.\d+, 0\.\d+\] as fast as run 1\.")
        self.assertIn("Not compared: A1, 8 × 256 B, 4 connections", self.in_one_line())
        self.assertEqual(page.messages(), [])
        self.open("varied")
        self.assertNotIn("against run 1", self.text())

    def test_findings_laws_and_losses_are_there(self):
        page = self.open("complete")
        text = self.text()
        for shown in ("accounted 100.000 %", "[zerocopy-copied]", "recursion_misses", "Example CPU", "no tracepoint fires here"):
            self.assertIn(shown, text)
        self.assertIn("netio-trace doctor", page.run("return [...document.querySelectorAll('.findings code')].map((one) => one.textContent)"))
        self.assertRegex(page.run("return document.querySelector('.findings').textContent"), r"\d\u00a0%")
        self.open("damaged")
        self.assertRegex(self.text(), r"accounted 99\.\d{3} %")
        self.assertIn("[law-broken]", self.text())

    def test_it_prints(self):
        page = self.open("varied", dark=True)
        before = page.run("return document.documentElement.dataset.theme")
        paper = page.print()
        self.assertTrue(paper.startswith(b"%PDF"))
        pages = len(re.findall(rb"/Type\s*/Page\b", paper))
        self.assertTrue(3 <= pages <= 12, f"{pages} pages")
        self.assertGreater(len(re.findall(rb"/Subtype\s*/Image", paper)), 10, "charts are on paper")
        self.assertEqual((before, page.run("return document.documentElement.dataset.theme")), ("dark", "dark"))
        page.run("window.dispatchEvent(new Event('beforeprint'))")
        self.assertEqual(page.run("return document.documentElement.dataset.theme"), "light")
        page.command("Emulation.setEmulatedMedia", media="print")
        self.assertEqual(page.run("return getComputedStyle(document.getElementById('theme')).display"), "none")
        page.run("window.dispatchEvent(new Event('afterprint'))")


if __name__ == "__main__":
    unittest.main()
