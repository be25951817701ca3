"""How long to wait before connecting again."""

from __future__ import annotations

import random
from typing import Optional


class Backoff:
    """Exponential back-off with full jitter: a random delay up to a limit that doubles with every
    failure, so that many clients of one backend do not come back all at once."""

    def __init__(self, first: float, longest: float, seed: Optional[int] = None) -> None:
        self._first, self._longest, self._limit = first, longest, first
        self._random = random.Random(seed)

    def next(self) -> float:
        """Seconds."""
        drawn = self._random.uniform(0, self._limit)
        self._limit = min(self._longest, self._limit * 2)
        return drawn

    def reset(self) -> None:
        self._limit = self._first
