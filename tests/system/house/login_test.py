"""Who the bridge is on a network: SASL and NickServ with real services, SCRAM, and the nick."""
import base64
import subprocess
import unittest

from house import CHANNEL, LOOPBACK, House, IrcUser, fingerprint, wait_until
from inspircd import (register, start_inspircd, start_inspircd_with_services,
                      start_inspircd_with_services_and_tls)
from scram_server import ScramServer

PASSWORD = "open-sesame-42"


class Login(House):
    def start_services(self, account="botty", told="", irc_port=None):
        """A network where the account of the bot is registered, and NickServ was `told` something
        by it, which it repeats; and somebody who looks on."""
        self.irc_port = irc_port or start_inspircd_with_services(self.stage)
        self.bus = self.start_backend("redis")
        with IrcUser(self.irc_port, account) as owner:
            register(owner, PASSWORD)
            if told:
                owner.say("NickServ", told)
                owner.wait_for(":NickServ!", " NOTICE ", told.split()[-1])
            owner.send("QUIT")
            owner.run()
        self.user = self.join(self.irc_port)

    def bridge_with(self, irc_port=None, **login):
        return self.start_bridge(self.config(self.bus, irc_port or self.irc_port, **login))

    def account_of(self, nick):
        before = len(self.user.lines)
        self.user.send(f"WHOIS {nick}")
        self.user.wait_for(f" 318 wraithan {nick} ", after=before)
        logged_in = [line.split()[4] for line in self.user.lines[before:] if " 330 " in line]
        return logged_in[0] if logged_in else None

    def test_the_bridge_logs_in_with_sasl_plain_before_it_is_let_in(self):
        self.start_services()
        bridge = self.bridge_with(sasl={"account": "botty", "password": PASSWORD})
        self.user.wait_for_nick("tubes", CHANNEL)
        self.assertEqual(self.account_of("tubes"), "botty")
        self.assertNotIn("[warning]", bridge.output())
        self.assertNotIn(PASSWORD, bridge.output())
        self.settle(bridge)

    def test_a_wrong_sasl_password_is_said_clearly_and_tried_again_with_back_off(self):
        self.start_services()
        bridge = self.bridge_with(sasl={"account": "botty", "password": "wrong-secret"})
        bridge.wait_for("cannot log in to the account botty: the server refused PLAIN (904")
        bridge.wait_for("check the network's sasl in the configuration; trying again in ")
        wait_until(lambda: bridge.output().count("trying again in") == 2, 20, bridge.output)
        self.assertNotIn("wrong-secret", bridge.output())
        self.assertNotIn("connected as", bridge.output())

    def test_a_login_that_is_not_required_is_a_warning_and_nickserv_the_next_try(self):
        self.start_services()
        bridge = self.bridge_with(sasl={"account": "botty", "password": "wrong-secret"},
                                  nickserv={"account": "botty", "password": PASSWORD})
        bridge.wait_for("cannot log in to the account botty: the server refused PLAIN (904")
        self.user.wait_for_nick("tubes", CHANNEL)
        self.assertEqual(self.account_of("tubes"), "botty")
        self.assertNotIn(PASSWORD, bridge.output())
        self.settle(bridge)

    def test_nickserv_identifies_the_bridge_before_it_joins(self):
        self.start_services("tubes")
        self.user.send(f"MODE {CHANNEL} +R")  # only who is logged in may join
        self.user.wait_for(f" MODE {CHANNEL} :+R")
        bridge = self.bridge_with(nickserv={"password": PASSWORD})
        self.user.wait_for_nick("tubes", CHANNEL)
        self.assertEqual(self.account_of("tubes"), "tubes")
        self.assertNotIn("[warning]", bridge.output())
        self.assertNotIn(PASSWORD, bridge.output())

    def test_the_bridge_proves_its_key_of_ecdsa(self):
        key = self.stage.path("ecdsa.pem")
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key],
                       check=True, capture_output=True)
        public = subprocess.run(["openssl", "ec", "-in", key, "-pubout", "-conv_form", "compressed",
                                 "-outform", "DER"], check=True, capture_output=True).stdout
        self.start_services(told=f"SET PUBKEY {base64.b64encode(public[-33:]).decode()}")
        bridge = self.bridge_with(sasl={"account": "botty", "ecdsa_key": key})
        self.user.wait_for_nick("tubes", CHANNEL)
        self.assertEqual(self.account_of("tubes"), "botty")
        self.settle(bridge)

    def scram(self, password, honest=True):
        self.bus = self.start_backend("redis")
        server = self.enterContext(ScramServer("botty", "pencil", honest))
        login = {"account": "botty", "password": password, "required": False}
        return server, self.bridge_with(server.port, sasl=login)

    def test_a_client_certificate_is_the_login_where_services_know_it(self):
        plain, secure = start_inspircd_with_services_and_tls(
            self.stage, *self.stage.certificate("localhost"))
        certificate, key = self.stage.certificate("bot")
        self.start_services(told=f"CERT ADD {fingerprint(certificate)}", irc_port=plain)
        bridge = self.bridge_with(server=f"ircs://{LOOPBACK}:{secure}", sasl={},
                                  tls={"insecure": True, "certificate": certificate, "key": key})
        self.user.wait_for_nick("tubes", CHANNEL)
        self.assertEqual(self.account_of("tubes"), "botty")
        self.settle(bridge)

    def test_scram_proves_the_password_and_believes_an_honest_server(self):
        server, bridge = self.scram("pencil")
        wait_until(lambda: f"JOIN {CHANNEL}" in server.lines, 20, bridge.output)
        self.assertEqual(server.lines[-2:], ["CAP END", f"JOIN {CHANNEL}"])
        self.assertNotIn("[warning]", bridge.output())

    def test_scram_with_a_wrong_password_says_it_with_no_other_mechanism(self):
        server, bridge = self.scram("pencils")
        bridge.wait_for("cannot log in to the account botty: the server refused SCRAM-SHA-256 (904")
        wait_until(lambda: f"JOIN {CHANNEL}" in server.lines, 20, bridge.output)
        self.assertNotIn("AUTHENTICATE PLAIN", server.lines)

    def test_a_server_that_forges_its_scram_signature_is_left(self):
        server, bridge = self.scram("pencil", honest=False)
        bridge.wait_for("the server's signature is wrong: it does not know the password")
        bridge.wait_for("trying again in ")
        self.assertNotIn("CAP END", server.lines)
        self.assertNotIn("AUTHENTICATE PLAIN", server.lines)
        self.assertNotIn("pencil", bridge.output())

    def regain_nick(self, irc_port, channel):
        """The bridge comes while somebody, perhaps in the channel, has its nick, and then quits."""
        self.bus = self.start_backend("redis")
        self.user = self.join(irc_port)
        holder = self.enterContext(IrcUser(irc_port, "tubes"))
        if channel:
            holder.join(channel)
        bridge = self.start_bridge(self.config(self.bus, irc_port))
        self.user.wait_for_nick("tubes_", CHANNEL)
        heard = self.subscribe(self.bus, "in")
        holder.send("QUIT")
        holder.run()
        self.user.wait_for(":tubes_!", " NICK :tubes")
        heard.wait_for('"type":"nick","data":{"sender":"tubes_","nick":"tubes"')
        self.settle(bridge)

    def test_a_nick_is_taken_back_when_the_channel_sees_it_go(self):
        self.regain_nick(self.stage.start_ngircd()[0], CHANNEL)

    def test_a_nick_is_taken_back_when_monitor_says_that_it_is_free(self):
        self.regain_nick(start_inspircd(self.stage), None)


if __name__ == "__main__":
    unittest.main()
