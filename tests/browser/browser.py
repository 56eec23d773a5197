# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Chromium without a window, as the tests use it: opens a page, keeps its messages and requests, looks at its charts."""

import base64
import json
import os
import shutil

CHROMIUM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"


class Missing(Exception):
    """The browser is not installed."""


def require():
    for program, package in ((CHROMIUM, "chromium"), (DRIVER, "chromium-driver")):
        if shutil.which(program) is None:
            raise Missing(f"{program} is not installed (package {package}; scripts/setup.sh browser installs it). "
                          "NETIO_SKIP_BROWSER=1 skips the tests that need a browser")
    try:
        import selenium  # noqa: F401
    except ImportError as error:
        raise Missing("Python's selenium is not installed (package python3-selenium)") from error


class Browser:
    """One page at a time."""

    def __init__(self, folder):
        from selenium import webdriver
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        # In a container there may be neither user namespaces for root nor a large /dev/shm.
        for option in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--lang=en",
                       "--disable-background-networking", f"--user-data-dir={folder}"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.chrome.service.Service(DRIVER)
        self.driver = webdriver.Chrome(service=service, options=options)

    def command(self, name, **arguments):
        return self.driver.execute_cdp_cmd(name, arguments)

    def open(self, page, width=1280, height=900, dark=False):
        """Opens a file as a user would, from the disk."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        scheme = "dark" if dark else "light"
        self.command("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.driver.get("about:blank")
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.url = page.as_uri()
        self.driver.get(self.url)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def messages(self):
        """What the console has said since the last time."""
        return [f"{entry['level']}: {entry['message']}" for entry in self.driver.get_log("browser")]

    def requests(self):
        """Addresses that were asked for since the last time, but for the page itself."""
        asked = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                asked.append(message["params"]["request"]["url"])
        return [url for url in asked if url.split("#")[0] != self.url and not url.startswith("data:")]

    def charts(self):
        """Ids of the canvases that can be seen."""
        return self.run("return [...document.querySelectorAll('figure canvas[id]')].filter(c => c.checkVisibility()).map(c => c.id)")

    def colors(self, chart):
        """How many different colours a canvas shows, and a few of the most frequent."""
        return self.run("""
            const canvas = document.getElementById(arguments[0]);
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            const counts = new Map();
            for (let i = 0; i < pixels.length; i += 4) {
              const key = [pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]].join();
              counts.set(key, (counts.get(key) || 0) + 1);
            }
            return [...counts.entries()].sort((a, b) => b[1] - a[1]).map(([key]) => key);""", chart)

    def datasets(self, chart):
        """The labels of what a chart draws."""
        return self.run("return Chart.getChart(arguments[0]).data.datasets.map(d => d.label)", chart)

    def tooltip(self, chart):
        """The lines of the tooltip that is shown, or none."""
        return self.run("""
            const tooltip = Chart.getChart(arguments[0]).tooltip;
            return tooltip && tooltip.opacity > 0 ? [...tooltip.title, ...tooltip.body.flatMap(b => b.lines)] : [];""", chart)

    def click(self, selector):
        self.driver.find_element("css selector", selector).click()

    def press(self, *keys):
        from selenium.webdriver import ActionChains
        ActionChains(self.driver).send_keys(*keys).perform()

    def point_at(self, chart, x, y):
        """Moves the pointer over a place of a canvas, as the browser would for a mouse."""
        at = self.run("""
            const canvas = document.getElementById(arguments[0]);
            canvas.scrollIntoView({block: "center"});
            const box = canvas.getBoundingClientRect();
            return [box.left, box.top];""", chart)
        for step in (-2, 0):  # the pointer moves
            self.command("Input.dispatchMouseEvent", type="mouseMoved", x=at[0] + x + step, y=at[1] + y)
        self.run("return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def print(self):
        return base64.b64decode(self.command("Page.printToPDF", printBackground=True)["data"])


def wanted():
    return os.environ.get("NETIO_SKIP_BROWSER", "") != "1"
