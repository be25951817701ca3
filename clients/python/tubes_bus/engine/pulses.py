"""What a ledger of losses must know beside the messages, and who hears it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Callable, List, Optional

from .. import heartbeat
from ..heartbeat import Heartbeat
from .dispatcher import Dispatcher
from .listeners import Failed, Listener


class PulseKind(enum.Enum):
    beat = "beat"  #: a publisher's heartbeat: what it counts and has not arrived by now is lost
    live = "live"  #: what is published to `filter` from now on arrives, while nothing breaks
    away = "away"  #: the connection broke: what is published now is missed, until `live`


@dataclass(frozen=True)
class Pulse:
    """What a ledger of losses must know beside the messages, in its place among them."""

    kind: PulseKind
    beat: Optional[Heartbeat] = None
    filter: str = ""


class PulseListener(Listener[Pulse]):
    """A heartbeat that finds no room is as one that was lost; what else there is must be told."""

    def take(self, thing: Pulse) -> bool:
        if thing.kind is not PulseKind.beat:
            self._queue.append(thing)
            return True
        return super().take(thing)


class Pulses:
    """To be called with the dispatcher's lock held."""

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher
        self._listeners: List[PulseListener] = []

    def add(
        self, owner: object, handler: Callable[[Pulse], object], failed: Failed
    ) -> PulseListener:
        self._listeners.append(PulseListener(owner, handler, failed))
        return self._listeners[-1]

    def remove(self, listener: PulseListener) -> None:
        listener.end()
        self._listeners.remove(listener)

    def beat(self, payload: bytes) -> None:
        beat = heartbeat.parse(payload) if self._listeners else None
        if beat is not None:
            self._emit(Pulse(PulseKind.beat, beat))

    def live(self, filter_: str) -> None:
        self._emit(Pulse(PulseKind.live, filter=filter_))

    def away(self) -> None:
        self._emit(Pulse(PulseKind.away))

    def _emit(self, pulse: Pulse) -> None:
        for listener in list(self._listeners):
            if listener.take(pulse):
                self._dispatcher.post(listener)
