"""The ledger of a bus (docs/LEDGER.md): what became of every message."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Sent:
    """published = accepted + waiting + unconfirmed + expired + discarded + rejected"""

    published: int = 0  #: taken over by publish() or try_publish()
    accepted: int = 0  #: confirmed by the backend
    waiting: int = 0  #: in the outbox, or on the way to the backend
    unconfirmed: int = 0  #: on the way when the connection broke: arrived or lost
    expired: int = 0  #: dropped: older than outbox_age while away
    discarded: int = 0  #: dropped: still waiting when the bus closed
    rejected: int = 0  #: dropped: the backend said no


@dataclass
class Received:
    """received = delivered + waiting + overflowed + unsubscribed + discarded

    Counted in deliveries: one message for one subscription.
    """

    received: int = 0
    delivered: int = 0  #: the handler was called, and returned or raised
    waiting: int = 0  #: in an inbox, or in a handler that still runs
    overflowed: int = 0  #: dropped: the inbox was full
    unsubscribed: int = 0  #: dropped: the subscription ended first
    discarded: int = 0  #: dropped: the bus closed first


@dataclass
class Stats:
    sent: Sent = field(default_factory=Sent)
    received: Received = field(default_factory=Received)
    handlers_failed: int = 0
    events_dropped: int = 0  #: events nobody took in time
    connected: bool = False
