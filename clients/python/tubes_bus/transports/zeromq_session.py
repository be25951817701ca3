"""What is known of one connection to a Tubes broker (docs/ZEROMQ.md)."""

from __future__ import annotations

import asyncio
import struct
from typing import Dict, List, Optional

from ..engine.driver import CallKind, RetainedCall, Sink
from ..engine.futures import fail, resolve
from ..engine.outgoing import Outgoing
from ..errors import Error, ErrorCode
from .zeromq_connection import Connection, Frames
from .zeromq_readiness import PREFIX, Readiness
from .zeromq_trouble import Troubles

_VERSION = b"1"
_PROBE_AGAIN = 0.25  # seconds
_LONGEST_SILENCE = 10.0  # seconds, while publishes wait for a confirmation
# A SUB socket before libzmq 4.3.5 breaks its connection over a longer one (libzmq issue 4367).
_LONGEST_PREFIX = 245
_LONGEST_WORDS = 300


class ZeromqSession:
    def __init__(self, connection: Connection, sink: Sink, troubles: Troubles) -> None:
        self._connection, self._sink, self._troubles = connection, sink, troubles
        self._loop = asyncio.get_running_loop()
        self._readiness = Readiness()
        self._welcome: "asyncio.Future[None]" = self._loop.create_future()
        self._receiving: "asyncio.Future[None]" = self._loop.create_future()
        self._sent = self._confirmed = 0
        self._silent_since = 0.0
        self._calls: Dict[int, RetainedCall] = {}
        self._calls_made = 0
        self._is_up = False
        self._asking = self._loop.call_later(_PROBE_AGAIN, self._ask_again)

    async def open(self) -> None:
        """Returns once the broker has welcomed us, and its publications reach us."""
        self._connection.read(self._take, self._take_message, self._trouble, self._failed)
        self._send([b"$hello", _VERSION])
        self._probe()
        await asyncio.gather(self._welcome, self._receiving)
        self._is_up = True

    async def close(self) -> None:
        self._asking.cancel()
        await self._connection.close()

    def subscribe(self, filter_: str) -> None:
        self._connection.messages.subscribe(_prefix(filter_))
        self._readiness.add(filter_)
        self._probe()

    def unsubscribe(self, filter_: str) -> None:
        self._readiness.remove(filter_)
        self._connection.messages.unsubscribe(_prefix(filter_))

    def send(self, messages: List[Outgoing]) -> None:
        if self._sent == self._confirmed:
            self._silent_since = self._loop.time()
        for message in messages:
            self._sent += 1
            self._connection.send([message.topic.encode(), message.payload])
        self._connection.look()

    def call(self, call: RetainedCall) -> None:
        self._calls_made += 1
        self._calls[self._calls_made] = call
        frames = [b"$" + call.kind.value.encode(), _encoded(self._calls_made), call.key.encode()]
        if call.kind is CallKind.put:
            frames.append(call.value)
        self._send(frames)

    def _send(self, frames: Frames) -> None:
        self._connection.send(frames)
        self._connection.look()

    def _failed(self, fault: Exception) -> None:
        self._lost(fault if isinstance(fault, Error) else self._unreachable(str(fault)))

    def _lost(self, error: Exception) -> None:
        for waiting in (self._welcome, self._receiving):
            if not waiting.done():
                waiting.set_exception(error)
                waiting.exception()  # looked at: open() may wait for the other one
        self._sink.lost(error)

    def _trouble(self, event: int, value: int) -> None:
        self._lost(self._troubles.of(event, value, self._is_up))

    def _unreachable(self, cause: str) -> Error:
        return self._troubles.unreachable(cause, self._is_up)

    def _probe(self) -> None:
        topic = self._readiness.next_probe()
        if topic is not None:
            self._connection.messages.subscribe(topic.encode())

    def _ask_again(self) -> None:
        """For proofs that were lost. And a broker that ended our session takes publishes all the
        same, but confirms none."""
        self._readiness.repeat()
        self._probe()
        silent = self._loop.time() - self._silent_since
        if self._sent > self._confirmed and silent > _LONGEST_SILENCE:
            self._lost(self._unreachable(f"it has confirmed nothing for {_LONGEST_SILENCE:g} s"))
        self._asking = self._loop.call_later(_PROBE_AGAIN, self._ask_again)

    def _take_message(self, frames: Frames) -> None:
        topic = frames[0].decode("utf-8", "replace")
        if topic.startswith(PREFIX):
            self._take_probe(topic)
        elif len(frames) == 2:
            self._sink.received(topic, frames[1])
        else:
            raise self._troubles.not_understood("a delivery must be [topic, payload]")

    def _take_probe(self, topic: str) -> None:
        proof = self._readiness.answered(topic)
        if proof is None:
            return
        for probe in proof.probes:
            self._connection.messages.unsubscribe(probe.encode())
        if not self._receiving.done():
            self._receiving.set_result(None)
        for filter_ in proof.filters:
            self._sink.live(filter_)

    def _take(self, frames: Frames) -> None:
        kind, size = frames[0], len(frames)
        if kind == b"$ack" and size == 2:
            self._confirm(_decoded(frames[1]), rejected=False)
        elif kind == b"$reject" and size == 3:
            self._confirm(_decoded(frames[1]), rejected=True)
            self._sink.rejected(_printable(frames[2]))
        elif kind == b"$answer" and size == 4:
            self._take_answer(_decoded(frames[1]), frames[2], frames[3])
        elif kind == b"$hello" and size == 3 and frames[1] == _VERSION:
            if not self._welcome.done():
                self._welcome.set_result(None)
        elif kind == b"$refuse" and size == 2:
            raise self._troubles.session_refused(_printable(frames[1]))
        else:
            raise self._troubles.not_understood("not a message of version 1 of the protocol")

    def _confirm(self, count: Optional[int], rejected: bool) -> None:
        """The broker has answered the first `count` publishes, and refused the last of them."""
        newly = -1 if count is None else count - self._confirmed
        if newly < int(rejected) or self._confirmed + newly > self._sent:
            raise self._troubles.not_understood("it confirmed what was not sent")
        self._confirmed += newly
        self._silent_since = self._loop.time()
        if newly - rejected > 0:
            self._sink.accepted(newly - rejected)

    def _take_answer(self, number: Optional[int], status: bytes, text: bytes) -> None:
        call = self._calls.pop(-1 if number is None else number, None)
        if call is None or status not in (b"value", b"none", b"refused"):
            raise self._troubles.not_understood("it answered what was not asked")
        if status == b"refused":
            fail(call.done, Error(ErrorCode.refused, f"the broker: {_printable(text)}"))
        else:
            resolve(call.done, text if status == b"value" else None)


def _prefix(filter_: str) -> bytes:
    """A shorter one receives all the same, and the engine finds what is wanted."""
    stem = filter_[:-1] if filter_.endswith(".>") else filter_
    return stem.encode()[:_LONGEST_PREFIX]


def _encoded(number: int) -> bytes:
    return struct.pack(">Q", number)


def _decoded(data: bytes) -> Optional[int]:
    return int(struct.unpack(">Q", data)[0]) if len(data) == 8 else None


def _printable(words: bytes) -> str:
    shown = "".join(chr(c) if 0x20 <= c <= 0x7E else "?" for c in words[:_LONGEST_WORDS])
    return shown + "..." if len(words) > _LONGEST_WORDS else shown
