"""Numbers, heartbeats and gaps: docs/LEDGER.md, without a bus."""

import json

import pytest

from tubes_bus import heartbeat
from tubes_bus.backoff import Backoff
from tubes_bus.clock import VirtualClock
from tubes_bus.engine.outbox import Outbox
from tubes_bus.gaps import Gap, Gaps, Losses
from tubes_bus.heartbeat import Heartbeat
from tubes_bus.numbers import Numbers
from tubes_bus.options import BusOptions


def test_a_heartbeat_is_written_as_everywhere_and_read_back():
    beat = Heartbeat("7f3a9c", False, {"in": 17, "out": 3})
    text = b'{"v":1,"publisher":"7f3a9c","final":false,"last":{"in":17,"out":3}}'
    assert heartbeat.to_text(beat) == text
    assert heartbeat.parse(text) == beat


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"v":2,"publisher":"a"}',
        '{"v":true,"publisher":"a"}',
        '{"v":1}',
        '{"v":1,"publisher":""}',
        '{"v":1,"publisher":"a b"}',
        '{"v":1,"publisher":"\\u0061"}',
        '{"v":1,"publisher":"%s"}' % ("a" * 129),
        '{"v":1,"publisher":"a","final":1}',
        '{"v":1,"publisher":"a","last":[]}',
        '{"v":1,"publisher":"a","last":{"#a":1}}',
        '{"v":1,"publisher":"a","last":{"a":-1}}',
        '{"v":1,"publisher":"a","last":{"a":1.0}}',
        '{"v":1,"publisher":"a","last":{"a":18446744073709551616}}',
        '{"v":1,"publisher":"a","x":"%s"}' % ("x" * 32_768),
        "[" * 10_000,
    ],
)
def test_what_is_no_heartbeat_is_passed_over(text):
    assert heartbeat.parse(text.encode()) is None


def test_other_members_are_passed_over():
    assert heartbeat.parse(b' { "v" : 1, "publisher": "a", "x": "y" }') == Heartbeat("a")


def last(texts):
    return [json.loads(text)["last"] for text in texts]


def test_a_number_is_stated_twice_after_it_changed():
    numbers = Numbers("me")
    assert not numbers.owing()
    numbers.use("in")
    numbers.use("in")
    assert last([numbers.announcement("in")]) == [{"in": 0}]
    assert [last(numbers.statements()) for _ in range(3)] == [[{"in": 2}], [{"in": 2}], []]


def test_after_a_break_the_last_number_that_left_is_stated():
    numbers = Numbers("me")
    for _ in range(5):
        numbers.use("in")
    numbers.use("out")
    numbers.broke({"in": 2})
    assert last(numbers.announcements()) == [{"in": 3}]


def test_more_topics_than_fit_are_split_and_the_last_payload_alone_is_final():
    numbers = Numbers("me")
    for number in range(2_000):
        numbers.use(f"topic.{number:04}" + "x" * 40)
    texts = numbers.final_statements()
    assert len(texts) > 2
    assert all(len(text) <= heartbeat.LONGEST_TEXT for text in texts)
    assert [json.loads(text)["final"] for text in texts] == [False] * (len(texts) - 1) + [True]
    assert sum(len(each) for each in last(texts)) == 2_000


def test_a_gap_is_what_is_missing_in_front_of_a_message():
    gaps = Gaps()
    assert gaps.message("in", "a", 17) is None  # a late join
    assert gaps.message("in", "a", 18) is None
    assert gaps.message("in", "a", 21) == Gap("in", "a", 2, away=False)
    assert gaps.message("in", "a", 20) is None  # late
    assert gaps.message("in", "", 3) is None
    assert gaps.message("in", "b", 0) is None
    assert gaps.losses == Losses(lost=2)


def test_an_announced_publisher_is_counted_from_its_first_message():
    gaps = Gaps()
    gaps.live("in")
    assert gaps.heartbeat(Heartbeat("a", last={"in": 0, "out": 0})) == []
    assert gaps.message("in", "a", 2) == Gap("in", "a", 1, away=False)
    assert gaps.message("out", "a", 2) is None  # nobody listens to it


def test_what_was_published_while_away_is_missed_and_not_lost():
    gaps = Gaps()
    gaps.live("in")
    gaps.message("in", "a", 1)
    gaps.away()
    assert gaps.heartbeat(Heartbeat("a", last={"in": 3})) == [Gap("in", "a", 2, away=True)]
    gaps.live("in")
    assert gaps.heartbeat(Heartbeat("a", last={"in": 4})) == [Gap("in", "a", 1, away=True)]
    assert gaps.heartbeat(Heartbeat("a", last={"in": 5})) == [Gap("in", "a", 1, away=False)]
    assert gaps.losses == Losses(lost=1, missed=3)


def test_a_final_heartbeat_ends_its_publisher():
    gaps = Gaps()
    gaps.message("in", "a", 1)
    gaps.message("out", "a", 1)
    gaps.message("in", "b", 1)
    assert gaps.heartbeat(Heartbeat("a", True, {"in": 2})) == [Gap("in", "a", 1, away=False)]
    assert gaps.remembered() == 1


def test_who_was_silent_longest_is_forgotten_first():
    gaps = Gaps(most=2)
    gaps.message("in", "a", 1)
    gaps.message("in", "b", 1)
    gaps.message("in", "a", 2)
    gaps.message("in", "c", 1)
    assert gaps.message("in", "a", 4) == Gap("in", "a", 1, away=False)
    assert gaps.message("in", "b", 4) is None


@pytest.fixture
def outbox():
    return Outbox(VirtualClock(), BusOptions(), "me")


def topics(outbox):
    return [message.topic for message in outbox.take(99)]


def test_the_first_number_is_announced_and_the_final_heartbeat_stands_behind_all(outbox):
    outbox.connected()
    outbox.push_numbered("in", lambda number: b"%d" % number)
    outbox.push_numbered("in", lambda number: b"%d" % number)
    outbox.refuse()
    assert topics(outbox) == ["$heartbeat", "in", "in", "$heartbeat"]
    assert outbox.ledger().published == 2


def test_a_new_connection_begins_with_the_last_number_that_left(outbox):
    outbox.connected()
    outbox.push_numbered("in", lambda number: b"1")
    outbox.take(99)
    outbox.disconnected()
    outbox.push_numbered("in", lambda number: b"2")
    outbox.connected()
    sent = outbox.take(99)
    assert [message.topic for message in sent] == ["$heartbeat", "in"]
    assert last([sent[0].payload]) == [{"in": 1}]
    assert outbox.ledger().unconfirmed == 1


def test_nothing_to_say_while_away_keeps_no_bus_open(outbox):
    outbox.refuse()
    assert outbox.drained() and not outbox.owing()


def test_a_flush_tells_what_was_lost_once(outbox):
    outbox.connected()
    outbox.push("a", b"")
    outbox.take(1)
    outbox.disconnected()
    assert [outbox.flush().lost, outbox.flush().lost] == [1, 0]


def test_back_off_doubles_up_to_its_limit_with_jitter():
    backoff = Backoff(0.05, 0.4, seed=1)
    delays = [backoff.next() for _ in range(200)]
    assert all(delay <= limit for delay, limit in zip(delays, [0.05, 0.1, 0.2, 0.4]))
    assert 0.35 < max(delays) <= 0.4 and len(set(delays)) > 190
    backoff.reset()
    assert backoff.next() <= 0.05
