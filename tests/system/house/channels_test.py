"""A bridge in many channels, on servers that throw out who talks too fast."""
import unittest

from house import CHANNEL, House, IrcUser, envelope
from inspircd import start_inspircd_with_flood_limits

CHANNELS = [CHANNEL, *(f"#room{i}" for i in range(1, 30))]


class Channels(House):
    def join_and_talk(self, port, **flood):
        """The bridge joins 30 channels while bots have much to say, and others talk to it."""
        self.bus = self.start_backend("redis")
        self.user = self.join(port)
        self.bridge = self.start_bridge(
            self.config(self.bus, port, channels=CHANNELS, lag_interval=10, flood=flood))
        self.bridge.wait_for("connected as tubes")
        for i in range(15):
            self.tubes("pub", "--bus", self.bus, "out", envelope(
                "privmsg", to=CHANNEL, message=f"line {i}. " + 300 * "x"))
        self.user.wait_for_nick("tubes", CHANNEL)

    def channels_of_the_bot(self):
        before = len(self.user.lines)
        self.user.send("WHOIS tubes")
        self.user.wait_for(" 318 ", after=before)
        lists = [line.rsplit(":", 1)[1] for line in self.user.lines[before:] if " 319 " in line]
        return {name.lstrip("@") for name in " ".join(lists).split()}

    def talk_on(self, lines):
        """The bots go on: at least so many lines arrive, none of them too fast for the server."""
        said = len([line for line in self.user.lines if " PRIVMSG " in line])
        for i in range(lines):
            self.tubes("pub", "--bus", self.bus, "out", envelope(
                "privmsg", to=CHANNEL, message=f"later {i}."))
        last = f" PRIVMSG {CHANNEL} :later {lines - 1}."
        self.user.wait_for(last, timeout=100)
        self.assertGreaterEqual(
            len([line for line in self.user.lines if " PRIVMSG " in line]), said + lines)

    def assert_never_thrown_out(self):
        said = self.bridge.output()
        self.assertEqual(said.count("connected as"), 1)
        for bad in ("connection lost", "closed the link", "Excess", "trying again in", "slow"):
            self.assertNotIn(bad, said)
        self.assertFalse([line for line in self.user.lines
                          if line.startswith(":tubes!") and " QUIT " in line])

    def test_thirty_channels_are_joined_on_ngircd_while_much_is_said(self):
        port, _ = self.stage.start_ngircd(limits=["MaxJoins = 40"])
        self.join_and_talk(port)
        self.assertEqual(self.channels_of_the_bot(), set(CHANNELS))
        self.talk_on(3)
        self.assert_never_thrown_out()

    def test_thirty_channels_are_joined_on_inspircd_while_much_is_said(self):
        self.join_and_talk(start_inspircd_with_flood_limits(self.stage, fakelag="yes"))
        self.assertEqual(self.channels_of_the_bot(), set(CHANNELS))
        self.talk_on(3)
        self.assert_never_thrown_out()

    def test_an_inspircd_that_throws_out_who_is_too_fast_keeps_the_bridge(self):
        self.join_and_talk(start_inspircd_with_flood_limits(self.stage, fakelag="no"))
        self.assertEqual(self.channels_of_the_bot(), set(CHANNELS))
        self.talk_on(3)
        self.assert_never_thrown_out()

    def test_who_is_really_too_fast_for_that_inspircd_is_thrown_out(self):
        """So the test above tests something."""
        port = start_inspircd_with_flood_limits(self.stage, fakelag="no")
        hasty = self.enterContext(IrcUser(port, "hasty"))
        hasty.send("\r\n".join(f"PRIVMSG {CHANNEL} :line {i}" for i in range(60)))
        hasty.wait_for("ERROR", "Excess Flood")

    def test_what_is_too_many_for_a_server_is_said_and_the_others_are_joined(self):
        port, _ = self.stage.start_ngircd(limits=["MaxJoins = 10"])
        self.bus = self.start_backend("redis")
        self.user = self.join(port)
        self.bridge = self.start_bridge(self.config(self.bus, port, channels=CHANNELS))
        self.bridge.wait_for("that many channels at once are too many for it; will try again after a "
                             "reconnect")
        self.user.wait_for_nick("tubes", CHANNEL)
        self.assertEqual(len(self.channels_of_the_bot()), 10)
        self.settle(self.bridge)


if __name__ == "__main__":
    unittest.main()
