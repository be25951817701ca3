"""The typed client for asyncio: as tubes_bus.Client, whose docstrings are the contract."""

from __future__ import annotations

import inspect
from typing import Awaitable, Callable, Literal, Optional, Type, TypeVar, overload

from .. import out
from ..client_asking import Out
from ..client_core import ClientCore
from ..client_receipts import Listeners, ReceiptHandler
from ..client_topics import ClientOptions, EnvelopeHandler, Topic
from ..engine.inbox import Delivery
from ..events import EventHandler
from ..gaps import Losses
from ..messages import Message, Role
from ..receipts import Receipt
from .bus import Bus

M = TypeVar("M", bound=Message)
OnReceipt = Optional[ReceiptHandler]


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

    @overload
    async def say(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> None: ...

    @overload
    async def say(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: Literal[True],
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Receipt: ...

    async def say(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: bool = False,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Optional[Receipt]:
        """With `receipt=True` it returns the ending, when that has come. In a handler this holds up
        the handlers behind; `on_receipt` does not."""
        listeners = Listeners(on_receipt, on_queued)
        return await self._say(out.Privmsg(to, text, network), receipt, listeners)

    @overload
    async def action(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> None: ...

    @overload
    async def action(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: Literal[True],
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Receipt: ...

    async def action(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: bool = False,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Optional[Receipt]:
        listeners = Listeners(on_receipt, on_queued)
        return await self._say(out.Action(to, text, network), receipt, listeners)

    @overload
    async def raw(
        self,
        command: str,
        network: str = "",
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> None: ...

    @overload
    async def raw(
        self,
        command: str,
        network: str = "",
        *,
        receipt: Literal[True],
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Receipt: ...

    async def raw(
        self,
        command: str,
        network: str = "",
        *,
        receipt: bool = False,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Optional[Receipt]:
        listeners = Listeners(on_receipt, on_queued)
        return await self._say(out.Raw(command, network), receipt, listeners)

    async def reply(
        self,
        message: Message,
        text: str,
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> bool:
        listeners = Listeners(on_receipt, on_queued)
        return await self.bus.drive(self.core.reply(message, text, listeners))

    async def close(self) -> None:
        await self.bus.drive(self.core.close())

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _say(
        self, message: Out, receipt: bool, listeners: Listeners
    ) -> Optional[Receipt]:
        asking = self.core.asking
        if receipt:
            return await self.bus.drive(asking.ask_and_wait(message, listeners))
        await self.bus.drive(asking.say(message, listeners))
        return None

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
