"""The members that a JSON reader does not know: UnknownFields.json."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Container, List

from .scanner import kind_of, members, single_value, unquoted


@dataclass
class Extras:
    """Members as they were written, "key":value, of the three places that have some."""

    top: List[str] = field(default_factory=list)
    data: List[str] = field(default_factory=list)
    meta: List[str] = field(default_factory=list)

    def text(self) -> str:
        parts = [
            f'"{name}":{{{",".join(found)}}}'
            for name, found in (("data", self.data), ("meta", self.meta))
            if found
        ]
        parts += self.top
        return "{" + ",".join(parts) + "}" if parts else ""


@dataclass(frozen=True)
class ExtraParts:
    """Object texts; "" where there is none."""

    top: str = ""
    data: str = ""
    meta: str = ""


def split_extras(json: str) -> ExtraParts:
    """What is no JSON object has no parts."""
    whole = single_value(json)
    if whole is None or kind_of(whole) != "object":
        return ExtraParts()
    parts = {"data": "", "meta": ""}
    for key, value in members(whole):
        if unquoted(key) in parts and kind_of(value) == "object":
            parts[unquoted(key)] = value
    return ExtraParts(whole, parts["data"], parts["meta"])


def unknown_members(object_text: str, known: Container[str]) -> List[str]:
    """ "key":value of each member whose key is not among `known`."""
    if not object_text:
        return []
    return [f"{k}:{v}" for k, v in members(object_text) if unquoted(k) not in known]
