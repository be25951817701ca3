"""An IRC server for one client after the other, which logs it in with SASL SCRAM-SHA-256 (RFC 5802,
7677) by Python's own hashlib, or pretends to."""
import base64
import hashlib
import hmac
import os
import socket
import threading

from stage import LOOPBACK

_ITERATIONS = 4096


def _mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class ScramServer(threading.Thread):
    """`honest`: whether it knows the password. One that does not accepts any proof, and makes its
    signature up. What clients say is in `lines`."""

    def __init__(self, account, password, honest=True):
        super().__init__(daemon=True)
        self.account, self.password, self.honest = account, password, honest
        self.lines = []
        self.listener = socket.create_server((LOOPBACK, 0))
        self.port = self.listener.getsockname()[1]
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def run(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            with client, client.makefile("rb") as lines:
                self.client = client
                try:
                    self.serve(lines)
                except OSError:
                    pass

    def say(self, *lines):
        self.client.sendall("".join(f"{line}\r\n" for line in lines).encode())

    def serve(self, lines):
        self.step = self.hear_mechanism
        for raw in lines:
            line = raw.decode().rstrip("\r\n")
            self.lines.append(line)
            command, _, rest = line.partition(" ")
            if line.startswith("CAP LS"):
                self.say(":s CAP * LS * :multi-prefix", ":s CAP * LS :sasl=PLAIN,SCRAM-SHA-256")
            elif line.startswith("CAP REQ"):
                self.say(f":s CAP * ACK {line[8:]}")
            elif command == "AUTHENTICATE":
                self.step(rest)
            elif line == "CAP END":
                self.say(":s 001 tubes :Welcome", ":s 422 tubes :MOTD File is missing")
            elif command == "JOIN":
                self.say(f":tubes!u@h JOIN {rest}")

    def challenge(self, text):
        self.say("AUTHENTICATE " + (base64.b64encode(text.encode()).decode() or "+"))

    def hear_mechanism(self, name):
        assert name == "SCRAM-SHA-256", name
        self.step = self.hear_first
        self.challenge("")

    def hear_first(self, chunk):
        first = base64.b64decode(chunk).decode()
        header, self.bare = first[:3], first[3:]
        assert header == "n,,", first
        name, nonce = self.bare.split(",")
        assert name == f"n={self.account}", name
        salt = os.urandom(16)
        self.nonce = nonce[2:] + base64.b64encode(os.urandom(12)).decode()
        self.server_first = (f"r={self.nonce},s={base64.b64encode(salt).decode()},i={_ITERATIONS}")
        self.salted = hashlib.pbkdf2_hmac("sha256", self.password.encode(), salt, _ITERATIONS)
        self.step = self.hear_proof
        self.challenge(self.server_first)

    def hear_proof(self, chunk):
        final = base64.b64decode(chunk).decode()
        without_proof, _, proof = final.rpartition(",p=")
        assert without_proof == f"c=biws,r={self.nonce}", final
        message = f"{self.bare},{self.server_first},{without_proof}"
        if self.honest and not self.proved(message, base64.b64decode(proof)):
            self.step = self.hear_mechanism
            return self.say(":s 904 * :SASL authentication failed")
        key = _mac(self.salted, "Server Key") if self.honest else os.urandom(32)
        self.step = self.hear_end
        self.challenge("v=" + base64.b64encode(_mac(key, message)).decode())

    def proved(self, message, proof):
        stored = hashlib.sha256(_mac(self.salted, "Client Key")).digest()
        signature = _mac(stored, message)
        client_key = bytes(a ^ b for a, b in zip(proof, signature))
        return hashlib.sha256(client_key).digest() == stored

    def hear_end(self, chunk):
        assert chunk == "+", chunk
        self.say(f":s 900 * tubes!u@h {self.account} :You are now logged in as {self.account}",
                 ":s 903 * :SASL authentication successful")
