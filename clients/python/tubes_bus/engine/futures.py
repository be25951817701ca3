"""What threads and coroutines both can wait for: concurrent.futures.Future."""

from __future__ import annotations

from concurrent.futures import Future, InvalidStateError
from typing import TypeVar

T = TypeVar("T")


def resolve(future: "Future[T]", value: T) -> None:
    """Whoever waited may have given up, and cancelled it."""
    try:
        future.set_result(value)
    except InvalidStateError:
        pass


def fail(future: "Future[T]", error: BaseException) -> None:
    try:
        future.set_exception(error)
    except InvalidStateError:
        pass


def resolved(value: T) -> "Future[T]":
    future: "Future[T]" = Future()
    future.set_result(value)
    return future
