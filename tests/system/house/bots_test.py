"""The bots of docs/bots.md, as they stand there: in each language one, and its test."""
import os
import pathlib
import re
import subprocess
import unittest

from house import CHANNEL, PYTHON, House, StageError, binary, envelope, source
from page_block import block

PAGE = pathlib.Path(source("docs", "bots.md"))
LONGEST = 15  # lines


class Bots(House):
    def write_block(self, name):
        """The page's program in a file; for Node beside the package that it imports."""
        code = block(PAGE, name)
        self.assertLessEqual(len([line for line in code.splitlines() if line.strip()]), LONGEST)
        return self.stage.write(name, code)

    def node_modules(self):
        package = os.environ["TUBES_NODE_PACKAGE"]
        os.mkdir(self.stage.path("node_modules"))
        os.symlink(package, self.stage.path("node_modules/tubes-bus"))

    def test_each_of_them_answers_a_user(self):
        self.write_block("bot.cpp")  # which the build has compiled
        self.node_modules()
        for transport in ("redis", "zmq"):
            with self.subTest(transport):
                irc_port, _ = self.stage.start_ngircd()
                user = self.join(irc_port)
                bus = self.start_backend(transport)
                bridge = self.start_bridge(self.config(bus, irc_port))
                user.wait_for_nick("tubes", CHANNEL)
                bots = [self.stage.start(name, [*command, bus],
                                         env={"PYTHONPATH": source("clients", "python"),
                                              "PYTHONDONTWRITEBYTECODE": "1"})
                        for name, command in (
                            ("bot.cpp", [binary("bots_page")]),
                            ("bot.py", [PYTHON, self.write_block("bot.py")]),
                            ("bot.mjs", ["node", self.write_block("bot.mjs")]))]
                for language in ("C++", "Python", "Node"):
                    self.greet_until_answered(user, f"Hello wraithan, from {language}")
                for program in [*bots, bridge]:
                    program.stop()

    def greet_until_answered(self, user, answer):
        """Asks again and again: the bots of the page do not say when they are there."""
        for _ in range(200):
            user.say(CHANNEL, "hello")
            try:
                return user.wait_for(answer, timeout=0.2)
            except StageError:
                continue
        self.fail(f"nobody said {answer!r}")

    def test_a_program_in_cpp_learns_what_became_of_its_message(self):
        self.write_block("deploy.cpp")  # which the build has compiled
        self.learns_what_became_of_it([binary("receipts_page")])

    def test_a_program_in_python_learns_what_became_of_its_message(self):
        self.learns_what_became_of_it([PYTHON, self.write_block("deploy.py")])

    def test_a_program_in_node_learns_what_became_of_its_message(self):
        self.node_modules()
        self.learns_what_became_of_it(["node", self.write_block("deploy.mjs")])

    def learns_what_became_of_it(self, command):
        bus = self.start_backend("redis")
        for state, code, reason, status in (("failed", "404", "no", 1),
                                            ("unknown", "connection_lost", "gone", 1),
                                            ("confirmed", "", "", 0), ("sent", "", "", 0)):
            with self.subTest(state):
                self.ends_as_its_message(command, bus, (state, code, reason), status)

    def ends_as_its_message(self, command, bus, ending, status):
        heard = self.subscribe(bus, "out")
        program = self.stage.start("deploy", [*command, bus],
                                   env={"PYTHONPATH": source("clients", "python"),
                                        "PYTHONDONTWRITEBYTECODE": "1"})
        heard.wait_for('"sequence":1}}\n')
        number = re.search(r'"id":"([^"]+)"', heard.output())[1]
        state, code, reason = ending
        self.tubes("pub", "receipts", envelope("receipt", id=number, state=state, code=code,
                                               reason=reason), "--bus", bus)
        program.wait_for(" ".join(ending) + "\n")
        self.assertEqual(program.process.wait(20), status)
        heard.stop()

    def test_the_test_in_python_passes_and_fails_when_the_bot_does(self):
        self.write_block("bot.py")
        self.write_block("test_bot.py")
        self.passes_and_fails("bot.py", [PYTHON, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider"])

    def test_the_test_in_node_passes_and_fails_when_the_bot_does(self):
        self.node_modules()
        self.write_block("bot.mjs")
        self.write_block("bot.test.mjs")
        self.passes_and_fails("bot.mjs", ["node", "--test"])

    def passes_and_fails(self, bot, command):
        def status():
            return subprocess.run(command, cwd=self.stage.folder, capture_output=True, timeout=60,
                                  env={**os.environ, "PYTHONPATH": source("clients", "python")}
                                  ).returncode
        self.assertEqual(status(), 0)
        file = pathlib.Path(self.stage.path(bot))
        file.write_text(file.read_text().replace("Hello", "Goodbye"))
        self.assertNotEqual(status(), 0)


if __name__ == "__main__":
    unittest.main()
