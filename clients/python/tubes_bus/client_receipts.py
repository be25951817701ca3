"""The messages of a client that wait for their endings."""

from __future__ import annotations

import secrets
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Callable, Dict, List, Optional

from .checks import require_handler
from .codec import decode
from .engine.core import Core
from .engine.futures import resolve
from .engine.inbox import Delivery
from .errors import Error, ErrorCode
from .messages import Role
from .receipts import ENDINGS, QUEUED, UNKNOWN, Receipt

MOST_OPEN = 10_000

ReceiptHandler = Callable[[Receipt], object]


@dataclass(frozen=True)
class Listeners:
    """Who hears of a message, as handlers. Raises TypeError for what cannot be called."""

    on_receipt: Optional[ReceiptHandler] = None  #: the one ending
    on_queued: Optional[ReceiptHandler] = None  #: once and before, if the bridge says so

    def __post_init__(self) -> None:
        require_handler("on_receipt", self.on_receipt)
        require_handler("on_queued", self.on_queued)

    def any(self) -> bool:
        return self.on_receipt is not None or self.on_queued is not None


@dataclass
class Asked:
    """A message that asked for a receipt."""

    id: str
    listeners: Listeners
    deadline: float
    ending: "Future[Receipt]" = field(default_factory=Future)
    is_queued: bool = False


class OpenReceipts:
    """Gives each message exactly one ending. A Watcher of its bus; handlers have their turn as all
    of its handlers have, and what waits for an ending does not wait for a turn."""

    def __init__(self, core: Core, timeout: float) -> None:
        self._core, self._timeout = core, timeout
        self._name, self._count = secrets.token_hex(16), 0
        self._open: Dict[str, Asked] = {}  # the one whose deadline is first is first
        self._is_watching = self._is_closed = False

    def ask(self, listeners: Listeners) -> Asked:
        """Makes the id of one more message. Raises outbox_full and closed."""
        with self._core.lock:
            if self._is_closed:
                raise Error(ErrorCode.closed, "the client is closed: it hears of no receipts")
            if len(self._open) >= MOST_OPEN:
                raise Error(
                    ErrorCode.outbox_full,
                    f"{MOST_OPEN} messages wait for their receipts already; wait for some of them, "
                    "or ask for fewer",
                )
            if not self._is_watching:
                self._core.watch(self)
                self._is_watching = True
            self._count += 1
            deadline = self._core.dispatcher.clock.now() + self._timeout
            asked = Asked(f"{self._name}-{self._count}", listeners, deadline)
            self._open[asked.id] = asked
            return asked

    def forget(self, asked: Asked) -> None:
        """It was not published, or nobody wants to know."""
        with self._core.lock:
            self._open.pop(asked.id, None)

    def close(self) -> None:
        with self._core.lock:
            self._core.unwatch(self)
            self._close("the client")

    def arrived(self, delivery: Delivery) -> None:
        """A Tap. What is late, said twice, or somebody else's is passed over."""
        envelope = decode(Role.receipts, delivery.payload).envelope
        if envelope is None or not isinstance(envelope.message, Receipt):
            return
        receipt = envelope.message
        asked = self._open.get(receipt.id)
        if asked is None:
            return
        if receipt.state in ENDINGS:
            self._ended(asked, receipt)
        elif receipt.state == QUEUED and not asked.is_queued:
            asked.is_queued = True
            self._tell(asked.listeners.on_queued, receipt)

    # Of Watcher.

    def next_deadline(self) -> Optional[float]:
        return next((each.deadline for each in self._open.values()), None)

    def run_due(self) -> None:
        now = self._core.dispatcher.clock.now()
        late = [each for each in self._open.values() if each.deadline <= now]
        self._end(late, "timeout", f"no ending came within {self._timeout:g} s")

    def closing(self) -> None:
        self._close("the bus")

    # Details.

    def _close(self, who: str) -> None:
        self._is_closed = True
        self._end(list(self._open.values()), "closed", f"{who} was closed before an ending came")

    def _end(self, all_: List[Asked], code: str, reason: str) -> None:
        for each in all_:
            self._ended(each, Receipt(each.id, UNKNOWN, code=code, reason=reason))

    def _ended(self, asked: Asked, receipt: Receipt) -> None:
        del self._open[asked.id]
        resolve(asked.ending, receipt)
        self._tell(asked.listeners.on_receipt, receipt)

    def _tell(self, handler: Optional[ReceiptHandler], receipt: Receipt) -> None:
        if handler is not None:
            self._core.soon(partial(handler, receipt))
