"""One connection to a Redis server: it opens, logs in, sends commands and reads replies."""

from __future__ import annotations

import asyncio
from typing import Callable, Iterable, List, Optional, Tuple

from ..errors import Error, ErrorCode
from .redis_refusal import refusal, unreachable
from .redis_settings import Settings, context_of
from .resp import Argument, NotResp, Reader, Reply, RespError, packed

_AT_ONCE = 1 << 16  # bytes


class RedisConnection:
    def __init__(self, settings: Settings, largest: int) -> None:
        self._settings = settings
        self._resp = Reader(largest)
        self._reader: Optional[asyncio.StreamReader] = None
        self._writer: Optional[asyncio.StreamWriter] = None
        self.heard = 0.0  #: when something last came, by the loop's clock

    async def open(self) -> None:
        """Returns once logged in. Raises Error that names the address, the cause and the remedy."""
        try:
            self._reader, self._writer = await self._connected()
        except (OSError, ValueError) as fault:
            raise unreachable(self._settings, fault) from None
        for tried, command in self._login():
            await self.send([command])
            answer = (await self._replies())[0]
            if isinstance(answer, RespError):
                raise refusal(self._settings.address, tried, str(answer))

    async def send(self, commands: Iterable[Tuple[Argument, ...]]) -> None:
        """Returns once the system has taken them."""
        assert self._writer is not None
        try:
            self._writer.write(b"".join(packed(*command) for command in commands))
            await self._writer.drain()
        except OSError as fault:
            raise unreachable(self._settings, fault) from None

    async def read(self, take: Callable[[Reply], None]) -> None:
        """Hands over replies until the connection breaks; then raises Error."""
        while True:
            for reply in await self._replies():
                take(reply)

    async def close(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.transport.abort()  # what is on the way is unconfirmed in any case
            try:
                await writer.wait_closed()
            except OSError:
                pass

    async def _connected(self) -> Tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        settings = self._settings
        if settings.socket:
            return await asyncio.open_unix_connection(settings.socket)
        if settings.tls is None:
            return await asyncio.open_connection(settings.host, settings.port)
        return await asyncio.open_connection(
            settings.host,
            settings.port,
            ssl=context_of(settings.tls),
            server_hostname=settings.tls.server_name,
        )

    def _login(self) -> List[Tuple[str, Tuple[Argument, ...]]]:
        """What is tried, and the command. PING finds out where a login would be needed."""
        settings = self._settings
        steps: List[Tuple[str, Tuple[Argument, ...]]] = []
        if settings.user:
            steps.append(("the login", ("AUTH", settings.user, settings.password)))
        elif settings.password:
            steps.append(("the login", ("AUTH", settings.password)))
        if settings.db:
            steps.append((f"database {settings.db}", ("SELECT", str(settings.db))))
        return [*steps, ("the connection", ("PING",))]

    async def _replies(self) -> List[Reply]:
        """At least one."""
        replies: List[Reply] = []
        while not replies:
            replies = self._parsed(await self._received())
        return replies

    async def _received(self) -> bytes:
        assert self._reader is not None
        try:
            data = await self._reader.read(_AT_ONCE)
        except OSError as fault:
            raise unreachable(self._settings, fault) from None
        if not data:
            address = self._settings.address
            raise Error(ErrorCode.unreachable, f"{address} closed the connection; its log says why")
        self.heard = asyncio.get_running_loop().time()
        return data

    def _parsed(self, data: bytes) -> List[Reply]:
        try:
            return list(self._resp.feed(data))
        except NotResp:
            raise Error(
                ErrorCode.refused,
                f"what answers at {self._settings.address} does not speak RESP; is it Redis?",
            ) from None
