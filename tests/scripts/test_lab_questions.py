# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The labs of docs/labs: scripts/labs.py opens what it sealed, and no text that a student reads has an answer in it."""

import copy
import importlib.util
import json
import pathlib
import unittest

TREE = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("labs", TREE / "scripts/labs.py")
labs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(labs)


class LabQuestions(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        words = labs.all_words()
        cls.folders = sorted((TREE / "docs/labs").glob("[0-9][0-9]-*"))
        cls.both = {}
        for folder in cls.folders:
            sealed = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
            plain = copy.deepcopy(sealed)
            for question in plain["questions"]:
                labs.open_question(plain["lab"], question, words)
            cls.both[folder] = sealed, plain

    def opened(self, folder):
        """As it is in the tree, and with its replies as text."""
        return copy.deepcopy(self.both[folder])

    def test_are_twelve(self):
        self.assertEqual([int(folder.name[:2]) for folder in self.folders], list(range(1, 13)))

    def test_open_and_seal_are_the_reverse_of_one_another(self):
        for folder in self.folders:
            sealed, plain = self.opened(folder)
            for question in plain["questions"]:
                labs.seal_question(plain["lab"], question)
            self.assertEqual(plain, sealed, folder.name)

    def test_a_reply_is_not_told_by_its_length(self):
        for folder in self.folders:
            for question in self.opened(folder)[0]["questions"]:
                self.assertLessEqual(len(set(map(len, question["replies"] if "replies" in question else []))), 1, question["id"])

    def test_no_text_has_the_answer(self):
        for folder in self.folders:
            text = (folder / "lab.md").read_text(encoding="utf-8").lower()
            sealed, plain = self.opened(folder)
            handed_out = text + json.dumps(sealed, ensure_ascii=False).lower()
            for question in plain["questions"]:
                if question["kind"] == "word":
                    for answer in (answer for answer, reply in question["replies"].items() if reply.startswith("+")):
                        self.assertNotIn(answer, handed_out, f"{folder.name}: {question['id']}")
                for reply in question["replies"].values() if "replies" in question else ():
                    self.assertNotIn(reply[1:30].lower(), handed_out, f"{folder.name}: {question['id']}")


if __name__ == "__main__":
    unittest.main()
