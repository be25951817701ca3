"""A message bus for asyncio: as tubes_bus.bus, whose docstrings are the contract."""

from __future__ import annotations

import asyncio
from typing import Callable, Optional, Union

from ..bus import as_bytes
from ..clock import SystemClock, VirtualClock
from ..engine import operations
from ..engine.core import Core
from ..engine.dispatcher import Dispatcher
from ..engine.driver import CallKind
from ..engine.inbox import Handler, Inbox
from ..engine.events import EventListener
from ..engine.operations import Steps, T
from ..engine.pulses import Pulse, PulseListener
from ..events import EventHandler
from ..options import BusOptions, Capabilities, SubscribeOptions
from ..stats import Stats
from ..transports import make_driver
from ..transports.memory import AsyncHub, Hubs
from ..url import Url
from .shells import InlineShell, Shell, TaskShell, drive

_HUBS: "Hubs[AsyncHub]" = Hubs(AsyncHub, asyncio.current_task)


class Subscription:
    """Ends with reset() or cancel(), or with its bus; not when it is forgotten."""

    def __init__(self, bus: "Bus", work: "Inbox | EventListener | PulseListener") -> None:
        self._bus, self._work = bus, work

    async def reset(self) -> None:
        """Ends the subscription and waits for its running handler."""
        self.cancel()
        await self._bus.drive(operations.end(self._bus.core, self._work))

    def cancel(self) -> None:
        """Ends the subscription and never waits."""
        self._bus.core.end(self._work)


class Bus:
    """Made by open(). All of it is for the event loop that opened it.

    Handlers may be coroutine functions: the next one begins when one has ended. They run in a task
    of the bus (memory://: in the task that publishes).
    """

    def __init__(self, core: Core, shell: Shell) -> None:
        self.core, self._shell = core, shell

    async def publish(self, topic: str, payload: Union[bytes, str]) -> None:
        data = as_bytes(payload)
        await self._publish(lambda: self.core.publish(topic, data))

    async def try_publish(self, topic: str, payload: Union[bytes, str]) -> bool:
        taken = self.core.publish(topic, as_bytes(payload))
        await self._shell.settle()
        return taken

    async def publish_numbered(self, topic: str, make: Callable[[int], bytes]) -> None:
        await self._publish(lambda: self.core.publish_numbered(topic, make))

    async def flush(self, timeout: float = 5.0) -> None:
        await self.drive(operations.flush(self.core, timeout))

    async def subscribe(
        self, filter: str, handler: Handler, options: SubscribeOptions = SubscribeOptions()
    ) -> Subscription:
        steps = operations.subscribe(self.core, filter, handler, options)
        return Subscription(self, await self.drive(steps))

    def on_event(self, handler: EventHandler) -> Subscription:
        return Subscription(self, self.core.on_event(handler))

    def on_pulse(self, handler: Callable[[Pulse], object]) -> Subscription:
        return Subscription(self, self.core.on_pulse(handler))

    def after(self, delay: float, action: Callable[[], object]) -> None:
        self.core.after(delay, action)

    async def put(self, key: str, value: Union[bytes, str]) -> None:
        await self.drive(operations.call(self.core, CallKind.put, key, as_bytes(value)))

    async def get(self, key: str) -> Optional[bytes]:
        return await self.drive(operations.call(self.core, CallKind.get, key))

    async def remove(self, key: str) -> None:
        await self.drive(operations.call(self.core, CallKind.remove, key))

    async def close(self, timeout: float = 5.0) -> Stats:
        return await self.drive(operations.close(self.core, self._shell.stop, timeout))

    @property
    def id(self) -> str:
        return self.core.id

    @property
    def capabilities(self) -> Capabilities:
        return self.core.capabilities

    def stats(self) -> Stats:
        return self.core.stats()

    async def __aenter__(self) -> "Bus":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def drive(self, steps: Steps[T]) -> T:
        """For the clients on it."""
        return await drive(self._shell, steps)

    async def _publish(self, push: Callable[[], bool]) -> None:
        await self.drive(operations.publish(self.core, push))


def open(url: str, options: BusOptions = BusOptions()) -> Bus:
    """As tubes_bus.open(), in a running event loop. Buses on memory:// meet those that were opened
    here, not those of tubes_bus.open()."""
    parsed = Url.parse(url)
    if parsed.scheme == "memory":
        hub = _HUBS.at(parsed, options)
        core = hub.join(parsed.shown(), options)
        return Bus(core, InlineShell(core, hub))
    driver = make_driver(parsed, options)
    dispatcher = Dispatcher(SystemClock(), asyncio.current_task)
    core = Core(driver.address, driver.capabilities, options, dispatcher)
    return Bus(core, TaskShell(core, driver))


async def advance(clock: VirtualClock, seconds: float) -> None:
    """VirtualClock.advance() for buses that were opened here."""
    for timed in clock.steps(seconds):
        run = timed.run()
        if asyncio.iscoroutine(run):
            await run
