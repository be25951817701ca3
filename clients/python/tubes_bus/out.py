"""What to do on IRC: messages on topic `out`.

`network` names the IRC network; empty means the only or the default one. `id` is the sender's own
name for the message, at most 128 bytes: what becomes of it is told on topic `receipts`. `say()` and
its like make one where a receipt is asked for; empty: none is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .messages import Message, Role, described


@described
@dataclass(frozen=True)
class Privmsg(Message):
    """Say something; `to` is a channel or nick, or several joined by commas."""

    type: ClassVar[str] = "privmsg"
    role: ClassVar[Role] = Role.out

    to: str
    message: str
    network: str = ""
    id: str = ""


@described
@dataclass(frozen=True)
class Action(Message):
    """Say it as a CTCP ACTION ("/me waves")."""

    type: ClassVar[str] = "privmsg_action"
    role: ClassVar[Role] = Role.out

    to: str
    message: str
    network: str = ""
    id: str = ""


@described
@dataclass(frozen=True)
class Raw(Message):
    """An IRC line as it is, if the bridge's allow-list has its command."""

    type: ClassVar[str] = "raw"
    role: ClassVar[Role] = Role.out

    command: str
    network: str = ""
    id: str = ""
