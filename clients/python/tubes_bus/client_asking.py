"""Says things, and finds out what became of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Union

from . import out
from .checks import require_publishable
from .client_receipts import Asked, Listeners, OpenReceipts
from .engine.core import Core
from .engine.operations import Steps
from .errors import Error, ErrorCode
from .messages import Message
from .receipts import Receipt

Out = Union[out.Privmsg, out.Action, out.Raw]

FOREVER = float("inf")


class Asking:
    """`hear` makes sure that receipts are heard; `publish` publishes."""

    def __init__(
        self,
        core: Core,
        receipts: OpenReceipts,
        hear: Callable[[], Steps[None]],
        publish: Callable[[Message], Steps[None]],
    ) -> None:
        self._core, self._receipts, self._hear, self._publish = core, receipts, hear, publish

    def say(self, message: Out, listeners: Listeners) -> Steps[None]:
        if listeners.any():
            yield from self.ask(message, listeners)
        else:
            yield from self._publish(message)

    def ask(self, message: Out, listeners: Listeners) -> Steps[Asked]:
        require_publishable(message)  # before anything is subscribed to for it
        yield from self._hear()
        asked = self._receipts.ask(listeners)
        try:
            yield from self._publish(replace(message, id=asked.id))
        except BaseException:
            self._receipts.forget(asked)
            raise
        return asked

    def ending(self, asked: Asked, timeout: float = FOREVER) -> Steps[Receipt]:
        """Raises timed_out; the ending still comes then."""
        if not (yield asked.ending, timeout):
            raise Error(ErrorCode.timed_out, self._no_ending_yet(asked, timeout))
        return asked.ending.result()

    def ask_and_wait(self, message: Out, listeners: Listeners) -> Steps[Receipt]:
        """Whoever gives up waiting hears of nothing more."""
        asked = yield from self.ask(message, listeners)
        try:
            return (yield from self.ending(asked))
        except BaseException:
            self._receipts.forget(asked)
            raise

    def _no_ending_yet(self, asked: Asked, timeout: float) -> str:
        if self._core.capabilities.inline_dispatch and self._core.dispatcher.inside():
            return (
                "no ending of the message has come, and none can while this handler waits: on "
                "memory:// one handler of all buses runs at a time; use on_receipt, or let the "
                "Rehearsal answer"
            )
        return (
            f"no ending of the message has come after {timeout:g} s; {_heard_so_far(asked)}, and "
            "it may still be said"
        )


def _heard_so_far(asked: Asked) -> str:
    if asked.is_queued:
        return "the bridge has accepted it (queued)"
    return "no bridge has said that it accepted it (queued)"
