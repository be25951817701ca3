"""A message bus for ordinary code. tubes_bus.aio has the same for asyncio."""

from __future__ import annotations

import atexit
import threading
from types import TracebackType
from typing import Callable, Optional, Set, Type, Union

from .engine import operations
from .engine.core import Core
from .engine.dispatcher import Dispatcher
from .engine.driver import CallKind
from .engine.inbox import Handler, Inbox
from .engine.events import EventListener
from .engine.operations import Steps, T
from .engine.pulses import Pulse, PulseListener
from .engine.shells import InlineShell, Shell, ThreadShell, drive
from .events import EventHandler
from .clock import SystemClock
from .options import BusOptions, Capabilities, SubscribeOptions
from .stats import Stats
from .transports import make_driver
from .transports.memory import Hub, Hubs
from .url import Url

_HUBS: "Hubs[Hub]" = Hubs(Hub, threading.get_ident)
_OPEN: "Set[Bus]" = set()
_TIME_AT_EXIT = 1.0  # seconds for what a program that ends without close() left in the outbox


class Subscription:
    """Ends with reset() or cancel(), at the end of a `with`, or with its bus; not when it is
    forgotten."""

    def __init__(self, bus: "Bus", work: "Inbox | EventListener | PulseListener") -> None:
        self._bus, self._work = bus, work

    def reset(self) -> None:
        """Ends the subscription and waits for its running handler: when this has returned the
        handler will not run again. Inside that handler it does not wait. Hold no lock that the
        handler takes."""
        self.cancel()
        self._bus.drive(operations.end(self._bus.core, self._work))

    def cancel(self) -> None:
        """Ends the subscription and never waits."""
        self._bus.core.end(self._work)

    def __enter__(self) -> "Subscription":
        return self

    def __exit__(self, *_: object) -> None:
        self.reset()


