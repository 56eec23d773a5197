# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The table of variants, read from where it stands: user/model/variant.h."""
import re
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "user" / "model" / "variant.h"


def table():
    """{name in textbooks, or "none": id}, in the order of the table, and all ids."""
    rows = re.findall(r"VariantEntry\{\.variant.*?\n(?=    VariantEntry|\};)", TABLE.read_text(encoding="utf-8"), re.DOTALL)
    ids = [re.search(r'\.id = "(\w+)"', row).group(1) for row in rows]
    textbook = [re.search(r"\.textbook = Textbook::(\w+)", row) for row in rows]
    return {found.group(1): variant for found, variant in zip(textbook, ids) if found}, ids


BY_TEXTBOOK, IDS = table()
TWO_COPY = BY_TEXTBOOK["two_copy"]
ONE_COPY = BY_TEXTBOOK["one_copy"]
