"""Everyone at once: the unmodified client of 2012 and those of today, and what a user hears."""
import json
import os
import socket
import unittest

from house import CHANNEL, PYTHON, binary, source
from original import ADMINS, Original

GREETING = f"Hello wraithan, greetings from {socket.gethostname()}"


class Everyone(Original):
    def start_greeters(self, config):
        """The greeter in C++, Python and Node, all on one file of configuration."""
        node = source("clients", "node", "examples", "greeter.mjs")
        package = os.environ["TUBES_NODE_PACKAGE"]
        commands = {"tubes-greeter": [binary("tubes-greeter")],
                    "greeter.py": [PYTHON, source("clients", "python", "examples", "greeter.py")],
                    "greeter.mjs": ["node", node.replace(source("clients", "node"), package)]}
        greeters = [self.stage.start(name, [*command, "--config", config],
                                     env={"PYTHONPATH": source("clients", "python"),
                                          "PYTHONDONTWRITEBYTECODE": "1"})
                    for name, command in commands.items()]
        for greeter in greeters:
            greeter.wait_for("listening on in")
        return greeters

    def hears(self, to, text, count):
        """What the user is told, in any order: one thing is said, and `count` answers come."""
        before = len(self.user.lines)
        self.user.say(to, text)
        answers, at = [], before
        while len(answers) < count:
            line = self.user.wait_for(" PRIVMSG ", after=at)
            at = self.user.lines.index(line, at) + 1
            answers.append(line.split(" PRIVMSG ", 1)[1])
        return sorted(answers)

    def test_an_irc_user_talks_to_the_whole_family_and_gets_each_answer(self):
        self.start_bot()
        service = self.start_service()
        self.user.wait_for(f" PRIVMSG {ADMINS} :parrot online!")
        config = self.stage.write("bots.json", json.dumps(
            {"bus": f"redis://127.0.0.1:{self.redis_port}?prefix=zenircbot:"}))
        greeters = self.start_greeters(config)
        transcript = [(to, text, self.hears(to, text, count)) for to, text, count in (
            (CHANNEL, "hello", 3), (CHANNEL, "!polly", 1), (CHANNEL, "!woot", 3),
            ("ZenIRCBot", "hello", 3), ("ZenIRCBot", "commands", 1),
            (CHANNEL, "ZenIRCBot: services", 1), (CHANNEL, "!dance", 2))]
        self.assertEqual(transcript, [
            (CHANNEL, "hello", [f"{CHANNEL} :{GREETING}"] * 3),
            (CHANNEL, "!polly", [f"{CHANNEL} :wraithan wants a cracker"]),
            (CHANNEL, "!woot", [f"{CHANNEL} :Indeed!"] * 3),
            ("ZenIRCBot", "hello", [f"wraithan :{GREETING}"] * 3),
            ("ZenIRCBot", "commands", ["wraithan :parrot: !polly - says what a parrot says"]),
            (CHANNEL, "ZenIRCBot: services", ["wraithan :parrot"]),
            (CHANNEL, "!dance", [f"{CHANNEL} :\x01ACTION dances\x01",
                                 "wraithan :\x01ACTION dances\x01"])])
        for greeter in greeters:
            self.settle(greeter)
        self.assertIsNone(service.process.poll(), service.output())

    def talk_over(self, bus):
        """Bridge and bots read the same file."""
        irc_port, _ = self.stage.start_ngircd()
        self.user = self.join(irc_port)
        config = self.config(bus, irc_port)
        bridge = self.start_bridge(config)
        self.user.wait_for_nick("tubes", CHANNEL)
        greeters = self.start_greeters(self.stage.path("bridge.json"))
        self.assertEqual(self.hears(CHANNEL, "hello", 3), [f"{CHANNEL} :{GREETING}"] * 3)
        self.assertEqual(self.hears(CHANNEL, "!woot", 3), [f"{CHANNEL} :Indeed!"] * 3)
        for greeter in greeters:
            self.settle(greeter)
        self.settle(bridge)

    def test_with_one_line_changed_the_bots_of_today_answer_over_zmq(self):
        self.talk_over(self.start_backend("zmq"))

    def test_and_over_redis(self):
        self.talk_over(self.start_backend("redis"))


if __name__ == "__main__":
    unittest.main()
