"""The JSON wire format, written: byte for byte as every writer of Tubes does."""

from __future__ import annotations

import base64
import json
from typing import Any, Dict, List, Set

from ..envelope import Envelope, Meta
from ..messages import Message, UnknownType, WebIn, type_name
from .extras import split_extras, unknown_members
from .scanner import MAX_DEPTH, single_value
from .text import valid


def write(envelope: Envelope) -> str:
    if isinstance(envelope.message, WebIn):
        return _web_in(envelope.message, envelope)
    unknown = split_extras(envelope.unknown.json)
    parts = ['"version":1', f'"type":{_quoted(type_name(envelope.message))}']
    parts += _data(envelope.message, unknown.data)
    parts += _meta(envelope, unknown.meta)
    parts += unknown_members(unknown.top, _known_at_the_top(envelope.message))
    return "{" + ",".join(parts) + "}"


def _known_at_the_top(message: Message) -> Set[str]:
    known = {"version", "type", "data", "meta"}
    return known | {"command"} if message.type == "raw" else known


def _quoted(text: str) -> str:
    return json.dumps(valid(text), ensure_ascii=False)


def _json(text: str) -> str:
    """A value as it is; what is none becomes a string."""
    value = single_value(valid(text), MAX_DEPTH - 1)
    return _quoted(text) if value is None else value


def _data(message: Message, unknown: str) -> List[str]:
    if isinstance(message, UnknownType):
        return [f'"data":{_json(message.data)}'] if message.data else []
    members = []
    for field in message.fields():
        value = getattr(message, field.name)
        if value or field.required:
            members.append(f'"{field.name}":{_value(value)}')
    members += unknown_members(unknown, {field.name for field in message.fields()})
    return ['"data":{' + ",".join(members) + "}"]


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict):
        valid_texts: Dict[str, str] = {valid(key): valid(text) for key, text in value.items()}
        return "{" + ",".join(f"{_quoted(k)}:{_quoted(v)}" for k, v in valid_texts.items()) + "}"
    return "[" + ",".join(map(_quoted, value)) + "]"


def _meta(envelope: Envelope, unknown: str) -> List[str]:
    members = []
    if envelope.meta != Meta():
        members.append(f'"publisher":{_quoted(envelope.meta.publisher)}')
        members.append(f'"sequence":{envelope.meta.sequence}')
    members += unknown_members(unknown, {"publisher", "sequence", "protobuf"})
    if envelope.unknown.protobuf:
        members.append(f'"protobuf":"{base64.b64encode(envelope.unknown.protobuf).decode()}"')
    return ['"meta":{' + ",".join(members) + "}"] if members else []


def _web_in(message: WebIn, envelope: Envelope) -> str:
    parts = [f'"app":{_quoted(message.app)}', f'"body":{_json(message.body)}']
    parts += unknown_members(split_extras(envelope.unknown.json).top, {"app", "body"})
    return "{" + ",".join(parts) + "}"
