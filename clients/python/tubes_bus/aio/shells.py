"""Drives a bus in an event loop: with a task for its I/O and one for its handlers, or inline."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import Any, Protocol

from ..engine.core import Core
from ..engine.driver import Driver
from ..engine.futures import resolve
from ..engine.link import Link
from ..engine.operations import Steps, T
from ..engine.turn import Turn
from ..transports.memory import AsyncHub


class Shell(Protocol):
    """As engine.shells.Shell, of coroutines."""

    async def wait(self, future: "Future[Any]", seconds: float) -> bool: ...

    async def settle(self) -> None: ...

    def stop(self, seconds: float) -> "Future[None]": ...


async def drive(shell: Shell, steps: Steps[T]) -> T:
    """Waits for what an operation waits for, and returns its result."""
    try:
        future, seconds = next(steps)
        while True:
            try:
                done = await shell.wait(future, seconds)
            except BaseException as cancelled:  # the operation undoes what it began
                steps.throw(cancelled)
                raise
            future, seconds = steps.send(done)
    except StopIteration as end:
        result: T = end.value
    await shell.settle()
    return result


async def _wait(future: "Future[Any]", seconds: float) -> bool:
    if future.done():
        return True
    waiting = asyncio.wrap_future(future)
    await asyncio.wait({waiting}, timeout=None if seconds == float("inf") else seconds)
    if waiting.done():
        waiting.exception()  # looked at: the operation asks the future itself
    return future.done()


async def _take(turn: Turn) -> None:
    """A handler may await what somebody cancels; that is reported, and cancels none of ours."""
    try:
        await turn.run_async()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if getattr(task, "cancelling", lambda: 1)():  # before Python 3.11 nobody can tell
            raise


class TaskShell:
    def __init__(self, core: Core, driver: Driver) -> None:
        self._core, self._dispatcher = core, core.dispatcher
        self._loop = asyncio.get_running_loop()
        self._work = asyncio.Event()
        self._stopped: "Future[None]" = Future()
        self._link = Link(core, driver, self._loop)
        core.on_io = self._link.wake
        self._dispatcher.on_work = self._work.set
        self._tasks = [self._loop.create_task(self._io()), self._loop.create_task(self._handlers())]

    async def wait(self, future: "Future[Any]", seconds: float) -> bool:
        return await _wait(future, seconds)

    async def settle(self) -> None:
        pass

    def stop(self, seconds: float) -> "Future[None]":
        self._link.stop(seconds)
        return self._stopped

    async def _io(self) -> None:
        try:
            await self._link.run()
        finally:
            resolve(self._stopped, None)
            self._work.set()

    async def _handlers(self) -> None:
        while not self._core.is_closed:
            self._work.clear()
            turn = self._dispatcher.next_turn()
            if turn is not None:
                await _take(turn)
                await asyncio.sleep(0)  # a flood of messages does not stall the loop
                continue
            timer, now = self._dispatcher.next_timer(), self._dispatcher.clock.now()
            longest = 1.0 if timer is None else max(0.0, min(1.0, timer - now))
            try:
                await asyncio.wait_for(self._work.wait(), longest)
            except asyncio.TimeoutError:
                pass


class InlineShell:
    """Of memory://: handlers run before publish() returns."""

    def __init__(self, core: Core, hub: AsyncHub) -> None:
        self._core, self._hub = core, hub

    async def wait(self, future: "Future[Any]", seconds: float) -> bool:
        await self._hub.run()
        if future.done() or self._core.dispatcher.inside():
            return future.done()
        return await _wait(future, seconds)  # another task's handler

    async def settle(self) -> None:
        await self._hub.run()

    def stop(self, seconds: float) -> "Future[None]":
        return self._hub.leave(self._core)
