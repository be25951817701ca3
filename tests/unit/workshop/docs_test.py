"""Holds the pages of documentation against the programs and sources that they are about."""

import json
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ["TUBES_SOURCE_DIR"])
BRIDGE = Path(os.environ["TUBES_BIN_DIR"], "tubes-bridge")
COMPILER = os.environ["TUBES_CXX"]
INCLUDE_ROOT = os.environ["TUBES_INCLUDE_ROOT"]
TOPICS = {"in": "Topic `in`: what happened on IRC", "out": "Topic `out`: what to do on IRC",
          "receipts": "Topic `receipts`: what became of it"}


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


def section(text, heading):
    """What stands below a heading, up to the next one."""
    return re.split(r"^#+ .*\n", text.partition(f"\n## {heading}\n")[2], flags=re.M)[0]


def rows(text):
    """The rows of a table whose first cell is code, as lists of cells."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def code(text):
    """Everything in backticks."""
    return re.findall(r"`([^`]+)`", text)


def blocks(text, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.S | re.M)


def block(text, language):
    return blocks(text, language)[0]


def bridge(*arguments):
    """Exit status and all output of tubes-bridge."""
    done = subprocess.run([BRIDGE, *arguments], capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout + done.stderr


def check_config(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "bridge.json")
        file.write_text(text, encoding="utf-8")
        return bridge("--config", file, "--check-config")


def answer_to(path, value):
    """What tubes-bridge says of a configuration that has this value in this place."""
    config = {
        "bus": "memory://docs",
        "networks": {"NAME": {"server": "ircs://irc.example.org", "nick": "bot"}},
    }
    *parents, key = path.split(".")
    place = config
    for parent in parents:
        place = place.setdefault(parent, {})
    place[key] = value
    return check_config(json.dumps(config))


def keys_below(path):
    """Every key that tubes-bridge knows below a place, by planting one that it does not."""
    status, text = answer_to(f"{path}nobody", True)
    known = re.search(r"nobody: unknown key; known here are (.*)", text)
    if status == 0 or known is None:
        raise AssertionError(f"a key that nobody knows is not refused: {text}")
    for key in known[1].split(", "):
        yield path + key
        if path + key == "networks":
            yield from keys_below("networks.NAME.")
        elif "found an object" not in answer_to(path + key, {"nobody": True})[1]:
            yield from keys_below(f"{path}{key}.")


class BridgePage(unittest.TestCase):
    text = page("docs/BRIDGE.md")

    def test_the_keys_are_those_that_the_bridge_knows(self):
        documented = [code(row[0])[0] for row in rows(section(self.text, "Keys"))]
        self.assertCountEqual(documented, list(keys_below("")))

    def test_the_required_keys_are_those_that_the_bridge_misses(self):
        for key, _, default, _ in rows(section(self.text, "Keys")):
            path = code(key)[0]
            if default == "required" and path != "networks":
                status, text = answer_to(path, "")
                self.assertEqual(status, 1)
                self.assertIn(f"{path}: expected a string, found an empty one", text)

    def test_the_flags_are_those_of_the_help(self):
        documented = re.findall(r"--[a-z-]+", "".join(map(str, rows(section(self.text, "Flags")))))
        options = bridge("--help")[1].partition("Options:")[2].partition("Examples:")[0]
        self.assertEqual(set(documented), set(re.findall(r"--[a-z-]+", options)))

    def test_the_example_is_a_configuration_that_the_bridge_accepts(self):
        status, text = check_config(block(self.text, "json"))
        self.assertEqual(status, 0, text)
        self.assertIn("network libera: irc.libera.chat:6697", text)
        self.assertIn("flood: 20 lines at once, then 10 a second", text)

    def test_the_error_it_shows_is_one_of_the_bridge(self):
        shown = re.search(r"`bridge\.json: ([^`]+)`", self.text)[1]
        self.assertIn(shown.replace("libera", "NAME"), answer_to("networks.NAME.nick", 7)[1])

    def test_the_defaults_are_those_that_the_bridge_reports(self):
        default = {code(row[0])[0]: row[2].strip("`") for row in rows(section(self.text, "Keys"))}
        network = "networks.NAME"
        text = answer_to(f"{network}.channels", [])[1]
        self.assertIn(f'in "{default["topics.in"]}" ({default["wire.in"]})', text)
        self.assertIn(f'out "{default["topics.out"]}" ({default["wire.out"]})', text)
        receipts = f'receipts "{default["topics.receipts"]}" ({default["wire.in"]})'
        self.assertIn(receipts, text)
        self.assertIn(f"user {default[f'{network}.user']}\n", text)
        burst, rate = default[f"{network}.flood.burst"], default[f"{network}.flood.per_second"]
        self.assertIn(f"flood: {burst} lines at once, then {rate} a second", text)

    def test_the_allowed_raw_commands_are_those_of_the_source(self):
        source = (ROOT / "bridge/irc/allowed.cpp").read_text(encoding="utf-8")
        allowed = re.findall(r'"([A-Z]+)"', source.partition("allowed = {")[2].partition("}")[0])
        documented = re.search(r"its command is one of ([A-Z\s]+)\.", self.text)[1].split()
        self.assertEqual(documented, allowed)

    def test_the_exit_codes_are_those_of_the_bridge(self):
        self.assertEqual(bridge("--version")[0], 0)
        self.assertEqual(bridge("--config", "/nowhere/bridge.json")[0], 1)
        for flag in (["--nobody"], ["--nick", "bot"], ["--config"]):
            self.assertEqual(bridge(*flag)[0], 2)
        table = section(self.text, "Signals and exit codes")
        documented = re.findall(r"^\| (\d[^|]*) \|", table, re.M)
        self.assertEqual(documented, ["0", "1", "2"])


class TransportsPage(unittest.TestCase):
    text = page("docs/TRANSPORTS.md")
    places = {"memory": "docs", "redis+unix": "/docs.sock", "zmq+ipc": "/docs/bus"}

    def refusal(self, url):
        status, text = bridge("--bus", url, "--irc", "irc://127.0.0.1:1", "--nick", "bot")
        self.assertEqual(status, 1, text)
        return text

    def known_schemes(self):
        return re.search(r"knows: (.*)", self.refusal("nobody://docs"))[1].split(", ")

    def test_every_scheme_of_this_build_has_a_row(self):
        documented = [code(row[0])[0].split(":")[0] for row in rows(section(self.text, "URLs"))]
        for scheme in self.known_schemes():
            self.assertIn(scheme, documented)

    def test_the_parameters_of_a_scheme_are_those_that_it_knows(self):
        table = [row for row in rows(section(self.text, "URLs")) if len(row) == 4]
        for scheme in self.known_schemes():
            documented = [code(row[1])[0] for row in table if scheme in code(row[0])]
            text = self.refusal(f"{scheme}://{self.places.get(scheme, '127.0.0.1')}?nobody=1")
            known = re.search(r"known are: (.*)", text)
            self.assertIsNotNone(known, text)
            self.assertCountEqual(documented, known[1].split(", "), scheme)


def compiled(code):
    """What the compiler says of the code."""
    done = subprocess.run(
        [COMPILER, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
         "-Werror", "-fsyntax-only", f"-I{INCLUDE_ROOT}", "-xc++", "-"],
        input=code, capture_output=True, text=True)
    return done.stderr


class Readme(unittest.TestCase):
    def test_the_bot_compiles_without_a_warning(self):
        self.assertEqual(compiled(block(page("README.md"), "cpp")), "")


class ContributingPage(unittest.TestCase):
    text = page("CONTRIBUTING.md")

    def test_the_driver_and_its_place_compile_without_a_warning(self):
        code = blocks(self.text, "cpp")
        self.assertEqual(len(code), 2)
        self.assertEqual(compiled("\n".join(code)), "")

    def test_the_tests_that_it_names_are_there(self):
        tests = "".join(file.read_text(encoding="utf-8")
                        for file in (ROOT / "tests/unit").rglob("*")
                        if file.name == "CMakeLists.txt" or file.name.endswith("_test.cpp"))
        named = re.findall(r"`unit\.\w+: ([^`]+)`", self.text)
        self.assertGreater(len(named), 3)
        for sentence in named:
            self.assertRegex(tests, rf'("|: ){re.escape(sentence)}"')


class ProtocolPage(unittest.TestCase):
    def test_every_message_type_has_a_golden_vector_in_both_formats(self):
        text = page("docs/PROTOCOL.md")
        for topic, heading in TOPICS.items():
            types = [code(row[0])[0] for row in rows(section(text, heading))]
            self.assertIn("receipt" if topic == "receipts" else "privmsg", types)
            for name in types:
                for ending in (".json", ".pb.hex", ".expect.json"):
                    vector = ROOT / "proto/vectors" / f"{topic}_{name}{ending}"
                    self.assertTrue(vector.exists(), vector)


def anchors(file):
    headings = re.findall(r"^#+ (.*)", file.read_text(encoding="utf-8"), re.M)
    return ["#" + re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings]


class Links(unittest.TestCase):
    def test_every_link_to_a_file_or_heading_leads_there(self):
        for source in (ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
            links = re.findall(r"\]\(([^)#:]*)(#[^)]*)?\)", source.read_text(encoding="utf-8"))
            for target, anchor in links:
                file = source.parent / target if target else source
                self.assertTrue(file.exists(), f"{source.name} links to {target}")
                if anchor:
                    self.assertIn(anchor, anchors(file), f"{source.name} links to {target}")


unittest.main()
