"""Messages that leave, in order."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Deque, Iterator

_ENTRY_OVERHEAD = 64  # bytes that count beside topic and payload


@dataclass
class Outgoing:
    topic: str
    payload: bytes
    since: float
    numbered: bool = False

    @property
    def size(self) -> int:
        return _ENTRY_OVERHEAD + len(self.topic) + len(self.payload)


class Queue:
    """Knows its size in bytes."""

    def __init__(self) -> None:
        self._messages: Deque[Outgoing] = deque()
        self.bytes = 0

    def append(self, message: Outgoing) -> None:
        self._messages.append(message)
        self.bytes += message.size

    def prepend(self, message: Outgoing) -> None:
        self._messages.appendleft(message)
        self.bytes += message.size

    def first(self) -> Outgoing:
        return self._messages[0]

    def pop(self) -> Outgoing:
        """The first one."""
        message = self._messages.popleft()
        self.bytes -= message.size
        return message

    def __len__(self) -> int:
        return len(self._messages)

    def __iter__(self) -> Iterator[Outgoing]:
        return iter(self._messages)
