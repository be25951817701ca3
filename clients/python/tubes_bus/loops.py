"""Bots never answer bots: whether a reply may be said. No I/O; time comes in as seconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, Optional, Tuple

from . import in_
from .messages import Message

MOST_OF_ONE_TEXT = 5
MOST_OF_ANY_TEXT = 20
WINDOW = 60.0  # seconds

_MOST_CONVERSATIONS = 10_000

# RFC 2812 section 2.2: these are the upper and lower case of each other.
_FOLD = str.maketrans("[]\\^", "{}|~")


def folded(nick: str) -> str:
    """Nicks and channels are the same if they are folded."""
    return nick.lower().translate(_FOLD)


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    why: str = ""  #: of a reply that is held back; "" if that was told before


@dataclass
class _Conversation:
    """With one sender, in one channel of one network."""

    replies: Deque[Tuple[float, str]] = field(default_factory=deque)
    wanted: float = 0.0  #: when the bot last wanted to reply
    open: bool = False  #: the breaker: nothing is said


class Loops:
    """Watches `in` for the bot's own nicks, and judges replies."""

    def __init__(self) -> None:
        self._nicks: Dict[str, str] = {}
        self._retained_nick = ""
        self._conversations: Dict[Tuple[str, str, str], _Conversation] = {}

    def retained_nick(self, nick: str) -> None:
        """The retained value `nick`: for networks that have not told of theirs. It is that of the
        bridge's first network, whose name it does not say."""
        self._retained_nick = nick

    def saw(self, message: Message) -> None:
        if isinstance(message, in_.Connected):
            self._nicks[message.network] = message.nick
        elif isinstance(message, in_.Nick) and self._is_own(message.network, message.sender):
            self._nicks[message.network] = message.nick

    def of_itself(self, message: Any) -> Verdict:
        """Of what the bot itself said."""
        if getattr(message, "self", False):
            return Verdict(False, f"{_place(message)}: this bot said it itself; it gets no reply")
        return Verdict(True)

    def judge(self, message: Any, text: str, now: float) -> Verdict:
        """Whether `text` may answer the message."""
        sender = getattr(message, "sender", "")
        if getattr(message, "bot", False):
            return Verdict(False, f"{_place(message)}: {sender} is a bot; it gets no reply")
        if sender and self._is_own(message.network, sender):
            return Verdict(False, f"{_place(message)}: {sender} is this bot's own nick")
        return self._breaker(message, sender, text, now)

    def _is_own(self, network: str, nick: str) -> bool:
        own = self._nicks.get(network, self._retained_nick)
        return bool(own) and folded(own) == folded(nick)

    def _breaker(self, message: Any, sender: str, text: str, now: float) -> Verdict:
        talk = self._conversation(message, sender)
        if talk.open and now - talk.wanted >= WINDOW:
            talk.open = False
            talk.replies.clear()
        talk.wanted = now
        if talk.open:
            return Verdict(False)
        while talk.replies and now - talk.replies[0][0] >= WINDOW:
            talk.replies.popleft()
        talk.replies.append((now, text))
        same = sum(1 for _, each in talk.replies if each == text)
        talk.open = same > MOST_OF_ONE_TEXT or len(talk.replies) > MOST_OF_ANY_TEXT
        return Verdict(False, _too_much(message, sender, same)) if talk.open else Verdict(True)

    def _conversation(self, message: Any, sender: str) -> _Conversation:
        key = (message.network, folded(message.channel), folded(sender))
        if key not in self._conversations and len(self._conversations) >= _MOST_CONVERSATIONS:
            del self._conversations[next(iter(self._conversations))]
        talk = self._conversations.pop(key, None) or _Conversation()
        self._conversations[key] = talk  # at the end: the first one is silent longest
        return talk


def _place(message: Any) -> str:
    return f"{message.network}/{message.channel}" if message.network else str(message.channel)


def _too_much(message: Any, sender: str, same: int) -> str:
    what = f"the same text {same} times" if same > MOST_OF_ONE_TEXT else "that much"
    return (
        f"{_place(message)}: {sender or 'somebody'} made this bot want to say {what} within "
        f"{WINDOW:.0f} s; it gets no reply until it has asked for none for {WINDOW:.0f} s"
    )
