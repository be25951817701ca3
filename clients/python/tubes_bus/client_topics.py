"""The topics of a client, and what it may be told about them."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Callable, List, Optional, Tuple, Type

from .codec import WireFormat
from .engine.inbox import Delivery, Inbox
from .envelope import Envelope
from .messages import Message, Role
from .options import SubscribeOptions


@dataclass(frozen=True)
class ClientOptions:
    in_: str = "in"  #: the topics' names
    out: str = "out"
    web_in: str = "web_in"
    receipts: str = "receipts"
    in_wire: WireFormat = WireFormat.json  #: what publish() writes; either format is read
    out_wire: WireFormat = WireFormat.json
    subscribe: SubscribeOptions = field(default_factory=SubscribeOptions)
    answer_bots: bool = False  #: reply() to bots and without an end: no protection from loops
    receipt_timeout: float = 600.0  #: seconds; no ending by then: "unknown", code "timeout"


@dataclass
class Topic:
    """One of the topics, and who listens to it."""

    role: Role
    name: str
    wire: WireFormat
    handlers: List[Tuple[Optional[Type[Message]], Callable[[Any], object]]] = field(
        default_factory=list
    )
    subscribed: "Optional[Future[None]]" = None  #: the first handler's doing
    inbox: Optional[Inbox] = None
    expected: bool = False  #: whether messages come to us
    was_live: bool = False  #: of receipts: has been live at the backend


EnvelopeHandler = Callable[[Envelope], object]
#: Makes the handler of a topic's deliveries.
Receive = Callable[[Topic], Callable[[Delivery], object]]


def topics_of(options: ClientOptions) -> List[Topic]:
    return [
        Topic(Role.in_, options.in_, options.in_wire),
        Topic(Role.out, options.out, options.out_wire),
        Topic(Role.web_in, options.web_in, WireFormat.json),
        Topic(Role.receipts, options.receipts, options.in_wire),
    ]
