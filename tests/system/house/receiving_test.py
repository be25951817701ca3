"""What comes from a network beside talk, on a real server and on one that says what that lacks."""
import unittest

from house import CHANNEL, House, IrcUser, envelope
from inspircd import register, start_inspircd, start_inspircd_with_services
from telling_server import TellingServer

OPERATOR = ('<class name="all" commands="*">', '<type name="all" classes="all">',
            '<oper name="boss" password="a-password" host="*@*" type="all">')


class Receiving(House):
    def start(self, irc_port, user=None, **network):
        self.port = irc_port
        self.user = user or self.join(irc_port)
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

    def hear(self, capabilities, *lines, **network):
        """What the bridge publishes of these lines of a server, up to the last."""
        bus = self.start_backend("redis")
        heard = self.subscribe(bus, "in")
        server = self.enterContext(TellingServer(capabilities, [*lines, ":eve!e@h TOPIC #tubes :over"]))
        self.bridge = self.start_bridge(self.config(bus, server.port, **network))
        heard.wait_for('"topic":"over"')
        self.assertIn(f"CAP REQ :{capabilities}".encode(), server.received)
        return heard.output()

    def test_a_netsplit_is_told_as_one(self):
        told = self.hear("batch", ":s BATCH +x netsplit hub.example leaf.example",
                         "@batch=x :adam!a@h QUIT :hub.example leaf.example",
                         ":bob!b@h QUIT :bye",
                         "@batch=x :carol!c@h QUIT :hub.example leaf.example", ":s BATCH -x",
                         ":s BATCH +y netjoin hub.example leaf.example",
                         "@batch=y :adam!a@h JOIN #tubes", ":s BATCH -y")
        self.assertIn('"sender":"adam","message":"hub.example leaf.example","network":"test",'
                      '"batch":"netsplit"', told)
        self.assertIn('"sender":"bob","message":"bye","network":"test"}', told)
        both = '"servers":["hub.example","leaf.example"],"nicks":'
        self.assertIn('"type":"netsplit","data":{' + both + '["adam","carol"]', told)
        self.assertIn('"batch":"netjoin"', told)
        self.assertIn('"type":"netjoin","data":{' + both + '["adam"]', told)

    def test_the_history_of_a_channel_is_no_news(self):
        port = start_inspircd(self.stage, '<module name="ircv3_batch">',
                              '<module name="chanhistory">')
        user = self.join(port)
        user.send(f"MODE {CHANNEL} +H 20:1h")
        user.say(CHANNEL, "!an old order")
        user.send(f"MODE {CHANNEL}")
        user.wait_for(" 324 wraithan ")
        self.start(port, user)
        self.user.say(CHANNEL, "!a new order")
        self.heard.wait_for('"message":"!a new order"')
        self.assertNotIn("an old order", self.heard.output())
        self.settle(self.bridge)

    def test_a_standard_reply_is_in_the_log(self):
        self.hear("standard-replies", ":s FAIL JOIN NEED_MORE_TRUST #tubes :wait a minute")
        self.bridge.wait_for("test: FAIL JOIN NEED_MORE_TRUST #tubes: wait a minute")

    def test_what_the_bot_says_is_published_only_if_asked_for(self):
        port = start_inspircd(self.stage, '<module name="ircv3_echomessage">')
        self.start(port, self_messages=True)
        say = envelope("privmsg", to=f"{CHANNEL},wraithan", message="hello")
        self.tubes("pub", "--bus", self.bus, "out", say)
        for channel in (CHANNEL, "wraithan"):
            self.heard.wait_for(f'"data":{{"sender":"tubes","channel":"{channel}","message":"hello"')
        self.assertRegex(self.heard.output(), '"message":"hello"[^}]*"msgid":"[^}]*"self":true}')
        self.assertNotIn("directed_privmsg", self.heard.output())
        silent = self.start_backend("redis")
        heard = self.subscribe(silent, "in")
        self.start_bridge(self.config(silent, port, nick="silent"))
        self.user.wait_for_nick("silent", CHANNEL)
        self.tubes("pub", "--bus", silent, "out", say)
        self.user.wait_for(":silent!", " PRIVMSG wraithan :hello")
        self.user.say(CHANNEL, "over")
        heard.wait_for('"message":"over"')
        self.assertNotIn("hello", heard.output())

    def test_a_mode_of_many_is_done_whole(self):
        self.start(start_inspircd(self.stage, '<limits maxmodes="2">'))
        self.bridge.wait_for("test: the network calls itself Tubes")
        self.user.send(f"MODE {CHANNEL} +o tubes")
        self.heard.wait_for('"mode":"+o"')
        self.tubes("pub", "--bus", self.bus, "out",
                   envelope("raw", command=f"MODE {CHANNEL} +bbbv a!*@* b!*@* c!*@* wraithan"))
        self.user.wait_for(f" MODE {CHANNEL} +bb a!*@* :b!*@*")
        self.user.wait_for(f" MODE {CHANNEL} +bv c!*@* :wraithan")
        self.settle(self.bridge)

    def test_what_is_not_utf8_is_read_in_the_encoding_of_the_network(self):
        self.start(self.stage.start_ngircd()[0], fallback_encoding="iso-8859-15",
                   strip_formatting=[CHANNEL])
        self.user.socket.sendall(f"PRIVMSG {CHANNEL} :10 ".encode() + b"\xa4 \x02caf\xe9\x02\r\n")
        self.heard.wait_for('"message":"10 € café"')
        self.settle(self.bridge)


if __name__ == "__main__":
    unittest.main()
