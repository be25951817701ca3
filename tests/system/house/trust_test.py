"""TLS with a real server: whom the bridge trusts, how it shows who it is, and STS."""
import json
import unittest

from house import CHANNEL, LOOPBACK, House, fingerprint, free_port
from inspircd import start_inspircd_with_tls


class Trust(House):
    def start_server(self, **options):
        """An InspIRCd with TLS, and somebody in the channel."""
        self.certificate, key = self.stage.certificate("localhost")
        self.plain, self.secure = start_inspircd_with_tls(self.stage, self.certificate, key, **options)
        self.bus = self.start_backend("zmq")
        self.user = self.join(self.plain)

    def bridge_to(self, server, tls=None, **more):
        network = {"server": server, **({"tls": tls} if tls else {})}
        return self.start_bridge({**self.config(self.bus, self.plain, **network), **more})

    def test_a_pinned_certificate_is_trusted_and_a_client_certificate_is_seen(self):
        self.start_server()
        own, key = self.stage.certificate("bot")
        pin = fingerprint(self.certificate).upper()
        colons = ":".join(pin[i:i + 2] for i in range(0, len(pin), 2))
        self.bridge_to(f"ircs://{LOOPBACK}:{self.secure}",
                       {"fingerprints": [colons], "certificate": own, "key": key})
        self.user.wait_for_nick("tubes", CHANNEL)
        self.user.send("WHOIS tubes")
        self.user.wait_for(" 671 ", " tubes ")
        self.user.wait_for(" 276 ", " tubes ", fingerprint(own))

    def test_a_self_signed_certificate_is_refused_with_the_pin_that_then_helps(self):
        self.start_server()
        bridge = self.bridge_to(f"ircs://localhost:{self.secure}")
        pin = f'"fingerprints": ["{fingerprint(self.certificate)}"]'
        bridge.wait_for("the certificate of localhost is not trusted (self-signed certificate)")
        bridge.wait_for(pin)
        self.settle(bridge)
        self.bridge_to(f"ircs://localhost:{self.secure}", json.loads("{" + pin + "}"))
        self.user.wait_for_nick("tubes", CHANNEL)

    def test_a_dead_server_is_passed_over(self):
        self.start_server()
        dead = free_port()
        bridge = self.bridge_to([f"irc://{LOOPBACK}:{dead}", f"ircs://localhost:{self.secure}"],
                                {"ca_file": self.certificate})
        bridge.wait_for(f"{LOOPBACK}:{dead}: cannot connect: Connection refused; "
                        f"trying localhost:{self.secure} in ")
        self.user.wait_for_nick("tubes", CHANNEL)

    def test_a_server_that_asks_for_tls_gets_it_and_a_restarted_bridge_remembers(self):
        self.start_server(asks_for_tls=True)
        state = self.stage.path("state.json")
        config = {"tls": {"fingerprints": [fingerprint(self.certificate)]}, "state_file": state}
        # The second URL is there for the sake of `tls`, which a plain one alone cannot have.
        servers = [f"irc://localhost:{self.plain}", f"ircs://localhost:{free_port()}"]
        upgraded = f"connecting to localhost:{self.secure} over TLS, as the server asked (STS)"
        bridge = self.bridge_to(servers, **config)
        bridge.wait_for(f"connecting to localhost:{self.plain}")
        bridge.wait_for(upgraded)
        self.user.wait_for_nick("tubes", CHANNEL)
        self.settle(bridge)
        with open(state) as file:
            policy = json.load(file)["sts"]["localhost"]
        self.assertEqual((policy["port"], policy["duration"]), (self.secure, 3600))
        after = len(self.user.lines)
        bridge = self.bridge_to(servers, **config)
        bridge.wait_for(upgraded)
        self.user.wait_for(":tubes!", " JOIN ", after=after)
        self.assertNotIn(f"connecting to localhost:{self.plain}", bridge.output())


if __name__ == "__main__":
    unittest.main()
