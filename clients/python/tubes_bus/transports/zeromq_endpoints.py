"""Where a broker is, in libzmq's words."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import List

from ..errors import Error, ErrorCode
from ..url import Url, reason_of, refuse

_DEFAULT_PORT = 5550
_HIGHEST_PORT = 65_534  # the next one is needed too
_LONGEST_PATH = 107 - len(".pub")  # bytes: sun_path of unix(7), without its NUL
KNOWN = ["server_key", "key", "allow", "insecure"]


@dataclass(frozen=True)
class Pair:
    publishing: str
    receiving: str
    ipv6: bool = False


@dataclass(frozen=True)
class Endpoints:
    url: str  #: as it may be shown, with its port: "zmq://127.0.0.1:5550"
    place: str  #: without the scheme: "127.0.0.1:5550" or "/run/tubes/bus"
    host: str = ""  #: an address or a name; "" for unix sockets
    port: int = 0
    path: str = ""

    async def pairs(self) -> List[Pair]:
        """One for each address of the name. Raises Error `unreachable`."""
        if not self.host:
            return [Pair(f"ipc://{self.path}.pub", f"ipc://{self.path}.sub")]
        return [_at(address, self.port) for address in await _addresses(self.host, self.url)]


def endpoints(url: Url) -> Endpoints:
    """Raises Error `invalid_url`."""
    url.require_parameters_among(KNOWN)
    if url.user or url.password:
        refuse(f"user and password mean nothing in {url.shown()}; leave them out")
    return _tcp(url) if url.scheme == "zmq" else _ipc(url)


def _tcp(url: Url) -> Endpoints:
    if url.path not in ("", "/"):
        refuse(f"zmq:// takes no path, got {url.shown()}; write zmq://host:port")
    port = url.port or _DEFAULT_PORT
    if port > _HIGHEST_PORT:
        refuse(
            f"the port of {url.shown()} has no next one to receive on; the highest is 65534"
        )
    host = "127.0.0.1" if url.host in ("", "localhost") else url.host
    shown = Url(url.scheme, host=host, port=port).shown()
    return Endpoints(shown, shown.partition("://")[2], host, port)


def _ipc(url: Url) -> Endpoints:
    if url.host or len(url.path) < 2:
        refuse(
            f"zmq+ipc:// needs an absolute path, got {url.shown()}; write zmq+ipc:///folder/name"
        )
    if len(url.path.encode()) > _LONGEST_PATH:
        refuse(
            f"the path of {url.shown()} is longer than the {_LONGEST_PATH} bytes that a unix "
            "socket leaves for it; choose a shorter one"
        )
    return Endpoints(url.shown(), url.path, path=url.path)


def _at(address: str, port: int) -> Pair:
    is_v6 = ":" in address
    tcp = f"tcp://[{address}]:" if is_v6 else f"tcp://{address}:"
    return Pair(f"{tcp}{port}", f"{tcp}{port + 1}", is_v6)


async def _addresses(host: str, shown: str) -> List[str]:
    """libzmq would look a name up in a thread that all its connections share."""
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError as fault:
        raise Error(
            ErrorCode.unreachable,
            f"no broker at {shown}: the name {host} cannot be looked up ({reason_of(fault)}); is "
            "it spelled right?",
        ) from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))
