"""Finds the text of a protobuf payload that is no UTF-8, and names its field; what libprotobuf
does about it depends on its version."""

from __future__ import annotations

from typing import Any, Tuple

from .text import Malformed

NO_ENVELOPE = "neither a JSON object nor a protobuf envelope with its version set"

_VARINT, _FIXED64, _LENGTH, _START_GROUP, _FIXED32 = 0, 1, 2, 3, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}


def check_texts(descriptor: Any, data: bytes) -> None:
    """Raises Malformed for the first such text, and for what is no protobuf."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire_type = tag >> 3, tag & 7
        if wire_type != _LENGTH:
            at = _skip(data, at, wire_type)
            continue
        size, at = _varint(data, at)
        if size > len(data) - at:
            raise Malformed(NO_ENVELOPE)
        if number in descriptor.fields_by_number:
            _check_field(descriptor.fields_by_number[number], data[at : at + size])
        at += size


def _check_field(field: Any, data: bytes) -> None:
    if field.type == field.TYPE_MESSAGE:
        check_texts(field.message_type, data)
    elif field.type == field.TYPE_STRING:
        try:
            data.decode()
        except UnicodeDecodeError:
            where = f"{field.containing_type.name}.{field.name}"
            raise Malformed(f"{where} of the protobuf envelope is not UTF-8") from None


def _varint(data: bytes, at: int) -> Tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise Malformed(NO_ENVELOPE)


def _skip(data: bytes, at: int, wire_type: int) -> int:
    if wire_type == _VARINT:
        return _varint(data, at)[1]
    if wire_type == _START_GROUP:
        # No field of ours: libprotobuf finds its end, or that it has none.
        return len(data)
    if wire_type not in _SIZES or at + _SIZES[wire_type] > len(data):
        raise Malformed(NO_ENVELOPE)
    return at + _SIZES[wire_type]
