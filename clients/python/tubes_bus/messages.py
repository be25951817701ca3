"""What all message types have in common, and the two that are no record of fields.

A type is a dataclass that is its own description: `type` is its name on the wire, its fields
stand there in their order, and one that has a default is left out of the wire while it is empty.
"""

from __future__ import annotations

import dataclasses
import enum
import json
from dataclasses import dataclass
from typing import Any, ClassVar, Dict, List, Tuple, Type, TypeVar


class Role(str, enum.Enum):
    """What a topic carries, whatever its name: "privmsg" means one thing on `in`, another on
    `out`; `web_in` has no envelope."""

    in_ = "in"
    out = "out"
    web_in = "web_in"
    receipts = "receipts"


@dataclass(frozen=True)
class Message:
    """Anything that an envelope can hold. Texts are UTF-8."""

    type: ClassVar[str] = ""
    role: ClassVar[Role]

    @classmethod
    def fields(cls) -> Tuple["Field", ...]:
        return _FIELDS[cls]


@dataclass(frozen=True)
class Field:
    """One field of a type: `kind` is str, bool, int (from 0, below 2**64), list (of texts)
    or dict (of texts)."""

    name: str
    kind: type
    required: bool


@dataclass(frozen=True)
class WebIn(Message):
    """What a web hook received. `body` is JSON text: see parsed()."""

    type: ClassVar[str] = "web_in"
    role: ClassVar[Role] = Role.web_in

    app: str
    body: str

    def parsed(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class UnknownType(Message):
    """An envelope of a type that this version does not know: kept as it came."""

    role: ClassVar[Role] = Role.in_  # of handlers: on `out` use on_envelope

    name: str  #: its type on the wire
    data: str = ""  #: JSON text of its data, "" if there was none

    def parsed(self) -> Any:
        return json.loads(self.data) if self.data else None


_KINDS: Dict[str, type] = {"str": str, "bool": bool, "int": int}
_FIELDS: Dict[type, Tuple[Field, ...]] = {}
_TYPES: Dict[Tuple[Role, str], Type[Message]] = {}

M = TypeVar("M", bound=Type[Message])


def described(cls: M) -> M:
    """Registers a type under its role and name. Its module has `from __future__ import
    annotations`, so annotations are text."""
    _FIELDS[cls] = tuple(_field(each) for each in dataclasses.fields(cls))
    _TYPES[cls.role, cls.type] = cls
    return cls


def _field(field: "dataclasses.Field[Any]") -> Field:
    missing = dataclasses.MISSING
    required = field.default is missing and field.default_factory is missing
    container = list if str(field.type).startswith("List") else dict
    return Field(field.name, _KINDS.get(str(field.type), container), required)


_FIELDS[WebIn] = tuple(_field(each) for each in dataclasses.fields(WebIn))  # it has no name


def type_named(role: Role, name: str) -> "Type[Message] | None":
    """The type that a topic of this role calls `name`."""
    return _TYPES.get((role, name))


def all_types() -> List[Type[Message]]:
    return list(_TYPES.values())


def type_name(message: Message) -> str:
    """The message's type as it stands on the wire, "web_in" for a WebIn."""
    return message.name if isinstance(message, UnknownType) else message.type
