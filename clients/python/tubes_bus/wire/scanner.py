"""Finds where JSON values begin and end, without making anything of them.

What a relay passes on must stay as it was written (1.50, an escape, a number of any length), which
a parser would not keep; and faults are named as everywhere in Tubes.
"""

from __future__ import annotations

import json
import re
from typing import Iterator, Optional, Tuple

from .text import Malformed, valid

MAX_DEPTH = 64

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(
    r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*"'
)
_BEFORE_FAULT = re.compile(
    r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\\x00-\x1f]*)*'
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:(\.)([0-9]*))?(?:([eE])([+-]?[0-9]*))?")
_KINDS = {"{": "object", "[": "array", '"': "string", "t": "boolean", "f": "boolean", "n": "null"}


class Fault(Exception):
    def __init__(self, what: str, at: int) -> None:
        super().__init__(what)
        self.what, self.at = what, at


def kind_of(value: str) -> str:
    """object, array, string, number, boolean or null: what a value's text is."""
    return _KINDS.get(value[0], "number")


def unquoted(string: str) -> str:
    """The text that a JSON string means."""
    return string[1:-1] if "\\" not in string else valid(json.loads(string))


def members(text: str) -> Iterator[Tuple[str, str]]:
    """Key and value of each member of an object, or "" and each item of an array, as written.
    Raises Malformed at the first fault."""
    try:
        yield from _walk(text)
    except Fault as fault:
        offset = len(text[: fault.at].encode("utf-8", "surrogatepass"))
        raise Malformed(f"not JSON: {fault.what} (byte {offset})") from None


def single_value(text: str, depth: int = MAX_DEPTH) -> Optional[str]:
    """The one value that the text is, without the white space around it."""
    start = _space(text, 0)
    try:
        end = _value(text, start, depth)
    except Fault:
        return None
    return text[start:end] if _space(text, end) == len(text) else None


def _walk(text: str) -> Iterator[Tuple[str, str]]:
    at = _space(text, 0)
    is_object = text.startswith("{", at)
    close = "}" if is_object else "]"
    if not is_object and not text.startswith("[", at):
        raise Fault("it is neither an object nor an array", at)
    at = _space(text, at + 1)
    first = True
    while not (first and text.startswith(close, at)):
        key, at = _key(text, _space(text, at)) if is_object else ("", _space(text, at))
        end = _value(text, at, MAX_DEPTH - 1)
        yield key, text[at:end]
        at, first = _space(text, end), False
        if text.startswith(close, at):
            break
        at = _expect(text, at, ",", "a comma or a closing brace is missing")
    at = _space(text, at + 1)
    if at < len(text):
        raise Fault("something follows its end", at)


def _space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing, too


def _expect(text: str, at: int, wanted: str, otherwise: str) -> int:
    if not text.startswith(wanted, at):
        raise Fault(otherwise, at)
    return at + len(wanted)


def _key(text: str, at: int) -> Tuple[str, int]:
    end = _string(text, at)
    colon = _expect(text, _space(text, end), ":", "a colon is missing after a key")
    return text[at:end], _space(text, colon)


def _value(text: str, at: int, depth: int) -> int:
    """Where the value that begins at `at` ends."""
    first = text[at : at + 1]
    if first == '"':
        return _string(text, at)
    if first in ("{", "["):
        return _container(text, at, depth)
    for word in ("true", "false", "null"):
        if first == word[0]:
            return _expect(text, at, word, "a value is missing")
    if not first:
        raise Fault("it ends where a value should stand", at)
    return _number(text, at)


def _container(text: str, at: int, depth: int) -> int:
    if depth == 0:
        raise Fault("it is nested too deep", at)
    is_object = text[at] == "{"
    close, name = ("}", "brace") if is_object else ("]", "bracket")
    at = _space(text, at + 1)
    if text.startswith(close, at):
        return at + 1
    while True:
        if is_object:
            at = _key(text, at)[1]
        at = _space(text, _value(text, at, depth - 1))
        if text.startswith(close, at):
            return at + 1
        at = _space(text, _expect(text, at, ",", f"a comma or a closing {name} is missing"))


def _string(text: str, at: int) -> int:
    whole = _STRING.match(text, at)
    if whole:
        return whole.end()
    begun = _BEFORE_FAULT.match(text, at)
    if not begun:
        raise Fault("a string in double quotes is missing", at)
    end = begun.end()
    if end == len(text):
        raise Fault("a string is not closed", end)
    if text[end] != "\\":
        raise Fault("a control character in a string", end)
    if text.startswith("u", end + 1):
        raise Fault("an escape \\u lacks four hexadecimal digits", end + 2)
    raise Fault("an escape in a string is unknown", end + 1)


def _number(text: str, at: int) -> int:
    found = _NUMBER.match(text, at)
    if not found:
        raise Fault("a value is missing", at)
    if found[1] and not found[2]:
        raise Fault("a number lacks digits after its point", found.end())
    if found[3] and not found[4].strip("+-"):
        raise Fault("a number lacks digits in its exponent", found.end())
    return found.end()
