"""What Redis says when it says no, with what to do about it."""

from __future__ import annotations

import ssl

from ..errors import Error, ErrorCode
from ..url import reason_of
from .redis_settings import Settings

_MOST_WORDS = 200  # of its words that an error quotes
_REMEDIES = {
    "NOAUTH": "give a password: redis://user:password@host, ?password_env=NAME or "
    "?password_file=PATH",
    "WRONGPASS": "check the user and the password in the bus URL",
    "NOPERM": "allow it to this user with ACL SETUSER",
    "DENIED": "connect from the same machine, or configure a password there",
    "LOADING": "it is reading its data: try again in a moment",
    "MASTERDOWN": "it is a replica without its primary: use the primary",
    "READONLY": "it is a read-only replica: use its primary",
    "OOM": "free memory there, or raise its maxmemory",
    "MISCONF": "it cannot save its data: its log says why",
    "WRONGTYPE": "the key belongs to something else: choose another prefix",
}


def refusal(address: str, tried: str, words: str) -> Error:
    code = words.split(" ", 1)[0]
    # An unknown command is answered with its arguments, and AUTH's are secret.
    said = words.split(", with args beginning", 1)[0]
    shown = "".join(c if " " <= c <= "~" else "?" for c in said[:_MOST_WORDS])
    remedy = _REMEDIES.get(code, "see its configuration and its log")
    later = code in ("LOADING", "MASTERDOWN")
    return Error(
        ErrorCode.unreachable if later else ErrorCode.refused,
        f"{address} refused {tried} ({shown}); {remedy}",
    )


def unreachable(settings: Settings, fault: BaseException) -> Error:
    """No connection: the deepest cause is what the system or TLS said."""
    cause = fault
    while not isinstance(cause, OSError) and cause.__context__ is not None:
        cause = cause.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Error(
            ErrorCode.unreachable,
            f"cannot trust {settings.address} ({cause.verify_message}); give the file of its "
            "authority with ?ca=, or the name in its certificate with ?servername=",
        )
    remedy = "is it running?"
    if isinstance(cause, ssl.SSLError):
        remedy = "does it speak TLS there, and want a client certificate (?cert= and ?key=)?"
    return Error(
        ErrorCode.unreachable, f"cannot reach {settings.address} ({reason_of(cause)}); {remedy}"
    )
