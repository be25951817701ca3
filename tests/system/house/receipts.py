"""A bot that says something all the time, asks for a receipt of each, and keeps account of them."""
import contextlib
import json
import threading
import time

import redis

from house import CHANNEL, envelope, wait_until

ENDINGS = {"sent", "confirmed", "failed", "unknown"}
PAUSE = 0.25  # between two messages


class Asked:
    """A message: the lines that it says, when it was asked for, and what the receipts told."""

    def __init__(self, network, lines):
        self.network, self.lines, self.asked_at = network, lines, time.monotonic()
        self.states, self.ending, self.ended_at, self.code = [], None, None, None

    def __repr__(self):
        return f"{self.network} {self.lines} {self.states} {self.code}"


class Asking:
    """Says things on these networks in turns, no text twice, until it is stopped."""

    def __init__(self, unix_socket, networks):
        self.redis = redis.Redis(unix_socket_path=unix_socket)
        self.networks = networks
        self.asked = {}       # by id
        self.complaints = []  # about receipts that break the rules
        self.stopped = threading.Event()
        receipts = self.redis.pubsub()
        receipts.subscribe("receipts")
        receipts.get_message(timeout=20)  # it is subscribed
        self.threads = [threading.Thread(target=self.hear, args=(receipts,), daemon=True),
                        threading.Thread(target=self.talk, daemon=True)]
        for thread in self.threads:
            thread.start()

    def talk(self):
        number = 0
        while not self.stopped.wait(PAUSE):
            self.say(self.networks[number % len(self.networks)], number // len(self.networks))
            number += 1

    def say(self, network, number):
        """Every tenth message has two lines; some are actions, some raw."""
        lines = [f"{network}-{number}"] + ([f"{network}-{number}-more"] if number % 10 == 9 else [])
        kind, data = "privmsg", {"to": CHANNEL, "message": "\n".join(lines)}
        if number % 10 == 4:
            kind = "privmsg_action"
        if number % 10 == 7:
            kind, data = "raw", {"command": f"PRIVMSG {CHANNEL} :{lines[0]}"}
        name = f"id of {lines[0]}"
        self.asked[name] = Asked(network, lines)
        self.redis.publish("out", envelope(kind, **data, network=network, id=name))

    def hear(self, receipts):
        with contextlib.suppress(redis.ConnectionError):  # the end of the test
            for payload in receipts.listen():
                self.note(json.loads(payload["data"]))

    def note(self, receipt):
        data = receipt["data"]
        asked, state = self.asked.get(data["id"]), data["state"]
        if receipt["type"] != "receipt" or asked is None or data["network"] != asked.network:
            return self.complaints.append(f"nobody asked for {receipt}")
        if asked.ending or (state == "queued" and asked.states) or state not in {"queued", *ENDINGS}:
            self.complaints.append(f"{state} after {asked.states}: {receipt}")
        asked.states.append(state)
        if state in ENDINGS:
            asked.ending, asked.ended_at, asked.code = state, time.monotonic(), data.get("code")

    def asked_at(self, line):
        """When this line was asked for."""
        return self.asked[f"id of {line.removesuffix('-more')}"].asked_at

    def of(self, network):
        return [each for each in list(self.asked.values()) if each.network == network]

    def stop(self):
        self.stopped.set()
        self.threads[1].join()

    def wait_for_endings(self, timeout=60):
        def open_ended():
            return [each for each in self.asked.values() if each.ending is None]
        wait_until(lambda: not open_ended(), timeout,
                   lambda: f"without an ending after {timeout} s: {open_ended()}")
