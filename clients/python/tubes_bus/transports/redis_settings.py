"""Where a Redis server is and how to log in there: what a bus URL says."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import NoReturn, Optional

from ..url import Url, reason_of, refuse

_LONGEST_SOCKET_PATH = 107  # sun_path of unix(7), without its NUL
_KNOWN = ["db", "prefix", "password_env", "password_file"]
_KNOWN_OF_TLS = ["ca", "ca_file", "cert", "key", "servername", "insecure"]


@dataclass(frozen=True)
class TlsSettings:
    """How a connection is encrypted, and who may be at its other end. Paths are of PEM files."""

    server_name: str  #: host name or IP address that the certificate must be for
    ca: str = ""  #: the authorities to trust; "": those of the system
    certificate: str = ""  #: for a server that wants to know us
    key: str = ""
    insecure: bool = False  #: trust whoever answers


@dataclass(frozen=True)
class Settings:
    host: str = "127.0.0.1"
    port: int = 6379
    socket: str = ""  #: path of a unix socket, used instead of host and port
    user: str = ""
    password: str = field(default="", repr=False)
    tls: Optional[TlsSettings] = None
    db: int = 0
    prefix: str = "tubes:"  #: of the keys of retained values

    @property
    def address(self) -> str:
        """ "redis at 127.0.0.1:6379"; never holds a secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return "redis at " + (self.socket or f"{host}:{self.port}")


def settings_of(url: Url) -> Settings:
    """Raises Error `invalid_url`. Reads the files of password and certificates."""
    is_tls = url.scheme == "rediss"
    url.require_parameters_among(_KNOWN + (_KNOWN_OF_TLS if is_tls else []))
    is_unix = url.scheme == "redis+unix"
    settings = Settings(
        host=url.host or "127.0.0.1",
        port=url.port or 6379,
        socket=_socket(url) if is_unix else "",
        user=url.user,
        password=url.secret(),
        tls=_tls(url) if is_tls else None,
        db=_db(url, path="" if is_unix else url.path[1:]),
        prefix=url.parameters.get("prefix", "tubes:"),
    )
    if settings.tls is not None:
        context_of(settings.tls)
    return settings


def context_of(tls: TlsSettings) -> ssl.SSLContext:
    """Raises Error `invalid_url` for a file that is of no use."""
    try:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if tls.insecure:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif tls.ca:
            context.load_verify_locations(cafile=tls.ca)
        else:
            context.load_default_certs()
        if tls.certificate:
            context.load_cert_chain(tls.certificate, tls.key)
        return context
    except (OSError, ValueError) as fault:
        files = ", ".join(path for path in (tls.ca, tls.certificate, tls.key) if path)
        why = reason_of(fault)
        refuse(f"rediss:// cannot use {files} ({why}); they must be readable PEM files")


def _refuse(url: Url, why: str) -> NoReturn:
    refuse(f"invalid bus URL {url.shown()}: {why}")


def _socket(url: Url) -> str:
    if url.host or url.port or len(url.path) <= 1:
        remedy = "write the path of the socket after three slashes: redis+unix:///run/redis.sock"
        _refuse(url, remedy)
    size = len(url.path.encode())
    if size > _LONGEST_SOCKET_PATH:
        _refuse(url, f"the path of a unix socket has at most 107 bytes, this one has {size}")
    return url.path


def _db(url: Url, path: str) -> int:
    if path and "db" in url.parameters:
        _refuse(url, "the database stands there twice, as /N and db=N")
    text = path or url.parameters.get("db", "0")
    if not (text.isascii() and text.isdigit()):
        _refuse(url, f'the database must be a number such as 0, got "{text}"')
    return int(text)


def _tls(url: Url) -> TlsSettings:
    given = url.parameters
    for name in _KNOWN_OF_TLS:
        if given.get(name) == "":
            _refuse(url, f"{name}= is empty; leave it out, or give it a value")
    if "ca" in given and "ca_file" in given:
        _refuse(url, "ca and ca_file mean the same; give one of them")
    ca = given.get("ca", given.get("ca_file", ""))
    if ("cert" in given) != ("key" in given):
        _refuse(url, "cert and key belong together; give both, or neither")
    insecure = given.get("insecure")
    if insecure not in (None, "1"):
        _refuse(url, "write insecure=1 to trust whoever answers; leave it out to verify who it is")
    if insecure and ca:
        why = "insecure=1 verifies nothing, so that ca= has no meaning; leave one of them out"
        _refuse(url, why)
    name = given.get("servername", url.host or "127.0.0.1")
    return TlsSettings(name, ca, given.get("cert", ""), given.get("key", ""), bool(insecure))
