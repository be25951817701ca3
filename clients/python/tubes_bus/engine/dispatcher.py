"""Whose turn it is: one handler of a bus at a time, in the order they were posted (a timer: in the
order it is due). A shell runs the turns, on a thread, in a task, or inline."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from concurrent.futures import Future
from typing import Callable, Deque, List, Optional, Tuple

from ..clock import Clock
from ..errors import Error, ErrorCode
from .futures import resolve, resolved
from .turn import Turn, Work

class Dispatcher:
    """`token` says who calls: a thread's id, or a task. `deepest`: how many answers deep handlers
    may make each other run; what a timer or a caller from outside posts begins anew."""

    def __init__(
        self, clock: Clock, token: Callable[[], object], deepest: Optional[int] = None
    ) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.on_work: Callable[[], None] = lambda: None
        self._token, self._deepest = token, deepest
        self._queue: Deque[Tuple[Work, int]] = deque()
        self._timers: List[Tuple[float, int, Work]] = []
        self._order = itertools.count()
        self._running: Optional[Work] = None
        self._runner: object = None
        self._depth = 0
        self._waiters: List[Tuple[Callable[[], bool], "Future[None]"]] = []

    def post(self, work: Work) -> None:
        with self.lock:
            self._queue.append((work, self._depth + 1 if self._running else 0))
        self.on_work()

    def post_after(self, delay: float, work: Work) -> None:
        with self.lock:
            at = self.clock.now() + max(0.0, delay)
            heapq.heappush(self._timers, (at, next(self._order), work))
        self.on_work()

    def next_turn(self) -> Optional[Turn]:
        """None if nothing is to be done now, or a handler runs. Raises Error `livelock`, and keeps
        what is queued."""
        with self.lock:
            if self._running is not None:
                return None
            while True:
                found = self._next()
                if found is None:
                    return None
                work, depth = found
                call = work.begin()
                if call is not None:
                    self._running, self._runner, self._depth = work, self._token(), depth
                    return Turn(work, call, self._ended)

    def _next(self) -> Optional[Tuple[Work, int]]:
        if self._timers and self._timers[0][0] <= self.clock.now():
            return heapq.heappop(self._timers)[2], 0
        if not self._queue:
            return None
        if self._deepest is not None and self._queue[0][1] > self._deepest:
            self._queue = deque((work, 0) for work, _ in self._queue)
            raise Error(
                ErrorCode.livelock,
                f"handlers answered each other {self._deepest} times without an end; let a bot not "
                "answer bots, or raise ?limit= of the bus URL",
            )
        return self._queue.popleft()

    def _ended(self, work: Work, error: Optional[BaseException]) -> None:
        with self.lock:
            self._running = self._runner = None
            self._depth = 0
            work.finish(error)
            self._look_again()

    def next_timer(self) -> Optional[float]:
        with self.lock:
            return self._timers[0][0] if self._timers else None

    def inside(self) -> bool:
        """Whether the caller is in a handler."""
        return self._running is not None and self._runner == self._token()

    def runs(self, work: Work) -> bool:
        return self._running is work

    def when_not_running(self, work: Work) -> "Future[None]":
        return self._when(lambda: self._running is not work)

    def when_idle(self, owner: object) -> "Future[None]":
        """When nothing of the owner's is queued or runs; timers do not count."""
        return self._when(lambda: self._is_idle(owner))

    def forget(self, owner: object) -> None:
        """Drops what is queued of the owner's, timers too."""
        with self.lock:
            self._queue = deque(each for each in self._queue if each[0].owner is not owner)
            self._timers = [each for each in self._timers if each[2].owner is not owner]
            heapq.heapify(self._timers)
            self._look_again()

    def _is_idle(self, owner: object) -> bool:
        if self._running is not None and self._running.owner is owner:
            return False
        return all(work.owner is not owner for work, _ in self._queue)

    def _when(self, condition: Callable[[], bool]) -> "Future[None]":
        with self.lock:
            if condition():
                return resolved(None)
            future: "Future[None]" = Future()
            self._waiters.append((condition, future))
            return future

    def _look_again(self) -> None:
        if not self._waiters:
            return
        waiters, self._waiters = self._waiters, []
        for condition, future in waiters:
            if condition():
                resolve(future, None)
            else:
                self._waiters.append((condition, future))
