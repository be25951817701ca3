"""The services, on what they really get: an IRC user, GitHub's posts of today, a form of 2012."""
import hashlib
import hmac
import json
import os
import pathlib
import re
import unittest
import urllib.error
import urllib.parse
import urllib.request

from house import CHANNEL, House, binary, source, wait_until
from inspircd import register, start_inspircd_with_services

SECRET = "a secret of the test"


def recorded(event):
    """The body of a webhook of GitHub's."""
    return pathlib.Path(source("tests", "unit", "services", "github", f"{event}.json")).read_bytes()


class Services(House):
    def start_services(self, services, transport="redis", irc_port=None, **network):
        irc_port = irc_port or self.stage.start_ngircd()[0]
        self.user = self.join(irc_port)
        self.bus = self.start_backend(transport)
        self.bridge = self.start_bridge(
            self.config(self.bus, irc_port, admin_spew_channels=[CHANNEL], **network))
        self.user.wait_for_nick("tubes", CHANNEL)
        config = self.stage.write("services.json", json.dumps({"bus": self.bus, "services": services}))
        self.service = self.stage.start(
            "services", [binary("tubes-service"), "--config", config],
            env={"TEST_SECRET": SECRET})
        for name in services:
            self.service.wait_for(f"{name} runs")
        for topic in {"reply": ["in"], "github": ["web_in"]}.get(next(iter(services)), ["in"]):
            self.service.wait_for(f"subscribed {topic}")

    def post(self, hook, body, **headers):
        port = re.search(r"listening at 127\.0\.0\.1:(\d+)", self.service.output())[1]
        request = urllib.request.Request(f"http://127.0.0.1:{port}/{hook}", body,
                                         {k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status
        except urllib.error.HTTPError as refused:
            return refused.code

    def post_of_github(self, event, secret=SECRET):
        body = recorded(event)
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return self.post("github", body, Content_Type="application/json", X_GitHub_Event=event,
                         X_Hub_Signature_256=f"sha256={signature}")

    def test_posts_of_github_and_forms_of_2012_are_told_in_the_channel(self):
        self.start_services({
            "github": {}, "release": {"channels": [CHANNEL]},
            "webhooks": {"listen": "127.0.0.1:0", "hooks": {
                "github": {"github_secret_env": "TEST_SECRET"}, "release": {"open": True}}}})
        self.assertEqual(self.post_of_github("push"), 202)
        self.user.wait_for(f" PRIVMSG {CHANNEL} :octo-org/octo-repo: octocat pushed 4 commits to "
                           "main: https://github.com/octo-org/octo-repo/compare/")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :7c9a1b2 Read the configuration once (Mona Lisa)")
        self.assertEqual(self.post_of_github("push", "another secret"), 401)
        form = urllib.parse.urlencode({"payload": json.dumps(
            {"branch": "main", "status": "done", "hostname": "web1"})})
        self.assertEqual(self.post("release", form.encode(),
                                   Content_Type="application/x-www-form-urlencoded"), 202)
        self.user.wait_for(f" PRIVMSG {CHANNEL} :release of main done on web1")
        self.assertEqual(self.post("release", b"{", Content_Type="application/json"), 400)
        self.settle(self.service)

    def test_a_user_gets_replies_and_links_and_all_is_in_the_log(self):
        replies = self.stage.write("replies.json", json.dumps(
            {"replies": [{"pattern": "^!beer", "answer": "{sender} hands out beer"}]}))
        logs = self.stage.path("logs")
        self.start_services({
            "reply": {"file": replies}, "ticket": {"url": "https://t.example.org/{ticket}"},
            "log": {"directory": logs}}, "zmq")
        self.service.wait_for("subscribed out")
        self.user.say(CHANNEL, "!beer please")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :wraithan hands out beer")
        self.user.say(CHANNEL, "see AB-12")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :https://t.example.org/AB-12")
        folder = pathlib.Path(logs, "test", CHANNEL)

        def text():
            return "".join(file.read_text() for file in folder.iterdir())
        wait_until(lambda: "<< https://" in text(), 20, lambda: f"not in the log:\n{text()}")
        self.settle(self.service)
        for line in ("<wraithan> !beer please", "<< wraithan hands out beer",
                     "<wraithan> see AB-12", "<< https://t.example.org/AB-12"):
            self.assertRegex(text(), rf"(?m)^\[\d\d:\d\d:\d\d\] {re.escape(line)}$")

    def test_an_admin_starts_and_stops_a_bot_which_ends_with_its_service(self):
        greeter = {"command": [binary("tubes-greeter")], "start": False}
        os.environ["TUBES_BUS"] = "redis://127.0.0.1:1"  # told to the bot below
        self.addCleanup(os.environ.pop, "TUBES_BUS")
        self.start_services({"admin": {"nicks": {"test": ["wraithan"]}, "channels": [CHANNEL],
                                       "programs": {"greeter": greeter}}})
        self.user.say(CHANNEL, "tubes: list")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :greeter is stopped")
        self.user.say(CHANNEL, "!start greeter")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :greeter is started")
        line = ""
        while "runs (" not in line:  # it may still be starting
            before = len(self.user.lines)
            self.user.say("tubes", "list")
            line = self.user.wait_for(" PRIVMSG wraithan :greeter ", after=before)
        pid = int(re.search(r"runs \((\d+)\)", line)[1])
        stranger = self.join(int(self.user.socket.getpeername()[1]), "mallory")
        stranger.say(CHANNEL, "!stop greeter")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :mallory: you are no admin here")
        self.settle(self.service)
        self.assertFalse(os.path.exists(f"/proc/{pid}"))

    def test_an_admin_with_a_services_account_is_known_by_it_under_any_nick(self):
        irc_port = start_inspircd_with_services(self.stage)
        self.start_services({"admin": {"accounts": {"test": ["wraithan"]}, "channels": [CHANNEL],
                                       "programs": {"idle": {"command": ["cat"], "start": False}}}},
                            irc_port=irc_port)
        self.user.say("tubes", "list")
        self.user.wait_for(" PRIVMSG wraithan :wraithan: you are no admin here")
        register(self.user, "a-secret")
        heard = self.subscribe(self.bus, "in")
        self.user.say("tubes", "list")
        self.user.wait_for(" PRIVMSG wraithan :idle is stopped")
        heard.wait_for('"services_account":"wraithan"')
        self.user.send("NICK somebody")
        self.user.wait_for(" NICK :somebody")
        self.user.say(CHANNEL, "!start idle")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :idle is started")
        impostor = self.join(irc_port, "wraithan")
        impostor.say(CHANNEL, "!stop idle")
        self.user.wait_for(f" PRIVMSG {CHANNEL} :wraithan: you are no admin here")
        self.settle(self.service)

    def test_where_the_bridge_has_no_semantics_the_service_has(self):
        self.start_services({"semantics": {}}, semantics=False)
        heard = self.subscribe(self.bus, "in")
        self.user.say(CHANNEL, "TUBES: hello")
        heard.wait_for('"type":"directed_privmsg","data":{"sender":"wraithan","channel":"#tubes",'
                       '"message":"hello","raw_message":"TUBES: hello"')
        self.settle(self.service)

    def test_mistakes_in_the_configuration_are_named(self):
        def said(text):
            config = self.stage.write("services.json", text)
            program = self.stage.start("services", [binary("tubes-service"), "--config", config])
            self.assertEqual(program.process.wait(20), 1)
            return program.output()
        bus = '"bus": "redis://127.0.0.1:1?connect=1"'
        self.assertIn("services: expected an object with at least one", said('{"bus": "memory://x"}'))
        self.assertIn("unknown key", said('{"bus": "memory://x", "services": {"log": {}}, "x": 1}'))
        self.assertIn("connect", said('{' + bus + ', "services": {"log": {"directory": "x"}}}'))


if __name__ == "__main__":
    unittest.main()
