"""Who hears the events of a bus."""

from __future__ import annotations

from typing import Dict, List, Optional

from ..events import Event, EventHandler, EventKind
from .dispatcher import Dispatcher
from .listeners import Failed, Listener


class EventListener(Listener[Event]):
    """A flood of drops becomes one event of each filter, which counts them."""

    def __init__(self, owner: object, handler: EventHandler, failed: Failed) -> None:
        super().__init__(owner, handler, failed)
        self._overflows: Dict[str, int] = {}

    def counts(self, event: Event) -> bool:
        """Whether the event is counted in one that is queued."""
        if event.kind is not EventKind.overflow:
            return False
        is_queued = event.what in self._overflows
        self._overflows[event.what] = self._overflows.get(event.what, 0) + event.count
        return is_queued

    def _next(self) -> Event:
        event = self._queue.popleft()
        if event.kind is EventKind.overflow:
            return Event(event.kind, event.what, self._overflows.pop(event.what))
        return event


class Events:
    """To be called with the dispatcher's lock held."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._listeners: List[EventListener] = []
        self.dropped = 0  #: found no room
        self.handlers_failed = 0

    def add(self, owner: object, handler: EventHandler) -> EventListener:
        # One that caused an event would run for ever.
        self._listeners.append(EventListener(owner, handler, self._count_failed))
        return self._listeners[-1]

    def remove(self, listener: EventListener) -> None:
        listener.end()
        self._listeners.remove(listener)

    def emit(self, event: Event, to: Optional[List[EventListener]] = None) -> None:
        """To all that listen, or to some."""
        for listener in list(self._listeners if to is None else to):
            if listener.ended or listener.counts(event):
                continue
            if listener.take(event):
                self._dispatcher.post(listener)
            else:
                self.dropped += 1

    def failed(self, error: BaseException) -> None:
        """A handler raised it."""
        self._count_failed(error)
        self.emit(Event(EventKind.handler_failed, _text_of(error), 1))

    def _count_failed(self, error: BaseException) -> None:
        self.handlers_failed += 1


def _text_of(error: BaseException) -> str:
    name = type(error).__name__
    try:
        return f"{name}: {error}" if str(error) else name
    except Exception:  # a program's own, whose text fails as well
        return name
