"""RESP, however its bytes are cut."""

import pytest

from tubes_bus.transports.resp import NotResp, Reader, RespError, TooLarge, packed

STREAM = (
    b"+OK\r\n:7\r\n$-1\r\n$0\r\n\r\n-NOPERM this user\r\n"
    b"*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$4\r\na\r\nb\r\n*0\r\n"
)


def shown(replies):
    return [("error", str(reply)) if isinstance(reply, RespError) else reply for reply in replies]


LARGEST = 4 << 20
EXPECTED = [b"OK", 7, None, b"", ("error", "NOPERM this user"), [b"message", b"in", b"a\r\nb"], []]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
def test_replies_are_the_same_however_they_are_cut(size):
    reader, replies = Reader(largest=LARGEST), []
    for at in range(0, len(STREAM), size):
        replies += reader.feed(STREAM[at : at + size])
    assert shown(replies) == EXPECTED


def test_a_large_payload_in_many_pieces():
    reader, replies = Reader(largest=LARGEST), []
    payload = bytes(3 << 20)
    data = b"$%d\r\n%s\r\n+OK\r\n" % (len(payload), payload)
    for at in range(0, len(data), 65_536):
        replies += reader.feed(data[at : at + 65_536])
    assert replies == [payload, b"OK"]


@pytest.mark.parametrize("size", [1, 2, 7, 20, 1_000])
def test_what_is_too_large_is_passed_over_unread(size):
    reader, replies, kept = Reader(largest=7), [], 0
    large = b"x" * 500
    message = b"*3\r\n$7\r\nmessage\r\n$2\r\nin\r\n$500\r\n%s\r\n" % large
    data = message + b"$7\r\nfitting\r\n$500\r\n%s\r\n:1\r\n" % large
    for at in range(0, len(data), size):
        replies += reader.feed(data[at : at + size])
        kept = max(kept, len(reader._buffer))
    assert replies == [[b"message", b"in", TooLarge(500)], b"fitting", TooLarge(500), 1]
    assert kept < 60


@pytest.mark.parametrize("data", [b"HTTP/1.1 200\r\n", b"$x\r\n", b":\r\n", b"*1\r\n" * 20])
def test_what_is_no_resp_is_told(data):
    with pytest.raises(NotResp):
        list(Reader(largest=LARGEST).feed(data))


def test_a_command_is_packed():
    assert packed("SET", "é", b"\x00") == b"*3\r\n$3\r\nSET\r\n$2\r\n\xc3\xa9\r\n$1\r\n\x00\r\n"
