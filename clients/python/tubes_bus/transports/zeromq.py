"""ZeroMQ: a client of the Tubes broker. Needs python3-zmq."""

from __future__ import annotations

from typing import Any, List, Optional

from ..engine.driver import Driver, RetainedCall, Sink
from ..engine.outgoing import Outgoing
from ..errors import library
from ..options import BusOptions, Capabilities
from ..url import Url
from .zeromq_connection import Connection
from .zeromq_endpoints import endpoints
from .zeromq_keys import client_keys
from .zeromq_session import ZeromqSession
from .zeromq_trouble import Troubles


class ZeromqDriver(Driver):
    capabilities = Capabilities(retained=True)

    def __init__(self, url: Url, options: BusOptions) -> None:
        self._endpoints, self._options = endpoints(url), options
        self._zmq = _zmq_library()
        self._keys = client_keys(url, self._zmq)
        self._troubles = Troubles(self._endpoints, self._keys, self._zmq)
        self.address = f"zeromq at {self._endpoints.place}"
        self._tried = 0  # addresses of the broker's name
        self._session: Optional[ZeromqSession] = None

    async def connect(self, sink: Sink) -> None:
        pairs = await self._endpoints.pairs()
        pair = pairs[self._tried % len(pairs)]
        self._tried += 1  # perhaps another one answers
        connection = Connection(self._zmq, pair, self._keys, self._options)
        self._session = ZeromqSession(connection, sink, self._troubles)
        await self._session.open()
        self._tried -= 1

    async def disconnect(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def subscribe(self, filter_: str) -> None:
        self._up.subscribe(filter_)

    async def unsubscribe(self, filter_: str) -> None:
        self._up.unsubscribe(filter_)

    async def send(self, messages: List[Outgoing]) -> None:
        self._up.send(messages)

    async def call(self, call: RetainedCall) -> None:
        self._up.call(call)

    @property
    def _up(self) -> ZeromqSession:
        assert self._session is not None
        return self._session


def _zmq_library() -> Any:
    wanted = {"wanted_for": "zmq://", "debian": "python3-zmq", "extra": "zmq"}
    zmq = library("zmq", **wanted)
    for part in ("zmq.utils.monitor", "zmq.utils.z85"):
        library(part, **wanted)
    return zmq
