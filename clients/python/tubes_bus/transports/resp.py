"""RESP 2, the protocol of Redis: bytes in, replies out. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterator, List, Optional, Tuple, Union

Argument = Union[str, bytes]
Reply = Union[bytes, int, None, "RespError", "TooLarge", List["Reply"]]

_MOST_NESTED = 8
_CRLF = b"\r\n"
_MARK = b"~"  # never sent by a server that speaks RESP 2


class RespError(Exception):
    """What Redis refused, in its words. A reply, not raised here."""


@dataclass(frozen=True)
class TooLarge:
    """Stands for text that was passed over, unread."""

    size: int  #: bytes


class NotResp(Exception):
    """Whatever talks there is no Redis."""


class _Incomplete(Exception):
    pass


def packed(*arguments: Argument) -> bytes:
    """One command."""
    parts = [b"*%d\r\n" % len(arguments)]
    for each in arguments:
        data = each.encode() if isinstance(each, str) else each
        parts += [b"$%d\r\n" % len(data), data, _CRLF]
    return b"".join(parts)


class Reader:
    """Keeps no text of more than `largest` bytes."""

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self._needed = 0  # bytes: fewer do not complete the reply that has begun
        self._passed_over = 0  # bytes that are still to come, of a text that is too large

    def feed(self, data: bytes) -> Iterator[Reply]:
        """The replies that these bytes complete. Raises NotResp."""
        passed_over = min(self._passed_over, len(data))
        self._passed_over -= passed_over
        self._buffer += data[passed_over:]
        if self._passed_over:
            return
        at = 0
        try:
            while at < len(self._buffer) >= self._needed:
                reply, at = self._reply(at, 0)
                self._needed = 0
                yield reply
        except _Incomplete:
            self._needed -= at
        del self._buffer[:at]

    def _reply(self, at: int, depth: int) -> Tuple[Reply, int]:
        start, kind = at, self._buffer[at : at + 1]
        line, at = self._line(at + 1)
        if kind == b"+":
            return line, at
        if kind == b"-":
            return RespError(line.decode("utf-8", "replace")), at
        if kind == b":":
            return _number(line), at
        if kind == b"$":
            return self._bulk(_number(line), start, at)
        if kind == _MARK:
            return TooLarge(_number(line)), at
        if kind == b"*" and depth < _MOST_NESTED:
            return self._array(_number(line), at, depth)
        raise NotResp

    def _line(self, at: int) -> Tuple[bytes, int]:
        end = self._buffer.find(_CRLF, at)
        if end < 0:
            self._needed = len(self._buffer) + 1
            raise _Incomplete
        return bytes(self._buffer[at:end]), end + 2

    def _bulk(self, size: int, start: int, at: int) -> Tuple[Union[bytes, TooLarge, None], int]:
        if size < 0:
            return None, at
        end = at + size
        if size > self._largest:
            return self._pass_over(size, start, end + 2)
        if len(self._buffer) < end + 2:
            self._needed = end + 2
            raise _Incomplete
        return bytes(self._buffer[at:end]), end + 2

    def _pass_over(self, size: int, start: int, end: int) -> Tuple[TooLarge, int]:
        """A mark takes the place of the text, for what comes in front of it is read once more."""
        mark = _MARK + b"%d\r\n" % size
        self._passed_over = max(0, end - len(self._buffer))
        self._buffer[start:end] = mark
        if self._passed_over:
            self._needed = 0
            raise _Incomplete
        return TooLarge(size), start + len(mark)

    def _array(self, size: int, at: int, depth: int) -> Tuple[Reply, int]:
        found: List[Reply] = []
        for _ in range(size):
            reply, at = self._reply(at, depth + 1)
            found.append(reply)
        return (found if size >= 0 else None), at


def _number(line: bytes) -> int:
    try:
        return int(line)
    except ValueError:
        raise NotResp from None
