"""Bus URLs: scheme://[user[:password]@]host[:port][/path][?name=value&…]"""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass, field
from typing import Dict, NoReturn, Optional, Sequence, Tuple

from .errors import Error, ErrorCode


def refuse(why: str) -> NoReturn:
    raise Error(ErrorCode.invalid_url, why)


@dataclass
class Url:
    """What a URL says. Its parts are decoded; `shown()` holds no secret."""

    scheme: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: Optional[int] = None
    path: str = ""
    parameters: Dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Url":
        """Raises Error `invalid_url`, which quotes no part that may be secret."""
        scheme, mark, rest = text.partition("://")
        if not mark or not scheme:
            refuse("invalid bus URL: expected scheme://…, for example zmq://127.0.0.1:5550")
        _refuse_split_secret(rest)
        rest, _, query = rest.partition("?")
        authority, slash, path = rest.partition("/")
        url = cls(scheme=scheme, path=_decoded(slash + path, "path"))
        url.parameters = _parameters(query)
        url.user, url.password, place = _credentials(authority)
        url.host, url.port = _host_and_port(place)
        return url

    def shown(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{f':{self.port}' if self.port else ''}{self.path}"

    def require_parameters_among(self, known: Sequence[str]) -> None:
        for name in self.parameters:
            if name not in known:
                remedy = f"known are: {', '.join(known)}" if known else f"{self.scheme}:// has none"
                refuse(f'unknown parameter "{name}" in {self.shown()}; {remedy}')

    def secret(self) -> str:
        """The password: of password_env, password_file or the URL itself."""
        variable = self.parameters.get("password_env", "")
        if variable:
            if variable not in os.environ:
                refuse(
                    f"the environment variable {variable}, named by password_env in "
                    f"{self.shown()}, is not set"
                )
            return os.environ[variable]
        path = self.parameters.get("password_file", "")
        return _first_line_of(path) if path else self.password


def _decoded(text: str, part: str) -> str:
    """RFC 3986 section 2.1. The part's name and not its text goes into the error."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", text):
        refuse(
            f"invalid bus URL: a '%' in its {part} is not followed by two hexadecimal digits; "
            "write a literal '%' as %25"
        )
    raw = re.sub(rb"%(..)", lambda hit: bytes([int(hit[1], 16)]), text.encode())
    return raw.decode("utf-8", "surrogateescape")


def _refuse_split_secret(rest: str) -> None:
    """A '/', '?' or '#' in a password ends the authority too early: its rest would be shown."""
    end = re.search(r"[/?#]", rest)
    if end and re.search(r"[:@]", rest[: end.start()]) and "@" in rest[end.start() :]:
        refuse(
            "invalid bus URL: an '@' follows the host; write it as %40, and in a password also "
            "'/', '?' and '#' as %2F, %3F and %23"
        )


def _parameters(query: str) -> Dict[str, str]:
    found: Dict[str, str] = {}
    for each in query.split("&") if query else []:
        name, _, value = each.partition("=")
        if not name:
            refuse("invalid bus URL: a parameter has no name; write ?name=value")
        if _decoded(name, "parameters") in found:
            refuse(f'invalid bus URL: the parameter "{name}" stands there twice')
        found[_decoded(name, "parameters")] = _decoded(value, "parameters")
    return found


def _credentials(authority: str) -> Tuple[str, str, str]:
    login, mark, place = authority.rpartition("@")
    user, _, password = login.partition(":")
    return _decoded(user, "user"), _decoded(password, "password"), place if mark else authority


def _host_and_port(place: str) -> Tuple[str, Optional[int]]:
    if not place.startswith("["):
        host, colon, port = place.partition(":")
        return _decoded(host, "host"), _port(port) if colon else None
    host, close, rest = place[1:].partition("]")
    if not close:
        refuse("invalid bus URL: '[' of the host has no ']'")
    if rest and not rest.startswith(":"):
        refuse("invalid bus URL: only a port may follow the ']' of the host")
    return host, _port(rest[1:]) if rest else None


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= 65_535:
        refuse(
            "invalid bus URL: the port, behind the last ':' of the host, must be a number from 1 "
            "to 65535"
        )
    return int(text)


def _first_line_of(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    except (OSError, ValueError) as fault:
        raise Error(
            ErrorCode.invalid_url,
            f"password_file {path} cannot be read ({reason_of(fault)}); it must hold the "
            "password on its first line",
        ) from None


def reason_of(fault: BaseException) -> str:
    """An exception's own words, without its type and numbers: "connection refused"."""
    words = str(fault) or type(fault).__name__
    if isinstance(fault, ssl.SSLError):
        words = fault.reason or words
    elif isinstance(fault, OSError) and fault.errno:
        # asyncio puts an address into strerror; gaierror has numbers of its own, below 0.
        words = os.strerror(fault.errno) if fault.errno > 0 else fault.strerror or words
    return words[:1].lower() + words[1:]
