"""Messages to payloads and back, in either wire format (docs/PROTOCOL.md)."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Optional

from . import in_, out, receipts  # noqa: F401  (describes the types)
from .envelope import Envelope, UnknownFields
from .errors import Error
from .messages import Role, WebIn
from .wire import json_reader, json_writer, protobuf
from .wire.text import Malformed, excerpt

_BOM = b"\xef\xbb\xbf"


class WireFormat(enum.Enum):
    json = "json"
    protobuf = "protobuf"


@dataclass(frozen=True)
class Decoded:
    """What decode() made of a payload."""

    envelope: Optional[Envelope] = None
    format: WireFormat = WireFormat.json
    why: str = ""  #: if there is no envelope: what is wrong and where, and a bounded excerpt


def encode(envelope: Envelope, format: WireFormat = WireFormat.json) -> bytes:
    """One payload. Text that is not UTF-8 becomes U+FFFD. WebIn is always JSON. Raises Error
    `unsupported` for protobuf without python3-protobuf."""
    if isinstance(envelope.message, WebIn) or format is WireFormat.json:
        return json_writer.write(_fit_for_json(envelope)).encode()
    return protobuf.write(envelope)


def decode(role: Role, payload: bytes) -> Decoded:
    """Reads either wire format: after a BOM and white space, `{` is JSON; anything else must parse
    as a protobuf envelope with its version set. Takes any bytes, and never raises."""
    text = payload[len(_BOM) :] if payload.startswith(_BOM) else payload
    is_json = text.lstrip(b" \t\r\n").startswith(b"{")
    found = WireFormat.json if is_json or role is Role.web_in else WireFormat.protobuf
    try:
        return Decoded(_read(role, text if is_json else payload, is_json), found)
    except (Malformed, Error) as fault:
        return Decoded(None, found, f"{fault}: {excerpt(payload)}" if payload else str(fault))


def _read(role: Role, payload: bytes, is_json: bool) -> Envelope:
    if not payload:
        raise Malformed("the payload is empty")
    if not is_json and role is Role.web_in:
        raise Malformed("a web_in message must be a JSON object")
    if not is_json:
        return protobuf.read(role, payload)
    return _carried_settled(json_reader.read(role, _text(payload)))


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise Malformed("not JSON: it is not UTF-8") from None


def _carried_settled(envelope: Envelope) -> Envelope:
    """Without python3-protobuf it is carried as it came."""
    try:
        return protobuf.settled(envelope)
    except Error:
        return envelope


def _fit_for_json(envelope: Envelope) -> Envelope:
    """The envelope without what a reader would not take from it."""
    try:
        return _carried_settled(envelope)
    except Malformed:
        return Envelope(envelope.message, envelope.meta, UnknownFields(envelope.unknown.json))
