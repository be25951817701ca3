"""The backends of a bus: the only place that knows them all."""

from __future__ import annotations

from ..engine.driver import Driver
from ..errors import Error, ErrorCode
from ..options import BusOptions
from ..url import Url, refuse

SCHEMES = ("memory", "redis", "rediss", "redis+unix", "zmq", "zmq+ipc")


def make_driver(url: Url, options: BusOptions) -> Driver:
    """Of all schemes but memory. Raises Error `invalid_url`, or `unsupported` where a library is
    missing; connects to nothing."""
    if options.clock is not None:
        raise Error(
            ErrorCode.invalid_argument,
            f"a VirtualClock is for memory:// alone, and {url.shown()} goes by the system's",
        )
    if url.scheme in ("redis", "rediss", "redis+unix"):
        from .redis import RedisDriver

        return RedisDriver(url, options)
    if url.scheme in ("zmq", "zmq+ipc"):
        from .zeromq import ZeromqDriver

        return ZeromqDriver(url, options)
    refuse(f'unknown bus scheme "{url.scheme}"; known are: {", ".join(SCHEMES)}')