class Bus:
    """Made by open(). Every method is thread-safe and may be called inside a handler.

    Handlers: at most one of a bus runs at a time, in order, with no lock of the bus held, on the
    bus's own thread (memory://: on the publishing thread). What a handler raises is counted and
    reported as the event `handler_failed`; the next delivery goes on.

    The connection is made in the background and made again whenever it breaks; everything
    subscribed is then subscribed again, and what was published meanwhile waits in the outbox.

    Times are seconds. Errors are tubes_bus.Error with a `code`.
    """

    def __init__(self, core: Core, shell: Shell) -> None:
        self.core, self._shell = core, shell

    def publish(self, topic: str, payload: Union[bytes, str]) -> None:
        """Takes the message over into the outbox. One publisher's messages on one topic arrive in
        this order. A full outbox blocks until publish_timeout; inside a handler only while
        connected, else it raises at once. Text is published as UTF-8.

        Raises invalid_topic, payload_too_large, outbox_full, closed; on memory:// also livelock:
        handlers answer each other without an end, and the message itself was published."""
        data = as_bytes(payload)
        self._publish(lambda: self.core.publish(topic, data))

    def try_publish(self, topic: str, payload: Union[bytes, str]) -> bool:
        """As publish(), but does not wait for room: False if the outbox is full."""
        taken = self.core.publish(topic, as_bytes(payload))
        self._shell.settle()
        return taken

    def publish_numbered(self, topic: str, make: Callable[[int], bytes]) -> None:
        """As publish(), with the payload that `make` returns for the message's number: of those
        that this bus published so on this topic, counted from 1 in publishing order. A publish
        that raises uses none. `make` must not call the bus."""
        self._publish(lambda: self.core.publish_numbered(topic, make))

    def flush(self, timeout: float = 5.0) -> None:
        """Returns once the backend has accepted all that this bus published before the call.
        Raises timed_out, with the counts of what waits and of what was lost since the last flush,
        if it has not by then, or never will; closed."""
        self.drive(operations.flush(self.core, timeout))

    def subscribe(
        self, filter: str, handler: Handler, options: SubscribeOptions = SubscribeOptions()
    ) -> Subscription:
        """Calls `handler(delivery)` for every message on the topic ("in") or below it ("in.>"),
        once each, also where subscriptions overlap. When this returns the subscription is live at
        the backend. Raises invalid_topic, refused, timed_out (naming address, cause and remedy),
        closed."""
        steps = operations.subscribe(self.core, filter, handler, options)
        return Subscription(self, self.drive(steps))

    def on_event(self, handler: EventHandler) -> Subscription:
        """Calls `handler(event)` for every event from now on. Raises closed."""
        return Subscription(self, self.core.on_event(handler))

    def on_pulse(self, handler: Callable[[Pulse], object]) -> Subscription:
        """Calls `handler(pulse)` for every heartbeat of a publisher, and for what else a ledger of
        losses must know, in its place among the messages (see Gaps). Raises closed."""
        return Subscription(self, self.core.on_pulse(handler))

    def after(self, delay: float, action: Callable[[], object]) -> None:
        """Runs `action` once, as a handler, when `delay` seconds have passed (memory://: of its
        VirtualClock); forgotten if the bus closes first. Raises closed."""
        self.core.after(delay, action)

    def put(self, key: str, value: Union[bytes, str]) -> None:
        """Retained values: the last one put wins, and whoever comes later reads it. Keys follow
        the grammar of topics. All three wait for the backend's answer until ready_timeout.
        Raise invalid_topic, payload_too_large, refused, timed_out, closed."""
        self.drive(operations.call(self.core, CallKind.put, key, as_bytes(value)))

    def get(self, key: str) -> Optional[bytes]:
        """None if there is no value."""
        return self.drive(operations.call(self.core, CallKind.get, key))

    def remove(self, key: str) -> None:
        self.drive(operations.call(self.core, CallKind.remove, key))

    def close(self, timeout: float = 5.0) -> Stats:
        """Drains inboxes and outbox, and stops handlers and threads; idempotent. What arrives from
        the call on is not taken any more. At the timeout it returns; what was left is `discarded`
        in the ledger. Inside a handler it returns at once: no further delivery starts, and the
        outbox drains elsewhere."""
        _OPEN.discard(self)
        return self.drive(operations.close(self.core, self._shell.stop, timeout))

    @property
    def id(self) -> str:
        """The name of this bus among all publishers: 128 random bits in hexadecimal."""
        return self.core.id

    @property
    def capabilities(self) -> Capabilities:
        return self.core.capabilities

    def stats(self) -> Stats:
        """The ledger: a consistent snapshot."""
        return self.core.stats()

    def drive(self, steps: Steps[T]) -> T:
        """For the clients on it."""
        return drive(self._shell, steps)

    def __enter__(self) -> "Bus":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def _publish(self, push: Callable[[], bool]) -> None:
        self.drive(operations.publish(self.core, push))


def open(url: str, options: BusOptions = BusOptions()) -> Bus:
    """The bus that the URL names; the README lists schemes and parameters. Does not wait for the
    network: it connects in the background and keeps trying. Raises invalid_url, or unsupported
    where a library is missing."""
    parsed = Url.parse(url)
    if parsed.scheme == "memory":
        hub = _HUBS.at(parsed, options)
        core = hub.join(parsed.shown(), options)
        return Bus(core, InlineShell(core, hub))
    driver = make_driver(parsed, options)
    dispatcher = Dispatcher(SystemClock(), threading.get_ident)
    core = Core(driver.address, driver.capabilities, options, dispatcher)
    bus = Bus(core, ThreadShell(core, driver))
    _OPEN.add(bus)
    return bus


def _close_all() -> None:
    """Of a program that ends without close()."""
    for bus in list(_OPEN):
        bus.close(_TIME_AT_EXIT)


atexit.register(_close_all)


def as_bytes(payload: Union[bytes, str]) -> bytes:
    return payload.encode("utf-8", "replace") if isinstance(payload, str) else bytes(payload)
