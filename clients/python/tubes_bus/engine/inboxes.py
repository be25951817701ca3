"""The receiving half of a bus: all that waits for handlers, and the ledger of what became of it."""

from __future__ import annotations

from typing import List, Optional

from ..events import Event, EventKind
from ..options import SubscribeOptions
from ..stats import Received
from ..topics import matches
from .dispatcher import Dispatcher
from .events import Events
from .inbox import Delivery, Handler, Inbox, Tap


class Inboxes:
    """To be called with the dispatcher's lock held."""

    def __init__(self, dispatcher: Dispatcher, events: Events) -> None:
        self._dispatcher, self._events = dispatcher, events
        self._inboxes: List[Inbox] = []
        self._ledger = Received()

    def add(
        self,
        owner: object,
        filter_: str,
        handler: Handler,
        options: SubscribeOptions,
        tap: Optional[Tap],
    ) -> Inbox:
        inbox = Inbox(owner, filter_, handler, options, self._ledger, self._events.failed, tap)
        self._inboxes.append(inbox)
        return inbox

    def remove(self, inbox: Inbox) -> None:
        inbox.end()
        self._inboxes.remove(inbox)

    def deliver(self, delivery: Delivery, filter_: str) -> None:
        """`filter_`: the one that brought it; "" for all that match."""
        for inbox in list(self._inboxes):
            if not (inbox.filter == filter_ if filter_ else matches(inbox.filter, delivery.topic)):
                continue
            is_to_be_posted, dropped = inbox.take(delivery)
            if is_to_be_posted:
                self._dispatcher.post(inbox)
            if dropped:
                self._events.emit(Event(EventKind.overflow, inbox.filter, dropped))

    def discard(self) -> None:
        """The bus closes."""
        for inbox in self._inboxes:
            inbox.discard()
        self._inboxes = []

    def ledger(self) -> Received:
        return Received(**self._ledger.__dict__)
