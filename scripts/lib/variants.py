# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""The table of variants, read from where it stands: user/model/variant.h."""
import re
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "user" / "model" / "variant.h"


def table():
    """{name in textbooks, or "none": id}, in the order of the table, all ids, and those of a run that names none."""
    rows = re.findall(r"VariantEntry\{\.variant.*?\n(?=    VariantEntry|\};)", TABLE.read_text(encoding="utf-8"), re.DOTALL)
    ids = [re.search(r'\.id = "(\w+)"', row).group(1) for row in rows]
    textbook = [re.search(r"\.textbook = Textbook::(\w+)", row) for row in rows]
    default = [variant for row, variant in zip(rows, ids) if ".by_default = false" not in row]
    return {found.group(1): variant for found, variant in zip(textbook, ids) if found}, ids, default


BY_TEXTBOOK, IDS, DEFAULT = table()
TWO_COPY = BY_TEXTBOOK["two_copy"]
ONE_COPY = BY_TEXTBOOK["one_copy"]
