"""Who hears events and pulses, and timers: they run like handlers of messages."""

from __future__ import annotations

from collections import deque
from typing import Callable, Deque, Generic, Optional, TypeVar

from .turn import Call, Work

_LONGEST_QUEUE = 1024

Failed = Callable[[BaseException], None]
T = TypeVar("T")


class Listener(Work, Generic[T]):
    """Calls a handler with each thing, in order."""

    def __init__(self, owner: object, handler: Callable[[T], object], failed: Failed) -> None:
        super().__init__(owner)
        self.ended = False
        self._handler, self._failed = handler, failed
        self._queue: Deque[T] = deque()

    def take(self, thing: T) -> bool:
        """False if there is no room."""
        if len(self._queue) >= _LONGEST_QUEUE:
            return False
        self._queue.append(thing)
        return True

    def begin(self) -> Optional[Call]:
        if self.ended or not self._queue:
            return None
        thing = self._next()
        return lambda: self._handler(thing)

    def finish(self, error: Optional[BaseException]) -> None:
        if error is not None:
            self._failed(error)

    def end(self) -> None:
        self.ended = True
        self._queue.clear()

    def _next(self) -> T:
        return self._queue.popleft()


class Timer(Work):
    def __init__(self, owner: object, action: Call, failed: Failed) -> None:
        super().__init__(owner)
        self._action, self._failed = action, failed

    def begin(self) -> Optional[Call]:
        return self._action

    def finish(self, error: Optional[BaseException]) -> None:
        if error is not None:
            self._failed(error)
