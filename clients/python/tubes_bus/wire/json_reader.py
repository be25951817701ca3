"""The JSON wire format, read."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Tuple, Type

from ..envelope import Envelope, Meta, UnknownFields
from ..messages import Field, Message, Role, UnknownType, WebIn, type_named
from .extras import Extras
from .scanner import kind_of, members, unquoted
from .text import Malformed, excerpt, with_article

_LARGEST = 2**64 - 1


@dataclass
class _Parts:
    """Values as they were written; of a key that is there twice the last one."""

    known: Dict[str, str] = field(default_factory=dict)
    others: List[str] = field(default_factory=list)


def read(role: Role, text: str) -> Envelope:
    """Raises Malformed for what is no message."""
    return _web_in(text) if role is Role.web_in else _envelope(role, text)


def _split(text: str, *names: str) -> _Parts:
    parts = _Parts()
    for key, value in members(text):
        name = unquoted(key)
        if name in names:
            parts.known[name] = value
        else:
            parts.others.append(f"{key}:{value}")
    return parts


def _envelope(role: Role, text: str) -> Envelope:
    top = _split(text, "version", "type", "data", "meta")
    _check_version(top.known.get("version"))
    name = _type_of(top.known.get("type"))
    extras = Extras(top=top.others)
    message = _message(role, name, top, extras)
    meta, carried = _meta(top.known.get("meta"), extras)
    return Envelope(message, meta, UnknownFields(extras.text(), carried))


def _check_version(value: "str | None") -> None:
    if value is None:
        raise Malformed("the envelope has no version; it must be 1")
    if kind_of(value) != "number" or float(value) != 1:
        raise Malformed(f"the version of the envelope must be 1, got {excerpt(value.encode())}")


def _type_of(value: "str | None") -> str:
    if value is None:
        raise Malformed("the envelope has no type")
    return _text(value, "the type of the envelope")


def _message(role: Role, name: str, top: _Parts, extras: Extras) -> Message:
    found = type_named(role, name)
    if found is None:
        return UnknownType(name, top.known.get("data", ""))
    data = top.known.get("data")
    if name == "raw":
        data = _with_command_of_the_top(data, extras)
    if data is None:
        raise Malformed(f"data of {with_article(name)} is missing")
    if kind_of(data) != "object":
        raise Malformed(f"data of {with_article(name)} must be an object, got {kind_of(data)}")
    return _record(found, data, extras)


def _with_command_of_the_top(data: "str | None", extras: Extras) -> "str | None":
    """Programs of 2012 put the command of a `raw` beside its data. The one in `data` counts."""
    command = None
    for each in list(extras.top):
        key, value = next(iter(members("{" + each + "}")))
        if unquoted(key) == "command":
            command = value
            extras.top.remove(each)
    if command is None or (data is not None and kind_of(data) != "object"):
        return data
    rest = data.strip()[1:-1].strip() if data else ""
    return f'{{"command":{command}{"," if rest else ""}{rest}}}'


def _record(cls: Type[Message], data: str, extras: Extras) -> Message:
    parts = _split(data, *(each.name for each in cls.fields()))
    extras.data = parts.others
    values: Dict[str, Any] = {}
    for each in cls.fields():
        where = f"data.{each.name} of {with_article(cls.type)}"
        if each.name in parts.known:
            values[each.name] = _READERS[each.kind](parts.known[each.name], where)
        elif each.required:
            raise Malformed(f"{where} is missing")
    return cls(**values)


def _text(value: str, where: str) -> str:
    if kind_of(value) != "string":
        raise Malformed(f"{where} must be a string, got {kind_of(value)}")
    return unquoted(value)


def _flag(value: str, where: str) -> bool:
    if kind_of(value) != "boolean":
        raise Malformed(f"{where} must be true or false, got {kind_of(value)}")
    return value == "true"


def _texts(value: str, where: str) -> List[str]:
    return [text for _, text in _strings(value, "array", f"{where} must be an array of strings")]


def _text_by_text(value: str, where: str) -> Dict[str, str]:
    found = _strings(value, "object", f"{where} must be an object of strings")
    return {unquoted(key): text for key, text in found}


def _strings(value: str, kind: str, demand: str) -> List[Tuple[str, str]]:
    if kind_of(value) != kind:
        raise Malformed(f"{demand}, got {kind_of(value)}")
    found = []
    for key, each in members(value):
        if kind_of(each) != "string":
            raise Malformed(f"{demand}, got {kind_of(each)} in it")
        found.append((key, unquoted(each)))
    return found


def _meta(text: "str | None", extras: Extras) -> Tuple[Meta, bytes]:
    if text is None:
        return Meta(), b""
    if kind_of(text) != "object":
        raise Malformed(f"meta must be an object, got {kind_of(text)}")
    parts = _split(text, "publisher", "sequence", "protobuf")
    extras.meta = parts.others
    publisher = _text(parts.known.get("publisher", '""'), "meta.publisher")
    sequence = _number(parts.known.get("sequence", "0"), "meta.sequence")
    return Meta(publisher, sequence), _bytes(parts.known.get("protobuf", '""'), "meta.protobuf")


def _number(value: str, where: str) -> int:
    if kind_of(value) != "number":
        raise Malformed(f"{where} must be a whole number, got {kind_of(value)}")
    if not re.fullmatch("[0-9]{1,20}", value) or int(value) > _LARGEST:
        shown = excerpt(value.encode())
        raise Malformed(f"{where} must be a whole number from 0 to {_LARGEST}, got {shown}")
    return int(value)


_READERS: Dict[type, Callable[[str, str], Any]] = {
    str: _text,
    bool: _flag,
    int: _number,
    list: _texts,
    dict: _text_by_text,
}


def _bytes(value: str, where: str) -> bytes:
    try:
        return base64.b64decode(_text(value, where), validate=True)
    except (binascii.Error, ValueError) as fault:
        if isinstance(fault, Malformed):
            raise
        raise Malformed(f"{where} must be base64") from None


def _web_in(text: str) -> Envelope:
    parts = _split(text, "app", "body")
    for name in ("app", "body"):
        if name not in parts.known:
            raise Malformed(f"{name} of a web_in message is missing")
    message = WebIn(_text(parts.known["app"], "app of a web_in message"), parts.known["body"])
    return Envelope(message, Meta(), UnknownFields(Extras(top=parts.others).text()))
