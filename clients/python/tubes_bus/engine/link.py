"""Keeps a bus connected: connects, sends what waits, connects again. Runs in one event loop."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, Coroutine, Optional, Set

from ..backoff import Backoff
from ..errors import Error, ErrorCode
from ..events import Event, EventKind
from ..url import reason_of
from .core import Core
from .driver import Driver

_LARGEST_BATCH = 512
_LONGEST_WAIT = 1.0  # seconds: how late the clock is looked at when nothing happens
_TIME_FOR_OWN = 0.5  # on closing: a backend that does not take a farewell holds nobody up


class Link:
    """A Sink of its driver. run() returns once the bus is closed and drained, or its time is over.
    wake() and stop() may be called from any thread."""

    def __init__(self, core: Core, driver: Driver, loop: asyncio.AbstractEventLoop) -> None:
        self._core, self._driver, self._loop = core, driver, loop
        self._clock = core.dispatcher.clock
        self._backoff = Backoff(core.options.backoff_first, core.options.backoff_longest)
        self._woken = asyncio.Event()
        self._lost: "asyncio.Future[None]" = loop.create_future()
        self._stop_at: Optional[float] = None  # of loop.time()
        self._is_up = False
        self._wake_queued = False

    # From any thread.

    def wake(self) -> None:
        if not self._wake_queued:
            self._wake_queued = True
            self._soon(self._wake)

    def stop(self, timeout: float) -> None:
        """Drains for at most `timeout` seconds, then ends."""
        self._soon(lambda: self._stop_in(timeout))

    def _soon(self, action: Callable[[], None]) -> None:
        try:
            self._loop.call_soon_threadsafe(action)
        except RuntimeError:
            pass  # the loop has ended, and this with it

    def _wake(self) -> None:
        self._wake_queued = False  # first: what comes from here on wakes again
        self._woken.set()

    # In the loop.

    async def run(self) -> None:
        try:
            while not self._is_over():
                await self._one_connection()
                await self._pause()
        finally:
            await self._driver.disconnect()
            with self._core.lock:
                self._core.outbox.disconnected()
                self._core.outbox.discard()

    async def _one_connection(self) -> None:
        self._lost = self._loop.create_future()
        try:
            await self._within(self._driver.connect(self), self._core.options.connect_timeout)
            self._is_up = True
            up_since = self._clock.now()
            self._core.connected()
            await self._serve()
        except Exception as fault:
            # One that lets us in and breaks soon after is not asked again without a pause.
            long_enough = self._core.options.backoff_longest
            if self._is_up and self._clock.now() - up_since >= long_enough:
                self._backoff.reset()
            self._is_up = False
            await self._driver.disconnect()
            self._core.disconnected(str(fault) if isinstance(fault, Error) else reason_of(fault))

    async def _serve(self) -> None:
        while not self._is_over():
            self._woken.clear()
            for filter_, wanted in self._changes():
                change = self._driver.subscribe if wanted else self._driver.unsubscribe
                await self._within(change(filter_))
            for call in self._core.take_calls():
                await self._within(self._driver.call(call))
            if not await self._send():
                await self._wait(self._next_deadline())

    def _changes(self) -> "list[tuple[str, bool]]":
        with self._core.lock:
            return self._core.filters.take_changes()

    async def _send(self) -> bool:
        """Whether there may be more to send."""
        with self._core.lock:
            self._core.run_due()
            settled = self._core.filters.settled()
            batch = self._core.outbox.take(_LARGEST_BATCH) if settled else []
        if batch:
            await self._within(self._driver.send(batch))
        return len(batch) == _LARGEST_BATCH

    async def _within(self, step: "Coroutine[Any, Any, None]", timeout: float = 3600.0) -> None:
        """Raises what lost() was told, if that comes first."""
        task = self._loop.create_task(step)
        waiting: "Set[asyncio.Future[Any]]" = {task, self._lost}
        await self._until_first(waiting, timeout)
        if task.done() and not self._lost.done():
            return await task
        task.cancel()
        await asyncio.wait([task])
        if self._lost.done():
            return await self._lost
        raise Error(
            ErrorCode.timed_out,
            f"{self._driver.address} did not answer within {timeout:g} s; is it running?",
        )

    async def _until_first(self, waiting: "Set[asyncio.Future[Any]]", timeout: float) -> None:
        """Also wakes for a stop while connecting, so that close() keeps its time."""
        end = self._loop.time() + timeout
        while not any(each.done() for each in waiting):
            limit = end if self._stop_at is None else min(end, self._stop_at)
            if self._loop.time() >= limit:
                return
            await asyncio.wait(
                waiting,
                timeout=min(_LONGEST_WAIT, limit - self._loop.time()),
                return_when=asyncio.FIRST_COMPLETED,
            )

    async def _wait(self, longest: float) -> None:
        """Until something is to be done, or the connection is lost: then raises why."""
        woken = self._loop.create_task(self._woken.wait())
        waiting: "Set[asyncio.Future[Any]]" = {woken, self._lost}
        try:
            await asyncio.wait(waiting, timeout=longest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
        if self._lost.done():
            await self._lost

    async def _pause(self) -> None:
        end = self._clock.now() + self._backoff.next()
        while not self._is_over():
            self._woken.clear()
            self._expire()
            left = end - self._clock.now()
            if left <= 0:
                return
            try:
                await asyncio.wait_for(self._woken.wait(), min(left, self._stop_in_time()))
            except asyncio.TimeoutError:
                pass

    def _expire(self) -> None:
        with self._core.lock:
            self._core.run_due()
            count = self._core.outbox.expire()
            if count:
                self._core.emit(Event(EventKind.expired, self._driver.address, count))

    def _next_deadline(self) -> float:
        deadline = self._core.next_deadline()
        due = _LONGEST_WAIT if deadline is None else deadline - self._clock.now()
        return max(0.0, min(due, _LONGEST_WAIT, self._stop_in_time()))

    def _stop_in(self, timeout: float) -> None:
        at = self._loop.time() + timeout
        self._stop_at = at if self._stop_at is None else min(at, self._stop_at)
        with self._core.lock:
            owing = self._core.outbox.owing()
        if not owing:
            self._stop_at = min(self._stop_at, self._loop.time() + _TIME_FOR_OWN)
        self._woken.set()

    def _stop_in_time(self) -> float:
        if self._stop_at is None:
            return _LONGEST_WAIT
        return max(0.0, self._stop_at - self._loop.time())

    def _is_over(self) -> bool:
        if self._stop_at is None:
            return False
        with self._core.lock:
            drained = self._core.outbox.drained()
        return drained or self._loop.time() >= self._stop_at

    # Of Sink.

    def received(self, topic: str, payload: bytes, filter_: str = "") -> None:
        self._core.received(topic, payload, filter_)

    def too_large(self, topic: str, size: int) -> None:
        self._core.too_large(topic, size)

    def accepted(self, count: int) -> None:
        if not self._core.accepted(count):
            what = f"{self._driver.address} confirmed what was not sent"
            self.lost(Error(ErrorCode.refused, what))
        self._woken.set()  # there is room for more on the way

    def rejected(self, why: str) -> None:
        self._core.rejected(why)
        self._woken.set()

    def live(self, filter_: str) -> None:
        self._core.live(filter_)
        self._woken.set()  # all that waited for it may be sent

    def refused(self, filter_: str, why: str) -> None:
        self._core.refused(filter_, why)
        self._woken.set()

    def lost(self, why: Exception) -> None:
        if not self._lost.done():
            self._lost.set_exception(why)
            self._lost.exception()  # looked at: no warning if nobody awaits it
