"""Answers the question on "$stats", who is there (docs/LEDGER.md), and not too often."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Tuple

from ..clock import Clock
from ..stats import Stats
from ..topics import STATS

_BURST = 10
_REFILL = 0.1  # seconds for one more answer
_LONGEST_QUESTION = 4_096
_LONGEST_NAME = 64
_REPLY = re.compile(re.escape(STATS) + r"\.[0-9a-f]{32}")


class Presence:
    """To be called with the dispatcher's lock held."""

    def __init__(self, id_: str, name: str, clock: Clock, stats: Callable[[], Stats]) -> None:
        self._id, self._clock, self._stats = id_, clock, stats
        self._name = _plain(name or _name_of_program())
        self._opened = self._counted = self._connected = clock.now()
        self._allowed = float(_BURST)

    def connected(self) -> None:
        self._connected = self._clock.now()

    def answer(self, question: bytes) -> Optional[Tuple[str, bytes]]:
        """Where to send which answer; None for what is no question, or one too many."""
        reply = _reply_topic(question)
        if reply is None or reply.endswith(self._id) or not self._may_answer():
            return None
        return reply, json.dumps(self._answer(), separators=(",", ":")).encode()

    def _may_answer(self) -> bool:
        now = self._clock.now()
        self._allowed = min(_BURST, self._allowed + (now - self._counted) / _REFILL)
        self._counted = now
        if self._allowed < 1:
            return False
        self._allowed -= 1
        return True

    def _answer(self) -> Dict[str, Any]:
        stats, now = self._stats(), self._clock.now()
        return {
            "v": 1,
            "id": self._id,
            "name": self._name,
            "connected": stats.connected,
            "uptime_ms": round((now - self._opened) * 1000),
            "connected_ms": round((now - self._connected) * 1000) if stats.connected else 0,
            "sent": vars(stats.sent),
            "received": vars(stats.received),
            "handlers_failed": stats.handlers_failed,
            "events_dropped": stats.events_dropped,
        }


def _reply_topic(question: bytes) -> Optional[str]:
    if len(question) > _LONGEST_QUESTION:
        return None
    try:
        read = json.loads(question)
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict) or type(read.get("v")) is not int or read["v"] != 1:
        return None
    reply = read.get("reply")
    return reply if isinstance(reply, str) and _REPLY.fullmatch(reply) else None


def _name_of_program() -> str:
    """No arguments: these may hold secrets."""
    return f"{Path(sys.argv[0] if sys.argv else '').name or 'python'} {os.getpid()}"


def _plain(name: str) -> str:
    return "".join(c for c in name if " " <= c <= "~" and c not in '"\\')[:_LONGEST_NAME]
