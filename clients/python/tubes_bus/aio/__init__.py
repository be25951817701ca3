"""The same bus and client for asyncio: methods that may wait are coroutines, and handlers may be
coroutine functions."""

from .bus import Bus, Subscription, advance, open
from .client import Client
from .zenircbot import ZenIRCBot

__all__ = ["Bus", "Client", "Subscription", "ZenIRCBot", "advance", "open"]
