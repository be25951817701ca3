"""What comes from a network beside talk, on a real server and on one that says what that lacks."""
import unittest

from house import CHANNEL, House, IrcUser
from inspircd import register, start_inspircd, start_inspircd_with_services

OPERATOR = ('<class name="all" commands="*">', '<type name="all" classes="all">',
            '<oper name="boss" password="a-password" host="*@*" type="all">')


class Receiving(House):
    def start(self, irc_port, **network):
        self.port = irc_port
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

    def test_what_users_change_of_themselves_is_told(self):
        self.start(start_inspircd(self.stage, *OPERATOR, '<module name="setname">',
                                  '<module name="ircv3_invitenotify">'))
        self.user.send("AWAY :out to lunch")
        self.heard.wait_for('"type":"away","data":{"sender":"wraithan","message":"out to lunch"')
        self.user.send("AWAY")
        self.heard.wait_for('"type":"away","data":{"sender":"wraithan","network"')
        self.user.send("SETNAME :Chris McDonald")
        self.heard.wait_for('"type":"setname","data":{"sender":"wraithan","realname":"Chris McDonald"')
        self.user.send("OPER boss a-password")
        self.user.wait_for(" 381 wraithan ")
        self.user.send("CHGHOST wraithan elsewhere.example")
        self.heard.wait_for('"type":"chghost","data":{"sender":"wraithan","user":"wraithan",'
                            '"host":"elsewhere.example"')
        self.enterContext(IrcUser(self.port, "stranger"))
        self.user.send(f"MODE {CHANNEL} +o tubes")  # operators are told
        self.user.send(f"INVITE stranger {CHANNEL}")
        self.heard.wait_for(f'"type":"invite","data":{{"sender":"wraithan","channel":"{CHANNEL}",'
                            '"nick":"stranger"')
        self.settle(self.bridge)

    def test_who_logs_in_is_told_with_the_account(self):
        self.start(start_inspircd_with_services(self.stage))
        register(self.user, "a-secret")
        self.heard.wait_for('"type":"account","data":{"sender":"wraithan",'
                            '"services_account":"wraithan"')
        self.settle(self.bridge)

    def test_what_is_not_utf8_is_read_in_the_encoding_of_the_network(self):
        self.start(self.stage.start_ngircd()[0], fallback_encoding="iso-8859-15",
                   strip_formatting=[CHANNEL])
        self.user.socket.sendall(f"PRIVMSG {CHANNEL} :10 ".encode() + b"\xa4 \x02caf\xe9\x02\r\n")
        self.heard.wait_for('"message":"10 € café"')
        self.settle(self.bridge)


if __name__ == "__main__":
    unittest.main()
