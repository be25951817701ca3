"""Where a bus gets the time from."""

from __future__ import annotations

import time
from typing import Iterator, List, Optional, Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since some moment; never goes back."""


class SystemClock:
    def now(self) -> float:
        return time.monotonic()


class Timed(Protocol):
    """What happens by a VirtualClock."""

    def next_deadline(self) -> Optional[float]: ...

    def run(self) -> object:
        """Does what is due; of asyncio: an awaitable that does."""


class VirtualClock:
    """Time that passes only when advance() moves it, for tests on memory:// buses."""

    def __init__(self) -> None:
        self._now = 0.0
        self._timed: List[Timed] = []

    def now(self) -> float:
        return self._now

    def add(self, timed: Timed) -> None:
        self._timed.append(timed)

    def remove(self, timed: Timed) -> None:
        self._timed.remove(timed)

    def advance(self, seconds: float) -> None:
        """Moves the time, and runs what becomes due on the way, each thing at its time, before it
        returns."""
        for timed in self.steps(seconds):
            timed.run()

    def steps(self, seconds: float) -> Iterator[Timed]:
        """What to run, moment by moment."""
        end = self._now + seconds
        before: List[float] = []
        while True:
            self._now = min([end, *self._deadlines()])
            yield from list(self._timed)
            left = sorted(due for due in self._deadlines() if due <= end)
            # What is still due although it had its turn waits for something else than time.
            if self._now >= end and (not left or left == before):
                return
            before = left if self._now >= end else []

    def _deadlines(self) -> List[float]:
        found = (timed.next_deadline() for timed in self._timed)
        return [max(due, self._now) for due in found if due is not None]
