"""A message with what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .messages import Message


@dataclass(frozen=True)
class Meta:
    """Who published a message, and which of theirs on the topic it is, counted from 1. Clients of
    2012 send none: `publisher` is then empty."""

    publisher: str = ""
    sequence: int = 0


@dataclass(frozen=True)
class UnknownFields:
    """What came beside the known fields, kept so that a relay passes it on unharmed. encode()
    writes it back into its own format, and lets the other format carry it (docs/PROTOCOL.md). It
    never overrides a known field, and what is not as said here is left out."""

    json: str = ""  #: object text: {"data":{…},"meta":{…}, other top-level keys}; or ""
    protobuf: bytes = b""  #: an Envelope of the fields that the schema does not have


@dataclass(frozen=True)
class Envelope:
    message: Message
    meta: Meta = field(default_factory=Meta)
    unknown: UnknownFields = field(default_factory=UnknownFields)
