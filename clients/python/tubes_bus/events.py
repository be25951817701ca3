"""What happened to a bus or to its messages: never silence."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Callable


class EventKind(str, enum.Enum):
    """A kind compares equal to its name: `event.kind == "gap"`."""

    connected = "connected"  #: `what` names the backend
    disconnected = "disconnected"  #: the reason; also of an attempt to connect that failed
    subscribed = "subscribed"  #: a background subscription to `what` is live
    resubscribed = "resubscribed"  #: all `count` filters are live again after a reconnect
    refused = "refused"  #: the backend refused a subscription: "filter: reason"
    overflow = "overflow"  #: `count` messages dropped from the inbox of filter `what`
    too_large = "too_large"  #: a message over max_payload arrived and was dropped
    expired = "expired"  #: `count` messages waited in the outbox for too long
    unconfirmed = "unconfirmed"  #: `count` messages were on the way when the connection broke
    rejected = "rejected"  #: the backend refused a message: `what` is its reason
    handler_failed = "handler_failed"  #: a handler raised `what`
    gap = "gap"  #: `count` messages of `publisher` never came: "topic: cause" (client)
    undecodable = "undecodable"  #: a payload that is no message: `what` says why (client)
    loop = "loop"  #: a reply was held back: `what` says why (client)

    def __str__(self) -> str:
        return str(self.value)


@dataclass(frozen=True)
class Event:
    kind: EventKind
    what: str
    count: int = 0
    publisher: str = ""  #: of a gap: whose messages

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}" + (f" ({self.count})" if self.count > 1 else "")


EventHandler = Callable[[Event], object]
