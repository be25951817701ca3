"""Every error that this package raises on purpose."""

from __future__ import annotations

import enum
from importlib import import_module
from typing import Any


class ErrorCode(str, enum.Enum):
    """What kind of thing went wrong; the text of the Error says what, where and what to do."""

    invalid_topic = "invalid_topic"  #: a topic, filter or key outside the grammar
    invalid_url = "invalid_url"  #: a bus URL that cannot be understood
    invalid_argument = "invalid_argument"  #: a call that makes no sense
    invalid_config = "invalid_config"  #: a configuration file that cannot be understood
    payload_too_large = "payload_too_large"  #: a payload over max_payload
    unsupported = "unsupported"  #: the transport cannot do this, or its library is missing
    outbox_full = "outbox_full"  #: the outbox stayed full until publish_timeout
    timed_out = "timed_out"  #: the backend did not answer in time
    unreachable = "unreachable"  #: no connection to the backend
    refused = "refused"  #: the backend answered and said no
    closed = "closed"  #: the bus is closed
    livelock = "livelock"  #: handlers kept each other busy beyond the limit


class Error(Exception):
    """What went wrong, where, and what to do about it; `code` is for programs."""

    def __init__(self, code: ErrorCode, what: str) -> None:
        super().__init__(what)
        self.code = code


def library(module: str, *, wanted_for: str, debian: str, extra: str) -> Any:
    """The module of an optional library; Error `unsupported` that names what to install."""
    try:
        return import_module(module)
    except ImportError as missing:
        raise Error(
            ErrorCode.unsupported,
            f"{wanted_for} needs a library that is not there ({missing}); "
            f"install it with: apt-get install {debian}, or: pip install 'tubes-bus[{extra}]'",
        ) from missing
