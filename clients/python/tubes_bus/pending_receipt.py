"""What a message that asked for a receipt comes to, for ordinary code."""

from __future__ import annotations

from typing import Optional

from .bus import Bus
from .client_asking import FOREVER, Asking
from .client_receipts import Asked
from .receipts import Receipt


class PendingReceipt:
    """It comes to exactly one ending, at the latest after ClientOptions.receipt_timeout: then to
    "unknown" with the code "timeout". Thread-safe."""

    def __init__(self, bus: Bus, asking: Asking, asked: Asked) -> None:
        self._bus, self._asking, self._asked = bus, asking, asked

    @property
    def id(self) -> str:
        """The message's, on the topics `out` and `receipts`."""
        return self._asked.id

    def done(self) -> bool:
        return self._asked.ending.done()

    def result(self, timeout: Optional[float] = None) -> Receipt:
        """Waits for the ending, at most `timeout` seconds: raises timed_out if it has not come by
        then. It still may come, and the message may still be said: do not say it again. Inside a
        handler this holds up the handlers behind; on memory:// it raises at once, for nothing else
        can happen there."""
        seconds = FOREVER if timeout is None else timeout
        return self._bus.drive(self._asking.ending(self._asked, seconds))
