"""Whatever is published on `out`, what leaves for IRC is well-formed and permitted."""
import json
import random
import unittest

import redis

from grammar import PERMITTED, split_line, wrong_with
from house import House
from irc_server import IrcServer

MESSAGES = 10_000
AT_ONCE = 50  # messages between two that have to be said: the bridge's queue is bounded

COMMANDS = sorted(PERMITTED) + [
    "QUIT", "OPER", "PASS", "USER", "CAP", "AUTHENTICATE", "KILL", "SQUIT", "CONNECT", "DIE", "RESTART",
    "REHASH", "WALLOPS", "SQUERY", "SERVICE", "SUMMON", "USERHOST", "ISON", "LIST", "LUSERS", "MOTD",
    "VERSION", "STATS", "LINKS", "TIME", "TRACE", "ADMIN", "INFO", "WHOWAS", "PING", "PONG", "ERROR",
    "MONITOR", "BATCH", "TAGMSG", "SETNAME", "CHGHOST", "001", "privmsg", "PRIV\x00MSG", "", " "]
TARGETS = ["#a", "bob", "#a,bob", "#a, #b", "#a,,bob", ",", "", " ", "#", "#a b", "a b", "bob!u@h",
           "$*", "0", "#a\x07", "-bob", "9bob", "#ä", "böb", ":bob", "@#a", "+#a", "#" + "x" * 600,
           "n" * 600, "#a," * 900 + "#a"]
TEXTS = ["hello", "", " ", "\x01VERSION\x01", "\x01ACTION waves\x01", "\x01", "\x02bold\x0f \x0304red",
         "é" * 400, "\U0001F600" * 300, "word " * 200, "x" * 5000, ":", " :x", "\u2028", "\x85", "\x0b\x0c"]
PIECES = ["\r", "\n", "\r\n", "\0", "\x01", "\r\nQUIT :bye\r\n", "\nOPER root root\n", "\0QUIT\0", " ",
          ",", ":", "\t", "\x7f", "\ud800", "\x1b[2J"]


def hostile(chance, texts):
    """One of the texts, often with something strange somewhere inside."""
    text = chance.choice(texts)
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        at = chance.randint(0, len(text))
        text = text[:at] + chance.choice(PIECES) + text[at:]
    return text


def hostile_message(chance):
    kind = chance.choice(("privmsg", "privmsg", "privmsg_action", "raw"))
    if kind == "raw":
        words = [hostile(chance, COMMANDS)]
        words += [hostile(chance, TARGETS + TEXTS) for _ in range(chance.randint(0, 4))]
        words[1:] = [chance.choice(("", "", ":")) + word for word in words[1:]]
        prefix = chance.choice(("", "", "", ":eve!e@h ", "@time=x "))
        return kind, {"command": prefix + " ".join(words)}
    return kind, {"to": hostile(chance, TARGETS), "message": hostile(chance, TEXTS)}


def envelope(kind, data):
    text = json.dumps({"version": 1, "type": kind, "data": data}, ensure_ascii=False)
    return text.encode(errors="surrogatepass")  # JSON of which some is no UTF-8


class Hostile(House):
    def test_ten_thousand_hostile_messages_leave_only_permitted_lines(self):
        server = self.enterContext(IrcServer())
        bus = self.start_backend("redis")
        config = self.config(bus, server.port, flood={"burst": 1000, "per_second": 1000})
        bridge = self.start_bridge(config)
        server.wait_for(b"JOIN #tubes\r\n")
        bridge.wait_for("bus: subscribed out")
        publisher, chance = redis.Redis.from_url(bus), random.Random(2012)
        for number in range(MESSAGES):
            publisher.publish("out", envelope(*hostile_message(chance)))
            if number % AT_ONCE == AT_ONCE - 1:
                publisher.publish("out", envelope("privmsg", {"to": "#ok", "message": f"still here {number}"}))
                server.wait_for(f"PRIVMSG #ok :still here {number}\r\n".encode())
        self.settle(bridge)
        self.check(bytes(server.received))

    def check(self, received):
        *lines, rest = received.split(b"\r\n")
        self.assertEqual(rest, b"")
        self.assertEqual(lines.pop(), b"QUIT :tubes-bridge stops")
        for line in lines:
            self.assertEqual(wrong_with(line), "", line)
        commands = {split_line(line)[0] for line in lines}
        self.assertLessEqual(PERMITTED, commands)  # else the test would show little
        self.assertGreater(len(lines), MESSAGES // 10)


if __name__ == "__main__":
    unittest.main()
