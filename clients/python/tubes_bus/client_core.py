"""The typed client, once for threads and coroutines alike: operations are Steps, and what handlers
are to be called with comes as calls."""

from __future__ import annotations

from concurrent.futures import Future
from functools import partial
from typing import Any, Callable, Dict, List, Optional, Type

from . import in_, out
from .checks import require_publishable
from .client_asking import Asking
from .client_receipts import Listeners, OpenReceipts
from .client_topics import ClientOptions, Receive, Topic, topics_of
from .codec import decode, encode
from .engine import operations
from .engine.core import Core
from .engine.driver import CallKind
from .engine.events import EventListener
from .engine.futures import fail, resolve
from .engine.inbox import Delivery, Inbox, Tap
from .engine.operations import Steps
from .engine.pulses import Pulse, PulseKind, PulseListener
from .engine.turn import Call, refuse_coroutine
from .envelope import Envelope, Meta
from .errors import Error, ErrorCode
from .events import Event, EventHandler, EventKind
from .gaps import Gap, Gaps, Losses
from .loops import Loops
from .messages import Message, Role, UnknownType, type_name
from .options import Ready
from .wire.text import with_article

_NICK = "nick"  # the bridge's retained value


class ClientCore:
    """`receive` makes the handler of a topic's deliveries: it is to make calls_of()."""

    def __init__(self, core: Core, options: ClientOptions, receive: Receive) -> None:
        self._core, self._options, self._receive = core, options, receive
        self._topics = {topic.role: topic for topic in topics_of(options)}
        self._gaps, self._loops = Gaps(), Loops()
        self._receipts = OpenReceipts(core, options.receipt_timeout)
        self.taps: Dict[Role, Tap] = {Role.receipts: self._receipts.arrived}
        self.asking = Asking(core, self._receipts, self._hear_receipts, self.publish)
        self._events: List[EventListener] = []
        self._pulses: Optional[PulseListener] = None

    # Receiving.

    def on(
        self, role: Role, type_: Optional[Type[Message]], handler: Callable[[Any], object]
    ) -> Steps[None]:
        """`type_`: None for every envelope of the role."""
        topic = self._topics[role]
        yield from self._listen(topic)
        with self._core.lock:
            topic.handlers.append((type_, handler))

    def _listen(self, topic: Topic) -> Steps[None]:
        with self._core.lock:
            # Heartbeats first: a publisher's announcement comes before its first message.
            if self._pulses is None:
                self._pulses = self._core.on_pulse(self._heard)
            is_first = topic.subscribed is None
            subscribed = topic.subscribed = topic.subscribed or Future()
        if is_first:
            yield from self._subscribe(topic, subscribed)
        elif not subscribed.done():
            yield subscribed, float("inf")  # whoever is first waits for at most ready_timeout
        subscribed.result()

    def _subscribe(self, topic: Topic, subscribed: "Future[None]") -> Steps[None]:
        topic.expected = True
        options, tap = self._options.subscribe, self.taps.get(topic.role)
        try:
            topic.inbox = yield from operations.subscribe(
                self._core, topic.name, self._receive(topic), options, tap
            )
        except BaseException as fault:
            topic.expected, topic.subscribed = False, None  # the next handler tries again
            fail(subscribed, fault)
            raise
        resolve(subscribed, None)
        if topic.role is Role.in_ and options.ready is Ready.wait:
            answer = self._ask_for_nick()
            if answer is not None:
                yield answer, self._core.options.ready_timeout

    def calls_of(self, topic: Topic, delivery: Delivery) -> List[Call]:
        """What a delivery's handlers are to be called with, each in turn."""
        decoded = decode(topic.role, delivery.payload)
        if decoded.envelope is None:
            self._emit(Event(EventKind.undecodable, f"{delivery.topic}: {decoded.why}", 1))
            return []
        envelope = decoded.envelope
        with self._core.lock:
            self._loops.saw(envelope.message)
            gap = self._gaps.message(topic.name, envelope.meta.publisher, envelope.meta.sequence)
            handlers = list(topic.handlers)
        if gap is not None:
            self._emit_gap(gap)
        return [
            partial(handler, envelope if type_ is None else envelope.message)
            for type_, handler in handlers
            if type_ is None or isinstance(envelope.message, type_)
        ]

    def on_event(self, handler: EventHandler) -> None:
        self._events.append(self._core.on_event(handler))

    def losses(self) -> Losses:
        with self._core.lock:
            return Losses(**self._gaps.losses.__dict__)

    def close(self) -> Steps[None]:
        self._receipts.close()
        works: "List[Inbox | EventListener | PulseListener]" = [*self._events]
        works += [topic.inbox for topic in self._topics.values() if topic.inbox is not None]
        works += [self._pulses] if self._pulses is not None else []
        for work in works:
            self._core.end(work)
        for work in works:
            yield from operations.end(self._core, work)

    def _hear_receipts(self) -> Steps[None]:
        """Live before the first message that asks: else its receipts might be missed."""
        topic = self._topics[Role.receipts]
        if not topic.was_live:
            yield from self._listen(topic)
            yield from operations.until_live(self._core, topic.name)
            topic.was_live = True

    # Sending.

    def publish(self, message: Message) -> Steps[None]:
        return operations.publish(self._core, self.push(message))

    def push(self, message: Message) -> Callable[[], bool]:
        """Puts it into the outbox when called, and says whether there was room."""
        if isinstance(message, UnknownType):
            raise Error(
                ErrorCode.unsupported,
                f'a message of the unknown type "{message.name}" has no topic; encode() it and '
                "publish the payload on the bus",
            )
        require_publishable(message)
        topic = self._topics[message.role]
        if topic.role is Role.web_in:
            # Bare JSON has no place for a number, and heartbeats would state what nobody saw.
            payload = encode(Envelope(message))
            return lambda: self._core.publish(topic.name, payload)

        def make(number: int) -> bytes:
            return encode(Envelope(message, Meta(self._core.id, number)), topic.wire)

        return lambda: self._core.publish_numbered(topic.name, make)

    def reply(self, message: Message, text: str, listeners: Listeners) -> Steps[bool]:
        _require_answerable(message)
        channel: str = getattr(message, "channel")
        return self.answer(message, channel, [text], listeners)

    def answer(
        self, message: Message, to: str, texts: List[str], listeners: Listeners = Listeners()
    ) -> Steps[bool]:
        """Says the texts, if the first of them may answer the message."""
        network: str = getattr(message, "network")
        answers = [out.Privmsg(to, text, network) for text in texts]
        for each in answers:
            require_publishable(each)
        if not self._may_answer(message, texts[0]):
            return False
        for each in answers:
            yield from self.asking.say(each, listeners)
        return True

    def _may_answer(self, message: Message, text: str) -> bool:
        with self._core.lock:
            verdict = self._loops.of_itself(message)
            if verdict.allowed and not self._options.answer_bots:
                verdict = self._loops.judge(message, text, self._core.dispatcher.clock.now())
        if verdict.why:
            self._emit(Event(EventKind.loop, verdict.why, 1))
        return verdict.allowed

    # What the bus tells.

    def _heard(self, pulse: Pulse) -> None:
        gaps: List[Gap] = []
        with self._core.lock:
            if pulse.kind is PulseKind.away:
                self._gaps.away()
            elif pulse.kind is PulseKind.live and self._expects(pulse.filter):
                self._gaps.live(pulse.filter)
            elif pulse.beat is not None:
                gaps = self._gaps.heartbeat(pulse.beat)
        if pulse.kind is PulseKind.live and pulse.filter == self._topics[Role.in_].name:
            self._ask_for_nick()
        for gap in gaps:
            self._emit_gap(gap)

    def _expects(self, filter_: str) -> bool:
        """Others may subscribe on the same bus, to what never comes to us."""
        return any(topic.expected and topic.name == filter_ for topic in self._topics.values())

    def _ask_for_nick(self) -> "Optional[Future[Optional[bytes]]]":
        """Where the bus has it; where it does not, the messages on `in` tell."""
        try:
            answer = self._core.call(CallKind.get, _NICK)
        except Error:
            return None
        answer.add_done_callback(self._take_nick)
        return answer

    def _take_nick(self, answer: "Future[Optional[bytes]]") -> None:
        if answer.cancelled() or answer.exception() is not None:
            return
        with self._core.lock:
            self._loops.retained_nick((answer.result() or b"").decode("utf-8", "replace"))

    def _emit(self, event: Event) -> None:
        self._core.emit(event, self._events)

    def _emit_gap(self, gap: Gap) -> None:
        self._emit(Event(EventKind.gap, str(gap), gap.count, gap.publisher))


def _require_answerable(message: Message) -> None:
    if isinstance(message, in_.Notice):
        raise TypeError("a NOTICE is never answered: bots that do talk to each other for ever")
    if message.role is not Role.in_ or not hasattr(message, "channel"):
        what = with_article(type_name(message))
        raise TypeError(f"{what} has no channel to answer in; use say()")


def run_each(calls: List[Call]) -> None:
    """One after the other, whatever they raise; raises at last what the first raised."""
    first: Optional[Exception] = None
    for call in calls:
        try:
            refuse_coroutine(call())
        except Exception as fault:
            first = first or fault
    if first is not None:
        raise first
