"""The engine of a bus without its I/O: what users ask for on one side, what a transport tells on
the other. Thread-safe; nothing here waits."""

from __future__ import annotations

import secrets
from concurrent.futures import Future
from typing import Callable, List, Optional, Protocol

from ..errors import Error, ErrorCode
from ..events import Event, EventHandler, EventKind
from ..options import BusOptions, Capabilities, Ready, SubscribeOptions
from ..stats import Stats
from ..topics import HEARTBEAT, STATS, is_own, require_filter, require_topic
from .calls import Calls
from .dispatcher import Dispatcher
from .driver import CallKind, RetainedCall
from .events import EventListener, Events
from .filters import Filters, News
from .inbox import Delivery, Handler, Inbox, Tap
from .inboxes import Inboxes
from .listeners import Timer
from .outbox import Outbox
from .presence import Presence
from .pulses import Pulse, PulseListener, Pulses
from .turn import Call


class Watcher(Protocol):
    """Something that minds the time and the end of a bus, ahead of the handlers' turns: called with
    the bus's lock held, it neither waits nor raises."""

    def next_deadline(self) -> Optional[float]: ...

    def run_due(self) -> None: ...

    def closing(self) -> None:
        """The bus takes nothing any more."""


class Core:
    """`on_io` is called when there is something for the transport to do."""

    def __init__(
        self, address: str, capabilities: Capabilities, options: BusOptions, dispatcher: Dispatcher
    ) -> None:
        self.id = secrets.token_hex(16)
        self.address, self.capabilities, self.options = address, capabilities, options
        self.dispatcher, self.lock = dispatcher, dispatcher.lock
        self.on_io: Callable[[], None] = lambda: None
        self.outbox = Outbox(dispatcher.clock, options, self.id)
        self.filters = Filters()
        self.trouble = f"connecting to {address}"  #: what is in the way, for errors
        self.is_closed = False
        self._events, self._pulses = Events(dispatcher), Pulses(dispatcher)
        self._inboxes = Inboxes(dispatcher, self._events)
        self._calls = Calls()
        self._told_own_refused = self._told_own_rejected = False
        self._receiving = True
        self._watchers: List[Watcher] = []
        self._presence = Presence(self.id, options.name, dispatcher.clock, self.stats)
        if options.answer_stats:
            self._want(STATS, announce=False)

    # What users ask for.

    def check_payload(self, payload: bytes) -> None:
        if len(payload) > self.options.max_payload:
            raise Error(
                ErrorCode.payload_too_large,
                f"the payload has {len(payload)} bytes, more than max_payload "
                f"({self.options.max_payload}); publish less at once, or raise it on all buses",
            )

    def publish(self, topic: str, payload: bytes) -> bool:
        """False if the outbox is full."""
        require_topic(topic)
        self.check_payload(payload)
        return self._push(lambda: self.outbox.push(topic, payload))

    def publish_numbered(self, topic: str, make: Callable[[int], bytes]) -> bool:
        """As publish(), with the payload that `make` returns for the message's number."""
        require_topic(topic)

        def checked(number: int) -> bytes:
            payload = make(number)
            self.check_payload(payload)
            return payload

        return self._push(lambda: self.outbox.push_numbered(topic, checked))

    def _push(self, push: Callable[[], bool]) -> bool:
        with self.lock:
            if self.outbox.refusing:
                raise self.closed()
            pushed = push()
        self.on_io()
        return pushed

    def subscribe(
        self,
        filter_: str,
        handler: Handler,
        options: SubscribeOptions,
        tap: Optional[Tap] = None,
    ) -> Inbox:
        require_filter(filter_)
        if options.inbox_messages < 1 or options.inbox_bytes < 1:
            raise Error(ErrorCode.invalid_argument, "an inbox must have room for one message")
        with self.lock:
            self._require_open()
            inbox = self._inboxes.add(self, filter_, handler, options, tap)
            self._want(filter_, announce=options.ready is Ready.background)
        return inbox

    def on_event(self, handler: EventHandler) -> EventListener:
        with self.lock:
            self._require_open()
            return self._events.add(self, handler)

    def on_pulse(self, handler: Callable[[Pulse], object]) -> PulseListener:
        with self.lock:
            self._require_open()
            listener = self._pulses.add(self, handler, self._events.failed)
            self._want(HEARTBEAT, announce=False)
            return listener

    def end(self, work: "Inbox | EventListener | PulseListener") -> None:
        """The subscription is over; its handler may still run."""
        with self.lock:
            if work.ended:
                return
            if isinstance(work, Inbox):
                self._inboxes.remove(work)
                self._unwant(work.filter)
            elif isinstance(work, PulseListener):
                self._pulses.remove(work)
                self._unwant(HEARTBEAT)
            else:
                self._events.remove(work)

    def after(self, delay: float, action: Call) -> None:
        with self.lock:
            self._require_open()
            self.dispatcher.post_after(delay, Timer(self, action, self._events.failed))

    def soon(self, action: Call) -> None:
        """Runs `action` as a handler, when its turn comes."""
        self.dispatcher.post(Timer(self, action, self._events.failed))

    def watch(self, watcher: Watcher) -> None:
        with self.lock:
            self._require_open()
            self._watchers.append(watcher)

    def unwatch(self, watcher: Watcher) -> None:
        with self.lock:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

    def call(self, kind: CallKind, key: str, value: bytes = b"") -> "Future[Optional[bytes]]":
        """A retained value: put, got or removed."""
        require_topic(key)
        self.check_payload(value)
        if not self.capabilities.retained:
            raise Error(ErrorCode.unsupported, f"{self.address} keeps no retained values")
        call = RetainedCall(kind, key, value, Future())
        with self.lock:
            self._require_open()
            self._calls.add(call)
        self.on_io()
        return call.done

    def stats(self) -> Stats:
        with self.lock:
            return Stats(
                self.outbox.ledger(),
                self._inboxes.ledger(),
                self._events.handlers_failed,
                self._events.dropped,
                self.outbox.is_connected,
            )

    def closed(self) -> Error:
        return Error(ErrorCode.closed, f"the bus on {self.address} is closed")

    def _require_open(self) -> None:
        if self.outbox.refusing or not self._receiving:
            raise self.closed()

    # What the transport tells.

    def connected(self) -> None:
        with self.lock:
            self.trouble = f"{self.address} does not answer"
            self.outbox.connected()
            self.filters.connected()
            self._presence.connected()
            self.emit(Event(EventKind.connected, self.address))

    def disconnected(self, why: str) -> None:
        with self.lock:
            was_connected = self.outbox.is_connected
            self.trouble = why
            self.filters.disconnected()
            self._calls.disconnected()
            unconfirmed = self.outbox.disconnected()
            if was_connected:
                self._pulses.away()
            self.emit(Event(EventKind.disconnected, why))
            if unconfirmed:
                self.emit(Event(EventKind.unconfirmed, self.address, unconfirmed))

    def received(self, topic: str, payload: bytes, filter_: str = "") -> None:
        """`filter_`: the one that brought it; "" for all that match."""
        with self.lock:
            if not self._receiving:
                return
            if is_own(topic):
                self._received_own(topic, payload)
            elif len(payload) > self.options.max_payload:
                self.too_large(topic, len(payload))
            else:
                self._inboxes.deliver(Delivery(topic, payload), filter_)

    def _received_own(self, topic: str, payload: bytes) -> None:
        if topic == HEARTBEAT:
            self._pulses.beat(payload)
        answer = self._presence.answer(payload) if topic == STATS else None
        if answer is not None:
            self.outbox.push_own(*answer)
            self.on_io()

    def too_large(self, topic: str, size: int) -> None:
        """A payload that was dropped, unread."""
        limit = self.options.max_payload
        what = f"{topic}: {size} bytes are over max_payload ({limit})"
        remedy = "publish less at once, or raise it on all buses"
        self.emit(Event(EventKind.too_large, f"{what}; {remedy}", 1))

    def accepted(self, count: int) -> bool:
        """False if so many are not on the way."""
        with self.lock:
            return self.outbox.accepted(count)

    def rejected(self, why: str) -> None:
        with self.lock:
            if self.outbox.rejected():
                self.emit(Event(EventKind.rejected, why, 1))
            elif not self._told_own_rejected:
                self._told_own_rejected = True
                self.emit(Event(EventKind.rejected, f"a message of the bus's own: {why}"))

    def live(self, filter_: str) -> None:
        with self.lock:
            self._report(filter_, self.filters.live(filter_))

    def refused(self, filter_: str, why: str) -> None:
        with self.lock:
            news = self.filters.refused(filter_, why)
            told = is_own(filter_) and self._told_own_refused
            if news.refused and not told:
                self.emit(Event(EventKind.refused, f"{filter_}: {why}", 1))
                self._told_own_refused = self._told_own_refused or is_own(filter_)
            self._report(filter_, news)

    def take_calls(self) -> List[RetainedCall]:
        """Those to be made now."""
        with self.lock:
            return self._calls.take()

    def emit(self, event: Event, to: Optional[List[EventListener]] = None) -> None:
        """To all that listen, or to some."""
        with self.lock:
            self._events.emit(event, to)

    def next_deadline(self) -> Optional[float]:
        """When run_due() has something to do."""
        with self.lock:
            watched = [each.next_deadline() for each in self._watchers]
            due = [each for each in [self.outbox.next_heartbeat(), *watched] if each is not None]
            return min(due) if due else None

    def run_due(self) -> None:
        with self.lock:
            self.outbox.push_due_heartbeat()
            for each in list(self._watchers):
                each.run_due()

    # How it ends.

    def stop_receiving(self) -> None:
        """What arrives from now on is not taken any more."""
        with self.lock:
            self._receiving = False
            for each in list(self._watchers):
                each.closing()

    def shut(self) -> None:
        """No handler begins any more; what is left is discarded, and whoever waits is told."""
        with self.lock:
            self.is_closed = True
            self._receiving = False
            self._inboxes.discard()
            self.filters.close(self.closed())
            self._calls.close(self.closed())
            self.dispatcher.forget(self)

    # Details.

    def _want(self, filter_: str, announce: bool) -> None:
        self._report(filter_, self.filters.add(filter_, announce))
        self.on_io()

    def _unwant(self, filter_: str) -> None:
        self._report(filter_, self.filters.remove(filter_))
        self.on_io()

    def _report(self, filter_: str, news: News) -> None:
        if news.live:
            self._pulses.live(filter_)
        if news.announce:
            self.emit(Event(EventKind.subscribed, filter_))
        if news.resubscribed:
            self.emit(Event(EventKind.resubscribed, self.address, news.resubscribed))
