"""Where the tests of the package work, and the page whose lines they run."""

import os
import re
import shutil
import subprocess
from pathlib import Path

SOURCE = Path(os.environ["TUBES_SOURCE_DIR"])
BUILD = Path(os.environ["TUBES_BUILD_DIR"])
WORK = Path(os.environ["TUBES_PACKAGE_DIR"])
HERE = Path(__file__).resolve().parent
PAGE = (SOURCE / "docs/INSTALL.md").read_text(encoding="utf-8")


def cache_folder():
    """ccache's, which would move with HOME."""
    launcher = os.environ.get("CMAKE_CXX_COMPILER_LAUNCHER")
    if not launcher:
        return {}
    told = subprocess.run([*launcher.split(";"), "--get-config", "cache_dir"],
                          capture_output=True, text=True)
    return {"CCACHE_DIR": told.stdout.strip()} if told.returncode == 0 else {}


CACHE = cache_folder()


def empty(name):
    """A folder that is there and has nothing in it."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def attempt(command, folder=None, home=None):
    """Exit status and all output of a command; text is a shell script."""
    if isinstance(command, str):
        command = ["bash", "-euo", "pipefail", "-c", command]
    where = {"HOME": str(home)} if home else {}
    done = subprocess.run(list(map(str, command)), cwd=folder, env={**os.environ, **CACHE, **where},
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def run(command, folder=None, home=None):
    """The output of a command that must succeed."""
    status, output = attempt(command, folder, home)
    if status != 0:
        raise AssertionError(f"{command} ended with {status}:\n{output}")
    return output


def block(heading, language):
    """The code in that language below a heading of the page."""
    section = re.split(r"^## ", PAGE.partition(f"\n## {heading}\n")[2], flags=re.M)[0]
    return re.search(rf"^```{language}\n(.*?)^```$", section, re.S | re.M)[1]


def hello(heading, folder, home=None, also=""):
    """What the page's program prints, built in the way of that heading; `also` is for g++."""
    (folder / "main.cpp").write_text(block("A program", "cpp"), encoding="utf-8")
    if "pkg-config" not in heading:
        (folder / "CMakeLists.txt").write_text(block(heading, "cmake"), encoding="utf-8")
    script = block(heading, "sh").replace(" -o hello", f" {also} -o hello")
    built, _, last = script.rstrip().rpartition("\n")
    run(f"{built}\n{last} > printed", folder, home)
    return (folder / "printed").read_text(encoding="utf-8")


PROMISED = block("A program", "text")


def configure(lines, folder, prefix):
    """Exit status and output, on one line, of configuring a project of these lines."""
    (folder / "CMakeLists.txt").write_text(
        f"cmake_minimum_required(VERSION 3.25)\nproject(user LANGUAGES CXX)\n{lines}\n",
        encoding="utf-8")
    status, output = attempt(["cmake", "-S", folder, "-B", folder / "build",
                              f"-DCMAKE_PREFIX_PATH={prefix}"])
    return status, " ".join(output.split())


def runpaths(prefix):
    """Each program and library with the folders it searches for others."""
    for file in prefix.rglob("*"):
        if file.is_file() and not file.is_symlink() and file.read_bytes()[:4] == b"\x7fELF":
            found = re.search(r"R(?:UN)?PATH.*\[(.*)\]", run(["readelf", "-d", file]))
            yield file, found[1].split(":") if found else []
