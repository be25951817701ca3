"""Drives a bus from ordinary code: on threads, or inline."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from concurrent.futures import Future
from typing import Any, Callable, Optional, Protocol

from ..transports.memory import Hub
from .core import Core
from .driver import Driver
from .futures import resolve
from .link import Link
from .operations import Steps, T
from .turn import Turn


class Shell(Protocol):
    """Who runs a bus."""

    def wait(self, future: "Future[Any]", seconds: float) -> bool:
        """Whether it is done by then."""

    def settle(self) -> None:
        """An operation is done: inline, the handlers run now."""

    def stop(self, seconds: float) -> "Future[None]":
        """Ends the transport within so long, drained if it can be; done when it has."""


def drive(shell: Shell, steps: Steps[T]) -> T:
    """Waits for what an operation waits for, and returns its result."""
    try:
        future, seconds = next(steps)
        while True:
            future, seconds = steps.send(shell.wait(future, seconds))
    except StopIteration as end:
        result: T = end.value
    shell.settle()
    return result


def _timeout(seconds: float) -> Optional[float]:
    return None if seconds == float("inf") else seconds


class ThreadShell:
    """An I/O thread with an event loop, and a thread for the handlers."""

    def __init__(self, core: Core, driver: Driver) -> None:
        self._core = core
        self._dispatcher = core.dispatcher
        self._work = threading.Condition(core.lock)
        self._stopped: "Future[None]" = Future()
        self._dispatcher.on_work = self._notify
        ready: "Future[Link]" = Future()
        self._start(lambda: asyncio.run(self._io(driver, ready)), "tubes-io")
        self._link = ready.result()
        core.on_io = self._link.wake
        self._start(self._handlers, "tubes-handlers")

    def wait(self, future: "Future[Any]", seconds: float) -> bool:
        return bool(concurrent.futures.wait([future], _timeout(seconds)).done)

    def settle(self) -> None:
        pass

    def stop(self, seconds: float) -> "Future[None]":
        self._link.stop(seconds)
        return self._stopped

    @staticmethod
    def _start(target: Callable[[], object], name: str) -> None:
        # Daemons: a program that ends without close() is not held up.
        threading.Thread(target=target, name=name, daemon=True).start()

    async def _io(self, driver: Driver, ready: "Future[Link]") -> None:
        link = Link(self._core, driver, asyncio.get_running_loop())
        ready.set_result(link)
        try:
            await link.run()
        finally:
            resolve(self._stopped, None)
            self._notify()

    def _notify(self) -> None:
        with self._work:
            self._work.notify_all()

    def _handlers(self) -> None:
        while True:
            turn = self._await_turn()
            if turn is None:
                return
            try:
                turn.run()
            except BaseException:
                pass  # sys.exit() in a handler ends no program, and is reported as what failed

    def _await_turn(self) -> Optional[Turn]:
        """None once the bus is closed."""
        with self._work:
            while True:
                if self._core.is_closed:
                    return None
                turn = self._dispatcher.next_turn()
                if turn is not None:
                    return turn
                timer = self._dispatcher.next_timer()
                now = self._dispatcher.clock.now()
                self._work.wait(1.0 if timer is None else max(0.0, min(1.0, timer - now)))


class InlineShell:
    """Of memory://: handlers run on the thread that publishes, before publish returns."""

    def __init__(self, core: Core, hub: Hub) -> None:
        self._core, self._hub = core, hub

    def wait(self, future: "Future[Any]", seconds: float) -> bool:
        self._hub.run()
        if future.done() or self._core.dispatcher.inside():
            return future.done()
        return bool(concurrent.futures.wait([future], _timeout(seconds)).done)  # another thread's

    def settle(self) -> None:
        self._hub.run()

    def stop(self, seconds: float) -> "Future[None]":
        return self._hub.leave(self._core)
