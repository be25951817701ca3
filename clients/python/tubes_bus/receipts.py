"""What became of messages on `out` that had an `id`: messages on topic `receipts`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .messages import Message, Role, described

QUEUED = "queued"  #: the bridge accepted it; comes once, first, and one of the endings follows
CONFIRMED = "confirmed"  #: the server sent it back to us, or answered what a `raw` asked
SENT = "sent"  #: the server has processed it, and complained of nothing
FAILED = "failed"  #: it was not said, or not all of it
UNKNOWN = "unknown"  #: nobody can tell: it was on its way when something broke

ENDINGS = frozenset([CONFIRMED, SENT, FAILED, UNKNOWN])


@described
@dataclass(frozen=True)
class Receipt(Message):
    """How a message stands, or how it ended."""

    type: ClassVar[str] = "receipt"
    role: ClassVar[Role] = Role.receipts

    id: str
    state: str  #: "queued", "confirmed", "sent", "failed" or "unknown"
    network: str = ""
    code: str = ""  #: the cause, for programs: "404", "expired", "connection_lost", "timeout"
    reason: str = ""  #: the cause, for people
    time: str = ""  #: the server's, of what it sent back, UTC; "" if it gave none
    msgid: str = ""  #: the server's name for what it sent back; "" if it gave none

    @property
    def said(self) -> bool:
        """Whether the server took it: confirmed or sent."""
        return self.state in (CONFIRMED, SENT)
