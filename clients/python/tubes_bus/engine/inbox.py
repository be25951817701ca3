"""What waits for one subscription."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Callable, Deque, Optional

from ..options import Overflow, SubscribeOptions
from ..stats import Received
from .turn import Call, Work


@dataclass(frozen=True)
class Delivery:
    """One payload handed to one subscription."""

    topic: str
    payload: bytes  #: may hold NUL and invalid UTF-8, may be empty


Handler = Callable[[Delivery], object]
#: Hears a delivery as it arrives, ahead of the handlers' turns, with the bus's lock held: it
#: neither waits nor raises.
Tap = Callable[[Delivery], None]


class Inbox(Work):
    def __init__(
        self,
        owner: object,
        filter_: str,
        handler: Handler,
        options: SubscribeOptions,
        ledger: Received,
        failed: Callable[[BaseException], None],
        tap: Optional[Tap] = None,
    ) -> None:
        super().__init__(owner)
        self.filter = filter_
        self.ended = False
        self._handler, self._options = handler, options
        self._ledger, self._failed, self._tap = ledger, failed, tap
        self._queue: Deque[Delivery] = deque()
        self._bytes = 0

    def take(self, delivery: Delivery) -> "tuple[bool, int]":
        """Whether there is one more turn to post, and how many messages were dropped."""
        if self._tap is not None:
            self._tap(delivery)
        self._ledger.received += 1
        self._ledger.waiting += 1
        if self._has_room():
            self._append(delivery)
            return True, 0
        if self._options.overflow is Overflow.drop_newest or not self._queue:
            self._lose(1)
            return False, 1
        dropped = 0
        while self._queue and not self._has_room():
            self._pop()
            dropped += 1
        self._lose(dropped)
        self._append(delivery)
        return False, dropped

    def begin(self) -> Optional[Call]:
        if self.ended or not self._queue:
            return None
        delivery = self._pop()
        return lambda: self._handler(delivery)

    def finish(self, error: Optional[BaseException]) -> None:
        self._ledger.waiting -= 1
        self._ledger.delivered += 1
        if error is not None:
            self._failed(error)

    def end(self) -> None:
        """The subscription is over: what waits is never heard."""
        self.ended = True
        self._ledger.unsubscribed += self._clear()

    def discard(self) -> None:
        """The bus closed."""
        self.ended = True
        self._ledger.discarded += self._clear()

    def _has_room(self) -> bool:
        return (
            len(self._queue) < self._options.inbox_messages
            and self._bytes < self._options.inbox_bytes
        )

    def _append(self, delivery: Delivery) -> None:
        self._queue.append(delivery)
        self._bytes += len(delivery.payload)

    def _pop(self) -> Delivery:
        delivery = self._queue.popleft()
        self._bytes -= len(delivery.payload)
        return delivery

    def _lose(self, count: int) -> None:
        self._ledger.waiting -= count
        self._ledger.overflowed += count

    def _clear(self) -> int:
        count = len(self._queue)
        self._queue.clear()
        self._bytes = 0
        self._ledger.waiting -= count
        return count
