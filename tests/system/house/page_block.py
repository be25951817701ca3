"""Writes the code block of a page that begins with the comment "// NAME" or "# NAME" into FILE.

    page_block.py PAGE NAME FILE
"""
import pathlib
import re
import sys


def block(page, name):
    """The block without its first line."""
    for code in re.findall(r"^```[a-z]+\n(.*?)^```$", page.read_text(encoding="utf-8"), re.S | re.M):
        first, rest = code.split("\n", 1)
        if re.fullmatch(rf"(//|#) {re.escape(name)}", first):
            return rest
    raise SystemExit(f"{page} has no code block that begins with a comment {name}")


if __name__ == "__main__":
    page, name, file = sys.argv[1:]
    pathlib.Path(file).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(file).write_text(block(pathlib.Path(page), name), encoding="utf-8")
