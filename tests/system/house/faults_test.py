"""What goes wrong, and how the bridge lives through it."""
import json
import subprocess
import unittest

from house import CHANNEL, LOOPBACK, House, binary, free_port, wait_until


class Faults(House):
    def until(self, condition):
        wait_until(condition, 20, lambda: "it never came true")

    def key(self, redis_port, name):
        """A key of Redis, as any other program reads it."""
        return subprocess.run(["redis-cli", "-p", str(redis_port), "get", name],
                              capture_output=True, text=True, timeout=20).stdout.strip()

    def test_a_taken_nick_is_replaced_and_the_true_one_published(self):
        irc_port, _ = self.stage.start_ngircd()
        redis_port, _ = self.stage.start_redis()
        bus = f"redis://{LOOPBACK}:{redis_port}?prefix=zenircbot:"
        heard = self.subscribe(bus, "in")
        user = self.join(irc_port, "tubes")
        bridge = self.start_bridge(self.config(bus, irc_port, admin_spew_channels=["#a", "#b"]))
        line = user.wait_for(" JOIN :" + CHANNEL, after=len(user.lines))
        nick = line[1:].split("!")[0]
        self.assertNotEqual(nick, "tubes")
        heard.wait_for(f'"type":"connected","data":{{"nick":"{nick}"')
        self.until(lambda: self.key(redis_port, "zenircbot:nick") == nick)
        self.assertEqual(self.key(redis_port, "zenircbot:admin_spew_channels"), "#a,#b")
        user.send(f"PRIVMSG {nick} :hi")
        self.settle(bridge)
        self.assertEqual(self.key(redis_port, "zenircbot:nick"), "")
        self.assertEqual(self.key(redis_port, "zenircbot:admin_spew_channels"), "#a,#b")

    def test_a_kick_is_published_and_the_channel_joined_again(self):
        irc_port, _ = self.stage.start_ngircd()
        bus = self.start_backend("zmq")
        user = self.join(irc_port)
        self.start_bridge(self.config(bus, irc_port))
        user.wait_for_nick("tubes", CHANNEL)
        heard = self.subscribe(bus, "in")
        before = len(user.lines)
        user.send(f"KICK {CHANNEL} tubes :out")
        heard.wait_for('"type":"kick","data":{"sender":"wraithan","channel":"#tubes",'
                       '"nick":"tubes","message":"out"')
        user.wait_for(":tubes!", f"JOIN :{CHANNEL}", after=before)

    def test_the_bridge_comes_back_to_an_irc_server_that_was_restarted(self):
        irc_port, ngircd = self.stage.start_ngircd()
        bus = self.start_backend("zmq")
        user = self.join(irc_port)
        self.start_bridge(self.config(bus, irc_port))
        user.wait_for_nick("tubes", CHANNEL)
        heard = self.subscribe(bus, "in")
        ngircd.kill()
        heard.wait_for('"type":"disconnected"')
        self.stage.start_ngircd(irc_port)
        heard.wait_for('"type":"connected"')
        again = self.join(irc_port, "again")
        again.wait_for_nick("tubes", CHANNEL)
        self.tubes("say", CHANNEL, "back", "--bus", bus)
        again.wait_for(f" PRIVMSG {CHANNEL} :back")

    def test_bridge_and_bot_come_back_to_a_redis_that_was_restarted(self):
        irc_port, _ = self.stage.start_ngircd()
        redis_port, redis = self.stage.start_redis()
        bus = f"redis://{LOOPBACK}:{redis_port}"
        user = self.join(irc_port)
        self.start_bridge(self.config(bus, irc_port))
        greeter = self.stage.start("greeter", [binary("tubes-greeter"), "--bus", bus])
        greeter.wait_for("listening on in")
        user.wait_for_nick("tubes", CHANNEL)
        redis.kill()
        greeter.wait_for("disconnected")
        self.stage.start_redis(redis_port)
        self.until(lambda: greeter.output().count("listening on") == 2)
        bridge = self.stage.programs[-3]
        self.until(lambda: "resubscribed" in bridge.output())
        user.say(CHANNEL, "!woot")
        user.wait_for(f" PRIVMSG {CHANNEL} :Indeed!")

    def test_the_bridge_waits_for_a_bus_and_an_irc_server_that_come_later(self):
        irc_port, redis_port = free_port(), free_port()
        bus = f"redis://{LOOPBACK}:{redis_port}"
        bridge = self.start_bridge(self.config(bus, irc_port))
        bridge.wait_for("cannot reach redis")
        self.stage.start_redis(redis_port)
        self.stage.start_ngircd(irc_port)
        user = self.join(irc_port)
        user.wait_for_nick("tubes", CHANNEL)
        self.until(lambda: "subscribed" in bridge.output())
        self.tubes("say", CHANNEL, "here", "--bus", bus)
        user.wait_for(f" PRIVMSG {CHANNEL} :here")

    def test_what_the_bridge_never_got_of_a_numbered_publisher_is_in_its_log(self):
        irc_port, _ = self.stage.start_ngircd()
        bus = self.start_backend("redis")
        user = self.join(irc_port)
        bridge = self.start_bridge(self.config(bus, irc_port))
        user.wait_for_nick("tubes", CHANNEL)
        for number in (1, 4):
            payload = {"version": 1, "type": "privmsg", "data": {"to": CHANNEL, "message": "x"},
                       "meta": {"publisher": "deploys", "sequence": number}}
            self.tubes("pub", "--bus", bus, "out", json.dumps(payload))
        bridge.wait_for("2 messages of deploys on out never came: they were lost on the way")
        self.settle(bridge)

    def test_a_wrong_irc_password_is_said_clearly(self):
        irc_port, _ = self.stage.start_ngircd(password="sesame")
        bridge = self.start_bridge(
            self.config(self.start_backend("zmq"), irc_port, password="wrong-secret"))
        bridge.wait_for("password")
        self.assertNotIn("wrong-secret", bridge.output())


if __name__ == "__main__":
    unittest.main()
