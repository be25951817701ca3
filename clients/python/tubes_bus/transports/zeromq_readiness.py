"""Which subscriptions the broker has read: what comes back on "$ready.<unique>" was asked last."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import List, Optional

PREFIX = "$ready."


@dataclass
class _Waiting:
    filter: str
    since: int  #: the first probe that comes after it


@dataclass(frozen=True)
class Proof:
    filters: List[str]  #: are live
    probes: List[str]  #: are of no more use


class Readiness:
    """No I/O. A probe is subscribed to once, and another one made if no answer comes."""

    def __init__(self) -> None:
        self._unique = PREFIX + secrets.token_hex(16) + "."
        self._next = 0
        self._probes: List[str] = []
        self._waiting: List[_Waiting] = []
        self._unprobed = True  # the first one proves that the connection receives

    def add(self, filter_: str) -> None:
        self._waiting.append(_Waiting(filter_, self._next))
        self._unprobed = True

    def remove(self, filter_: str) -> None:
        self._waiting = [each for each in self._waiting if each.filter != filter_]

    def repeat(self) -> None:
        """No answer came in time."""
        self._unprobed = self._unprobed or self.is_waiting()

    def is_waiting(self) -> bool:
        return bool(self._probes)

    def next_probe(self) -> Optional[str]:
        """What to subscribe to, behind all filters that were added."""
        if not self._unprobed:
            return None
        self._unprobed = False
        self._probes.append(f"{self._unique}{self._next}")
        self._next += 1
        return self._probes[-1]

    def answered(self, topic: str) -> Optional[Proof]:
        """None if it is no probe of this connection, or was answered before."""
        if topic not in self._probes:
            return None
        number = int(topic.rpartition(".")[2])
        cut = self._probes.index(topic) + 1
        old, self._probes = self._probes[:cut], self._probes[cut:]
        live = [each.filter for each in self._waiting if each.since <= number]
        self._waiting = [each for each in self._waiting if each.since > number]
        return Proof(live, old)
