#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""For who writes labs: seals what a question's replies say, and opens it again.

    scripts/labs.py open docs/labs/01-bytes/questions.json > plain.json     # with replies as text, to be changed
    scripts/labs.py seal plain.json > docs/labs/01-bytes/questions.json

In the plain form "replies" is an object. Of a choice or word: answer -> text, "+why" of the right one and "-hint" of a wrong
one, "*" for each other word. Of a number, or a choice that depends on the run: "right", "above", "below", "wrong",
"unavailable" -> text. user/labs/sealed_text.h says what sealing is worth. `open` finds the answers of a word among all words
of docs/ and user/; --word adds one.
"""
import argparse
import base64
import json
import pathlib
import re
import sys

TREE = pathlib.Path(__file__).resolve().parents[1]
MARK = b"netio:"
# Constants of the kernel that stand nowhere in this tree.
CONSTANTS = {"tcp_ato_min", "tcp_delack_max", "tcp_delack_min", "tcp_rto_max", "tcp_rto_min", "tcp_timewait_len"}
OF_NUMBERS = ("right", "above", "below", "wrong", "unavailable", "*")


def stream(key):
    state = 0xCBF29CE484222325
    for byte in key.encode():
        state = (state ^ byte) * 0x100000001B3 % 2**64
    while True:
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        word = state
        word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        word = (word ^ word >> 27) * 0x94D049BB133111EB % 2**64
        yield from (word ^ word >> 31).to_bytes(8, "little")


def crypt(data, key):
    return bytes(byte ^ other for byte, other in zip(data, stream(key)))


def seal(text, key, length):
    """All of one question are equally long, so that the length tells nothing."""
    data = MARK + text.encode()
    return base64.b64encode(crypt(data.ljust(len(MARK) + length), key)).decode()


def opened(sealed, key):
    data = base64.b64decode(sealed)
    if crypt(data[:len(MARK)], key) != MARK:
        return None
    data = crypt(data, key)
    return data[len(MARK):].decode().rstrip(" ")


def seal_question(lab, question):
    replies = question.get("replies", {})
    longest = max((len(text.encode()) for text in replies.values()), default=0)
    if isinstance(replies, dict):
        question["replies"] = sorted(seal(text, f"{lab}/{question['id']}/{answer}", longest) for answer, text in replies.items())
    for confusion in question.get("confusions", []):
        confusion["reply"] = seal(confusion["reply"], f"{lab}/{question['id']}/confusion", len(confusion["reply"].encode()))


def open_question(lab, question, words):
    found = {}
    for sealed in question.get("replies", []):
        for answer in (*OF_NUMBERS, *question.get("options", {}), *(words if question["kind"] == "word" else ())):
            text = opened(sealed, f"{lab}/{question['id']}/{answer}")
            if text is not None:
                found[answer] = text
                break
        else:
            sys.exit(f"{question['id']}: a reply does not open: name its word with --word")
    if "replies" in question:
        question["replies"] = found
    for confusion in question.get("confusions", []):
        confusion["reply"] = opened(confusion["reply"], f"{lab}/{question['id']}/confusion")


def all_words():
    names = set(CONSTANTS)
    for folder in ("docs", "user", "bpf"):
        for path in (TREE / folder).rglob("*"):
            if path.suffix in (".md", ".h", ".cpp", ".c", ".txt"):
                names.update(re.findall(r"[a-z_][a-z0-9_.]+", path.read_text(encoding="utf-8", errors="replace").lower()))
    return names


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("open", "seal"))
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--word", action="append", default=[])
    arguments = parser.parse_args()
    lab = json.loads(arguments.file.read_text(encoding="utf-8"))
    words = all_words() | set(arguments.word) if arguments.action == "open" else ()
    for question in lab["questions"]:
        if arguments.action == "seal":
            seal_question(lab["lab"], question)
        else:
            open_question(lab["lab"], question, words)
    print(json.dumps(lab, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
