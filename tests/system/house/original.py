"""A bot of 2012: its bot.json, and a service on the library of that time."""
import subprocess

from house import CHANNEL, LOOPBACK, House, source

ADMINS = "#admins"


class Original(House):
    def start_bot(self):
        """IRC server, Redis, the bridge on a bot.json, and someone in the channels."""
        self.irc_port, _ = self.stage.start_ngircd()
        self.redis_port, _ = self.stage.start_redis()
        self.user = self.join(self.irc_port)
        self.user.join(ADMINS)
        self.bridge = self.start_bridge({
            "servers": [{"name": "Test", "hostname": LOOPBACK, "port": self.irc_port,
                         "nick": "ZenIRCBot", "userName": "zen", "realName": "Zen IRC Bot",
                         "autoRejoin": True, "autoConnect": True, "channels": [CHANNEL, ADMINS],
                         "admin_nicks": "wraithan", "admin_spew_channels": [ADMINS],
                         "secure": False, "selfSigned": False}],
            "options": {"debug": False, "floodProtection": False, "stripColors": True},
            "redis": {"host": LOOPBACK, "port": self.redis_port, "db": 1}})
        self.user.wait_for_nick("ZenIRCBot", ADMINS)

    def install(self, *packages):
        """Node's packages from the registry, in a folder of the stage."""
        self.stage.write("package.json", '{"private": true}')
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", *packages],
                              cwd=self.stage.folder, capture_output=True, text=True, timeout=110)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def start_service(self):
        self.install("zenircbot-api@2.4.1", "redis@3.1.2")
        service = self.stage.start("service", [
            "node", source("tests", "system", "house", "family", "service.js"), LOOPBACK,
            str(self.redis_port), "1"], env={"NODE_PATH": self.stage.path("node_modules")})
        service.wait_for("awake")
        return service
