"""The typed client for asyncio: as tubes_bus.Client, whose docstrings are the contract."""

from __future__ import annotations

import inspect
from typing import Awaitable, Callable, Optional, Type, TypeVar

from .. import out
from ..client_core import ClientCore
from ..client_topics import ClientOptions, EnvelopeHandler, Topic
from ..engine.inbox import Delivery
from ..events import EventHandler
from ..gaps import Losses
from ..messages import Message, Role
from .bus import Bus

M = TypeVar("M", bound=Message)


class Client:
    """Handlers may be coroutine functions; on_event and losses are none."""

    def __init__(self, bus: Bus, options: ClientOptions = ClientOptions()) -> None:
        self.bus = bus
        self.core = ClientCore(bus.core, options, self._receive)

    async def on(self, type: Type[M], handler: Callable[[M], object]) -> None:
        await self.bus.drive(self.core.on(type.role, type, handler))

    async def on_envelope(self, role: Role, handler: EnvelopeHandler) -> None:
        await self.bus.drive(self.core.on(role, None, handler))

    def on_event(self, handler: EventHandler) -> None:
        self.core.on_event(handler)

    def losses(self) -> Losses:
        return self.core.losses()

    async def publish(self, message: Message) -> None:
        await self.bus.drive(self.core.publish(message))

    async def say(self, to: str, text: str, network: str = "") -> None:
        await self.publish(out.Privmsg(to, text, network))

    async def action(self, to: str, text: str, network: str = "") -> None:
        await self.publish(out.Action(to, text, network))

    async def raw(self, command: str, network: str = "") -> None:
        await self.publish(out.Raw(command, network))

    async def reply(self, message: Message, text: str) -> bool:
        return await self.bus.drive(self.core.reply(message, text))

    async def close(self) -> None:
        await self.bus.drive(self.core.close())

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _receive(self, topic: Topic) -> Callable[[Delivery], Awaitable[None]]:
        async def received(delivery: Delivery) -> None:
            first: Optional[Exception] = None
            for call in self.core.calls_of(topic, delivery):
                try:
                    result = call()
                    if inspect.isawaitable(result):
                        await result
                except Exception as fault:
                    first = first or fault
            if first is not None:
                raise first

        return received
