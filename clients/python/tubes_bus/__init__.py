"""Tubes for Python: a message bus with exchangeable backends, and a typed client for IRC bots.

tubes_bus.open(url) and tubes_bus.Client are for ordinary code; tubes_bus.aio has the same names for
asyncio. tubes_bus.testing tests bots.
"""

from . import aio, in_, out, receipts, zenircbot
from .bus import Bus, Subscription
from .bus import open as open  # not in __all__: import * leaves the built-in one
from .client import Client
from .client_topics import ClientOptions
from .clock import VirtualClock
from .codec import WireFormat, decode, encode
from .engine.inbox import Delivery
from .envelope import Envelope, Meta
from .errors import Error, ErrorCode
from .events import Event, EventKind
from .gaps import Gaps, Losses
from .messages import Role, UnknownType, WebIn
from .options import BusOptions, Capabilities, Overflow, Ready, SubscribeOptions
from .pending_receipt import PendingReceipt
from .receipts import Receipt
from .stats import Received, Sent, Stats

__all__ = [
    "Bus",
    "BusOptions",
    "Capabilities",
    "Client",
    "ClientOptions",
    "Delivery",
    "Error",
    "ErrorCode",
    "Envelope",
    "Event",
    "EventKind",
    "Gaps",
    "Losses",
    "Meta",
    "Overflow",
    "PendingReceipt",
    "Ready",
    "Receipt",
    "Received",
    "Role",
    "Sent",
    "Stats",
    "SubscribeOptions",
    "Subscription",
    "UnknownType",
    "VirtualClock",
    "WebIn",
    "WireFormat",
    "aio",
    "decode",
    "encode",
    "in_",
    "out",
    "receipts",
    "zenircbot",
]
