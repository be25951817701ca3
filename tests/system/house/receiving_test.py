"""What comes from a network beside talk, on a real server and on one that says what that lacks."""
import unittest

from house import CHANNEL, House
from inspircd import start_inspircd


class Receiving(House):
    def start(self, irc_port, **network):
        self.user = self.join(irc_port)
        self.bus = self.start_backend("redis")
        self.heard = self.subscribe(self.bus, "in")
        self.bridge = self.start_bridge(self.config(self.bus, irc_port, **network))
        self.user.wait_for_nick("tubes", CHANNEL)

    def test_a_question_of_ctcp_is_answered_to_whoever_asked(self):
        self.start(start_inspircd(self.stage), ctcp={"TIME": True})
        self.user.say("tubes", "\x01VERSION\x01")
        self.user.wait_for(" NOTICE wraithan :\x01VERSION Tubes ")
        self.user.say(CHANNEL, "\x01PING 42\x01")
        self.user.wait_for(" NOTICE wraithan :\x01PING 42\x01")
        self.user.say("tubes", "\x01TIME\x01")
        self.user.wait_for(" NOTICE wraithan :\x01TIME 20")
        self.settle(self.bridge)
        self.assertNotIn("VERSION", self.heard.output())

    def test_what_is_not_utf8_is_read_in_the_encoding_of_the_network(self):
        self.start(self.stage.start_ngircd()[0], fallback_encoding="iso-8859-15",
                   strip_formatting=[CHANNEL])
        self.user.socket.sendall(f"PRIVMSG {CHANNEL} :10 ".encode() + b"\xa4 \x02caf\xe9\x02\r\n")
        self.heard.wait_for('"message":"10 € café"')
        self.settle(self.bridge)


if __name__ == "__main__":
    unittest.main()
