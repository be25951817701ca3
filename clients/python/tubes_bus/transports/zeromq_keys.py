"""Keys of CURVE, as docs/ZEROMQ.md has them: in files, or a public one as 64 digits."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from typing import Any, Optional

from ..url import Url, reason_of, refuse

_SECRET_MARK = "# The secret half of a key of Tubes"
_PUBLIC_MARK = "# The public half of a key of Tubes"
_LARGEST_FILE = 1 << 20  # bytes


@dataclass(frozen=True)
class ClientKeys:
    """A client's end; keys in Z85, as libzmq takes them."""

    server: bytes
    public: bytes
    secret: bytes = field(repr=False)


def client_keys(url: Url, zmq: Any) -> Optional[ClientKeys]:
    """None if the URL asks for no CURVE. Raises Error `invalid_url`, of parameter or file."""
    _require_sense(url)
    given = url.parameters
    if "allow" in given:  # of a program that runs the broker itself
        own = _secret_key_of(given["key"], zmq)
        public = zmq.curve_public(own)
        return ClientKeys(public, public, own)
    if "server_key" not in given:
        return None
    server = _public_key_of(given["server_key"], zmq)
    if "key" not in given:
        return ClientKeys(server, *zmq.curve_keypair())
    own = _secret_key_of(given["key"], zmq)
    return ClientKeys(server, zmq.curve_public(own), own)


def digits_of(key: bytes, zmq: Any) -> str:
    """As `tubes keys` writes it."""
    return str(zmq.utils.z85.decode(key).hex())


def _require_sense(url: Url) -> None:
    given, shown = url.parameters, url.shown()
    for name in ("key", "server_key", "allow"):
        if given.get(name) == "":
            refuse(f"the parameter {name} of {shown} is empty; give it a value or leave it out")
    if "server_key" in given and "allow" in given:
        refuse(
            f"server_key is a client's and allow is a broker's, but {shown} has both; leave one out"
        )
    if "allow" in given and "key" not in given:
        refuse(
            f"allow needs the broker's own secret key in {shown}; give it with key=PATH, made by: "
            "tubes keys new PATH"
        )
    if "key" in given and "server_key" not in given and "allow" not in given:
        refuse(
            f"key needs the broker's public key in {shown}; give it with server_key=, as the "
            "broker says at its start"
        )


def _secret_key_of(path: str, zmq: Any) -> bytes:
    try:
        mode = os.stat(path).st_mode
        text = _text_of(path)
    except (OSError, ValueError) as fault:
        if _key(path, zmq) is not None:
            refuse(
                "key names a file, and a secret key itself stands there; put it into a file, and "
                "make a new one if others may have seen this"
            )
        refuse(
            f"the secret key {path} cannot be read ({reason_of(fault)}); make one with: tubes keys "
            "new PATH"
        )
    if text.startswith(_PUBLIC_MARK):
        refuse(f"{path} holds a public key; name the file without .pub")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        refuse(
            f"the secret key {path} can be read or written by others than its owner; mend that "
            f"with: chmod 600 {path}, and make a new key if someone may have read it"
        )
    return _only_key_in(text, zmq) or refuse(
        f"{path} holds no secret key: one line of 64 hexadecimal digits, or of 40 characters of "
        "Z85; make one with: tubes keys new PATH"
    )


def _public_key_of(text: str, zmq: Any) -> bytes:
    if re.fullmatch("[0-9a-fA-F]{64}", text):
        return _key(text, zmq) or b""
    try:
        content = _text_of(text)
    except (OSError, ValueError):
        if _key(text, zmq) is not None:
            refuse(
                "a public key of 40 characters is read from a file alone, for it may look like a "
                "path; write it into one"
            )
        refuse(
            f"the public key {text} is neither 64 hexadecimal digits nor a file that can be read"
        )
    if content.startswith(_SECRET_MARK):
        refuse(f"{text} holds a secret key; name the file with .pub")
    return _only_key_in(content, zmq) or refuse(
        f"{text} holds no public key: one line of 64 hexadecimal digits, or of 40 characters of Z85"
    )


def _text_of(path: str) -> str:
    """A device or a pipe would never end."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > _LARGEST_FILE:
        raise ValueError("no file of a key")
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()


def _only_key_in(text: str, zmq: Any) -> Optional[bytes]:
    lines = [line.rstrip() for line in text.split("\n")]
    found = [line for line in lines if line and line != "#" and not line.startswith("# ")]
    return _key(found[0].split(" ")[0], zmq) if len(found) == 1 else None


def _key(text: str, zmq: Any) -> Optional[bytes]:
    """Of hexadecimal digits or Z85, as Z85."""
    if re.fullmatch("[0-9a-fA-F]{64}", text):
        return bytes(zmq.utils.z85.encode(bytes.fromhex(text)))
    if not re.fullmatch(r"[0-9a-zA-Z.:+=^!/*?&<>()\[\]{}@%$#-]{40}", text):
        return None
    try:
        zmq.utils.z85.decode(text.encode())
    except Exception:  # struct.error, of a group beyond 32 bits
        return None
    return text.encode()
