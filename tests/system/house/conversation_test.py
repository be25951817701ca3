"""From IRC to a bot and back, over each transport."""
import json
import socket
import unittest

from house import CHANNEL, PYTHON, House, binary, envelope, source

HOST = socket.gethostname()


class Conversation(House):
    def start_house(self, transport, wire="json"):
        """IRC server, bridge and someone in the channel; the bridge is there, too."""
        self.irc_port, self.ngircd = self.stage.start_ngircd()
        self.bus = self.start_backend(transport)
        self.user = self.join(self.irc_port)
        self.bridge = self.start_bridge(self.config(self.bus, self.irc_port, wire))
        self.user.wait_for_nick("tubes", CHANNEL)

    def both_greeters_answer(self, transport):
        self.start_house(transport)
        greeter = self.stage.start("greeter", [
            binary("tubes-greeter"), "--bus", self.bus, "--wire", "protobuf"])
        python = self.stage.start("greeter.py", [
            PYTHON, source("clients", "python", "greeter.py"), self.bus])
        greeter.wait_for("listening on in")
        python.wait_for("listening on in")
        before = len(self.user.lines)
        self.user.say(CHANNEL, "hello")
        answer = f" PRIVMSG {CHANNEL} :Hello wraithan, greetings from {HOST}"
        first = self.user.wait_for(answer, after=before)
        self.user.wait_for(answer, after=self.user.lines.index(first, before) + 1)
        self.settle(greeter)
        self.settle(self.bridge)

    def test_a_python_greeter_in_json_and_a_cpp_greeter_in_protobuf_both_answer_over_redis(self):
        self.both_greeters_answer("redis")

    def test_a_python_greeter_in_json_and_a_cpp_greeter_in_protobuf_both_answer_over_zmq(self):
        self.both_greeters_answer("zmq")

    def test_the_configurations_for_redis_and_for_zmq_differ_in_one_line(self):
        redis, zmq = (json.dumps(self.config(bus, 6667), indent=2).splitlines()
                      for bus in ("redis://127.0.0.1:6379", "zmq://127.0.0.1:5550"))
        different = [(a, b) for a, b in zip(redis, zmq) if a != b]
        self.assertEqual(len(redis), len(zmq))
        self.assertEqual(different, [('  "bus": "redis://127.0.0.1:6379",',
                                      '  "bus": "zmq://127.0.0.1:5550",')])

    def test_what_happens_on_irc_is_published_on_in(self):
        self.start_house("zmq")
        heard = self.subscribe(self.bus, "in")
        self.user.say(CHANNEL, "grüße")
        heard.wait_for('"type":"privmsg","data":{"sender":"wraithan","channel":"#tubes",'
                       '"message":"grüße","network":"test"}')
        self.user.say(CHANNEL, "\x01ACTION waves\x01")
        heard.wait_for('"type":"privmsg_action","data":{"sender":"wraithan","channel":"#tubes",'
                       '"message":"waves"')
        self.user.say("tubes", "psst")
        heard.wait_for('"sender":"wraithan","channel":"wraithan","message":"psst"')
        self.user.say(CHANNEL, "tubes: commands")
        heard.wait_for('"type":"directed_privmsg"')
        heard.wait_for('"raw_message":"tubes: commands"')
        self.user.send(f"TOPIC {CHANNEL} :new topic")
        heard.wait_for('"type":"topic","data":{"sender":"wraithan","channel":"#tubes",'
                       '"topic":"new topic"')
        self.user.send(f"NOTICE {CHANNEL} :careful")
        heard.wait_for('"type":"notice"')
        self.user.send(f"MODE {CHANNEL} +o tubes")
        heard.wait_for('"type":"mode"')
        self.user.send(f"INVITE tubes #elsewhere")
        heard.wait_for('"type":"invite"')
        self.user.send("NICK wraith")
        heard.wait_for('"type":"nick","data":{"sender":"wraithan","nick":"wraith"')
        self.user.send(f"PART {CHANNEL} :bye")
        heard.wait_for('"type":"part"')
        self.user.join(CHANNEL)
        heard.wait_for('"type":"join"')
        self.user.send("QUIT :gone")
        heard.wait_for('"type":"quit"')

    def test_tubes_say_is_said_on_irc(self):
        self.start_house("zmq")
        self.tubes("say", CHANNEL, "v1.2 is live", "--bus", self.bus)
        self.user.wait_for(f":tubes!", f" PRIVMSG {CHANNEL} :v1.2 is live")
        self.tubes("say", CHANNEL, "waves", "--action", "--bus", self.bus, "--wire", "protobuf")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :\x01ACTION waves\x01")

    def test_a_comma_list_is_said_to_each(self):
        self.start_house("zmq")
        self.tubes("say", f"{CHANNEL},wraithan", "to all", "--bus", self.bus)
        self.user.wait_for(f" PRIVMSG {CHANNEL} :to all")
        self.user.wait_for(" PRIVMSG wraithan :to all")

    def test_raw_is_taken_with_its_command_on_top_and_in_data(self):
        self.start_house("zmq")
        self.tubes("pub", "--bus", self.bus, "out",
                   '{"version":1,"type":"raw","command":"JOIN #top"}')
        self.tubes("pub", "--bus", self.bus, "out", envelope("raw", command="JOIN #data"))
        heard = self.subscribe(self.bus, "in")
        for channel in ("#top", "#data"):
            self.user.join(channel)
            heard.wait_for(f'"sender":"wraithan","channel":"{channel}"')

    def test_a_long_message_arrives_whole_in_parts_of_valid_utf8(self):
        self.start_house("zmq")
        text = "ü€😀" * 200
        before = len(self.user.lines)
        self.tubes("say", CHANNEL, text, "--bus", self.bus)
        parts, at = [], before
        while sum(map(len, parts)) < len(text):
            line = self.user.wait_for(f" PRIVMSG {CHANNEL} :", after=at)
            at = self.user.lines.index(line, at) + 1
            self.assertLessEqual(len(line.encode()) + 2, 512)
            parts.append(line.split(f" PRIVMSG {CHANNEL} :", 1)[1])
        self.assertEqual("".join(parts), text)
        self.assertGreater(len(parts), 3)

    def test_no_line_can_be_smuggled_in(self):
        self.start_house("zmq")
        self.tubes("pub", "--bus", self.bus, "out",
                   envelope("privmsg", to=f"{CHANNEL} :x\r\nJOIN #evil", message="to"))
        self.tubes("pub", "--bus", self.bus, "out",
                   envelope("privmsg", to=CHANNEL, message="one\r\nJOIN #evil\rtwo"))
        self.tubes("pub", "--bus", self.bus, "out", envelope("raw", command="JOIN #a\r\nJOIN #evil"))
        self.tubes("pub", "--bus", self.bus, "out",
                   envelope("privmsg", to=CHANNEL, message="x\x00JOIN #evil"))
        self.tubes("say", CHANNEL, "last", "--bus", self.bus)
        self.user.wait_for(f" PRIVMSG {CHANNEL} :last")
        self.user.send("LIST")
        self.user.wait_for(" 323 ")
        self.assertFalse([line for line in self.user.lines if " 322 " in line and "#evil" in line])
        self.user.wait_for(f" PRIVMSG {CHANNEL} :JOIN #evil")  # as text, a message of its own

    def test_bad_payloads_on_out_are_warnings_and_never_an_end(self):
        self.start_house("zmq")
        for payload in ("", "hello", "{", "[]", '{"version":2,"type":"privmsg","data":{}}',
                        '{"version":1,"type":"privmsg","data":{"to":"#tubes"}}',
                        envelope("privmsg", to="", message="x"), envelope("raw", command="QUIT"),
                        envelope("privmsg", to=CHANNEL, message="x", network="nowhere")):
            before = self.bridge.output().count("[warning]")
            self.tubes("pub", "out", payload, "--bus", self.bus)
            while self.bridge.output().count("[warning]") == before:
                self.bridge.wait_for("[warning]")
                self.assertIsNone(self.bridge.process.poll())
        self.tubes("say", CHANNEL, "still here", "--bus", self.bus)
        self.user.wait_for(f" PRIVMSG {CHANNEL} :still here")


if __name__ == "__main__":
    unittest.main()
