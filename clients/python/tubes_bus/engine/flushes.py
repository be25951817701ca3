"""Who waits until what was published has met its fate."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import List

from .futures import resolve


@dataclass
class Flush:
    left: int  #: messages that have not met their fate
    lost: int  #: unconfirmed, expired, discarded or rejected, and told by no flush before
    done: "Future[None]" = field(default_factory=Future)


class Flushes:
    """Messages meet their fate in the order they were published."""

    def __init__(self) -> None:
        self._flushes: List[Flush] = []
        self._untold = 0

    def add(self, left: int) -> Flush:
        flush = Flush(left, self._untold)
        self._untold = 0
        if left:
            self._flushes.append(flush)
        else:
            resolve(flush.done, None)
        return flush

    def forget(self, flush: Flush) -> None:
        """Nobody waits for it any more."""
        if flush in self._flushes:
            self._flushes.remove(flush)

    def one_resolved(self, lost: bool) -> None:
        if lost and not self._flushes:
            self._untold += 1
        for flush in self._flushes:
            flush.left -= 1
            flush.lost += lost
            if flush.left == 0:
                resolve(flush.done, None)
        self._flushes = [flush for flush in self._flushes if flush.left]
