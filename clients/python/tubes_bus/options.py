"""Limits and times of a bus. All times are seconds, all sizes bytes."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Optional

from .clock import VirtualClock


class Overflow(enum.Enum):
    """What a full inbox drops. Either way it is counted, and an event `overflow` reports it."""

    drop_oldest = "drop_oldest"  #: the newest messages are the ones worth having
    drop_newest = "drop_newest"  #: what is there already stays


class Ready(enum.Enum):
    """When subscribe() returns."""

    wait = "wait"  #: once the subscription is live, or raises at ready_timeout
    background = "background"  #: at once; the event `subscribed` says when it is live


@dataclass(frozen=True)
class SubscribeOptions:
    inbox_messages: int = 100_000
    inbox_bytes: int = 64 << 20  #: of payloads
    overflow: Overflow = Overflow.drop_oldest
    ready: Ready = Ready.wait


@dataclass(frozen=True)
class BusOptions:
    max_payload: int = 1 << 20  #: more is not published, and not taken
    outbox_bytes: int = 16 << 20  #: full once messages of this size in all wait
    outbox_age: float = 60.0  #: what waited longer than this while away is dropped
    publish_timeout: float = 5.0  #: how long publish() waits for room in the outbox
    ready_timeout: float = 5.0  #: how long subscribe, put, get and remove wait
    connect_timeout: float = 3.0  #: one attempt to connect
    backoff_first: float = 0.05  #: the first retry's longest delay; doubles
    backoff_longest: float = 5.0  #: no retry waits longer than this
    heartbeat: float = 5.0  #: how often changed numbers are stated; 0: never
    answer_stats: bool = True  #: to `tubes stats`: counts and a name, no contents
    name: str = ""  #: for that answer; "": the program's and the process id
    clock: Optional[VirtualClock] = None  #: of memory:// alone; None: one of the name's own


@dataclass(frozen=True)
class Capabilities:
    """What a transport can do; asking for more is Error `unsupported` at the call."""

    retained: bool = False  #: put, get, remove
    retained_survives_restart: bool = False  #: of the backend
    inline_dispatch: bool = False  #: handlers run on the publishing thread
