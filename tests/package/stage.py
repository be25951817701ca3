"""Sets up what the tests of the package use: `stage.py installed` or `stage.py shared`."""

import re
import sys

from workplace import BUILD, PAGE, SOURCE, WORK, empty, run

OFF = ["REDIS", "ZEROMQ", "BRIDGE", "CLIENTS", "CONFORMANCE", "TESTS", "STRICT"]


def installed():
    """This build, installed by the page's line."""
    folder = empty("installed")
    (folder / "build").mkdir()
    (folder / "build/release").symlink_to(BUILD)
    line = re.search(r"^cmake --install .*$", PAGE, re.M)[0]
    run(line, folder, home=folder / "first")
    (folder / "first").rename(folder / "moved")


def shared():
    """The little that a bot on the in-memory bus needs, as shared libraries."""
    folder, build = empty("shared"), WORK / "shared-build"
    run(["cmake", "-S", SOURCE, "-B", build, "-DBUILD_SHARED_LIBS=ON",
         *(f"-DTUBES_{part}=OFF" for part in OFF)])
    run(["cmake", "--build", build])
    run(["cmake", "--install", build, "--prefix", folder / "first/.local"])
    (folder / "first").rename(folder / "moved")


{"installed": installed, "shared": shared}[sys.argv[1]]()
