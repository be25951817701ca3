"""Redis: topics are channels of its pub/sub, retained values plain keys. Needs no library."""

from __future__ import annotations

from typing import List, Optional

from ..engine.driver import Driver, RetainedCall, Sink
from ..engine.outgoing import Outgoing
from ..options import BusOptions, Capabilities
from ..url import Url
from .redis_session import RedisSession
from .redis_settings import settings_of


class RedisDriver(Driver):
    capabilities = Capabilities(retained=True, retained_survives_restart=True)

    def __init__(self, url: Url, options: BusOptions) -> None:
        self._settings, self._options = settings_of(url), options
        self.address = self._settings.address
        self._session: Optional[RedisSession] = None

    async def connect(self, sink: Sink) -> None:
        self._session = RedisSession(self._settings, sink, self._options.max_payload)
        await self._session.open()

    async def disconnect(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def subscribe(self, filter_: str) -> None:
        await self._up.ask("SUBSCRIBE", filter_)

    async def unsubscribe(self, filter_: str) -> None:
        await self._up.ask("UNSUBSCRIBE", filter_)

    async def send(self, messages: List[Outgoing]) -> None:
        await self._up.publish(messages)

    async def call(self, call: RetainedCall) -> None:
        await self._up.call(call)

    @property
    def _up(self) -> RedisSession:
        assert self._session is not None
        return self._session
