"""What a bus wants from its backend, and what of it is live. No I/O."""

from __future__ import annotations

import enum
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Dict, List, Set, Tuple

from ..errors import Error, ErrorCode
from ..topics import is_own
from .futures import fail, resolve, resolved


class _State(enum.Enum):
    asked = "asked"
    live = "live"
    refused = "refused"


@dataclass
class _Entry:
    subscriptions: int = 0
    state: _State = _State.asked
    was_live: bool = False
    announce: bool = False  #: an event tells when it is live
    waiters: "List[Future[None]]" = field(default_factory=list)


@dataclass(frozen=True)
class News:
    """What is to be told of one change."""

    live: bool = False
    announce: bool = False
    refused: bool = False
    resubscribed: int = 0


class Filters:
    def __init__(self) -> None:
        self._entries: Dict[str, _Entry] = {}
        self._changes: List[Tuple[str, bool]] = []
        self._unsettled: Set[str] = set()  # asked at the start of this connection
        self._connected = self._resubscribing = False

    def add(self, filter_: str, announce: bool) -> News:
        entry = self._entries.get(filter_)
        is_new = entry is None
        entry = self._entries.setdefault(filter_, _Entry())
        entry.subscriptions += 1
        if entry.state is _State.live:
            return News(live=True, announce=announce)
        entry.announce = entry.announce or announce
        if is_new or entry.state is _State.refused:
            entry.state = _State.asked
            if self._connected:
                self._changes.append((filter_, True))
        return News()

    def remove(self, filter_: str) -> News:
        entry = self._entries.get(filter_)
        if entry is None:
            return News()
        entry.subscriptions -= 1
        if entry.subscriptions > 0:
            return News()
        del self._entries[filter_]
        self._unsettled.discard(filter_)
        # The backend has nothing to end where it refused.
        if self._connected and entry.state is not _State.refused:
            self._changes.append((filter_, False))
        return News(resubscribed=self._resubscribed())

    def when_live(self, filter_: str) -> "Future[None]":
        """Fails with Error `refused`."""
        entry = self._entries[filter_]
        if entry.state is _State.live:
            return resolved(None)
        future: "Future[None]" = Future()
        entry.waiters.append(future)
        return future

    def connected(self) -> None:
        self._connected = True
        self._changes = [(filter_, True) for filter_ in self._entries]
        self._unsettled = {filter_ for filter_ in self._entries if not is_own(filter_)}
        for entry in self._entries.values():
            self._resubscribing = self._resubscribing or entry.was_live
            entry.was_live = False
            entry.state = _State.asked

    def disconnected(self) -> None:
        self._connected = False
        self._changes.clear()
        for entry in self._entries.values():
            if entry.state is _State.live:
                entry.state, entry.was_live = _State.asked, True

    def take_changes(self) -> List[Tuple[str, bool]]:
        """(filter, True to subscribe) in order."""
        changes, self._changes = self._changes, []
        return changes

    def settled(self) -> bool:
        """Whether all that a new connection was asked for at its start is answered."""
        return not self._unsettled

    def live(self, filter_: str) -> News:
        entry = self._answered(filter_)
        if entry is None:
            return News()
        entry.state = _State.live
        announce, entry.announce = entry.announce, False
        for future in self._waiters_of(entry):
            resolve(future, None)
        return News(live=True, announce=announce, resubscribed=self._resubscribed())

    def refused(self, filter_: str, why: str) -> News:
        entry = self._answered(filter_)
        if entry is None:
            return News()
        entry.state = _State.refused
        for future in self._waiters_of(entry):
            fail(future, Error(ErrorCode.refused, why))
        return News(refused=True, resubscribed=self._resubscribed())

    def close(self, error: Error) -> None:
        for entry in self._entries.values():
            for future in self._waiters_of(entry):
                fail(future, error)

    def _answered(self, filter_: str) -> "_Entry | None":
        # This may answer an older subscribe; the driver has not heard yet of a newer one.
        if any(changed == filter_ for changed, _ in self._changes):
            return None
        entry = self._entries.get(filter_)
        if entry is None or entry.state is not _State.asked:
            return None
        self._unsettled.discard(filter_)
        return entry

    @staticmethod
    def _waiters_of(entry: _Entry) -> "List[Future[None]]":
        waiters, entry.waiters = entry.waiters, []
        return waiters

    def _resubscribed(self) -> int:
        own = [each for name, each in self._entries.items() if not is_own(name)]
        asked = any(entry.state is _State.asked for entry in own)
        if not self._connected or asked or not self._resubscribing:
            return 0
        self._resubscribing = False
        return sum(entry.state is _State.live for entry in own)
