"""Writes each C++ block of a page into FOLDER/N.inc, and their includes into FOLDER/includes.inc.

    page_code.py PAGE FOLDER
"""

import re
import sys
from pathlib import Path

page, folder = Path(sys.argv[1]), Path(sys.argv[2])
includes = []
blocks = re.findall(r"^```cpp\n(.*?)^```$", page.read_text(encoding="utf-8"), re.S | re.M)
for number, block in enumerate(blocks, 1):
    lines = block.splitlines(keepends=True)
    includes += [line for line in lines if line.startswith("#include")]
    body = "".join(line for line in lines if not line.startswith("#include"))
    Path(folder, f"{number}.inc").write_text(body, encoding="utf-8")
Path(folder, "includes.inc").write_text("".join(includes), encoding="utf-8")
