"""Who is there: the answers to `tubes stats` (docs/LEDGER.md)."""

import json
import subprocess

import pytest

import tubes_bus
from servers import program
from tubes_bus import BusOptions
from tubes_bus.clock import VirtualClock
from tubes_bus.engine.presence import Presence
from tubes_bus.stats import Sent, Stats

ME, ASKER = "1" * 32, "2" * 32
QUESTION = b'{"v":1,"reply":"$stats.%s"}' % ASKER.encode()


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def presence(clock):
    stats = Stats(sent=Sent(published=3, accepted=3), handlers_failed=1, connected=True)
    return Presence(ME, 'my "bot"\n7', clock, lambda: stats)


def test_an_answer_tells_times_and_counts(presence, clock):
    clock.advance(2.5)
    presence.connected()
    clock.advance(0.5)
    topic, text = presence.answer(QUESTION)
    answer = json.loads(text)
    assert topic == f"$stats.{ASKER}"
    assert (answer["v"], answer["id"], answer["name"]) == (1, ME, "my bot7")
    assert (answer["uptime_ms"], answer["connected_ms"]) == (3000, 500)
    assert (answer["sent"]["published"], answer["handlers_failed"]) == (3, 1)


@pytest.mark.parametrize(
    "question",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"v":2,"reply":"$stats.%s"}' % ASKER.encode(),
        b'{"v":1,"reply":"in"}',
        b'{"v":1,"reply":"$stats.%s.x"}' % ASKER.encode(),
        b'{"v":1,"reply":"$stats.%s\\n"}' % ASKER.encode(),
        b'{"v":1,"reply":["$stats.%s"]}' % ASKER.encode(),
        b'{"v":1,"reply":"$stats.%s"}' % ME.encode(),
        b"[" * 4_000,
        QUESTION + b" " * 4_096,
    ],
)
def test_what_is_no_question_to_us_has_no_answer(presence, question):
    assert presence.answer(question) is None


def test_many_questions_are_not_all_answered(presence, clock):
    assert sum(presence.answer(QUESTION) is not None for _ in range(100)) == 10
    clock.advance(0.1)
    assert sum(presence.answer(QUESTION) is not None for _ in range(100)) == 1


def asked(url):
    done = subprocess.run(
        [program("tubes"), "stats", url, "--json"], capture_output=True, text=True, timeout=30
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_tubes_command_sees_a_bus_and_one_that_keeps_silent_not(server):
    options = BusOptions(name="shown"), BusOptions(name="silent", answer_stats=False)
    with tubes_bus.open(server.url, options[0]) as bus, tubes_bus.open(server.url, options[1]):
        bus.subscribe("in", lambda delivery: None)
        bus.publish("in", b"x")
        bus.flush(10)
        answers = asked(server.url)
        assert [answer["name"] for answer in answers] == ["shown"]
        assert answers[0]["id"] == bus.id
        assert answers[0]["sent"]["accepted"] == 1
        assert bus.stats().sent.published == 1  # the answer itself is in no count
