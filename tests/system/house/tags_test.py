"""What a network says beside its lines: their time and msgid, accounts, hosts, and of itself."""
import re
import unittest

from house import CHANNEL, House, envelope, wait_until
from inspircd import register, start_inspircd, start_inspircd_with_services

TIME = r'"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"'
OPERATOR = ('<class name="all" commands="*">', '<type name="all" classes="all">',
            '<oper name="boss" password="a-password" host="*@*" type="all">')


class Tags(House):
    def start(self, irc_port, **network):
        self.port = irc_port
        self.user = self.join(irc_port)
        self.bus = self.start_backend("redis")
        self.heard = self.subscribe(self.bus, "in")
        self.bridge = self.start_bridge(self.config(self.bus, irc_port, **network))
        self.user.wait_for_nick("tubes", CHANNEL)

    def payload(self, *texts):
        """The first payload on `in` that holds all of them."""
        for text in texts:
            self.heard.wait_for(text)
        return next(line for line in self.heard.output().splitlines()
                    if all(text in line for text in texts))

    def say(self, to, message):
        self.tubes("pub", "--bus", self.bus, "out", envelope("privmsg", to=to, message=message))

    def test_what_a_user_says_has_the_time_and_the_msgid_of_its_server(self):
        self.start(start_inspircd(self.stage))
        self.user.say(CHANNEL, "!hello")
        directed = self.payload('"type":"directed_privmsg"')
        said = self.payload('"type":"privmsg"', '"message":"!hello"')
        stamp = re.search(TIME + r',"msgid":"[^"]+"', said)
        self.assertIsNotNone(stamp, said)
        self.assertIn(stamp[0], directed)
        self.user.send(f"TOPIC {CHANNEL} :mind the gap")
        self.assertRegex(self.payload('"type":"topic"'), TIME)
        self.user.send(f"PART {CHANNEL} :bye")
        self.assertRegex(self.payload('"type":"part"'), TIME)
        self.settle(self.bridge)

    def test_a_server_without_them_leaves_the_messages_as_they_were(self):
        self.start(self.stage.start_ngircd()[0])
        self.user.say(CHANNEL, "hello")
        said = self.payload('"message":"hello"')
        self.assertIn('"data":{"sender":"wraithan","channel":"#tubes","message":"hello",'
                      '"network":"test"}', said)
        self.settle(self.bridge)

    def test_a_join_tells_the_account(self):
        self.start(start_inspircd_with_services(self.stage))
        register(self.user, "a-secret")
        self.user.send(f"PART {CHANNEL}")
        self.user.wait_for(f" PART :{CHANNEL}")
        self.user.send(f"JOIN {CHANNEL}")
        joined = self.payload('"type":"join"', '"sender":"wraithan"')
        self.assertIn('"services_account":"wraithan"', joined)
        other = self.join(self.port, "stranger")
        joined = self.payload('"type":"join"', '"sender":"stranger"')
        self.assertNotIn("services_account", joined)
        other.say(CHANNEL, "hello")
        self.payload('"sender":"stranger"', '"message":"hello"')
        self.settle(self.bridge)

    def test_names_are_nicks_and_their_highest_prefix(self):
        self.start(start_inspircd(self.stage))
        self.user.send(f"MODE {CHANNEL} +v wraithan")
        self.user.wait_for(f" MODE {CHANNEL} +v")
        before = len(self.heard.output())
        self.tubes("pub", "--bus", self.bus, "out", envelope("raw", command=f"NAMES {CHANNEL}"))
        wait_until(lambda: '"type":"names"' in self.heard.output()[before:], 20,
                   lambda: f"no names:\n{self.heard.output()}")
        names = self.heard.output()[before:]
        self.assertIn('"wraithan":"@"', names)
        self.assertIn('"tubes":""', names)
        self.settle(self.bridge)

    def test_a_long_text_arrives_whole_whatever_host_the_bot_has_by_now(self):
        self.start(start_inspircd(self.stage, *OPERATOR))
        self.user.send("OPER boss a-password")
        self.user.wait_for(" 381 ")
        host = "a." + "long." * 11 + "example"
        text = "x" * 900
        for name in (host, "h"):
            self.user.send(f"CHGHOST tubes {name}")
            self.user.say(CHANNEL, f"now {name}")  # the bot is told of both in this order
            self.payload(f'"message":"now {name}"')
            before = len(self.user.lines)
            self.say(CHANNEL, text)
            got = ""
            while len(got) < len(text):
                line = self.user.wait_for(f" PRIVMSG {CHANNEL} :x", after=before)
                before = self.user.lines.index(line, before) + 1
                self.assertIn(f"@{name} ", line)
                got += line.partition(" :")[2]
            self.assertEqual(got, text)
            first = next(line for line in self.user.lines if f"@{name} PRIVMSG " in line)
            self.assertEqual(len(first), 510)  # and in no more lines than it takes
        self.settle(self.bridge)

    def test_a_network_with_long_lines_is_spoken_to_in_long_lines(self):
        self.start(start_inspircd(self.stage, '<limits maxline="1500">'))
        self.say(CHANNEL, "x" * 1300)
        self.user.wait_for(f" PRIVMSG {CHANNEL} :" + "x" * 1300)
        self.settle(self.bridge)

    def test_the_operators_of_a_channel_are_spoken_to_and_heard(self):
        self.start(start_inspircd(self.stage))
        self.say(f"@{CHANNEL}", "psst")
        self.user.wait_for(f" PRIVMSG @{CHANNEL} :psst")
        self.user.send(f"MODE {CHANNEL} +o tubes")
        self.user.say(f"@{CHANNEL}", "tell nobody")
        self.assertIn('"channel":"#tubes","message":"tell nobody"',
                      self.payload('"message":"tell nobody"'))
        self.settle(self.bridge)

    def test_the_network_knows_that_the_bridge_is_a_bot_unless_told_otherwise(self):
        self.start(start_inspircd(self.stage))
        self.user.send("WHOIS tubes")
        self.user.wait_for(" 335 wraithan tubes ")
        self.user.wait_for(" 318 wraithan tubes ")
        self.payload('"type":"mode"', '"mode":"+B"')
        self.settle(self.bridge)
        before = len(self.user.lines)
        self.start_bridge(self.config(self.bus, self.port, bot_mode=False, nick="silent"))
        self.user.wait_for(":silent!", f" JOIN :{CHANNEL}", after=before)
        self.user.send("WHOIS silent")
        self.user.wait_for(" 318 wraithan silent ", after=before)
        self.assertFalse([line for line in self.user.lines[before:] if " 335 " in line])


if __name__ == "__main__":
    unittest.main()
