"""A server that tells a client what a test wants it to hear."""
from irc_server import IrcServer


class TellingServer(IrcServer):
    """A server with capabilities that tells these lines once somebody joins."""

    def __init__(self, capabilities, lines):
        self._capabilities, self._lines = capabilities, lines
        super().__init__()

    def _answers(self, command, rest, nick):
        if command == "CAP":
            verb, _, names = rest.partition(" ")
            return {"LS": [f":s CAP * LS :{self._capabilities}"],
                    "REQ": [f":s CAP * ACK {names}"]}.get(verb, [])
        if command == "JOIN":
            return self._lines
        return super()._answers(command, rest, nick)
