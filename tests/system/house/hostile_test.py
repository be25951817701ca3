"""Whatever is published on `out`, what leaves for IRC is well-formed and permitted, and whoever asked
for a receipt gets it."""
import contextlib
import json
import random
import threading
import unittest

import redis

from grammar import PERMITTED, split_line, wrong_with
from house import House, wait_until
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


IDS = ["", "id", " ", "\0", "\x01\x02\x1b[2J", "\r\nQUIT", "\"}", "\\u0000", "é\U0001F600", "\u2028", "\ud800",
       "x" * 100, "x" * 120, "é" * 60, "x" * 200, "x" * 100_000, "null", "receipt-1", ":x y,z"]
LONGEST_ID = 128  # bytes


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
        words += ["x"] * chance.choice((0, 0, 0, 9, 14, 15))
        words[1:] = [chance.choice(("", "", ":")) + word for word in words[1:]]
        prefix = chance.choice(("", "", "", ":eve!e@h ", "@time=x "))
        return kind, {"command": prefix + " ".join(words)}
    return kind, {"to": hostile(chance, TARGETS), "message": hostile(chance, TEXTS)}


def hostile_id(chance, number):
    """One of its own, if it is any."""
    name = chance.choice(IDS)
    return name and f"{name}{number}"


def envelope(kind, data):
    text = json.dumps({"version": 1, "type": kind, "data": data}, ensure_ascii=False)
    return text.encode(errors="surrogatepass")  # JSON of which some is no UTF-8


def is_utf8(payload):
    with contextlib.suppress(UnicodeDecodeError):
        return payload.decode() is not None
    return False


class Receipts(threading.Thread):
    """The states that each id was told of, byte for byte."""

    def __init__(self, bus):
        super().__init__(daemon=True)
        self.states = {}
        self.receipts = redis.Redis.from_url(bus).pubsub()
        self.receipts.subscribe("receipts")
        self.receipts.get_message(timeout=20)  # it is subscribed
        self.start()

    def run(self):
        with contextlib.suppress(redis.ConnectionError):  # the end of the test
            for payload in self.receipts.listen():
                data = json.loads(payload["data"].decode())["data"]
                self.states.setdefault(data["id"], []).append(data["state"])

    def complete(self, ids):
        return all(self.states.get(name, ["queued"])[-1] != "queued" for name in ids)


class Hostile(House):
    def test_ten_thousand_hostile_messages_leave_only_permitted_lines(self):
        server = self.enterContext(IrcServer())
        bus = self.start_backend("redis")
        config = self.config(bus, server.port, flood={"burst": 1000, "per_second": 1000})
        bridge = self.start_bridge(config)
        server.wait_for(b"JOIN #tubes\r\n")
        bridge.wait_for("bus: subscribed out")
        publisher, chance, receipts = redis.Redis.from_url(bus), random.Random(2012), Receipts(bus)
        ids = set()  # that have to be answered
        for number in range(MESSAGES):
            kind, data = hostile_message(chance)
            data["id"] = hostile_id(chance, number)
            publisher.publish("out", payload := envelope(kind, data))
            if data["id"] and is_utf8(payload) and len(data["id"].encode()) <= LONGEST_ID:
                ids.add(data["id"])
            if number % AT_ONCE == AT_ONCE - 1:
                publisher.publish("out", envelope("privmsg", {"to": "#ok", "message": f"still here {number}"}))
                server.wait_for(f"PRIVMSG #ok :still here {number}\r\n".encode())
        wait_until(lambda: receipts.complete(ids), 30, lambda: (
            "no ending: " + str([each for each in ids if not receipts.complete([each])])))
        self.settle(bridge)
        self.check_lines(bytes(server.received))
        self.check_receipts(ids, receipts.states)

    def check_receipts(self, ids, states):
        self.assertEqual(set(states), ids)
        self.assertGreater(len(ids), MESSAGES // 3)
        good = (["failed"], ["queued", "sent"])  # refused at once, or said
        self.assertEqual({name: told for name, told in states.items() if told not in good}, {})
        self.assertTrue(all(told in states.values() for told in good))

    def check_lines(self, received):
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
