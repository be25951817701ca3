"""memory://NAME: buses of one process that meet at a name, without a server, a thread or a sleep.

Deterministic: publish() runs the handlers before it returns (in a handler: queues them behind), and
time passes only when the VirtualClock is advanced.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Callable, Dict, Generic, List, Optional, Type, TypeVar

from ..clock import VirtualClock
from ..engine.core import Core
from ..engine.dispatcher import Dispatcher
from ..engine.driver import CallKind, RetainedCall
from ..engine.futures import resolve, resolved
from ..errors import Error, ErrorCode
from ..options import BusOptions, Capabilities
from ..url import Url, refuse

CAPABILITIES = Capabilities(retained=True, inline_dispatch=True)

_DEEPEST = 10_000
_BATCH = 512


class Hub:
    """What buses of one name share: whose turn it is, the retained values and the time."""

    def __init__(
        self,
        clock: VirtualClock,
        token: Callable[[], object],
        deepest: int,
        on_empty: Callable[[], object],
    ) -> None:
        self.clock = clock
        self.dispatcher = Dispatcher(clock, token, deepest)
        self._cores: List[Core] = []
        self._values: Dict[str, bytes] = {}
        self._on_empty = on_empty
        clock.add(self)

    def join(self, address: str, options: BusOptions) -> Core:
        core = Core(address, CAPABILITIES, options, self.dispatcher)
        core.on_io = lambda: self._io(core)
        self._cores.append(core)
        core.connected()
        return core

    def leave(self, core: Core) -> "Future[None]":
        self._io(core)
        with core.lock:
            core.outbox.discard()
            if core in self._cores:
                self._cores.remove(core)
                core.on_io = lambda: None
                if not self._cores:
                    self.clock.remove(self)
                    self._on_empty()
        return resolved(None)

    def run(self) -> object:
        """Runs handlers until there is nothing more for them to do."""
        self._beat()
        turn = self.dispatcher.next_turn()
        while turn is not None:
            turn.run()
            turn = self.dispatcher.next_turn()
        return None

    def next_deadline(self) -> Optional[float]:
        found = [core.next_deadline() for core in self._cores]
        due = [each for each in [*found, self.dispatcher.next_timer()] if each is not None]
        return min(due) if due else None

    def _beat(self) -> None:
        for core in list(self._cores):
            self._io(core)

    def _io(self, core: Core) -> None:
        with self.dispatcher.lock:
            for filter_, wanted in core.filters.take_changes():
                if wanted:
                    core.live(filter_)
            for call in core.take_calls():
                self._answer(call)
            core.run_due()
            batch = core.outbox.take(_BATCH)
            while batch:
                for message in batch:
                    self._hand_out(core, message.topic, message.payload)
                batch = core.outbox.take(_BATCH)

    def _hand_out(self, sender: Core, topic: str, payload: bytes) -> None:
        for core in list(self._cores):
            core.received(topic, payload)
        sender.accepted(1)

    def _answer(self, call: RetainedCall) -> None:
        value = self._values.get(call.key) if call.kind is CallKind.get else None
        if call.kind is CallKind.put:
            self._values[call.key] = call.value
        elif call.kind is CallKind.remove:
            self._values.pop(call.key, None)
        resolve(call.done, value)


class AsyncHub(Hub):
    """The same of asyncio: handlers may be coroutine functions."""

    async def run(self) -> None:
        self._beat()
        turn = self.dispatcher.next_turn()
        while turn is not None:
            await turn.run_async()
            turn = self.dispatcher.next_turn()


H = TypeVar("H", bound=Hub)


class Hubs(Generic[H]):
    """The names of one kind of shell."""

    def __init__(self, make: Type[H], token: Callable[[], object]) -> None:
        self._make, self._token = make, token
        self._hubs: Dict[str, H] = {}
        self._lock = threading.Lock()

    def at(self, url: Url, options: BusOptions) -> H:
        """The hub of the URL's name, made if it is not there. Raises Error `invalid_url`."""
        url.require_parameters_among(["limit"])
        if not url.host or url.port or url.path or url.user or url.password:
            refuse(f"{url.scheme}:// takes a name alone, got {url.shown()}; write memory://NAME")
        with self._lock:
            hub = self._hubs.get(url.host)
            if hub is None:
                hub = self._hubs[url.host] = self._new(url, options)
        if options.clock is not None and options.clock is not hub.clock:
            raise Error(
                ErrorCode.invalid_argument,
                f"buses on {url.shown()} share a clock, and this one comes with another; give all "
                "of them the same VirtualClock",
            )
        return hub

    def _new(self, url: Url, options: BusOptions) -> H:
        clock = VirtualClock() if options.clock is None else options.clock
        return self._make(clock, self._token, _limit(url), lambda: self._hubs.pop(url.host, None))


def _limit(url: Url) -> int:
    text = url.parameters.get("limit", str(_DEEPEST))
    if not text.isdigit() or int(text) < 1:
        refuse(f"limit in {url.shown()} must be a number from 1, got {text[:20]!r}")
    return int(text)
