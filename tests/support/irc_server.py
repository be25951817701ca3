"""The server's side of IRC as a test wants it: it lets one client in, answers what keeps it there,
says whatever the test wants, and keeps every byte that it got."""
import contextlib
import socket
import struct
import threading

from stage import LOOPBACK, StageError


class IrcServer:
    def __init__(self, isupport="CHANTYPES=# NICKLEN=30 CASEMAPPING=ascii"):
        self._isupport = isupport
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = self._listener.getsockname()[1]
        self.received = bytearray()
        self._changed = threading.Condition()
        self._speaking = threading.Lock()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def wait_for(self, text, timeout=30, after=0):
        """Until the client has sent this text, of bytes, behind so many others."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.received.find(text, after) >= 0, timeout):
                raise StageError(f"the client did not send {text!r} within {timeout} s; the last "
                                 f"that it sent was {bytes(self.received[-2000:])!r}")

    @contextlib.contextmanager
    def speaking(self):
        """What sends bytes to the client: whole lines at the end, between them nobody else speaks."""
        with self._speaking:
            yield self._connection.sendall

    def say(self, *lines):
        """Lines without their ends: text, or bytes."""
        with self.speaking() as send:
            for line in lines:
                send((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def _serve(self):
        try:
            self._connection, _ = self._listener.accept()
        except OSError:  # nobody came
            return
        with self._connection:
            self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 30, 0))
            self._answer(self._connection)

    def _answer(self, connection):
        pending, nick = b"", "*"
        while received := connection.recv(65536):
            with self._changed:
                self.received += received
                self._changed.notify_all()
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                command, _, rest = line.decode(errors="replace").strip().partition(" ")
                if command == "NICK" and nick == "*":
                    nick = rest
                if answers := self._answers(command, rest, nick):
                    self.say(*answers)

    def _answers(self, command, rest, nick):
        if command == "USER":
            return [f":s 001 {nick} :Welcome", f":s 005 {nick} {self._isupport} :are supported",
                    f":s 422 {nick} :No MOTD"]
        if command == "PING":
            return [f":s PONG s {rest}"]
        if command == "JOIN" and rest.count(" ") == 0 and "," not in rest:
            return [f":{nick}!u@h JOIN {rest}"]
        return []
