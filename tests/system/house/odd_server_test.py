"""What no server of the tests says by itself: names that are equal by the rules of RFC 1459, nothing
but UTF-8, and lines that are broken, hostile, or cut anywhere."""
import contextlib
import json
import random
import threading
import unittest
from unicodedata import category

import redis

from grammar import wrong_with
from house import House, envelope, wait_until
from irc_server import IrcServer

SCANDINAVIAN = "CHANTYPES=# NICKLEN=30 PREFIX=(ov)@+ CASEMAPPING="
NICK = "bot[1]\\~"
CHANNEL = "#chan[1]"


class Heard(threading.Thread):
    """All that is published on `in`, as objects."""

    def __init__(self, bus):
        super().__init__(daemon=True)
        self.messages = []
        self.pubsub = redis.Redis.from_url(bus).pubsub()
        self.pubsub.subscribe("in")
        self.pubsub.get_message(timeout=20)  # it is subscribed
        self.start()

    def run(self):
        with contextlib.suppress(redis.ConnectionError):  # the end of the test
            for payload in self.pubsub.listen():
                message = json.loads(payload["data"].decode())  # UTF-8, whatever was heard
                self.messages.append((message["type"], message["data"]))

    def of(self, kind):
        return [data for type_, data in list(self.messages) if type_ == kind]

    def wait_for(self, kind, **data):
        wait_until(lambda: any(data.items() <= each.items() for each in self.of(kind)), 20,
                   lambda: f"no {kind} with {data} was published; there were {self.of(kind)}")


def broken_lines():
    """What RFC 2812 knows no meaning for, and what has one and not what it takes."""
    yield from (b":", b"@", b" ", b"::", b": :", b":only.a.prefix", b"@only=tags", b"@a=b :and.a.prefix",
                b"@ : PRIVMSG", b":\x01", b"\x00", b"PRIV\x00MSG #a :x", b":a\x00b!u@h PRIVMSG #a :x",
                b"0", b"00", b"0000", b"1000", b"999999999999999999999", b"-1 bot", b"4 2 4", b"+353",
                b":s \xff\xfe", b"\xef\xbb\xbfPRIVMSG #a :bom", b"PRIVMSG", b"PRIVMSG #a", b"PRIVMSG :",
                b":!@ PRIVMSG #a :x", b":@ JOIN #a", b":! NICK :", b"NICK", b":a!u@h NICK :b c d",
                b"JOIN", b":a!u@h JOIN", b":a!u@h JOIN :", b"KICK", b":a!u@h KICK #a", b"MODE", b"TOPIC",
                b"INVITE", b"QUIT", b"PART", b":a!u@h PART ,,,", b"CHGHOST", b":a!u@h CHGHOST x",
                b"ACCOUNT", b"AWAY", b"SETNAME", b"BATCH", b"BATCH +", b"BATCH -none", b"BATCH +x",
                b"BATCH +x netsplit", b"@batch=x :a!u@h QUIT :*.net *.split", b"BATCH +x netsplit a b",
                b"BATCH -x", b"@batch=none PRIVMSG #a :x", b"TAGMSG", b"@+typing=x :a!u@h TAGMSG #a",
                b"CAP", b"CAP *", b"CAP * LS", b"CAP * LS *", b"CAP * ACK :", b"CAP * ACK :none",
                b"CAP * NAK :none", b"CAP * NEW :sasl=", b"CAP * DEL :", b"CAP * LIST :x", b"CAP x y z",
                b"AUTHENTICATE", b"AUTHENTICATE +", b"AUTHENTICATE " + b"A" * 400, b"PING", b"PONG",
                b"PING :" + b"x" * 8000, b"PONG s :unasked", b"FAIL", b"WARN * X", b"NOTE A B C D E",
                b":NickServ!s@s NOTICE", b":NickServ!s@s NOTICE * :\x02\x02", b"@time= PRIVMSG #a :x",
                b"@time=9999-99-99T99:99:99.999Z PRIVMSG #a :x", b"@msgid=" + b"m" * 8000 + b" PRIVMSG #a :x",
                b"@" + b";" * 8000 + b" PRIVMSG #a :x", b"@" + b"a=\\" * 2500 + b" PRIVMSG #a :x")


