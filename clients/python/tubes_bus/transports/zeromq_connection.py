"""The two sockets of one connection to a broker, and what libzmq tells of them."""

from __future__ import annotations

import asyncio
from typing import Any, Callable, List, Optional

from ..options import BusOptions
from .zeromq_endpoints import Pair
from .zeromq_keys import ClientKeys
from .zeromq_trouble import troublesome_events

_REPLIES_QUEUE = 1_000
# Of a subscriber; what does not fit waits at the broker.
_MESSAGES_QUEUE = 10_000
# So late that this connection is long replaced.
_NEXT_TRY = 3_600_000  # ms
# libzmq aborts the process if a connection breaks just after its socket was closed, with the first
# frame of a message sent and the second cut off (libzmq issue 3442).
_LINGER = 50  # ms
_HEARTBEAT = 2_000  # ms: finds out that the other side is cut off
_HEARTBEAT_TIMEOUT = 5_000  # ms

_BATCH = 1_000  # messages that are taken at once: others want to run in between

Frames = List[bytes]
Take = Callable[[Frames], None]


class Connection:
    """`requests` is the DEALER, `messages` the SUB. Runs in one event loop."""

    def __init__(
        self, zmq: Any, pair: Pair, keys: Optional[ClientKeys], options: BusOptions
    ) -> None:
        self._zmq, self._context = zmq, zmq.Context()
        self._drains: List[_Drain] = []
        self.requests = self._socket(zmq.DEALER, pair, keys, options)
        self.messages = self._socket(zmq.SUB, pair, keys, options)
        self.requests.set(zmq.RCVHWM, _REPLIES_QUEUE)
        self.messages.set(zmq.RCVHWM, _MESSAGES_QUEUE)
        events = troublesome_events(zmq)
        self._monitors = [
            each.get_monitor_socket(events) for each in (self.requests, self.messages)
        ]
        self.requests.connect(pair.publishing)
        self.messages.connect(pair.receiving)

    def read(
        self,
        replies: Take,
        messages: Take,
        trouble: Callable[[int, int], None],
        failed: Callable[[Exception], None],
    ) -> None:
        """From now on hands over what comes, and event and value of what libzmq has to say of the
        sockets; what these raise goes to `failed`, and ends that kind."""

        def monitored(frames: Frames) -> None:
            event = self._zmq.utils.monitor.parse_monitor_message(frames)
            trouble(int(event["event"]), int(event["value"]))

        takes = [(self.requests, replies), (self.messages, messages)]
        takes += [(monitor, monitored) for monitor in self._monitors]
        self._drains = [_Drain(self._zmq, socket, take, failed) for socket, take in takes]
        self.look()

    def send(self, frames: Frames) -> None:
        """The socket has room unless the connection broke, which is told as trouble."""
        self.requests.send_multipart(frames, self._zmq.NOBLOCK)

    def look(self) -> None:
        """To be called after sends: libzmq tells only of changes that no call has seen."""
        for drain in self._drains:
            drain.soon()

    async def close(self) -> None:
        for drain in self._drains:
            drain.close()
        for socket in (self.requests, self.messages):
            socket.disable_monitor()
        for socket in (*self._monitors, self.requests, self.messages):
            socket.close()
        try:  # it waits for what lingers: not in this loop
            await asyncio.get_running_loop().run_in_executor(None, self._context.term)
        except RuntimeError:  # the program ends, and starts no more threads
            self._context.term()

    def _socket(
        self, kind: int, pair: Pair, keys: Optional[ClientKeys], options: BusOptions
    ) -> Any:
        zmq, socket = self._zmq, self._context.socket(kind)
        if keys is not None:
            socket.curve_serverkey = keys.server
            socket.curve_publickey, socket.curve_secretkey = keys.public, keys.secret
        socket.set(zmq.IPV6, int(pair.ipv6))
        socket.set(zmq.LINGER, _LINGER)
        socket.set(zmq.RECONNECT_IVL, _NEXT_TRY)
        socket.set(zmq.CONNECT_TIMEOUT, int(options.connect_timeout * 1000))
        socket.set(zmq.SNDHWM, 0)
        socket.set(zmq.MAXMSGSIZE, _largest_message(options))
        socket.set(zmq.HEARTBEAT_IVL, _HEARTBEAT)
        socket.set(zmq.HEARTBEAT_TIMEOUT, _HEARTBEAT_TIMEOUT)
        return socket


class _Drain:
    """Takes what a socket has received, whenever it may have something."""

    def __init__(
        self, zmq: Any, socket: Any, take: Take, failed: Callable[[Exception], None]
    ) -> None:
        self._zmq, self._socket, self._take, self._failed = zmq, socket, take, failed
        self._loop = asyncio.get_running_loop()
        self._descriptor = socket.get(zmq.FD)
        self._is_open, self._is_queued = True, False
        self._loop.add_reader(self._descriptor, self._drain)

    def soon(self) -> None:
        if not self._is_queued:
            self._is_queued = True
            self._loop.call_soon(self._drain)

    def close(self) -> None:
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._descriptor)

    def _drain(self) -> None:
        self._is_queued = False
        try:
            for _ in range(_BATCH if self._is_open else 0):
                self._take(self._socket.recv_multipart(self._zmq.NOBLOCK))
            if self._is_open:
                self.soon()  # there is more
        except self._zmq.Again:
            return
        except Exception as fault:
            self.close()
            self._failed(fault)


def _largest_message(options: BusOptions) -> int:
    """A longer one ends the connection, for libzmq can skip none. The broker's limit for payloads
    may be higher than ours, so there is much room above that."""
    return max(options.max_payload, 1 << 20) * 4 + 65_536
