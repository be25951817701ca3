"""A broker beyond loopback: real programs in two network namespaces, joined by a cable.

The test starts itself again in a namespace of its own (unshare), where it may make the cable: the
broker stays there, and clients run in a second one. On a machine that allows this neither to root
nor to users the test fails and says so."""
import os
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.environ["TUBES_SOURCE_DIR"], "tests", "support"))
from stage import Stage, wait_until  # noqa: E402

TUBES = os.path.join(os.environ["TUBES_BIN_DIR"], "tubes")
HERE, THERE = "10.77.0.1", "10.77.0.2"
INSIDE = "TUBES_TEST_NAMESPACE"


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def namespace_of(process):
    return os.readlink(f"/proc/{process}/ns/net")


class Beyond(unittest.TestCase):
    def setUp(self):
        self.stage = Stage().__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)
        self.far = self.start_far_side()
        run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", self.far)
        self.addCleanup(run, "ip", "link", "delete", "near")
        self.plug("near", HERE)
        self.plug("far", THERE, self.there())
        self.key = self.new_key("broker")
        self.url = f"zmq://{HERE}:5550"
        self.bus = f"{self.url}?server_key={self.key}.pub&key="

    def start_far_side(self):
        holder = self.stage.start("far", ["unshare", "--net", "sleep", "infinity"]).process.pid
        wait_until(lambda: namespace_of(holder) != namespace_of("self"), 20,
                   lambda: "no second network namespace")
        return str(holder)

    def there(self):
        return ["nsenter", "--net", "--target", self.far]

    def plug(self, name, address, where=()):
        run(*where, "ip", "address", "add", f"{address}/24", "dev", name)
        run(*where, "ip", "link", "set", name, "up")

    def new_key(self, name):
        path = self.stage.path(name)
        run(TUBES, "keys", "new", path)
        return path

    def start_broker(self, *flags):
        broker = self.stage.start("broker", [TUBES, "broker", "--bind", "zmq://0.0.0.0:5550",
                                             *flags])
        broker.wait_for("ready at")
        return broker

    def subscribe(self, bus):
        return self.stage.start("sub", [*self.there(), TUBES, "sub", "in", "--bus", bus])

    def publish(self, text, bus):
        run(*self.there(), TUBES, "pub", "in", text, "--bus", bus)

    def test_allowed_clients_of_another_machine_meet_at_a_broker_and_others_are_told(self):
        bot = self.new_key("bot")
        broker = self.start_broker("--key", self.key, "--allow", f"{bot}.pub")
        heard = self.subscribe(self.bus + bot)
        heard.wait_for("subscribed in")
        self.publish("hello", self.bus + bot)
        heard.wait_for("in hello\n")
        stranger = self.subscribe(self.bus + self.new_key("stranger"))
        stranger.wait_for(f"the broker at {self.url} does not allow the public key ")
        broker.wait_for(f"its key is not allowed: from {THERE}, public key ")
        plain = self.subscribe(self.url)
        plain.wait_for("CURVE")

    def test_a_cable_that_was_out_is_noticed_and_found_again(self):
        bot = self.new_key("bot")
        self.start_broker("--key", self.key, "--allow", f"{bot}.pub")
        heard = self.subscribe(self.bus + bot)
        heard.wait_for("subscribed in")
        run("ip", "link", "set", "near", "down")
        heard.wait_for("disconnected")
        run("ip", "link", "set", "near", "up")
        heard.wait_for("resubscribed")
        self.publish("again", self.bus + bot)
        heard.wait_for("in again\n")

    def test_a_broker_beyond_loopback_without_a_key_does_not_start(self):
        done = subprocess.run([TUBES, "broker", "--bind", self.url], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        self.assertIn("key=PATH&allow=PATH", done.stderr)

    def test_keys_are_never_overwritten(self):
        before = text_of(self.key)
        done = subprocess.run([TUBES, "keys", "new", self.key], capture_output=True, text=True,
                              timeout=60)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("File exists", done.stderr)
        self.assertEqual(text_of(self.key), before)


if __name__ == "__main__":
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
        os.execvp("unshare", ["unshare", *as_root, "--net", sys.executable, *sys.argv])
    unittest.main()
