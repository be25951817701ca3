"""What was asked of retained values, and is not answered."""

from __future__ import annotations

from typing import List

from ..errors import Error
from .driver import RetainedCall
from .futures import fail


class Calls:
    """No I/O. Whoever gave up has cancelled his call: it is not made any more."""

    def __init__(self) -> None:
        self._waiting: List[RetainedCall] = []
        self._on_the_way: List[RetainedCall] = []

    def add(self, call: RetainedCall) -> None:
        self._waiting.append(call)

    def take(self) -> List[RetainedCall]:
        """Those to be made now."""
        calls = [call for call in self._waiting if not call.done.done()]
        self._on_the_way = [call for call in self._on_the_way if not call.done.done()] + calls
        self._waiting = []
        return calls

    def disconnected(self) -> None:
        """They are made again: it makes no difference how often."""
        self._waiting = self._on_the_way + self._waiting
        self._on_the_way = []

    def close(self, error: Error) -> None:
        for call in self._on_the_way + self._waiting:
            fail(call.done, error)
