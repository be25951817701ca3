"""Several networks in one bridge, and what a network tells of who speaks."""
import json
import unittest

from house import CHANNEL, LOOPBACK, PYTHON, House, binary, envelope, source
from inspircd import start_inspircd


class Networks(House):
    def start_networks(self):
        """Two networks on the shared topics, and one with its own; a user on each."""
        self.ports, self.servers, self.users = {}, {}, {}
        for name in ("one", "two", "own"):
            self.ports[name], self.servers[name] = self.stage.start_ngircd()
            self.users[name] = self.join(self.ports[name])
        self.bus = self.start_backend("redis")
        config = {"bus": self.bus, "networks": {
            name: {"server": f"irc://{LOOPBACK}:{port}", "nick": f"bot{name}", "channels": [CHANNEL]}
            for name, port in self.ports.items()}}
        config["networks"]["own"]["topics"] = {"in": "own.in", "out": "own.out"}
        self.bridge = self.start_bridge(config)
        for name, user in self.users.items():
            user.wait_for_nick(f"bot{name}", CHANNEL)

    def publish(self, topic, **data):
        self.tubes("pub", "--bus", self.bus, topic, envelope("privmsg", to=CHANNEL, **data))

    def test_an_answer_finds_its_network_and_each_has_its_own_topics(self):
        self.start_networks()
        heard = self.subscribe(self.bus, "in", "own.in")
        self.stage.start("greeter", [binary("tubes-greeter"), "--bus", self.bus]).wait_for("listening")
        for name in ("one", "two"):
            self.users[name].say(CHANNEL, "hello")
            self.users[name].wait_for(f":bot{name}!", f" PRIVMSG {CHANNEL} :Hello wraithan")
            heard.wait_for(f'"message":"hello","network":"{name}"')
        self.users["own"].say(CHANNEL, "hello")
        heard.wait_for('"message":"hello","network":"own"')
        self.publish("out", message="to the first")
        self.users["one"].wait_for(f" PRIVMSG {CHANNEL} :to the first")
        self.publish("own.out", message="to its own")
        self.users["own"].wait_for(f" PRIVMSG {CHANNEL} :to its own")
        self.publish("out", message="astray", network="own")
        self.bridge.wait_for('a message on out was passed over: no network there is called "own"')
        self.assertFalse([line for line in self.users["own"].lines if "Hello" in line])

    def test_a_network_that_dies_disturbs_no_other(self):
        self.start_networks()
        heard = self.subscribe(self.bus, "in")
        self.servers["two"].kill()
        heard.wait_for('"type":"disconnected"')
        self.publish("out", message="waits", network="two")
        self.publish("out", message="still here", network="one")
        self.users["one"].wait_for(f" PRIVMSG {CHANNEL} :still here")
        self.settle(self.bridge)

    def test_a_service_learns_the_topics_of_its_network_from_the_bus(self):
        self.start_networks()
        replies = self.stage.write("replies.json", json.dumps(
            {"replies": [{"pattern": "^!beer", "answer": "cheers"}]}))
        config = self.stage.write("services.json", json.dumps(
            {"bus": self.bus, "network": "own", "services": {"reply": {"file": replies}}}))
        service = self.stage.start("service", [binary("tubes-service"), "--config", config])
        service.wait_for("subscribed own.in")
        self.users["own"].say(CHANNEL, "!beer")
        self.users["own"].wait_for(f" PRIVMSG {CHANNEL} :cheers")
        self.settle(service)

    def test_who_is_marked_as_a_bot_is_told_so_and_never_answered(self):
        port = start_inspircd(self.stage)
        self.bus = self.start_backend("redis")
        robot, person = self.join(port, "robot"), self.join(port, "person")
        robot.send("MODE robot +B")
        robot.wait_for(" MODE robot :+B")
        self.start_bridge(self.config(self.bus, port))
        person.wait_for_nick("tubes", CHANNEL)
        heard = self.subscribe(self.bus, "in")
        greeters = [
            self.stage.start("greeter", [binary("tubes-greeter"), "--bus", self.bus]),
            self.stage.start("greeter.py", [PYTHON, source("clients", "python", "examples",
                                                           "greeter.py"), self.bus],
                             env={"PYTHONPATH": source("clients", "python"),
                                  "PYTHONDONTWRITEBYTECODE": "1"})]
        for greeter in greeters:
            greeter.wait_for("listening on in")
        robot.say(CHANNEL, "hello")
        heard.wait_for('"sender":"robot","channel":"#tubes","message":"hello","network":"test","bot":true')
        for greeter in greeters:
            greeter.wait_for("loop")
        person.say(CHANNEL, "hello")
        first = person.wait_for("Hello person")
        person.wait_for("Hello person", after=person.lines.index(first) + 1)
        self.assertFalse([line for line in person.lines if "Hello robot" in line])


if __name__ == "__main__":
    unittest.main()
