"""What is known of one pair of connections to a Redis server.

Two, for one that has subscribed takes no other commands: one for PUBLISH and the keys, whose
answers come in order, and one for what is received.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Callable, Coroutine, Deque, Dict, List, Tuple

from ..engine.driver import CallKind, RetainedCall, Sink
from ..engine.futures import fail, resolve
from ..engine.outgoing import Outgoing
from ..errors import Error, ErrorCode
from ..heartbeat import LONGEST_TEXT
from .redis_connection import RedisConnection
from .redis_refusal import refusal
from .redis_settings import Settings
from .resp import Argument, Reply, RespError, TooLarge

_HEARTBEAT = 5.0  # seconds: how often a connection is checked for life
_LONGEST_SILENCE = 15.0


class RedisSession:
    def __init__(self, settings: Settings, sink: Sink, max_payload: int) -> None:
        self._settings, self._sink = settings, sink
        # Heartbeats come whatever the limit, and Redis itself has something to say.
        largest = max(max_payload, LONGEST_TEXT)
        self._commands = RedisConnection(settings, largest)
        self._messages = RedisConnection(settings, largest)
        self._answers: Deque[Callable[[Reply], None]] = deque()
        self._asked: Deque[Tuple[str, str]] = deque()  # command and filter, not answered yet
        self._tasks: "List[asyncio.Task[None]]" = []

    async def open(self) -> None:
        await self._commands.open()
        await self._messages.open()
        reading = self._commands.read(self._take_answer), self._messages.read(self._take_push)
        for step in (*reading, self._keep_alive()):
            self._tasks.append(asyncio.ensure_future(self._guarded(step)))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._commands.close()
        await self._messages.close()

    async def ask(self, command: str, filter_: str) -> None:
        self._asked.append((command, filter_))
        is_pattern = filter_.endswith(".>")
        channel = filter_[:-1] + "*" if is_pattern else filter_
        await self._messages.send([(("P" if is_pattern else "") + command, channel)])

    async def publish(self, messages: List[Outgoing]) -> None:
        self._answers.extend([self._published] * len(messages))
        await self._commands.send([("PUBLISH", each.topic, each.payload) for each in messages])

    async def call(self, call: RetainedCall) -> None:
        key = self._settings.prefix + call.key
        commands: Dict[CallKind, Tuple[Argument, ...]] = {
            CallKind.put: ("SET", key, call.value),
            CallKind.get: ("GET", key),
            CallKind.remove: ("DEL", key),
        }
        self._answers.append(lambda answer: self._called(call, answer))
        await self._commands.send([commands[call.kind]])

    async def _guarded(self, step: "Coroutine[None, None, None]") -> None:
        try:
            await step
        except Exception as fault:
            self._sink.lost(fault)

    async def _keep_alive(self) -> None:
        """A connection that was cut off without a word looks alive for hours."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_HEARTBEAT)
            for connection in (self._commands, self._messages):
                if loop.time() - connection.heard > _LONGEST_SILENCE:
                    raise Error(
                        ErrorCode.unreachable,
                        f"{self._settings.address} was silent for {_LONGEST_SILENCE:g} s; is it "
                        "running, and the network up?",
                    )
            self._answers.append(lambda answer: None)
            await self._commands.send([("PING",)])
            await self._messages.send([("PING",)])

    def _take_answer(self, answer: Reply) -> None:
        if not self._answers:
            raise self._not_understood()
        self._answers.popleft()(answer)

    def _published(self, answer: Reply) -> None:
        if isinstance(answer, RespError):
            self._sink.rejected(str(refusal(self._settings.address, "PUBLISH", str(answer))))
        else:
            self._sink.accepted(1)

    def _called(self, call: RetainedCall, answer: Reply) -> None:
        if isinstance(answer, RespError):
            tried = f"to {call.kind.value} {self._settings.prefix}{call.key}"
            fail(call.done, refusal(self._settings.address, tried, str(answer)))
        elif isinstance(answer, TooLarge):
            what = f"the value has {answer.size} bytes, more than max_payload"
            fail(call.done, Error(ErrorCode.payload_too_large, what))
        else:
            value = answer if call.kind is CallKind.get else None
            resolve(call.done, value if isinstance(value, bytes) else None)

    def _take_push(self, push: Reply) -> None:
        if isinstance(push, RespError):
            return self._refused(str(push))
        kind, *rest = push if isinstance(push, list) else [push]
        if kind in (b"message", b"pmessage"):
            self._received(rest)
        elif kind in (b"subscribe", b"psubscribe", b"unsubscribe", b"punsubscribe"):
            command, filter_ = self._answered()
            if command == "SUBSCRIBE":
                self._sink.live(filter_)
        elif kind not in (b"pong", b"PONG"):
            raise self._not_understood()

    def _received(self, message: List[Reply]) -> None:
        """[topic, payload], or [pattern, topic, payload]: once for each filter that matches."""
        texts = [
            each.decode("utf-8", "replace") for each in message[:-1] if isinstance(each, bytes)
        ]
        payload = message[-1]
        if len(texts) != len(message) - 1 or not texts:
            raise self._not_understood()
        filter_ = texts[0] if len(texts) == 1 else texts[0][:-1] + ">"
        if isinstance(payload, bytes):
            self._sink.received(texts[-1], payload, filter_)
        elif isinstance(payload, TooLarge):
            self._sink.too_large(texts[-1], payload.size)

    def _refused(self, words: str) -> None:
        command, filter_ = self._answered()
        if command == "SUBSCRIBE":
            why = refusal(self._settings.address, f"the subscription to {filter_}", words)
            self._sink.refused(filter_, str(why))

    def _answered(self) -> Tuple[str, str]:
        if not self._asked:
            raise self._not_understood()
        return self._asked.popleft()

    def _not_understood(self) -> Error:
        return Error(
            ErrorCode.refused,
            f"what answers at {self._settings.address} says what Redis would not; is it Redis?",
        )
