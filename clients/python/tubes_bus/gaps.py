"""Finds, from the numbers that messages and heartbeats carry, the messages that never came."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Dict, List, Optional, Set

from .heartbeat import Heartbeat


@dataclass
class Losses:
    """What of other publishers' numbered messages never came, counted in messages."""

    lost: int = 0  #: while this bus was there
    missed: int = 0  #: published while this bus was away, or soon after


@dataclass(frozen=True)
class Gap:
    topic: str
    publisher: str
    count: int
    away: bool  #: missed, not lost

    def __str__(self) -> str:
        cause = "published while this bus was away" if self.away else "lost on the way"
        return f"{self.topic}: {cause}"


@dataclass
class _Count:
    last: int
    away: bool = False  #: nothing came since the connection broke


class Gaps:
    """The first number of a publisher on a topic is where counting begins: what was before, nobody
    claims to have lost. So a late join, a publisher that restarted (it has a new name) and one that
    was forgotten are no loss; and a publisher that announces itself with 0 before its first message
    is counted from there. Not thread-safe; no I/O, no time.

    Remembers `most` pairs of topic and publisher; the one that was silent longest is forgotten.
    """

    def __init__(self, most: int = 65_536) -> None:
        self._most = most
        self._live: Set[str] = set()
        self._turns: "OrderedDict[tuple[str, str], _Count]" = OrderedDict()
        self._topics_of: Dict[str, Set[str]] = {}
        self.losses = Losses()

    def live(self, topic: str) -> None:
        """What is published on the topic from now on arrives, until away(). Heartbeats about a
        topic that is not live begin no count."""
        self._live.add(topic)

    def away(self) -> None:
        """The connection broke."""
        self._live.clear()
        for count in self._turns.values():
            count.away = True

    def message(self, topic: str, publisher: str, number: int) -> Optional[Gap]:
        """What is missing in front of message `number`. A number that was counted before, 0, and a
        publisher without a name say nothing."""
        if not publisher or number == 0:
            return None
        count = self._find(publisher, topic)
        if count is None:
            self._begin(publisher, topic, number)
            return None
        if number <= count.last:
            return None
        gap = self._advance(publisher, topic, count, number - 1)
        count.last = number
        count.away = False  # a message that arrives shows that the subscription is there again
        return gap

    def heartbeat(self, beat: Heartbeat) -> List[Gap]:
        """What should have come by now, on each topic. The final one ends its publisher."""
        found = [self._stated(beat, topic, last) for topic, last in beat.last.items()]
        if beat.final:
            for topic in self._topics_of.pop(beat.publisher, set()):
                del self._turns[beat.publisher, topic]
        return [gap for gap in found if gap]

    def remembered(self) -> int:
        return len(self._turns)

    def _stated(self, beat: Heartbeat, topic: str, last: int) -> Optional[Gap]:
        is_live = topic in self._live
        count = self._find(beat.publisher, topic)
        if count is None:
            if is_live and not beat.final:
                self._begin(beat.publisher, topic, last)
            return None
        gap = self._advance(beat.publisher, topic, count, last)
        count.away = count.away and not is_live
        return gap

    def _find(self, publisher: str, topic: str) -> Optional[_Count]:
        count = self._turns.get((publisher, topic))
        if count is not None:
            self._turns.move_to_end((publisher, topic))
        return count

    def _begin(self, publisher: str, topic: str, last: int) -> None:
        if len(self._turns) >= self._most:
            (silent, its_topic), _ = self._turns.popitem(last=False)
            self._forget(silent, its_topic)
        self._turns[publisher, topic] = _Count(last)
        self._topics_of.setdefault(publisher, set()).add(topic)

    def _forget(self, publisher: str, topic: str) -> None:
        topics = self._topics_of[publisher]
        topics.discard(topic)
        if not topics:
            del self._topics_of[publisher]

    def _advance(self, publisher: str, topic: str, count: _Count, to: int) -> Optional[Gap]:
        if to <= count.last:
            return None
        gap = Gap(topic, publisher, to - count.last, count.away)
        count.last = to
        if gap.away:
            self.losses.missed += gap.count
        else:
            self.losses.lost += gap.count
        return gap
