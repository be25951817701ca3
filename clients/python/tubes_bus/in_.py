"""What happened on IRC: messages on topic `in`.

`network` names the IRC network; empty means the only or the default one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Dict, List

from .messages import Message, Role, described


@described
@dataclass(frozen=True)
class Privmsg(Message):
    """Someone said something. In a private message `channel` is the sender's nick."""

    type: ClassVar[str] = "privmsg"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    message: str
    network: str = ""
    services_account: str = ""  #: of the sender; a nick alone is nobody's identity
    bot: bool = False  #: the network marks the sender as a bot
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none
    self: bool = False  #: the bot itself said it: never answer


@described
@dataclass(frozen=True)
class Action(Message):
    """A CTCP ACTION ("/me waves"): `message` is the text alone."""

    type: ClassVar[str] = "privmsg_action"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    message: str
    network: str = ""
    services_account: str = ""  #: of the sender; a nick alone is nobody's identity
    bot: bool = False  #: the network marks the sender as a bot
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none
    self: bool = False  #: the bot itself said it: never answer


@described
@dataclass(frozen=True)
class DirectedPrivmsg(Message):
    """A Privmsg that was addressed to the bot; `message` has the address removed."""

    type: ClassVar[str] = "directed_privmsg"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    message: str
    raw_message: str
    network: str = ""
    services_account: str = ""  #: of the sender; a nick alone is nobody's identity
    bot: bool = False  #: the network marks the sender as a bot
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Notice(Message):
    """A NOTICE. Never answer one: bots that do talk to each other for ever."""

    type: ClassVar[str] = "notice"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    message: str
    network: str = ""
    services_account: str = ""  #: of the sender; a nick alone is nobody's identity
    bot: bool = False  #: the network marks the sender as a bot
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none
    self: bool = False  #: the bot itself said it: never answer


@described
@dataclass(frozen=True)
class Join(Message):
    """Someone joined a channel."""

    type: ClassVar[str] = "join"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    network: str = ""
    services_account: str = ""  #: of the sender; a nick alone is nobody's identity
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none
    batch: str = ""  #: "netjoin": one of many who come back after a netsplit


@described
@dataclass(frozen=True)
class Part(Message):
    """Someone left a channel; `message` is the reason."""

    type: ClassVar[str] = "part"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    message: str = ""
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Quit(Message):
    """Someone left the network; `message` is the reason."""

    type: ClassVar[str] = "quit"
    role: ClassVar[Role] = Role.in_

    sender: str
    message: str = ""
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none
    batch: str = ""  #: "netsplit": one of many whom the network lost with a server


@described
@dataclass(frozen=True)
class Topic(Message):
    """Someone changed a channel's topic."""

    type: ClassVar[str] = "topic"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    topic: str
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Names(Message):
    """Who is in a channel: nick and prefix ("", "@", "+"), in the server's order."""

    type: ClassVar[str] = "names"
    role: ClassVar[Role] = Role.in_

    channel: str
    nicks: Dict[str, str]
    network: str = ""


@described
@dataclass(frozen=True)
class Kick(Message):
    """`sender` removed `nick` from the channel; `message` is the reason."""

    type: ClassVar[str] = "kick"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    nick: str
    message: str = ""
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Nick(Message):
    """`sender` is called `nick` from now on."""

    type: ClassVar[str] = "nick"
    role: ClassVar[Role] = Role.in_

    sender: str
    nick: str
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Mode(Message):
    """`mode` is the change ("+ov-b"), `arguments` what it applies to. `channel` may be a nick."""

    type: ClassVar[str] = "mode"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    mode: str
    arguments: List[str] = field(default_factory=list)
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Invite(Message):
    """`sender` asks `nick` to join the channel."""

    type: ClassVar[str] = "invite"
    role: ClassVar[Role] = Role.in_

    sender: str
    channel: str
    nick: str
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Connected(Message):
    """The bridge is registered at the network as `nick`."""

    type: ClassVar[str] = "connected"
    role: ClassVar[Role] = Role.in_

    nick: str
    network: str = ""


@described
@dataclass(frozen=True)
class Disconnected(Message):
    """The bridge lost the network, and will try again."""

    type: ClassVar[str] = "disconnected"
    role: ClassVar[Role] = Role.in_

    reason: str
    network: str = ""


@described
@dataclass(frozen=True)
class Account(Message):
    """The sender logged in to services, or out of them (IRCv3 account-notify)."""

    type: ClassVar[str] = "account"
    role: ClassVar[Role] = Role.in_

    sender: str
    services_account: str = ""  #: "": logged out
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Away(Message):
    """The sender is away, or is back (IRCv3 away-notify)."""

    type: ClassVar[str] = "away"
    role: ClassVar[Role] = Role.in_

    sender: str
    message: str = ""  #: the reason; "": is back
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Setname(Message):
    """The sender has another real name (IRCv3 setname)."""

    type: ClassVar[str] = "setname"
    role: ClassVar[Role] = Role.in_

    sender: str
    realname: str
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Chghost(Message):
    """The sender has another user name and host (IRCv3 chghost)."""

    type: ClassVar[str] = "chghost"
    role: ClassVar[Role] = Role.in_

    sender: str
    user: str
    host: str
    network: str = ""
    time: str = ""  #: the server's, UTC: "2012-04-01T10:00:00.000Z"; "" if it gave none
    msgid: str = ""  #: the server's name for this message; "" if it gave none


@described
@dataclass(frozen=True)
class Netsplit(Message):
    """Two servers lost each other: told once, behind the quits of all these nicks."""

    type: ClassVar[str] = "netsplit"
    role: ClassVar[Role] = Role.in_

    servers: List[str]
    nicks: List[str]
    network: str = ""


@described
@dataclass(frozen=True)
class Netjoin(Message):
    """They found each other again: told once, behind the joins of all these nicks."""

    type: ClassVar[str] = "netjoin"
    role: ClassVar[Role] = Role.in_

    servers: List[str]
    nicks: List[str]
    network: str = ""


@described
@dataclass(frozen=True)
class Lag(Message):
    """How long the network took to answer the bridge, which measures it itself."""

    type: ClassVar[str] = "lag"
    role: ClassVar[Role] = Role.in_

    milliseconds: int
    network: str = ""
