"""The grammar of topics, filters and keys."""

from __future__ import annotations

import re

from .errors import Error, ErrorCode

LONGEST_TOPIC = 255

# Topics that start with "$" are the bus's own, and match nobody's filter (docs/LEDGER.md).
HEARTBEAT = "$heartbeat"
STATS = "$stats"

_TOKENS = re.compile(r"(?:[A-Za-z0-9_-]+(?:\.(?=[A-Za-z0-9_-]))?)*")


def is_topic(text: str) -> bool:
    """Dot-separated, non-empty tokens of A-Z a-z 0-9 _ -, at most 255 bytes."""
    return first_fault(text) is None


def first_fault(text: str) -> "int | None":
    """Where the grammar is first broken."""
    found = _TOKENS.match(text)
    end = found.end() if found else 0
    if text and end == len(text) <= LONGEST_TOPIC:
        return None
    # A dot with no token behind it is at fault where that token should stand.
    if text[end : end + 1] == "." and end > 0:
        end += 1
    return min(end, LONGEST_TOPIC)


def require_topic(text: str) -> None:
    """Raises Error `invalid_topic` that shows the fault, and no control bytes."""
    fault = first_fault(text)
    if fault is None:
        return
    shown = "".join(c if " " <= c <= "~" else "?" for c in text[:64])
    raise Error(
        ErrorCode.invalid_topic,
        f'invalid topic "{shown}{"…" if len(text) > 64 else ""}" at byte {fault}: topics are '
        "dot-separated, non-empty tokens of A-Z a-z 0-9 _ -, at most 255 bytes; a filter may end "
        "in .> (IRC channel names belong in the data)",
    )


def require_filter(text: str) -> None:
    require_topic(text[:-2] if text.endswith(".>") else text)


def is_own(topic: str) -> bool:
    return topic.startswith("$")


def matches(filter_: str, topic: str) -> bool:
    """ "in" matches itself alone, "in.>" all that is below the dot."""
    if filter_.endswith(".>"):
        return len(topic) >= len(filter_) and topic.startswith(filter_[:-1])
    return topic == filter_
