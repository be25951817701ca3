"""Text that comes from strangers."""

from __future__ import annotations

import re

_LONGEST_EXCERPT = 120  # bytes

# C0, DEL and C1: a terminal may obey any of them. Bytes that are no UTF-8 come as surrogates.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


class Malformed(ValueError):
    """No message; the text says what is wrong and where."""


def valid(text: str) -> str:
    """Half a surrogate pair cannot be UTF-8: U+FFFD instead."""
    return _SURROGATES.sub("\ufffd", text)


def excerpt(payload: bytes) -> str:
    """The first 120 bytes, fit for a terminal."""
    cut = payload[:_LONGEST_EXCERPT]
    text = cut.decode("utf-8", "surrogateescape")
    if len(payload) > len(cut):
        text = _without_cut_character(text)
    shown = _UNFIT.sub(".", text)
    return shown if len(payload) <= _LONGEST_EXCERPT else shown + "…"


def _without_cut_character(text: str) -> str:
    end = len(text)
    while end > len(text) - 3 and "\ud800" <= text[end - 1 : end] <= "\udfff":
        end -= 1
    return text[:end]


def with_article(name: str) -> str:
    """ "a privmsg", "an invite"."""
    return ("an " if name[:1] in tuple("aeiou") else "a ") + name
