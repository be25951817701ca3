"""What a transport implements. All of it runs in one event loop."""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from concurrent.futures import Future
from dataclasses import dataclass
from typing import List, Optional, Protocol

from ..options import Capabilities
from .outgoing import Outgoing


class CallKind(enum.Enum):
    put = "put"
    get = "get"
    remove = "remove"


@dataclass(frozen=True)
class RetainedCall:
    """`done` becomes the value, or None; or fails with an Error."""

    kind: CallKind
    key: str
    value: bytes
    done: "Future[Optional[bytes]]"


class Sink(Protocol):
    """What a driver tells the engine."""

    def received(self, topic: str, payload: bytes, filter_: str = "") -> None:
        """`filter_`: the one that brought it, where the backend sends it once for each. Else it
        goes to all that match."""

    def too_large(self, topic: str, size: int) -> None:
        """A payload of so many bytes came, and was passed over unread."""

    def accepted(self, count: int) -> None:
        """The backend has the oldest `count` of the messages that are on the way."""

    def rejected(self, why: str) -> None:
        """It refused the oldest one."""

    def live(self, filter_: str) -> None: ...

    def refused(self, filter_: str, why: str) -> None: ...

    def lost(self, why: Exception) -> None:
        """The connection broke. The first reason counts."""


class Driver(ABC):
    """One connection at a time: connect(), anything, disconnect(), and again."""

    address: str  #: "redis at 127.0.0.1:6379"; never holds a secret
    capabilities: Capabilities

    @abstractmethod
    async def connect(self, sink: Sink) -> None:
        """Returns once connected. Raises Error that names the address, the cause and the remedy."""

    @abstractmethod
    async def disconnect(self) -> None:
        """Ends the connection, or the attempt; does not raise."""

    @abstractmethod
    async def subscribe(self, filter_: str) -> None:
        """Asks for it; Sink.live() or Sink.refused() tell the answer."""

    @abstractmethod
    async def unsubscribe(self, filter_: str) -> None: ...

    @abstractmethod
    async def send(self, messages: List[Outgoing]) -> None:
        """Sends them in this order; Sink.accepted() or Sink.rejected() tell of each."""

    @abstractmethod
    async def call(self, call: RetainedCall) -> None:
        """Sends it; what comes back becomes of `call.done`."""
