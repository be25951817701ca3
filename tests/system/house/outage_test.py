"""Servers that are killed, that freeze and that are cut off, while bots say things and ask for
receipts: the bridge comes back by itself, each message has one ending, and none is said twice.

TUBES_OUTAGES is how many outages there are, one of each kind unless told otherwise. Twenty take a
quarter of an hour, and print the ledger:
    TUBES_OUTAGES=20 ctest --preset dev -R system.outage -V
"""
import os
import signal
import threading
import time
import unittest
from collections import Counter

from house import CHANNEL, House, IrcUser, StageError, wait_until
from inspircd import start_inspircd_with_echo
from namespace import Wire
from receipts import Asking

OUTAGES = int(os.environ.get("TUBES_OUTAGES", "3"))
PORT = 6667  # in a network of its own
PING_AFTER, PING_TIMEOUT = 3, 3  # of the bridge
SHORT, LONG = 2, 9  # under what the bridge takes to give a silent server up, and over it
GHOST = 5  # after so many seconds the servers ask a silent client
BACK_OFF_FORGETS = 61  # a connection that lasted so long makes the next delay short again
RETURN = 60


class Watcher(threading.Thread):
    """Somebody in the channel, who comes back whenever the server does."""

    def __init__(self, place, port):
        super().__init__(daemon=True)
        self.place, self.port = place, port
        self.heard = []      # texts, in their order
        self.presences = []  # [from, to) in which it hears whatever is said
        self.start()

    def run(self):
        while True:
            try:
                with IrcUser(self.port, "watcher", self.hear, self.place) as user:
                    user.join(CHANNEL)
                    self.arrived(user)
                    user.run()
            except (OSError, StageError):
                pass
            self.left()
            time.sleep(0.01)

    def arrived(self, user):
        names = next(line for line in reversed(user.lines) if f" 353 watcher " in line)
        last = self.presences[-1][1] if self.presences else 0
        first = "tubes" not in names.rpartition(":")[2]  # before the bot: nothing was said yet
        self.presences.append([last if first else time.monotonic(), None])

    def left(self):
        if self.presences and self.presences[-1][1] is None:
            self.presences[-1][1] = time.monotonic()

    def hear(self, line):
        _, said, text = line.partition(f" PRIVMSG {CHANNEL} :")
        if said:
            self.heard.append(text.removeprefix("\1ACTION ").removesuffix("\1"))


class Server:
    """A real one at the far end of the wire, with somebody who watches."""

    def __init__(self, name, port, start, place):
        self.name, self.port, self.start = name, port, start
        self.program = start()
        self.watcher = Watcher(place, port)
        self.killed = []

    def kill(self):
        self.killed.append(time.monotonic())
        self.program.kill()

    def restart(self):
        self.program = self.start()

    def freeze(self):
        self.program.process.send_signal(signal.SIGSTOP)

    def thaw(self):
        self.program.process.send_signal(signal.SIGCONT)


