"""The server's side of IRC as a test wants it: it lets one client in, answers what keeps it there,
and keeps every byte that it sent."""
import socket
import threading

from stage import LOOPBACK, StageError


class IrcServer:
    def __init__(self, isupport="CHANTYPES=# NICKLEN=30 CASEMAPPING=ascii"):
        self._isupport = isupport
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = self._listener.getsockname()[1]
        self.received = bytearray()
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.close()

    def wait_for(self, text, timeout=30):
        """Until the client has sent this text, of bytes."""
        with self._changed:
            if not self._changed.wait_for(lambda: text in self.received, timeout):
                raise StageError(f"the client did not send {text!r} within {timeout} s; the last "
                                 f"that it sent was {bytes(self.received[-2000:])!r}")

    def _serve(self):
        try:
            connection, _ = self._listener.accept()
        except OSError:  # nobody came
            return
        with connection:
            self._answer(connection, self._isupport)

    def _answer(self, connection, isupport):
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
                for answer in self._answers(command, rest, nick, isupport):
                    connection.sendall(answer.encode() + b"\r\n")

    @staticmethod
    def _answers(command, rest, nick, isupport):
        if command == "USER":
            return [f":s 001 {nick} :Welcome", f":s 005 {nick} {isupport} :are supported",
                    f":s 422 {nick} :No MOTD"]
        if command == "PING":
            return [f":s PONG s {rest}"]
        if command == "JOIN" and rest.count(" ") == 0 and "," not in rest:
            return [f":{nick}!u@h JOIN {rest}"]
        return []
