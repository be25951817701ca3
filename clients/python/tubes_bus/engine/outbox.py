"""The sending half of a bus: what was published and is not yet answered, and the ledger of what
became of all of it. No I/O. Messages meet their fate in the order they were published.

The bus's own messages, on topics that start with "$", go the same way in the same order, but all
counts are of the user's alone.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future
from typing import Callable, List, Optional

from ..clock import Clock
from ..numbers import Numbers
from ..options import BusOptions
from ..stats import Sent
from ..topics import HEARTBEAT, is_own
from .flushes import Flush, Flushes
from .futures import resolve
from .outgoing import Outgoing, Queue

_MOST_ON_THE_WAY = 10_000
_MOST_BYTES_ON_THE_WAY = 8 << 20


class Outbox:
    def __init__(self, clock: Clock, options: BusOptions, publisher: str) -> None:
        self._clock, self._options = clock, options
        self._numbers = Numbers(publisher)
        self._waiting, self._on_the_way = Queue(), Queue()
        self._next_heartbeat: Optional[float] = None
        self._flushes = Flushes()
        self._rooms: List["Future[None]"] = []
        self._sent_since_connected = False
        self._final_waits = False  # for a connection, to be appended
        self._final_matters = False  # it states what no heartbeat has stated yet
        self._ledger = Sent()
        self.is_connected = self.refusing = False

    # What users do.

    def push(self, topic: str, payload: bytes) -> bool:
        """False if there is no room."""
        if not self.has_room():
            return False
        self._append(Outgoing(topic, payload, self._clock.now()))
        return True

    def push_numbered(self, topic: str, make: Callable[[int], bytes]) -> bool:
        """As push, with what `make` returns for the message's number. What it raises goes on, and
        uses no number."""
        if not self.has_room():
            return False
        number = self._numbers.last(topic) + 1
        payload = make(number)
        if self._has_heartbeat():
            # While away it would be lost: a new connection begins with it.
            if number == 1 and self.is_connected:
                self._append_own([self._numbers.announcement(topic)])
            if not self._numbers.owing():
                self._next_heartbeat = self._clock.now() + self._options.heartbeat
        self._append(Outgoing(topic, payload, self._clock.now(), numbered=True))
        self._numbers.use(topic)
        return True

    def push_own(self, topic: str, payload: bytes) -> None:
        """A message of the bus's own, if there is room."""
        if self.has_room() and not self.refusing:
            self._waiting.append(Outgoing(topic, payload, self._clock.now()))

    def has_room(self) -> bool:
        return self._waiting.bytes < self._options.outbox_bytes

    def room(self) -> "Future[None]":
        """Done when something made room, or there is a reason to look again."""
        found: "Future[None]" = Future()
        self._rooms.append(found)
        return found

    def flush(self) -> Flush:
        """Waits for all that is here now."""
        return self._flushes.add(self._unresolved())

    def forget(self, flush: Flush) -> None:
        """Nobody waits for it any more."""
        self._flushes.forget(flush)

    def refuse(self) -> None:
        """The bus closes. Behind all that waits goes the final heartbeat."""
        if self.refusing:
            return
        self.refusing = True
        if self._has_heartbeat():
            self._final_matters = self._numbers.owing()
            # While away it would keep a bus open that has nothing else to say.
            self._final_waits = self.is_connected or self._final_matters or bool(self._waiting)
            if self.is_connected:
                self._append_final()
        self._tell_room()

    def ledger(self) -> Sent:
        return Sent(**{**self._ledger.__dict__, "waiting": self._unresolved()})

    # What the I/O side does.

    def take(self, most: int) -> List[Outgoing]:
        """The oldest messages that wait: from now on they are on the way."""
        taken: List[Outgoing] = []
        while self._waiting and len(taken) < most and self._may_send():
            taken.append(self._waiting.pop())
            self._on_the_way.append(taken[-1])
        self._sent_since_connected |= bool(taken)
        if taken:
            self._tell_room()
        return taken

    def accepted(self, count: int) -> bool:
        """The backend has the oldest so many of those on the way; False if there are fewer."""
        if count > len(self._on_the_way):
            return False
        for _ in range(count):
            self._ledger.accepted += self._resolve(self._on_the_way.pop(), lost=False)
        return True

    def rejected(self) -> bool:
        """Whether it was one of the user's."""
        user = self._resolve(self._on_the_way.pop(), lost=True)
        self._ledger.rejected += user
        return user > 0

    def connected(self) -> None:
        self.is_connected, self._sent_since_connected = True, False
        if self._has_heartbeat():
            for text in reversed(self._numbers.announcements()):
                self._prepend_own(text)
        # What was stated may have been on the way when the connection broke.
        self._numbers.owe_everything()
        self._next_heartbeat = self._clock.now() + self._options.heartbeat
        self._append_final()

    def disconnected(self) -> int:
        """Makes what is on the way unconfirmed, and returns how much that is."""
        # Where nothing was sent, what expired before never left.
        if self.is_connected and self._sent_since_connected:
            self._numbers.broke(Counter(m.topic for m in self._waiting if m.numbered))
        self.is_connected = False
        if self.refusing and self._has_heartbeat():
            self._final_waits |= bool(self._waiting or self._on_the_way)
        count = 0
        while self._on_the_way:
            count += self._resolve(self._on_the_way.pop(), lost=True)
        self._ledger.unconfirmed += count
        self._tell_room()  # a handler waits for room only while connected
        return count

    def expire(self) -> int:
        """Drops what waited longer than outbox_age, and returns how much that is."""
        oldest = self._clock.now() - self._options.outbox_age
        count = self._drop(lambda message: message.since <= oldest)
        self._ledger.expired += count
        return count

    def next_expiry(self) -> Optional[float]:
        return self._waiting.first().since + self._options.outbox_age if self._waiting else None

    def discard(self) -> None:
        """Drops everything that waits."""
        self._final_waits = False
        self._ledger.discarded += self._drop(lambda message: True)

    def drained(self) -> bool:
        return not (self._waiting or self._on_the_way or self._final_waits)

    def owing(self) -> bool:
        """Of a bus that refuses: somebody lacks something if it ends now, a message of the user's
        or the last word on numbers that were not stated yet."""
        return self._final_matters or self._unresolved() > 0

    def next_heartbeat(self) -> Optional[float]:
        stating = self.is_connected and self._has_heartbeat() and not self.refusing
        return self._next_heartbeat if stating and self._numbers.owing() else None

    def push_due_heartbeat(self) -> None:
        due = self.next_heartbeat()
        if due is None or self._clock.now() < due:
            return
        self._next_heartbeat = self._clock.now() + self._options.heartbeat
        if self.has_room():
            self._append_own(self._numbers.statements())

    # Details.

    def _has_heartbeat(self) -> bool:
        return self._options.heartbeat > 0

    def _may_send(self) -> bool:
        return (
            len(self._on_the_way) < _MOST_ON_THE_WAY
            and self._on_the_way.bytes < _MOST_BYTES_ON_THE_WAY
        )

    def _append(self, message: Outgoing) -> None:
        self._ledger.published += 1
        self._waiting.append(message)

    def _append_own(self, texts: List[bytes]) -> None:
        for text in texts:
            self._waiting.append(Outgoing(HEARTBEAT, text, self._clock.now()))

    def _append_final(self) -> None:
        """By whoever is connected alone: it would expire while away."""
        if self._final_waits:
            self._final_waits = False
            self._append_own(self._numbers.final_statements())

    def _prepend_own(self, text: bytes) -> None:
        # As old as what it stands in front of, which would else expire later than it has to.
        since = self._waiting.first().since if self._waiting else self._clock.now()
        self._waiting.prepend(Outgoing(HEARTBEAT, text, since))

    def _drop(self, is_dropped: Callable[[Outgoing], bool]) -> int:
        count = 0
        while self._waiting and is_dropped(self._waiting.first()):
            count += self._resolve(self._waiting.pop(), lost=True)
        self._tell_room()
        return count

    def _unresolved(self) -> int:
        ledger = self._ledger
        known = ledger.accepted + ledger.unconfirmed + ledger.expired
        return ledger.published - known - ledger.discarded - ledger.rejected

    def _resolve(self, message: Outgoing, lost: bool) -> int:
        """A message met its fate. 1 if it was one of the user's."""
        if is_own(message.topic):
            return 0
        self._flushes.one_resolved(lost)
        return 1

    def _tell_room(self) -> None:
        rooms, self._rooms = self._rooms, []
        for room in rooms:
            resolve(room, None)
