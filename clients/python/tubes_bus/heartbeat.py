"""What a publisher states on the topic "$heartbeat": which number its last message on a topic has
(docs/LEDGER.md)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from .topics import is_topic

LONGEST_TEXT = 32_768  # bytes; a publisher splits what is more
_LARGEST = 2**64 - 1
_PUBLISHER = re.compile(r"[!#-\[\]-~]{1,128}")
# Texts have no escapes, and numbers are whole: what else there is, is no heartbeat.
_NO_HEARTBEAT = re.compile(rb"\\|[\x80-\xff]")


@dataclass(frozen=True)
class Heartbeat:
    publisher: str
    final: bool = False  #: its last one: nothing follows
    last: Dict[str, int] = field(default_factory=dict)  #: per topic; 0: the first is about to come


def to_text(heartbeat: Heartbeat) -> bytes:
    """{"v":1,"publisher":"7f3a9c","final":false,"last":{"in":17}}"""
    members = {
        "v": 1,
        "publisher": heartbeat.publisher,
        "final": heartbeat.final,
        "last": dict(sorted(heartbeat.last.items())),
    }
    return json.dumps(members, separators=(",", ":")).encode()


def parse(payload: bytes) -> Optional[Heartbeat]:
    """Takes any bytes: None for what is no heartbeat of version 1."""
    if len(payload) > LONGEST_TEXT or _NO_HEARTBEAT.search(payload):
        return None
    try:
        read = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return _heartbeat(read) if isinstance(read, dict) else None


def _heartbeat(read: Dict[str, Any]) -> Optional[Heartbeat]:
    publisher, final, last = read.get("publisher"), read.get("final", False), read.get("last", {})
    is_text = isinstance(publisher, str) and _PUBLISHER.fullmatch(publisher)
    if not is_text or not _is_number(read.get("v")) or read["v"] != 1:
        return None
    if not isinstance(final, bool) or not isinstance(last, dict):
        return None
    if not all(is_topic(topic) and _is_number(number) for topic, number in last.items()):
        return None
    return Heartbeat(publisher or "", final, last)


def _is_number(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _LARGEST
