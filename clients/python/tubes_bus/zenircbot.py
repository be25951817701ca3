"""The verbs of the original ZenIRCBot API (2012), for services that come from there."""

from __future__ import annotations

import json
import re
from typing import Any, Dict, Iterable, List, Mapping, Union

from . import in_, out
from .client import Client
from .client_core import ClientCore
from .engine import operations
from .engine.core import Core
from .engine.driver import CallKind
from .engine.operations import Steps
from .errors import Error, ErrorCode
from .url import reason_of

ADMIN_CHANNELS = "admin_spew_channels"  # the bridge's retained value

Targets = Union[str, Iterable[str]]
Commands = Iterable[Mapping[str, str]]


class ZenIRCBot:
    """On a client: bot = ZenIRCBot(Client(tubes_bus.open(url)))."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send_privmsg(self, to: Targets, message: str) -> None:
        """To a channel or nick, or to each of a list: one message each."""
        for each in targets(to):
            self.client.say(each, message)

    def send_action(self, to: Targets, message: str) -> None:
        for each in targets(to):
            self.client.action(each, message)

    def send_admin_message(self, message: str) -> bool:
        """To the channels that the bridge has for announcements; False if it has none."""
        bus = self.client.bus
        return bus.drive(admin_message(bus.core, self.client.core, message))

    def register_commands(self, service: str, commands: Commands) -> None:
        """Tells the admins that the service is online, and answers "commands" and "services".
        Each command has a "name" and a "description"."""
        known = list(commands)

        def answer(message: in_.DirectedPrivmsg) -> None:
            texts = answers(service, known, message.message)
            if texts:
                core = self.client.core
                self.client.bus.drive(core.answer(message, message.sender, texts))

        self.client.on(in_.DirectedPrivmsg, answer)
        self.send_admin_message(f"{service} online!")


def targets(to: Targets) -> List[str]:
    return [to] if isinstance(to, str) else list(to)


def answers(service: str, commands: List[Mapping[str, str]], question: str) -> List[str]:
    """What a service says to "commands" and "services"."""
    if question == "services":
        return [service]
    if question == "commands":
        return [f"{service}: {each['name']} - {each['description']}" for each in commands]
    return []


def admin_message(core: Core, client: ClientCore, message: str) -> Steps[bool]:
    value = yield from operations.call(core, CallKind.get, ADMIN_CHANNELS)
    if not value:
        return False
    yield from client.publish(out.Privmsg(value.decode("utf-8", "replace"), message))
    return True


def load_config(path: str) -> Dict[str, Any]:
    """The JSON object in a file, in which // and /* */ comments may stand. Raises invalid_config
    with the place of the fault."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, ValueError) as fault:
        raise _no_config(f"cannot read {path} ({reason_of(fault)})") from None
    try:
        config = json.loads(_without_comments(text))
    except json.JSONDecodeError as fault:
        raise _no_config(f"{path}:{fault.lineno}:{fault.colno}: not JSON: {fault.msg}") from None
    if not isinstance(config, dict):
        raise _no_config(f"{path}: expected an object, as in {{\"bus\": \"redis://127.0.0.1\"}}")
    return config


def _without_comments(text: str) -> str:
    """Blanks in their place, so that what stands behind keeps its line and column."""
    pattern = r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/'

    def blanked(found: "re.Match[str]") -> str:
        return found[1] or re.sub(r"[^\n]", " ", found[0])

    return re.sub(pattern, blanked, text, flags=re.DOTALL)


def _no_config(what: str) -> Error:
    return Error(ErrorCode.invalid_config, what)
