"""One call of one handler."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Callable, Optional, Type

from ..errors import Error, ErrorCode

Call = Callable[[], object]


class Work(ABC):
    """Something that has a handler called when its turn comes."""

    def __init__(self, owner: object) -> None:
        self.owner = owner  #: the bus whose handler it is

    @abstractmethod
    def begin(self) -> Optional[Call]:
        """What to call, if it is still wanted. Runs with the lock held."""

    @abstractmethod
    def finish(self, error: Optional[BaseException]) -> None:
        """The call returned or raised."""


def refuse_coroutine(result: object) -> None:
    """What a handler returned, where nobody awaits it."""
    if inspect.iscoroutine(result):
        result.close()
        raise Error(
            ErrorCode.invalid_argument,
            "the handler is a coroutine function, which this bus cannot run; open the bus with "
            "tubes_bus.aio",
        )


Ended = Callable[[Work, Optional[BaseException]], None]


class Turn:
    """What the handler raises is told to `ended`, and not raised."""

    def __init__(self, work: Work, call: Call, ended: Ended) -> None:
        self._work, self._call, self._ended = work, call, ended

    def run(self) -> None:
        with self:
            refuse_coroutine(self._call())

    async def run_async(self) -> None:
        with self:
            result = self._call()
            if inspect.isawaitable(result):
                await result

    def __enter__(self) -> "Turn":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> bool:
        self._ended(self._work, error)
        return isinstance(error, Exception)
