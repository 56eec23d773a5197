# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""scripts/lib/variants.py reads the table of variants from user/model/variant.h."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts" / "lib"))
import variants  # noqa: E402


class Variants(unittest.TestCase):
    def test_all_rows_in_their_order(self):
        rows = variants.TABLE.read_text(encoding="utf-8").count("    VariantEntry{")
        self.assertEqual(len(variants.IDS), rows)
        self.assertEqual(variants.IDS[:3], ["A1", "A2", "A3"])
        self.assertEqual(variants.DEFAULT, ["A1", "A2", "A3"])

    def test_each_by_its_name_in_textbooks(self):
        self.assertEqual((variants.TWO_COPY, variants.ONE_COPY), ("A1", "A2"))


if __name__ == "__main__":
    unittest.main()
