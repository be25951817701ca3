"""The numbers of a publisher's messages, and what it states about them: rules 1 to 4 of
docs/LEDGER.md. No I/O, no time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Mapping

from .heartbeat import LONGEST_TEXT, Heartbeat, to_text

_TIMES_STATED = 2
_AROUND_A_NUMBER = 24  # quotes, colon, comma, 20 digits
_AROUND_IT_ALL = 256


@dataclass
class _Number:
    last: int = 0
    left: int = 0  #: the last one that left on the connection before
    owed: int = 0  #: how many more times it is to be stated


class Numbers:
    def __init__(self, publisher: str) -> None:
        self._publisher = publisher
        self._topics: Dict[str, _Number] = {}

    def last(self, topic: str) -> int:
        found = self._topics.get(topic)
        return found.last if found else 0

    def use(self, topic: str) -> None:
        """The topic's next number is used."""
        number = self._topics.setdefault(topic, _Number())
        number.last += 1
        number.owed = _TIMES_STATED

    def owing(self) -> bool:
        return any(number.owed for number in self._topics.values())

    def owe_everything(self) -> None:
        for number in self._topics.values():
            number.owed = _TIMES_STATED

    def announcement(self, topic: str) -> bytes:
        """Rule 1: the first message on the topic is about to come."""
        return to_text(Heartbeat(self._publisher, False, {topic: 0}))

    def statements(self) -> List[bytes]:
        """Rule 2: what changed, and once more."""
        owed = {topic: each for topic, each in self._topics.items() if each.owed}
        for number in owed.values():
            number.owed -= 1
        return self._split({topic: each.last for topic, each in owed.items()}, final=False)

    def broke(self, unsent: Mapping[str, int]) -> None:
        """The connection broke, with so many numbered messages of each topic still here."""
        for topic, number in self._topics.items():
            number.left = number.last - unsent.get(topic, 0)

    def announcements(self) -> List[bytes]:
        """Rule 3: the last that left on the connection before, where more waited meanwhile."""
        waited = {t: each.left for t, each in self._topics.items() if each.left < each.last}
        return self._split(waited, final=False)

    def final_statements(self) -> List[bytes]:
        """Rule 4. Only the last payload is final: whoever hears it forgets the publisher."""
        return self._split({t: each.last for t, each in self._topics.items()}, final=True)

    def _split(self, last: Mapping[str, int], final: bool) -> List[bytes]:
        parts: List[Dict[str, int]] = []
        room = 0
        for topic, number in last.items():
            room -= len(topic) + _AROUND_A_NUMBER
            if not parts or room < 0:
                parts.append({})
                room = LONGEST_TEXT - _AROUND_IT_ALL - len(topic) - _AROUND_A_NUMBER
            parts[-1][topic] = number
        ends = [final and part is parts[-1] for part in parts]
        return [to_text(Heartbeat(self._publisher, e, part)) for e, part in zip(ends, parts)]
