"""What libzmq tells of a connection that fails, in words with a remedy."""

from __future__ import annotations

from typing import Any, Optional

from ..errors import Error, ErrorCode
from .zeromq_endpoints import Endpoints
from .zeromq_keys import ClientKeys, digits_of


def troublesome_events(zmq: Any) -> int:
    return int(
        zmq.EVENT_DISCONNECTED
        | zmq.EVENT_CLOSED
        | zmq.EVENT_CONNECT_RETRIED
        | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
        | zmq.EVENT_HANDSHAKE_FAILED_AUTH
    )


class Troubles:
    """Of one broker; `was_connected` is of the connection that fails."""

    def __init__(self, at: Endpoints, keys: Optional[ClientKeys], zmq: Any) -> None:
        self._at, self._keys, self._zmq = at, keys, zmq

    def of(self, event: int, value: int, was_connected: bool) -> Error:
        zmq, url = self._zmq, self._at.url
        if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
            return self._key_refused()
        mismatch = zmq.PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH
        if event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL and value == mismatch:
            return self._other_mechanism()
        handshake = zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL
        if event & handshake and self._keys is not None:
            return _refused(
                f"what listens at {url} broke off the CURVE handshake: it has another key than "
                "server_key says, or is no broker with CURVE; compare server_key with what the "
                "broker says at its start"
            )
        if event & handshake:
            cause = "what listens there is no broker, or one that wants CURVE"
            return self.unreachable(cause, was_connected)
        never = event & (zmq.EVENT_CLOSED | zmq.EVENT_CONNECT_RETRIED)
        cause = "cannot connect" if never else "the connection was closed"
        return self.unreachable(cause, was_connected)

    def unreachable(self, cause: str, was_connected: bool) -> Error:
        what = "lost the broker at" if was_connected else "no broker answers at"
        url = self._at.url
        return Error(
            ErrorCode.unreachable,
            f"{what} {url} ({cause}); start one with: tubes broker --bind {url}",
        )

    def not_understood(self, why: str) -> Error:
        return _refused(
            f"what answers at {self._at.url} speaks something else ({why}); is it a Tubes broker "
            "of this version?"
        )

    def session_refused(self, why: str) -> Error:
        return _refused(f"the broker at {self._at.url} refused the connection: {why}")

    def _key_refused(self) -> Error:
        key = digits_of(self._keys.public, self._zmq) if self._keys else "of this client"
        return _refused(
            f"the broker at {self._at.url} does not allow the public key {key}; add it to the keys "
            "that the broker allows, or give key=, the file of a secret key that it allows"
        )

    def _other_mechanism(self) -> Error:
        if self._keys is not None:
            return _refused(
                f"the broker at {self._at.url} speaks without CURVE, and nothing was sent to it; "
                "start it with a key and the clients that it allows, or leave key and server_key "
                "out of the URL"
            )
        return _refused(
            f"the broker at {self._at.url} lets in only clients that speak CURVE; add to the URL "
            "server_key=, the broker's public key, and key=, the file of a secret key that it "
            "allows"
        )


def _refused(why: str) -> Error:
    return Error(ErrorCode.refused, why)
