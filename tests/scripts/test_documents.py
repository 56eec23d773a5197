# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Links of the documents, and mentions of them in sources and scripts, lead to files and sections that exist."""

import pathlib
import re
import sys
import tempfile
import unittest

import tree_rules

TREE = pathlib.Path(__file__).resolve().parents[2]

LINK = re.compile(r"\]\(([^)\s]+)\)")
# docs/method.md#anchor, or docs/method.md, "Title of a section".
MENTION = re.compile(r'\bdocs/([\w./-]+\.(?:md|1|json))(?:#([\w-]+)|(?:\)?, (?:section )?"([^"\n]+)"))?')
HEADING = re.compile(r"^#{1,6} (.+)$", re.M)
CODE_BLOCK = re.compile(r"^```.*?^```$", re.M | re.S)
SOURCES = (".cpp", ".h", ".c", ".py", ".sh", ".cmake", ".txt")


def headings(document):
    return HEADING.findall(CODE_BLOCK.sub("", document.read_text(encoding="utf-8")))


def anchor(heading):
    """As GitHub makes it of a heading."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


def has_section(document, name):
    return not name or name in map(anchor, headings(document)) or name in headings(document)


def dead_links(tree, name):
    """(line number, target) of each link of a document that leads nowhere."""
    document = tree / name
    text = CODE_BLOCK.sub(lambda block: "\n" * block[0].count("\n"), document.read_text(encoding="utf-8"))
    for number, line in enumerate(text.splitlines(), 1):
        for target in LINK.findall(line):
            if "://" in target:
                continue
            path, _, section = target.partition("#")
            file = document.parent / path if path else document
            if not file.exists() or (section and not has_section(file, section)):
                yield number, target


def dead_mentions(tree, name):
    text = (tree / name).read_text(encoding="utf-8", errors="replace")
    for found in MENTION.finditer(text):
        file = tree / "docs" / found[1]
        if not file.exists() or not has_section(file, found[2] or found[3]):
            yield text.count("\n", 0, found.start()) + 1, found[0]


def breaches(tree):
    for name in tree_rules.files_of(tree):
        if name.endswith(".md"):
            yield from (f"{name}:{line}: {target} leads nowhere" for line, target in dead_links(tree, name))
        elif name.endswith(SOURCES) and not name.startswith("tests/scripts/"):
            yield from (f"{name}:{line}: {what} does not exist" for line, what in dead_mentions(tree, name))


class Documents(unittest.TestCase):
    def test_links_and_mentions_lead_somewhere(self):
        self.assertEqual(list(breaches(TREE)), [])

    def test_output_is_quoted_with_the_intervals_that_it_has(self):
        for name in tree_rules.files_of(TREE):
            if name.endswith((".md", ".1")) and "measurements/" not in name:
                self.assertEqual(re.findall(r"[~≈][\d.,]+ \([\d.,]+–.*", (TREE / name).read_text(encoding="utf-8")), [], name)

    def test_the_glossary_has_the_words_that_the_tutorial_says_it_has(self):
        words = {word.lower() for word in HEADING.findall((TREE / "docs/glossary.md").read_text(encoding="utf-8"))}
        text = CODE_BLOCK.sub("", (TREE / "docs/tutorial.md").read_text(encoding="utf-8"))
        marked = re.findall(r"(?<![*\w])\*(\w[^*\n]*)\*(?!\*)", text)
        self.assertGreater(len(marked), 20)
        # The first is the example of how they are marked.
        self.assertEqual([word for word in marked[1:] if " ".join(word.lower().split()) not in words], [])

    def test_what_leads_nowhere_is_seen(self):
        with tempfile.TemporaryDirectory(prefix="netio-") as folder:
            tree = pathlib.Path(folder)
            (tree / "docs").mkdir()
            (tree / "docs/page.md").write_text("# Page\n\n## Two words, and `more`\n\n```\n## no heading\n[no](link)\n```\n")
            (tree / "README.md").write_text(
                "[a](docs/page.md) [b](docs/page.md#two-words-and-more) [c](#here)\n# Here\n"
                "[d](docs/page.md#no-heading)\n[e](docs/none.md)\n")
            (tree / "code.cpp").write_text(
                '// docs/page.md#page docs/page.md, "Page"\n// docs/page.md#none docs/page.md, "Pages"\n// docs/none.md\n')
            self.assertEqual(list(breaches(tree)), [
                "README.md:3: docs/page.md#no-heading leads nowhere",
                "README.md:4: docs/none.md leads nowhere",
                "code.cpp:2: docs/page.md#none does not exist",
                'code.cpp:2: docs/page.md, "Pages" does not exist',
                "code.cpp:3: docs/none.md does not exist",
            ])


if __name__ == "__main__":
    sys.exit(unittest.main())
