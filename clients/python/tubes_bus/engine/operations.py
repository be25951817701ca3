"""What a bus does that may have to wait, once for threads and coroutines alike.

Each is a generator of what to wait for, and for how many seconds; it is sent whether that was done
in time, and returns the operation's result. A shell drives it.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any, Callable, Generator, Optional, Tuple, TypeVar

from ..errors import Error, ErrorCode
from ..options import Ready, SubscribeOptions
from ..stats import Stats
from .core import Core
from .driver import CallKind
from .inbox import Handler, Inbox, Tap
from .turn import Work

T = TypeVar("T")
Steps = Generator[Tuple["Future[Any]", float], bool, T]

_TIME_TO_FINISH = 0.25  # seconds that the I/O may take, once its deadline is over, to count


class _Patience:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())


def publish(core: Core, push: Callable[[], bool]) -> Steps[None]:
    """`push` puts the message into the outbox, and says whether there was room."""
    patience = _Patience(core.options.publish_timeout)
    while not push():
        with core.lock:
            if core.outbox.has_room():
                continue
            room = core.outbox.room()
            gives_up = core.dispatcher.inside() and not core.outbox.is_connected
        if gives_up or not (yield room, patience.left()):
            waited = "" if gives_up else f" after {core.options.publish_timeout:g} s"
            raise _outbox_full(core, waited)


def _outbox_full(core: Core, after: str) -> Error:
    return Error(
        ErrorCode.outbox_full,
        f"the outbox of {core.options.outbox_bytes} bytes is full{after} ({core.trouble}); publish "
        "more slowly, or raise outbox_bytes",
    )


def flush(core: Core, timeout: float) -> Steps[None]:
    if core.is_closed:
        raise core.closed()
    with core.lock:
        flush_ = core.outbox.flush()
    yield flush_.done, timeout
    with core.lock:
        core.outbox.forget(flush_)
    if flush_.left or flush_.lost:
        raise Error(
            ErrorCode.timed_out,
            f"not everything was accepted by {core.address}: {flush_.left} messages wait after "
            f"{timeout:g} s, {flush_.lost} were lost since the last flush ({core.trouble})",
        )


def subscribe(
    core: Core,
    filter_: str,
    handler: Handler,
    options: SubscribeOptions,
    tap: Optional[Tap] = None,
) -> Steps[Inbox]:
    inbox = core.subscribe(filter_, handler, options, tap)
    if options.ready is Ready.wait:
        try:
            yield from until_live(core, filter_)
        except BaseException:
            core.end(inbox)
            raise
    return inbox


def until_live(core: Core, filter_: str) -> Steps[None]:
    with core.lock:
        live = core.filters.when_live(filter_)
    if not (yield live, core.options.ready_timeout):
        raise _timed_out(core, f'the subscription to "{filter_}" is not live')
    live.result()


def _timed_out(core: Core, what: str) -> Error:
    return Error(
        ErrorCode.timed_out, f"{what} after {core.options.ready_timeout:g} s: {core.trouble}"
    )


def call(core: Core, kind: CallKind, key: str, value: bytes = b"") -> Steps[Optional[bytes]]:
    answer = core.call(kind, key, value)
    if not (yield answer, core.options.ready_timeout):
        answer.cancel()
        raise _timed_out(core, f'no answer to {kind.value} "{key}"')
    return answer.result()


def end(core: Core, work: Work) -> Steps[None]:
    """A subscription or listener that has ended: until its handler runs no more."""
    if not (core.dispatcher.inside() and core.dispatcher.runs(work)):
        yield core.dispatcher.when_not_running(work), float("inf")


def close(core: Core, stop: Callable[[float], "Future[None]"], timeout: float) -> Steps[Stats]:
    """`stop` ends the transport within so many seconds, drained if it can be; done when it has."""
    patience = _Patience(timeout)
    core.stop_receiving()
    if core.dispatcher.inside():
        return _close_inside(core, stop, timeout)
    if not core.is_closed:
        yield core.dispatcher.when_idle(core), patience.left()
    with core.lock:
        core.outbox.refuse()
    yield stop(patience.left()), patience.left() + _TIME_TO_FINISH
    core.shut()
    return core.stats()


def _close_inside(core: Core, stop: Callable[[float], "Future[None]"], timeout: float) -> Stats:
    """No further delivery starts, and the outbox drains elsewhere."""
    with core.lock:
        core.outbox.refuse()
        core.shut()
    stop(timeout)
    return core.stats()