def hostile_lines(chance):
    """Numerics with too little and with rubbish; lines with too much; and bytes."""
    ending = {433, 464}  # that give a reason to leave
    for numeric in range(1000):
        if numeric not in ending:
            yield b":s %03d" % numeric
            yield b":s %03d bot" % numeric
            yield b":s %03d bot %s :%s" % (numeric, rubbish(chance, 20), rubbish(chance, 40))
    for command in (b"PRIVMSG #a", b"MODE #a", b":s 005 bot", b":s 353 bot = #a", b"KICK #a", b"CAP * LS"):
        yield b":a!u@h " * (not command.startswith(b":")) + command + b" x" * 4000
        yield command + b" :" + b"x,y z" * 1600
    for size in (8_703, 8_704, 9_000, 1_000_000):
        yield b"PRIVMSG #a :" + b"x" * (size - 12)
    for size in (1, 7, 60, 510, 5000) * 40:
        yield rubbish(chance, size)
    yield bytes(set(range(256)) - {10, 13})


def rubbish(chance, size):
    return bytes(byte for byte in chance.randbytes(size) if byte not in b"\r\n")


class OddServer(House):
    def start(self, isupport="CHANTYPES=# NICKLEN=30 CASEMAPPING=ascii", nick="bot", channel="#a"):
        self.server = self.enterContext(IrcServer(isupport))
        self.url = self.start_backend("redis")
        self.heard = Heard(self.url)
        self.bus = redis.Redis.from_url(self.url)
        self.bridge = self.start_bridge(self.config(self.url, self.server.port, nick=nick,
                                                    channels=[channel],
                                                    flood={"burst": 1000, "per_second": 1000}))
        self.server.wait_for(f"JOIN {channel}\r\n".encode())
        self.heard.wait_for("join", sender=nick)
        self.bridge.wait_for("bus: subscribed out")

    def publish(self, kind, **data):
        text = json.dumps({"version": 1, "type": kind, "data": data}, ensure_ascii=False)
        self.bus.publish("out", text.encode(errors="surrogateescape"))

    def still_good(self, mark):
        """It understands what is said next, and has not come anew."""
        self.server.say(f":a!u@h PRIVMSG #a :{mark}")
        self.heard.wait_for("privmsg", message=mark)
        self.assertEqual(self.heard.of("disconnected"), [])

    def start_scandinavian(self, casemapping):
        self.start(SCANDINAVIAN + casemapping, NICK, CHANNEL)

    def test_names_that_rfc1459_takes_for_one_are_one(self):
        self.start_scandinavian("rfc1459")
        self.server.say(":s 353 bot = #Chan{1} :@a", ":s 353 bot = #CHAN[1] :b", ":s 366 bot #chan[1} :End")
        self.heard.wait_for("names", channel="#chan[1}", nicks={"a": "@", "b": ""})
        self.server.say(":bob!u@h PRIVMSG BOT{1}|^ :psst", f":bob!u@h PRIVMSG {CHANNEL} :Bot{{1}}|^: hello")
        self.heard.wait_for("directed_privmsg", message="psst", channel="bob")
        self.heard.wait_for("directed_privmsg", message="hello", channel=CHANNEL)
        before = len(self.server.received)
        self.server.say(":op!u@h KICK #CHAN{1} BOT{1}|^ :out")
        self.server.wait_for(f"JOIN {CHANNEL}\r\n".encode(), after=before)
        self.server.say(":Bot{1}|^!u@h NICK :robot")
        wait_until(lambda: self.bus.get("tubes:nick") == b"robot", 20, self.bridge.output)
        self.server.say(":bob!u@h PRIVMSG ROBOT :are you there?")
        self.heard.wait_for("directed_privmsg", message="are you there?")
        self.settle(self.bridge)

    def test_names_that_ascii_tells_apart_are_two(self):
        self.start_scandinavian("ascii")
        self.server.say(":Bot{1}|^!u@h NICK :thief", f":op!u@h KICK {CHANNEL} bot{{1}}|^ :out",
                        f":bob!u@h PRIVMSG {CHANNEL} :bot{{1}}|^: hello",
                        f":bob!u@h PRIVMSG {CHANNEL} :BOT[1]\\~: hello you")
        self.heard.wait_for("directed_privmsg", message="hello you")
        self.assertNotIn("hello", [each["message"] for each in self.heard.of("directed_privmsg")])
        self.assertEqual(self.bus.get("tubes:nick"), NICK.encode())
        self.settle(self.bridge)

    def test_the_strict_form_of_rfc1459_tells_the_tilde_from_the_caret(self):
        self.start_scandinavian("rfc1459-strict")
        self.server.say(":BOT{1}|^!u@h NICK :thief", ":BOT{1}|~!u@h NICK :robot")
        wait_until(lambda: self.bus.get("tubes:nick") == b"robot", 20, self.bridge.output)
        self.settle(self.bridge)

    def test_a_network_that_takes_utf8_alone_gets_nothing_else(self):
        self.start("CHANTYPES=# NICKLEN=30 CASEMAPPING=ascii UTF8ONLY")
        self.publish("privmsg", to="#a", message="latin1: caf\udce9")  # the very byte
        self.bridge.wait_for("a payload on out was passed over: not JSON: it is not UTF-8")
        half = "\ud83d"  # of a pair of UTF-16, which JSON can say and UTF-8 cannot
        for kind, data in (("privmsg", {"to": "#a", "message": f"{half} one"}),
                           ("privmsg_action", {"to": "#a", "message": f"waves {half}"}),
                           ("raw", {"command": f"TOPIC #a :{half} today"}),
                           ("privmsg", {"to": f"#{half}", "message": "é" * 600}),
                           ("privmsg", {"to": "#a", "message": "last"})):
            self.bus.publish("out", envelope(kind, **data))
        self.server.wait_for(b"PRIVMSG #a :last\r\n")
        received = bytes(self.server.received).decode()
        for expected in ("PRIVMSG #a :\ufffd one\r\n", "\x01ACTION waves \ufffd\x01\r\n",
                         "TOPIC #a :\ufffd today\r\n", "PRIVMSG #\ufffd :é"):
            self.assertIn(expected, received)
        self.assertEqual(received.count("é"), 600)
        self.settle(self.bridge)

    def test_broken_and_hostile_lines_are_passed_over_and_the_next_is_understood(self):
        self.start()
        chance = random.Random(1459)
        for number, line in enumerate((*broken_lines(), *hostile_lines(chance))):
            self.server.say(line)
            if number % 50 == 49:
                self.still_good(f"still here {number}")
        self.still_good("the last")
        self.settle(self.bridge)
        for line in bytes(self.server.received).split(b"\r\n")[:-1]:
            self.assertEqual("" if line.startswith(b"QUIT :") else wrong_with(line), "", line)
        log = self.bridge.output()
        controls = [line for line in log.split("\n") if any(category(c) == "Cc" for c in line)]
        self.assertEqual(controls, [])
        self.assertLess(max(map(len, log.split("\n"))), 1000)

    def test_a_line_that_never_ends_takes_no_memory(self):
        self.start()
        before = self.memory()
        with self.server.speaking() as send:
            for _ in range(50):
                send(b"x" * 1_000_000)
            send(b"\r\n")
        self.still_good("after it")
        self.assertLess(self.memory() - before, 10_000_000)
        self.bridge.wait_for("a line of 50000000 bytes was passed over")
        self.settle(self.bridge)

    def memory(self):
        """Bytes that the bridge ever had at one time."""
        with open(f"/proc/{self.bridge.process.pid}/status") as status:
            line = next(line for line in status if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024

    def test_where_a_line_is_cut_makes_no_difference(self):
        self.start()
        line = "@time=2026-11-27T16:00:00.000Z;msgid=x :b!u@h PRIVMSG #a :né\U0001F600 {}\r\n"
        size = len(line.format("").encode())
        for cut in range(1, size):
            text = line.format(cut).encode()
            with self.server.speaking() as send:
                # Once the PING is answered the bridge has what came with it.
                asked = f"before {cut} of {size}"
                send(f"PING :{asked}\r\n".encode() + text[:cut])
                self.server.wait_for(f"PONG :{asked}\r\n".encode())
                send(text[cut:])
        self.heard.wait_for("privmsg", message=f"né\U0001F600 {size - 1}")
        said = [each for each in self.heard.of("privmsg") if each["sender"] == "b"]
        self.assertEqual([each.pop("message") for each in said],
                         [f"né\U0001F600 {cut}" for cut in range(1, size)])
        self.assertTrue(all(each == said[0] for each in said), said)
        self.assertEqual(said[0]["msgid"], "x")
        self.settle(self.bridge)


if __name__ == "__main__":
    unittest.main()
