"""A bridge that reads its configuration again, at a SIGHUP, on real servers."""
import copy
import json
import signal
import subprocess
import unittest

from house import CHANNEL, LOOPBACK, House, IrcUser, envelope, wait_until


class Reload(House):
    def start_networks(self, *names):
        """A server for each name, with somebody who looks on; the bridge is on the first two."""
        self.users, networks = {}, {}
        for name in names:
            port, _ = self.stage.start_ngircd()
            self.users[name] = self.join(port)
            networks[name] = {"server": f"irc://{LOOPBACK}:{port}", "nick": f"bot{name}",
                              "channels": [CHANNEL]}
        self.redis, _ = self.stage.start_redis()
        self.bus = f"redis://{LOOPBACK}:{self.redis}?prefix=zenircbot:"
        self.all = networks
        self.configuration = {"bus": self.bus,
                              "networks": {name: networks[name] for name in names[:2]}}
        self.bridge = self.start_bridge(self.configuration)
        for name in names[:2]:
            self.users[name].wait_for_nick(f"bot{name}", CHANNEL)
        self.reloads = 0

    def reload(self, configuration, done):
        """`done` is what the bridge then says at last."""
        text = configuration if isinstance(configuration, str) else json.dumps(configuration)
        self.stage.write("bridge.json", text)
        before = self.bridge.output().count(done)
        self.bridge.process.send_signal(signal.SIGHUP)
        wait_until(lambda: self.bridge.output().count(done) > before, 20, self.bridge.output)

    def changed(self, **networks):
        """The configuration with these networks, or without those that are None."""
        configuration = copy.deepcopy(self.configuration)
        for name, network in networks.items():
            configuration["networks"].pop(name, None)
            if network is not None:
                configuration["networks"][name] = network
        return configuration

    def retained(self, key):
        got = subprocess.run(["redis-cli", "-p", str(self.redis), "get",
                              f"zenircbot:{key}"], check=True,
                             capture_output=True, text=True)
        return got.stdout.rstrip("\n")

    def assert_undisturbed(self, name, before):
        """The bot is there as it was: nobody has seen it come or go, and it speaks."""
        user = self.users[name]
        self.tubes("pub", "--bus", self.bus, "out",
                   envelope("privmsg", to=CHANNEL, message="as ever", network=name))
        user.wait_for(f":bot{name}!", f" PRIVMSG {CHANNEL} :as ever", after=before)
        self.assertFalse([line for line in user.lines[before:] if line.startswith(f":bot{name}!")
                          and " PRIVMSG " not in line])

    def test_a_network_that_did_not_change_keeps_its_connection(self):
        self.start_networks("one", "two", "three")
        before = len(self.users["one"].lines)
        for name, channel in (("two", "#other"), ("three", CHANNEL)):
            if name == "two":
                self.users[name].join(channel)
        self.reload(self.changed(two={**self.all["two"], "channels": ["#other"]},
                                 three=self.all["three"]), "three: is new")
        self.users["two"].wait_for(":bottwo!", f" PART {CHANNEL}")
        self.users["two"].wait_for(":bottwo!", " JOIN :#other")
        self.users["three"].wait_for_nick("botthree", CHANNEL)
        self.assertFalse([line for line in self.users["two"].lines if " QUIT " in line])
        self.assertIn("one: stays as it was", self.bridge.output())
        self.assertIn("two: changes while it is connected", self.bridge.output())
        self.assert_undisturbed("one", before)
        self.settle(self.bridge)

    def test_a_network_that_is_gone_quits_and_the_next_is_the_first(self):
        self.start_networks("one", "two")
        wait_until(lambda: self.retained("nick") == "botone", 20, lambda: self.retained("nick"))
        before = len(self.users["two"].lines)
        self.reload(self.changed(one=None, two={**self.all["two"], "admin_spew_channels": ["#ops"]}),
                    "one: disconnected")
        self.users["one"].wait_for(":botone!", " QUIT ")
        wait_until(lambda: self.retained("nick") == "bottwo", 20, lambda: self.retained("nick"))
        wait_until(lambda: self.retained("admin_spew_channels") == "#ops", 20,
                   lambda: self.retained("admin_spew_channels"))
        self.assert_undisturbed("two", before)
        self.tubes("pub", "--bus", self.bus, "out",
                   envelope("privmsg", to=CHANNEL, message="to the first"))
        self.users["two"].wait_for(f" PRIVMSG {CHANNEL} :to the first")
        self.settle(self.bridge)
        self.assertEqual(self.retained("nick"), "")

    def test_another_user_name_takes_a_new_connection_under_the_same_nick(self):
        self.start_networks("one", "two")
        before = len(self.users["one"].lines)
        seen = len(self.users["two"].lines)
        self.reload(self.changed(two={**self.all["two"], "user": "another"}), "two: connected as")
        self.users["two"].wait_for(":bottwo!", " QUIT ", after=seen)
        self.users["two"].wait_for(":bottwo!", "another@", f" JOIN :{CHANNEL}", after=seen)
        self.assert_undisturbed("one", before)
        self.assertNotIn("was refused", self.bridge.output())
        self.settle(self.bridge)

    def test_topics_of_a_networks_own_are_listened_to_at_once_and_told(self):
        self.start_networks("one", "two", "three")
        before = len(self.users["one"].lines)
        own = {"in": "own.in", "out": "own.out"}
        self.reload(self.changed(three={**self.all["three"], "topics": own}), "three: connected as")
        self.bridge.wait_for("bus: subscribed own.out")
        self.tubes("pub", "--bus", self.bus, "own.out",
                   envelope("privmsg", to=CHANNEL, message="to its own"))
        self.users["three"].wait_for(f" PRIVMSG {CHANNEL} :to its own")
        wait_until(lambda: '"own.out"' in self.retained("topics"), 20, lambda: self.retained("topics"))
        self.assert_undisturbed("one", before)
        self.settle(self.bridge)

    def test_a_file_that_is_wrong_changes_nothing_and_what_needs_a_restart_is_said(self):
        self.start_networks("one", "two")
        before = {name: len(user.lines) for name, user in self.users.items()}
        for wrong, why in (("{", "bridge.json: line 1"),
                           ({**self.configuration, "netwroks": {}}, "netwroks"),
                           (self.changed(two={**self.all["two"], "nick": 3}),
                            "networks.two.nick: expected a string, found a number")):
            self.reload(wrong, "nothing changes, the configuration cannot be used: ")
            self.assertIn(why, self.bridge.output())
        self.reload({**self.configuration, "bus": "redis://127.0.0.1:1", "topics": {"in": "other"}},
                    "two: stays as it was")
        for key in ("bus", "topics"):
            self.assertIn(f"{key} has changed in the configuration; it stays as it was until a "
                          "restart", self.bridge.output())
        for name, seen in before.items():
            self.assert_undisturbed(name, seen)
        self.settle(self.bridge)


if __name__ == "__main__":
    unittest.main()
