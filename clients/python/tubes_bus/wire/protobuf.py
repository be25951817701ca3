"""The protobuf wire format. Needs libprotobuf: python3-protobuf."""

from __future__ import annotations

from typing import Any, Dict, List, Type

from ..envelope import Envelope, Meta, UnknownFields
from ..errors import library
from ..messages import Field, Message, Role, UnknownType, all_types
from . import json_reader, json_writer
from .protobuf_texts import NO_ENVELOPE, check_texts
from .text import Malformed, valid


def schema() -> Any:
    """The generated module. Raises Error `unsupported` without libprotobuf."""
    wanted = {"wanted_for": "the protobuf wire format", "debian": "python3-protobuf"}
    library("google.protobuf", extra="protobuf", **wanted)
    return library("tubes_bus.wire.envelope_pb2", extra="protobuf", **wanted)


def write(source: Envelope) -> bytes:
    envelope = schema().Envelope(version=1)
    _set_body(envelope, source)
    if source.meta != Meta():
        envelope.meta.publisher = valid(source.meta.publisher)
        envelope.meta.sequence = source.meta.sequence
    envelope.json = valid(source.unknown.json)
    _add_unknown(source.unknown.protobuf, envelope)
    if envelope.WhichOneof("body") is None and not _has_newer_body(envelope):
        envelope.other.SetInParent()
    return bytes(envelope.SerializeToString())


def read(role: Role, payload: bytes) -> Envelope:
    """Raises Malformed for what is no message."""
    parsed = _parsed(payload)
    _check(parsed)
    meta = Meta(parsed.meta.publisher, parsed.meta.sequence)
    message = _message(parsed)
    envelope = Envelope(message, meta, UnknownFields(parsed.json, _unknown_of(parsed)))
    if not isinstance(message, UnknownType) and not parsed.json:
        return envelope
    # JSON text is read as JSON; so also a type that this version knows and the sender did not.
    of = role if isinstance(message, UnknownType) else message.role
    return settled(json_reader.read(of, json_writer.write(envelope)))


def settled(envelope: Envelope) -> Envelope:
    """The envelope without what UnknownFields.protobuf says of known fields. Raises Malformed if
    that is no envelope."""
    if not envelope.unknown.protobuf:
        return envelope
    try:
        _parsed(envelope.unknown.protobuf)
    except Malformed:
        raise Malformed("meta.protobuf must be the base64 of a protobuf envelope") from None
    left = _unknown_of(_parsed(write(envelope)))
    return Envelope(envelope.message, envelope.meta, UnknownFields(envelope.unknown.json, left))


def _parsed(payload: bytes) -> Any:
    envelope = schema().Envelope()
    check_texts(envelope.DESCRIPTOR, payload)
    try:
        envelope.ParseFromString(payload)
    except Exception:  # DecodeError, of whichever implementation libprotobuf has
        raise Malformed(NO_ENVELOPE) from None
    return envelope


def _check(envelope: Any) -> None:
    if envelope.version == 0:
        raise Malformed(NO_ENVELOPE)
    if envelope.version != 1:
        raise Malformed(
            f"the version of the protobuf envelope must be 1, got {envelope.version}"
        )
    if envelope.WhichOneof("body") is None and not _has_newer_body(envelope):
        raise Malformed("the protobuf envelope has no body")


def _bodies() -> Dict[str, Type[Message]]:
    return {f"{each.role.value}_{each.type}": each for each in all_types()}


def _message(envelope: Any) -> Message:
    name = envelope.WhichOneof("body")
    cls = _bodies().get(name or "")
    if cls is None:
        return UnknownType(envelope.other.type, envelope.other.data)
    body = getattr(envelope, name)
    known = [field for field in cls.fields() if field.name in body.DESCRIPTOR.fields_by_name]
    return cls(**{field.name: _field(body, field) for field in known})


def _field(body: Any, field: Field) -> Any:
    value = getattr(body, field.name)
    if field.kind is dict:
        return {entry.nick: entry.prefix for entry in value}
    return field.kind(value)


def _set_body(envelope: Any, source: Envelope) -> None:
    message = source.message
    if not isinstance(message, UnknownType):
        body = getattr(envelope, f"{message.role.value}_{message.type}")
        body.SetInParent()
        for field in message.fields():
            if field.name in body.DESCRIPTOR.fields_by_name:
                _set_field(body, field, getattr(message, field.name))
    elif message != UnknownType("") or not source.unknown.protobuf:
        # Else the body of a newer schema is among the unknown fields, and this would replace it.
        envelope.other.type, envelope.other.data = valid(message.name), valid(message.data)
        envelope.other.SetInParent()


def _set_field(body: Any, field: Field, value: Any) -> None:
    if field.kind is dict:
        for nick, prefix in value.items():
            getattr(body, field.name).add(nick=valid(nick), prefix=valid(prefix)).SetInParent()
    elif field.kind is list:
        getattr(body, field.name).extend(valid(text) for text in value)
    elif value:
        setattr(body, field.name, valid(value) if field.kind is str else value)


def _strip_known(message: Any) -> None:
    present: List[Any] = message.ListFields()
    for field, value in present:
        if field.type == field.TYPE_MESSAGE and field.label != field.LABEL_REPEATED:
            _strip_known(value)
            if value.ByteSize():
                continue
        message.ClearField(field.name)


def _unknown_of(envelope: Any) -> bytes:
    """The envelope without its known fields, b"" if nothing is left."""
    left = schema().Envelope()
    left.CopyFrom(envelope)
    _strip_known(left)
    return bytes(left.SerializeToString())


def _has_newer_body(envelope: Any) -> bool:
    """Whether there are unknown fields at the top: one may be the body of a newer schema."""
    top = schema().Envelope()
    top.CopyFrom(envelope)
    for field, _ in envelope.ListFields():
        top.ClearField(field.name)
    return bool(top.ByteSize())


def _add_unknown(unknown: bytes, envelope: Any) -> None:
    """Puts them back beside the known fields, which it never changes."""
    if not unknown:
        return
    try:
        extra = _parsed(unknown)
    except Malformed:
        return
    _strip_known(extra)
    body = extra.WhichOneof("body")
    if body is not None and body != envelope.WhichOneof("body"):
        extra.ClearField("body")
    envelope.MergeFrom(extra)