class Outage(House):
    def start(self):
        if os.geteuid() != 0:
            self.skipTest("outages want root: they cut a wire between network namespaces")
        self.wire = self.enterContext(Wire())
        far = self.wire.far
        self.servers = [
            Server("ngircd", PORT, lambda: self.stage.start_ngircd(
                PORT, limits=[f"PingTimeout = {GHOST}", "MaxPenaltyTime = 0"], place=far)[1], far),
            Server("inspircd", PORT + 1, lambda: start_inspircd_with_echo(
                self.stage, PORT + 1, far, GHOST)[1], far)]
        # A socket that is a file: the bridge is in another network than Redis.
        socket = self.stage.path("redis.sock")
        self.stage.start_redis(unix_socket=socket)
        self.bridge = self.start_bridge(self.configuration(socket))
        self.bridge.wait_for("bus: subscribed out")
        self.asking = Asking(socket, [server.name for server in self.servers])
        self.addCleanup(self.asking.stop)

    def configuration(self, socket):
        return {"bus": f"redis+unix://{socket}", "networks": {
            server.name: {"server": f"irc://{self.wire.far.host}:{server.port}", "nick": "tubes",
                          "channels": [CHANNEL],
                          "flood": {"burst": 5, "per_second": 4},
                          "ping_after": PING_AFTER, "ping_timeout": PING_TIMEOUT,
                          "waiting": {"seconds": 10, "messages": 25}}
            for server in self.servers}}

    def start_bridge(self, config):
        return super().start_bridge(config, self.wire.near)

    def lost(self):
        """How many connections the bridge has lost."""
        return self.bridge.output().count("; trying again in ")

    def kill(self, seconds):
        for server in self.servers:
            server.kill()
        time.sleep(seconds)
        for server in self.servers:
            server.restart()

    def freeze(self, seconds):
        for server in self.servers:
            server.freeze()
        time.sleep(seconds)
        for server in self.servers:
            server.thaw()

    def cut(self, seconds):
        self.wire.cut()
        time.sleep(seconds)
        self.wire.mend()

    def outage(self, number):
        cycle, kind = divmod(number, 3)
        long = (cycle + kind) % 2 == 1
        how = (self.kill, self.freeze, self.cut)[kind]
        before = self.lost()
        how(LONG if long else SHORT)
        self.wait_for_return()
        lost = self.lost() - before
        print(f"outage {number + 1}: {how.__name__}, {LONG if long else SHORT} s: "
              f"{lost} connections lost", flush=True)
        if kind == 0 or long:
            self.assertGreaterEqual(lost, len(self.servers), self.bridge.output())
        else:
            self.assertEqual(lost, 0, self.bridge.output())

    def wait_for_return(self):
        """Until something is heard on each network that is asked for from now on."""
        now = time.monotonic()
        for server in self.servers:
            heard = server.watcher.heard
            wait_until(lambda: heard and self.asking.asked_at(heard[-1]) > now, RETURN, lambda: (
                f"{server.name} heard nothing more; the bridge said:\n{self.bridge.output()}"))

    def test_whatever_happens_to_servers_each_message_has_one_ending_and_none_is_said_twice(self):
        self.start()
        self.wait_for_return()
        for number in range(OUTAGES):
            self.outage(number)
            if number % 3 == 2 and number + 1 < OUTAGES:
                time.sleep(BACK_OFF_FORGETS)
        self.asking.stop()
        self.asking.wait_for_endings()
        self.settle(self.bridge)
        for server in self.servers:
            self.check(server)

    def check(self, server):
        """The ledger of one network."""
        asked = self.asking.of(server.name)
        heard = server.watcher.heard
        ended = {state: [each for each in asked if each.ending == state]
                 for state in ("sent", "confirmed", "failed", "unknown")}
        twice = [text for text in set(heard) if heard.count(text) > 1]
        certain = [each for each in ended["sent"] + ended["confirmed"] if self.audible(each, server)]
        print(f"{server.name}: asked {len(asked)} = " + " + ".join(
            f"{state} {len(messages)}" for state, messages in ended.items())
            + f" (codes: {dict(Counter(each.code for each in asked if each.code))}); heard "
            f"{len(heard)} lines, {len(twice)} of them twice; {len(certain)} messages ended well "
            "while somebody listened", flush=True)
        self.assertEqual(self.asking.complaints, [])
        self.assertEqual(sum(map(len, ended.values())), len(asked))
        self.assertEqual(twice, [])
        missing = [each for each in certain if not set(each.lines) <= set(heard)]
        self.assertEqual(missing, [], f"{server.watcher.presences} {heard[:9]}")
        failed = {each.lines[0] for each in ended["failed"] if len(each.lines) == 1}
        self.assertEqual(failed & set(heard), set())
        self.assertGreater(len(certain), len(asked) // 3)  # else the test would show little
        self.assertTrue(ended["unknown"] + ended["failed"])
        self.assertEqual(bool(ended["confirmed"]), server.name == "inspircd")

    @staticmethod
    def audible(each, server):
        """Whether the watcher was there when it was said, and the server alive until it was told."""
        for since, until in server.watcher.presences:
            if since < each.asked_at and (until is None or each.ended_at < until):
                return not any(each.asked_at < killed < each.ended_at for killed in server.killed)
        return False


if __name__ == "__main__":
    unittest.main()
