"""The whole house on a stage: an IRC server, a backend, the bridge and bots, as users run them."""
import hashlib
import json
import os
import ssl
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.environ["TUBES_SOURCE_DIR"], "tests", "support"))
from stage import LOOPBACK, Here, IrcUser, Stage, StageError, free_port, wait_until  # noqa: E402,F401

CHANNEL = "#tubes"
PYTHON = "/usr/bin/python3"  # the one that sees Debian's modules


def binary(name):
    return os.path.join(os.environ["TUBES_BIN_DIR"], name)


def source(*path):
    return os.path.join(os.environ["TUBES_SOURCE_DIR"], *path)


def envelope(kind, **data):
    return json.dumps({"version": 1, "type": kind, "data": data})


def fingerprint(file):
    """Of a certificate: SHA-256, hexadecimal."""
    with open(file) as pem:
        return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem.read())).hexdigest()


class House(unittest.TestCase):
    """A stage for each test, and what the tests put on it."""

    def setUp(self):
        self.stage = self.enterContext(Stage())
        self.addCleanup(self.show_if_failed)  # while the stage is there

    def enterContext(self, context):  # unittest has it from Python 3.11 on
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def run(self, result=None):
        self.result = result
        return super().run(result)

    def show_if_failed(self):
        failed = self.result.failures + self.result.errors
        if failed and failed[-1][0] is self:
            for program in self.stage.programs:
                print(f"--- {program.name} said:\n{program.output()[-20_000:]}", file=sys.stderr)

    def start_backend(self, transport):
        """The URL of a bus whose backend runs; the bridge is to run the broker of zmq."""
        if transport == "redis":
            return f"redis://{LOOPBACK}:{self.stage.start_redis()[0]}"
        return f"zmq://{LOOPBACK}:{free_port(2)}"

    def config(self, bus, irc_port, wire="json", **network):
        return {"bus": bus, "broker": True, "wire": {"in": wire, "out": wire},
                "networks": {"test": {"server": f"irc://{LOOPBACK}:{irc_port}", "nick": "tubes",
                                      "channels": [CHANNEL], **network}}}

    def start_bridge(self, config, place=Here):
        path = self.stage.write("bridge.json", json.dumps(config, indent=2))
        return self.stage.start("bridge", [binary("tubes-bridge"), "--config", path], place=place)

    def join(self, irc_port, nick="wraithan"):
        """Someone in the channel."""
        user = self.enterContext(IrcUser(irc_port, nick))
        user.join(CHANNEL)
        return user

    def subscribe(self, bus, *filters):
        """`tubes sub`, once it is connected and prints what arrives."""
        program = self.stage.start("sub", [binary("tubes"), "sub", "--bus", bus, *filters])
        for each in filters:
            program.wait_for(f"subscribed {each}")
        return program

    def tubes(self, *arguments, status=0):
        """Runs a verb of the tubes command to its end; returns what it wrote."""
        done = subprocess.run([binary("tubes"), *arguments], capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def settle(self, program):
        """Stops a program as a service manager would; it has to end well."""
        self.assertEqual(program.stop(), 0, program.output())
