"""The typed client: messages instead of payloads. tubes_bus.aio has the same for asyncio."""

from __future__ import annotations

from typing import Callable, Literal, Optional, Type, TypeVar, overload

from . import out
from .bus import Bus
from .client_asking import Out
from .client_core import ClientCore, run_each
from .client_receipts import Listeners, ReceiptHandler
from .client_topics import ClientOptions, EnvelopeHandler, Topic
from .engine.inbox import Delivery
from .events import EventHandler
from .gaps import Losses
from .messages import Message, Role
from .pending_receipt import PendingReceipt

M = TypeVar("M", bound=Message)
OnReceipt = Optional[ReceiptHandler]


class Client:
    """A bot is a few lines on it:

        irc = Client(bus)
        irc.on(in_.Privmsg, lambda m: m.message == "hello" and irc.reply(m, "Hello " + m.sender))

    Handlers follow the rules of Bus. Methods are thread-safe, and raise as those of Bus do.
    """

    def __init__(self, bus: Bus, options: ClientOptions = ClientOptions()) -> None:
        self.bus = bus
        self.core = ClientCore(bus.core, options, self._receive)

    def on(self, type: Type[M], handler: Callable[[M], object]) -> None:
        """Calls `handler(message)` for every message of the type. The first of a topic's types
        subscribes to the topic: when this returns, it is live. Raises as Bus.subscribe() does, and
        the handler is then not added. What is no message is an event `undecodable`, never an
        exception."""
        self.bus.drive(self.core.on(type.role, type, handler))

    def on_envelope(self, role: Role, handler: EnvelopeHandler) -> None:
        """Every envelope of a topic, of whatever type: for relays and loggers."""
        self.bus.drive(self.core.on(role, None, handler))

    def on_event(self, handler: EventHandler) -> None:
        """The bus's events, and this client's own (`gap`, `undecodable`, `loop`)."""
        self.core.on_event(handler)

    def losses(self) -> Losses:
        """The messages that never came, on the topics that this client has handlers for: the sums
        of the `gap` events. Of publishers that send no `meta` nothing is known."""
        return self.core.losses()

    def publish(self, message: Message) -> None:
        """Publishes on the topic that the message's type belongs to, with the bus's id and the
        message's number in `meta`; web_in has none. Raises unsupported for an UnknownType,
        TypeError for a field of another type, ValueError for an `id` of more than 128 bytes."""
        self._publish(message)

    @overload
    def say(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> None: ...

    @overload
    def say(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: Literal[True],
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> PendingReceipt: ...

    def say(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: bool = False,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Optional[PendingReceipt]:
        """Says `text` in a channel or to a nick ("#pdxbots", "#a,#b"); without `network` on the
        default one. Never held back.

        With `receipt=True` the result tells what became of it: irc.say(…, receipt=True).result().
        `on_receipt(receipt)` is called once, as a handler, with the ending; before it
        `on_queued(receipt)`, if the bridge says that it has accepted the message. Endings are
        values, "failed" and "unknown" too. Raises then also timed_out, if the topic of receipts
        cannot be subscribed to, and outbox_full if 10,000 messages wait for their endings; nothing
        is said in either case, nor where it raises TypeError: for what is no text or function."""
        return self._say(out.Privmsg(to, text, network), receipt, Listeners(on_receipt, on_queued))

    @overload
    def action(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> None: ...

    @overload
    def action(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: Literal[True],
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> PendingReceipt: ...

    def action(
        self,
        to: str,
        text: str,
        network: str = "",
        *,
        receipt: bool = False,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Optional[PendingReceipt]:
        """ "/me text"."""
        return self._say(out.Action(to, text, network), receipt, Listeners(on_receipt, on_queued))

    @overload
    def raw(
        self,
        command: str,
        network: str = "",
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> None: ...

    @overload
    def raw(
        self,
        command: str,
        network: str = "",
        *,
        receipt: Literal[True],
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> PendingReceipt: ...

    def raw(
        self,
        command: str,
        network: str = "",
        *,
        receipt: bool = False,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> Optional[PendingReceipt]:
        """An IRC line as it is, if the bridge lets its command pass."""
        return self._say(out.Raw(command, network), receipt, Listeners(on_receipt, on_queued))

    def reply(
        self,
        message: Message,
        text: str,
        *,
        on_receipt: OnReceipt = None,
        on_queued: OnReceipt = None,
    ) -> bool:
        """Answers where the message came from: the right network, the channel or the private chat.

        False, and nothing said, if that might start a loop: the sender is a bot, or this bot
        itself, or made it say too much of late. An event `loop` says why, once. Raises TypeError
        for a Notice, and for what has no channel. `on_receipt` and `on_queued` are as of say()."""
        return self.bus.drive(self.core.reply(message, text, Listeners(on_receipt, on_queued)))

    def close(self) -> None:
        """Ends this client's subscriptions, and waits for its running handler. The bus stays. What
        waits for a receipt ends as "unknown" with the code "closed"."""
        self.bus.drive(self.core.close())

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _say(
        self, message: Out, receipt: bool, listeners: Listeners
    ) -> Optional[PendingReceipt]:
        if not receipt:
            self.bus.drive(self.core.asking.say(message, listeners))
            return None
        asked = self.bus.drive(self.core.asking.ask(message, listeners))
        return PendingReceipt(self.bus, self.core.asking, asked)

    def _publish(self, message: Message) -> None:
        self.bus.drive(self.core.publish(message))

    def _receive(self, topic: Topic) -> Callable[[Delivery], None]:
        return lambda delivery: run_each(self.core.calls_of(topic, delivery))
