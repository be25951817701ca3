"""The clients of 2012, as they are, and a bot.json as the original took it."""
import json
import subprocess
import unittest

from house import CHANNEL, binary
from original import ADMINS, Original


class Family(Original):
    def key(self, name):
        """A key of database 0, whatever the bot.json says."""
        asked = subprocess.run(["redis-cli", "-p", str(self.redis_port), "get", f"zenircbot:{name}"],
                               capture_output=True, text=True, check=True, timeout=20)
        return asked.stdout.strip()

    def test_a_bot_json_is_understood_and_its_keys_are_there(self):
        self.start_bot()
        self.bridge.wait_for("a bot.json of ZenIRCBot: network Test at irc://")
        self.assertEqual(self.key("admin_spew_channels"), ADMINS)
        self.assertEqual(self.key("nick"), "ZenIRCBot")
        self.settle(self.bridge)
        self.assertEqual(self.key("admin_spew_channels"), ADMINS)
        self.assertEqual(self.key("nick"), "")

    def test_a_service_on_the_unmodified_node_library_does_all_it_did(self):
        self.start_bot()
        service = self.start_service()
        self.user.wait_for(f" PRIVMSG {ADMINS} :parrot online!")
        self.user.say(CHANNEL, "!polly")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :wraithan wants a cracker")
        self.user.say(CHANNEL, "\x0304!polly\x03")  # stripColors
        first = self.user.wait_for("wants a cracker")
        self.user.wait_for("wants a cracker", after=self.user.lines.index(first) + 1)
        self.user.say(CHANNEL, "!dance")
        for target in (CHANNEL, "wraithan"):
            self.user.wait_for(f" PRIVMSG {target} :\x01ACTION dances\x01")
        self.user.say("ZenIRCBot", "commands")
        self.user.wait_for(" PRIVMSG wraithan :parrot: !polly - says what a parrot says")
        self.user.say(CHANNEL, "ZenIRCBot: services")
        self.user.wait_for(" PRIVMSG wraithan :parrot")
        self.user.join("#elsewhere")
        self.user.say(CHANNEL, "!come")
        self.user.wait_for_nick("ZenIRCBot", "#elsewhere")
        self.user.say(CHANNEL, "!leave")
        self.user.wait_for(":ZenIRCBot!", " PART #elsewhere :as you wish")
        self.assertIsNone(service.process.poll(), service.output())
        self.settle(self.bridge)

    def test_a_bot_json_is_migrated_to_the_configuration_it_stands_for(self):
        bot = {"servers": [{"hostname": "irc.example.org", "nick": "zen", "secure": True,
                            "port": 6697, "channels": ["#a"], "admin_spew_channels": ["#a"]}],
               "options": {"floodProtection": True}, "redis": {"host": "h", "port": 1, "db": 3}}
        path = self.stage.write("bot.json", json.dumps(bot))
        done = subprocess.run([binary("tubes"), "config", "migrate", path], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=20, check=True)
        self.assertEqual(json.loads(done.stdout), {
            "bus": "redis://h:1?prefix=zenircbot:",
            "networks": {"irc": {"server": "ircs://irc.example.org:6697", "nick": "zen",
                                 "user": "zen", "realname": "zen", "channels": ["#a"],
                                 "admin_spew_channels": ["#a"]}}})
        self.assertIn("a bot.json of ZenIRCBot: network irc at ircs://irc.example.org:6697 as zen",
                      done.stderr)
        migrated = self.stage.write("bridge.json", done.stdout)
        checked = [subprocess.run([binary("tubes-bridge"), "--config", each, "--check-config"],
                                  capture_output=True, text=True, check=True).stdout.splitlines()
                   for each in (path, migrated)]
        self.assertEqual(checked[0][1:], checked[1])  # but for what it was understood as

    def test_what_is_no_bot_json_is_not_migrated(self):
        path = self.stage.write("bridge.json", '{"bus": "memory://x", "networks": {}}')
        said = self.tubes("config", "migrate", path, status=1)
        self.assertIn(f'{path}: this is no bot.json of ZenIRCBot, which has a list "servers"', said)
        self.assertIn("cannot be read", self.tubes("config", "migrate", "/nonexistent", status=1))


if __name__ == "__main__":
    unittest.main()
