"""Testing a bot: on the in-memory bus, without a server, a thread or a sleep."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Callable, List, Optional, Tuple

from . import aio, in_, out
from .bus import open
from .client import Client
from .client_core import ClientCore
from .client_topics import ClientOptions
from .clock import VirtualClock
from .codec import decode
from .engine.inbox import Delivery
from .events import Event, EventKind
from .messages import Message, Role
from .options import BusOptions
from .receipts import CONFIRMED, QUEUED, Receipt

_names = (f"memory://rehearsal-{number}" for number in itertools.count())


class _Notes:
    """What the bot published, and what happened to its bus."""

    def __init__(self) -> None:
        self._sent: List[Message] = []
        self._events: List[Event] = []
        self._ending: Optional[Receipt] = Receipt("", CONFIRMED)
        self._partner_core: ClientCore

    def answers(self, state: str, code: str = "", reason: str = "") -> None:
        """What the bridge says from now on of each message that asks for a receipt: "queued", and
        then this ending; "": nothing. Before this is called: "confirmed"."""
        self._ending = Receipt("", state, code=code, reason=reason) if state else None

    def sent(self) -> List[Message]:
        """All that the bot published on `out` since this was last asked."""
        sent, self._sent = self._sent, []
        return sent

    def said(self) -> List[Tuple[str, str]]:
        """As sent(): (to, message) of what it said."""
        return [(m.to, m.message) for m in self.sent() if isinstance(m, out.Privmsg)]

    def events(self) -> List[Event]:
        """All events since this was last asked."""
        events, self._events = self._events, []
        return events

    def _play(self, partner: ClientCore) -> None:
        """The bridge: it answers as messages arrive, for a handler of the bot may wait for it."""
        self._partner_core = partner
        partner.taps[Role.out] = self._answer

    def _answer(self, delivery: Delivery) -> None:
        envelope = decode(Role.out, delivery.payload).envelope
        id_ = getattr(envelope.message, "id", "") if envelope is not None else ""
        if id_ and self._ending is not None:
            for receipt in (Receipt(id_, QUEUED), replace(self._ending, id=id_)):
                self._partner_core.push(receipt)()

    def _keep(self, message: Message) -> None:
        self._sent.append(message)

    def _check(self) -> None:
        for event in self._events:
            if event.kind is EventKind.handler_failed:
                raise AssertionError(f"a handler of the bot failed: {event.what}")


class Rehearsal(_Notes):
    """A bot, and someone who speaks to it:

        bot = Rehearsal(greeter)            # greeter(client) sets the bot up
        bot.hears("alice", "#a", "hello")
        assert bot.said() == [("#a", "Hello alice")]

    All handlers have run when a method returns. One that raises fails the test.
    """

    def __init__(
        self, setup: Callable[[Client], object], options: ClientOptions = ClientOptions()
    ) -> None:
        super().__init__()
        self.clock = VirtualClock()
        url, bus_options = next(_names), BusOptions(clock=self.clock)
        self.bus = open(url, bus_options)
        self._partner = Client(open(url, bus_options))
        self._play(self._partner.core)
        for type_ in (out.Privmsg, out.Action, out.Raw):
            self._partner.on(type_, self._keep)
        self.client = Client(self.bus, options)
        self.client.on_event(lambda event: self._events.append(event))
        self.bot = setup(self.client)

    def hears(self, sender: str, channel: str, message: str, network: str = "") -> None:
        """Someone says it; in private `channel` is the sender."""
        self.receives(in_.Privmsg(sender, channel, message, network))

    def receives(self, message: Message) -> None:
        """Any message of `in`, or a Receipt."""
        self._partner.publish(message)
        self._check()

    def advance(self, seconds: float) -> None:
        """Time passes: what the bot set with bus.after() runs when it is due."""
        self.clock.advance(seconds)
        self._check()

    def close(self) -> None:
        self.bus.close()
        self._partner.bus.close()


class AsyncRehearsal(_Notes):
    """The same for a bot of asyncio: bot = await AsyncRehearsal.of(greeter)."""

    def __init__(self, options: ClientOptions) -> None:
        super().__init__()
        self.clock = VirtualClock()
        url, bus_options = next(_names), BusOptions(clock=self.clock)
        self.bus = aio.open(url, bus_options)
        self._partner = aio.Client(aio.open(url, bus_options))
        self._play(self._partner.core)
        self.client = aio.Client(self.bus, options)
        self.client.on_event(lambda event: self._events.append(event))

    @classmethod
    async def of(
        cls, setup: Callable[[aio.Client], object], options: ClientOptions = ClientOptions()
    ) -> "AsyncRehearsal":
        rehearsal = cls(options)
        for type_ in (out.Privmsg, out.Action, out.Raw):
            await rehearsal._partner.on(type_, rehearsal._keep)
        result = setup(rehearsal.client)
        if hasattr(result, "__await__"):
            await result
        return rehearsal

    async def hears(self, sender: str, channel: str, message: str, network: str = "") -> None:
        await self.receives(in_.Privmsg(sender, channel, message, network))

    async def receives(self, message: Message) -> None:
        await self._partner.publish(message)
        self._check()

    async def advance(self, seconds: float) -> None:
        await aio.advance(self.clock, seconds)
        self._check()

    async def close(self) -> None:
        await self.bus.close()
        await self._partner.bus.close()
