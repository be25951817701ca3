"""The tubes command: its verbs on a real broker."""
import json
import re
import signal
import subprocess
import unittest

from house import CHANNEL, House, LOOPBACK, binary, free_port


class Command(House):
    def start_broker(self):
        url = f"zmq://{LOOPBACK}:{free_port(2)}"
        self.stage.start("broker", [binary("tubes"), "broker", "--bind", url]).wait_for("ready at")
        return url

    def test_what_is_published_line_by_line_is_printed_in_order(self):
        bus = self.start_broker()
        heard = self.subscribe(bus, "sensors.>")
        subprocess.run([binary("tubes"), "pub", "sensors.kitchen", "-", "--bus", bus], text=True,
                       input="21.5\n\n22.0\n", check=True, timeout=60)
        heard.wait_for("sensors.kitchen 21.5\nsensors.kitchen \nsensors.kitchen 22.0\n")

    def test_sub_ends_after_count_messages(self):
        bus = self.start_broker()
        heard = self.stage.start("sub", [binary("tubes"), "sub", "in", "--raw", "--count", "2",
                                         "--bus", bus])
        heard.wait_for("subscribed in")
        for payload in ("one", "two", "three"):
            self.tubes("pub", "in", payload, "--bus", bus)
        self.assertEqual(heard.process.wait(20), 0)
        self.assertTrue(heard.output().endswith("one\ntwo\n"), heard.output())

    def test_a_protobuf_envelope_is_shown_as_json(self):
        bus = self.start_broker()
        heard = self.subscribe(bus, "out")
        self.tubes("say", "#a", "hi", "--network", "libera", "--wire", "protobuf", "--bus", bus)
        heard.wait_for('out {"version":1,"type":"privmsg","data":{"to":"#a","message":"hi",'
                       '"network":"libera"}')

    def start_saying(self, bus, *flags):
        """`tubes say --receipt` as it runs, and the id of its message."""
        heard = self.subscribe(bus, "out")
        says = subprocess.Popen([binary("tubes"), "say", "#a", "hi", "--receipt", *flags, "--bus", bus],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        heard.wait_for('"sequence":1}}\n')
        return says, re.search(r'"id":"([^"]+)"', heard.output())[1]

    def give(self, bus, number, receipt):
        self.tubes("pub", "receipts", json.dumps(
            {"version": 1, "type": "receipt", "data": {"id": number, **receipt}}), "--bus", bus)

    def say_and_answer(self, bus, receipt, *flags):
        """What `tubes say --receipt` prints, and its status, if a bridge answers so."""
        says, number = self.start_saying(bus, *flags)
        for state in ({"state": "queued"}, receipt):
            self.give(bus, number, state)
        output, _ = says.communicate(timeout=60)
        return output, says.returncode

    def test_say_waits_for_the_receipt_and_its_status_tells_whether_it_was_said(self):
        bus = self.start_broker()
        for state in ("sent", "confirmed"):
            self.assertEqual(self.say_and_answer(bus, {"state": state}), (state + "\n", 0))
        refused = {"state": "failed", "code": "404", "reason": "#a: Cannot send to channel"}
        self.assertEqual(self.say_and_answer(bus, refused),
                         ("tubes: failed (404): #a: Cannot send to channel\n", 1))
        numbered = {"state": "failed", "code": "404", "reason": "404 #a Cannot send"}
        self.assertEqual(self.say_and_answer(bus, numbered), ("tubes: failed (404): #a Cannot send\n", 1))
        lost = {"state": "unknown", "code": "connection_lost"}
        self.assertEqual(self.say_and_answer(bus, lost), ("tubes: unknown (connection_lost)\n", 1))

    def test_say_tells_what_an_irc_server_made_of_it(self):
        irc_port, _ = self.stage.start_ngircd()
        user = self.join(irc_port)
        bus = self.start_backend("redis")
        self.start_bridge(self.config(bus, irc_port))
        user.wait_for_nick("tubes", CHANNEL)
        self.assertEqual(self.tubes("say", CHANNEL, "hello", "--receipt", "--bus", bus), "sent\n")
        user.wait_for("hello")
        told = self.tubes("say", "nobody", "hello", "--receipt", "--bus", bus, status=1)
        self.assertIn("tubes: failed (401)", told)

    def test_say_gives_up_waiting_for_a_receipt(self):
        bus = self.start_broker()
        said = self.tubes("say", "#a", "hi", "--receipt", "--wait", "0.1", "--bus", bus, status=1)
        self.assertIn("unknown (timeout): no receipt came within 0.1 s", said)

    def test_say_tells_meanwhile_where_the_message_is(self):
        bus = self.start_broker()
        says, number = self.start_saying(bus, "--wait", "8.5")
        with says.stdout:
            self.assertEqual(says.stdout.readline(),
                             "tubes: nobody has taken it yet: is there a bridge? still waiting\n")
            self.give(bus, number, {"state": "queued", "network": "libera"})
            self.assertEqual(says.stdout.readline(),
                             "tubes: the bridge has it (queued); it waits at libera\n")
            self.assertEqual(says.stdout.readline(),
                             "tubes: unknown (timeout): no ending came within 8.5 s: the bridge has it "
                             "(queued); it may still be said\n")
        self.assertEqual(says.wait(20), 1)

    def test_each_verb_ends_at_a_signal(self):
        bus = self.start_broker()
        for verb in (["pub", "t", "-"], ["sub", "t"], ["broker", "--bind",
                                                       f"zmq://{LOOPBACK}:{free_port(2)}"]):
            where = [] if verb[0] == "broker" else ["--bus", bus]
            running = subprocess.Popen([binary("tubes"), *verb, *where], stdin=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            for line in running.stderr if verb[0] != "pub" else ():
                if "subscribed" in line or "ready" in line:
                    break
            running.send_signal(signal.SIGTERM)
            with running.stdin, running.stderr:
                running.wait(20)

    def test_stats_shows_the_equations_of_the_buses_that_are_there(self):
        bus = self.start_broker()
        self.subscribe(bus, "in")
        self.tubes("pub", "in", "one", "--bus", bus)
        shown = self.tubes("stats", bus, "--wait", "500")
        self.assertRegex(shown, r"(?m)^tubes \d+  [0-9a-f]{32}$")
        self.assertRegex(shown, r"published = accepted \+ waiting \+ unconfirmed \+ expired \+ ")
        self.assertRegex(shown, r"received = delivered \+ waiting \+ overflowed \+ unsubscribed")
        self.assertRegex(shown, r"(?m)^ +1 = +1 \+ +0 \+ +0 \+ +0 \+ +0$")
        told = json.loads(self.tubes("stats", "--bus", bus, "--wait", "500", "--json"))
        self.assertEqual(told["received"]["delivered"], 1)

    def test_stats_says_that_no_bus_answered(self):
        bus = self.start_broker()
        said = self.tubes("stats", bus, "--wait", "50", status=1)
        self.assertIn(f"no bus answered at {bus} within 50 ms", said)

    def test_flags_that_cannot_be_understood_exit_with_2_and_help_with_0(self):
        for wrong in ([], ["nobody"], ["pub"], ["say", "#a"], ["say", "", "hi"],
                      ["say", "#a", "hi", "--wire", "xml"], ["sub", "in", "--bus", "memory://x"],
                      ["stats", "memory://x"], ["stats", "--wait", "0"],
                      ["say", "#a", "hi", "--wait", "5"], ["say", "#a", "hi", "--receipt", "--wait", "0"]):
            self.tubes(*wrong, status=2)
        for verb in ([], ["say"], ["pub"], ["sub"], ["stats"], ["broker"]):
            self.assertIn("Usage", self.tubes(*verb, "--help"))


if __name__ == "__main__":
    unittest.main()
