"""What a program gives wrongly is told where it gives it, as a TypeError or ValueError, and not by
a bridge that refuses the message, or a reader that cannot decode it."""

from __future__ import annotations

from typing import Any, Iterable

from .messages import Field, Message, Role, type_name
from .wire.text import valid

LONGEST_ID = 128  # bytes


def require_publishable(message: Message) -> None:
    """Every field has what its type says; what may be left out may be None, too."""
    if not isinstance(message, Message):
        given = type(message).__name__
        raise TypeError(f"publish() takes a message such as out.Privmsg, not {given}")
    for field in message.fields():
        value = getattr(message, field.name)
        if value is None and not field.required:
            continue
        if not isinstance(value, field.kind):
            raise _wrong(message, field, f"be {field.kind.__name__}", value)
        if field.kind is dict or field.kind is list:
            _require_texts(message, field, value)
    if message.role is Role.out:
        _require_short_id(message)


def require_handler(name: str, handler: object) -> None:
    if handler is not None and not callable(handler):
        raise TypeError(f"{name} must be a function, not {type(handler).__name__}")


def _require_texts(message: Message, field: Field, value: Any) -> None:
    texts: Iterable[object] = value
    if isinstance(value, dict):
        texts = [*value.keys(), *value.values()]
    for text in texts:
        if not isinstance(text, str):
            raise _wrong(message, field, "hold nothing but str", text)


def _require_short_id(message: Message) -> None:
    id_: str = getattr(message, "id", None) or ""
    size = len(valid(id_).encode())
    if size > LONGEST_ID:
        raise ValueError(
            f"id of a {type_name(message)} has {size} bytes, more than {LONGEST_ID}: the bridge "
            "would give no receipt"
        )


def _wrong(message: Message, field: Field, must: str, value: object) -> TypeError:
    where = f"{field.name} of a {type_name(message)}"
    return TypeError(f"{where} must {must}, not {type(value).__name__}")
