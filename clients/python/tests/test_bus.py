"""The contract of the bus, over every transport with its real backend."""

import queue
import threading

import pytest

import tubes_bus
from tubes_bus import BusOptions, Error, ErrorCode, EventKind, Ready, SubscribeOptions

TIMEOUT = 10


class Heard(queue.Queue):
    """A handler that keeps what it hears."""

    def __call__(self, thing):
        self.put(thing)

    def next(self):
        return self.get(timeout=TIMEOUT)

    def payloads(self, count):
        return [self.next().payload for _ in range(count)]

    def event(self, kind):
        while True:
            event = self.next()
            if event.kind == kind:
                return event


@pytest.fixture
def bus(url):
    with tubes_bus.open(url) as one:
        yield one


@pytest.fixture
def other(url):
    with tubes_bus.open(url) as one:
        yield one


def test_a_subscription_is_live_when_subscribe_returns(bus, other):
    for number in range(20):
        heard = Heard()
        subscription = other.subscribe(f"live.{number}", heard)
        bus.publish(f"live.{number}", "now")
        assert heard.next() == tubes_bus.Delivery(f"live.{number}", b"now")
        subscription.reset()


def test_one_publishers_messages_arrive_in_the_order_published(bus, other):
    heard = Heard()
    other.subscribe("order", heard)
    expected = [b"%d" % number for number in range(2_000)]
    for payload in expected:
        bus.publish("order", payload)
    assert heard.payloads(2_000) == expected


def test_a_topic_is_matched_exactly_or_below_a_dot(bus, other):
    exact, below = Heard(), Heard()
    other.subscribe("match", exact)
    other.subscribe("match.>", below)
    for topic in ("match2", "match", "match.a", "match.a.b", "matc"):
        bus.publish(topic, topic)
    bus.publish("match", "end")
    bus.publish("match.end", "end")
    assert exact.payloads(2) == [b"match", b"end"]
    assert below.payloads(3) == [b"match.a", b"match.a.b", b"end"]
    assert exact.empty() and below.empty()


def test_each_subscription_gets_each_message_once_also_where_they_overlap(bus, other):
    heard = {name: Heard() for name in ("lap.>", "lap.a.>", "lap.a.b", "lap.a.b ")}
    for name, handler in heard.items():
        other.subscribe(name.strip(), handler)
    for payload in ("1", "end"):
        bus.publish("lap.a.b", payload)
    for handler in heard.values():
        assert handler.payloads(2) == [b"1", b"end"]
        assert handler.empty()


def test_payloads_are_bytes_and_arrive_unchanged(bus, other):
    heard = Heard()
    other.subscribe("bytes", heard)
    payloads = [b"", b"\x00\xff\r\n", bytes(range(256)) * 4_096, "åß🚇".encode()]
    for payload in payloads:
        bus.publish("bytes", payload)
    assert heard.payloads(len(payloads)) == payloads


def test_a_bus_hears_itself(bus):
    heard = Heard()
    bus.subscribe("self", heard)
    bus.publish("self", "me")
    assert heard.next().payload == b"me"


@pytest.mark.parametrize("topic", ["", "a..b", ".a", "a.", "#chan", "$heartbeat", "a b", "x" * 256])
def test_a_topic_outside_the_grammar_is_an_error_at_the_call(bus, topic):
    for call in (
        lambda: bus.publish(topic, ""),
        lambda: bus.subscribe(topic, print),
        lambda: bus.put(topic, ""),
    ):
        with pytest.raises(Error, match="topics are dot-separated") as raised:
            call()
        assert raised.value.code == ErrorCode.invalid_topic


def test_a_payload_over_the_limit_is_an_error_that_names_both_sizes(url):
    with tubes_bus.open(url, BusOptions(max_payload=10)) as bus:
        bus.publish("size", b"x" * 10)
        with pytest.raises(Error, match="11 bytes, more than max_payload .10.") as raised:
            bus.publish("size", b"x" * 11)
        assert raised.value.code == ErrorCode.payload_too_large


def test_a_larger_payload_of_somebody_else_is_dropped_and_told(url, bus):
    with tubes_bus.open(url, BusOptions(max_payload=10)) as small:
        heard, events = Heard(), Heard()
        small.on_event(events)
        small.subscribe("large", heard)
        for size in (11, 1 << 20):
            bus.publish("large", b"x" * size)
            bus.publish("large", b"small")
            assert heard.next().payload == b"small"
            told = events.event("too_large").what
            assert f"large: {size} bytes are over max_payload (10)" in told


def test_flush_returns_once_the_backend_has_everything(bus):
    for _ in range(100):
        bus.publish("flush", "x")
    bus.flush()
    sent = bus.stats().sent
    assert (sent.published, sent.accepted, sent.waiting) == (100, 100, 0)


def test_retained_values_the_last_one_wins_and_late_joiners_read_it(url, bus):
    assert bus.get("retained.key") is None
    bus.put("retained.key", "one")
    bus.put("retained.key", b"\x00two")
    with tubes_bus.open(url) as late:
        assert late.get("retained.key") == b"\x00two"
        late.remove("retained.key")
    assert bus.get("retained.key") is None


def test_a_handler_that_raises_is_counted_and_reported_and_the_next_delivery_goes_on(bus, other):
    heard, events = Heard(), Heard()

    def handler(delivery):
        heard(delivery)
        raise ValueError(f"not {delivery.payload!r}")

    other.on_event(events)
    other.subscribe("fail", handler)
    bus.publish("fail", "1")
    bus.publish("fail", "2")
    assert heard.payloads(2) == [b"1", b"2"]
    assert events.event("handler_failed").what == "ValueError: not b'1'"
    assert events.event("handler_failed").what == "ValueError: not b'2'"
    assert other.stats().handlers_failed == 2


def test_at_most_one_handler_of_a_bus_runs_at_a_time(bus, other):
    running, most, done = [0], [0], Heard()

    def handler(delivery):
        running[0] += 1
        most[0] = max(most[0], running[0])
        running[0] -= 1
        done(delivery)

    for topic in ("one.a", "one.b", "one.>"):
        other.subscribe(topic, handler)
    for number in range(100):
        bus.publish("one.a" if number % 2 else "one.b", "x")
    done.payloads(200)
    assert most == [1]


def test_a_handler_may_use_the_bus_without_deadlock(bus, other):
    heard, inner = Heard(), Heard()

    def handler(delivery):
        other.put("inside.key", delivery.payload)
        other.subscribe("inside.answer", inner)
        other.publish("inside.answer", other.get("inside.key"))
        other.flush()
        subscription.reset()
        heard(delivery)

    subscription = other.subscribe("inside", handler)
    bus.publish("inside", "x")
    assert heard.next().payload == b"x"
    assert inner.next().payload == b"x"
    other.remove("inside.key")


def test_unsubscribing_is_final(bus, other):
    ended, heard = Heard(), Heard()
    subscription = other.subscribe("final", ended)
    other.subscribe("final", heard)
    subscription.reset()
    bus.publish("final", "x")
    assert heard.next().payload == b"x"
    assert ended.empty()
    subscription.reset()  # again means nothing


def test_close_drains_and_is_final(url, bus):
    heard = Heard()
    bus.subscribe("drain", heard)
    closing = tubes_bus.open(url)
    for _ in range(500):
        closing.publish("drain", "x")
    stats = closing.close()
    assert (stats.sent.accepted, stats.sent.discarded) == (500, 0)
    heard.payloads(500)
    for call in (lambda: closing.publish("a", ""), lambda: closing.subscribe("a", print)):
        with pytest.raises(Error, match="is closed") as raised:
            call()
        assert raised.value.code == ErrorCode.closed
    assert closing.close() == stats


def test_close_inside_a_handler_returns_and_no_further_delivery_starts(url, bus):
    closing, heard = tubes_bus.open(url), Heard()

    def handler(delivery):
        closing.publish("farewell", "bye")
        closing.close()
        heard(delivery)

    farewell = Heard()
    bus.subscribe("farewell", farewell)
    closing.subscribe("closing", handler)
    bus.publish("closing", "1")
    bus.publish("closing", "2")
    assert heard.next().payload == b"1"
    assert farewell.next().payload == b"bye"
    closing.close()
    assert heard.empty()


def test_what_arrives_while_a_bus_closes_is_not_taken(redis_server):
    with tubes_bus.open(redis_server.url) as bus, tubes_bus.open(redis_server.url) as closing:
        entered, may_go = threading.Event(), threading.Event()
        closing.subscribe("closes", lambda delivery: (entered.set(), may_go.wait(TIMEOUT)))
        bus.publish("closes", "1")
        assert entered.wait(TIMEOUT)
        closer = threading.Thread(target=closing.close)
        closer.start()
        with pytest.raises(Error, match="is closed"):
            while True:
                closing.on_event(print).cancel()
        for _ in range(100):
            bus.publish("closes", "2")
        bus.flush()
        bus.subscribe("closes.mark", print)
        may_go.set()
        closer.join()
        assert closing.stats().received.received == 1


def test_a_numbered_publish_counts_per_topic_from_1_and_a_failed_one_uses_no_number(bus, other):
    heard = Heard()
    other.subscribe("number.>", heard)

    def fails(number):
        raise ValueError

    bus.publish_numbered("number.a", lambda number: b"a%d" % number)
    with pytest.raises(ValueError):
        bus.publish_numbered("number.a", fails)
    bus.publish_numbered("number.a", lambda number: b"a%d" % number)
    bus.publish_numbered("number.b", lambda number: b"b%d" % number)
    assert heard.payloads(3) == [b"a1", b"a2", b"b1"]


def test_the_ledger_holds(bus, other):
    heard = Heard()
    other.subscribe("ledger", heard)
    for _ in range(50):
        bus.publish("ledger", "x")
    heard.payloads(50)
    other.subscribe("ledger", print).reset()
    sent, received = bus.stats().sent, other.stats().received
    rest = sent.waiting + sent.unconfirmed + sent.expired + sent.discarded + sent.rejected
    assert sent.published == 50 == sent.accepted + rest
    dropped = received.overflowed + received.unsubscribed + received.discarded
    assert received.received == 50 == received.delivered + received.waiting + dropped


def test_a_coroutine_function_as_a_handler_is_reported(bus, other):
    events = Heard()

    async def handler(delivery):
        pass

    other.on_event(events)
    other.subscribe("coroutine", handler)
    bus.publish("coroutine", "x")
    assert "tubes_bus.aio" in events.event("handler_failed").what


def test_background_readiness_tells_when_it_is_live(url, bus):
    with tubes_bus.open(url) as other:
        heard, events = Heard(), Heard()
        other.on_event(events)
        other.subscribe("later", heard, SubscribeOptions(ready=Ready.background))
        assert events.event("subscribed").what == "later"
        bus.publish("later", "x")
        assert heard.next().payload == b"x"


@pytest.mark.parametrize("kept", [tubes_bus.Overflow.drop_oldest, tubes_bus.Overflow.drop_newest])
def test_a_full_inbox_drops_by_its_policy_counts_it_and_reports_it(url, bus, kept):
    with tubes_bus.open(url) as other:
        heard, events, marks = Heard(), Heard(), Heard()
        entered, may_go = threading.Event(), threading.Event()

        def slow(delivery):
            if delivery.payload == b"0":
                entered.set()
                fill(bus) if "memory" in url else may_go.wait(TIMEOUT)
            heard(delivery)

        other.on_event(events)
        other.subscribe("full", slow, SubscribeOptions(inbox_messages=2, overflow=kept))
        bus.publish("full", "0")
        assert entered.wait(TIMEOUT)
        if "memory" not in url:
            fill(bus)
            wait_until_received(other, 6)
            may_go.set()
        left = [b"4", b"5"] if kept is tubes_bus.Overflow.drop_oldest else [b"1", b"2"]
        assert heard.payloads(3) == [b"0", *left]
        event = events.event("overflow")
        assert (event.what, event.count) == ("full", 3)
        assert other.stats().received.overflowed == 3


def fill(bus):
    for number in range(1, 6):
        bus.publish("full", str(number))
    bus.flush()


def wait_until_received(bus, count):
    """No event tells of what comes into an inbox."""
    tick = threading.Event()
    for _ in range(TIMEOUT * 100):
        if bus.stats().received.received >= count:
            return
        tick.wait(0.01)
    raise AssertionError(f"{bus.stats().received} after {TIMEOUT} s")


def test_after_runs_its_action_as_a_handler(redis_server):
    with tubes_bus.open(redis_server.url) as bus:
        heard = Heard()
        bus.after(0.05, lambda: heard("second"))
        bus.after(0, lambda: heard("first"))
        bus.after(3_600, lambda: heard("never"))
        assert [heard.next(), heard.next()] == ["first", "second"]


def test_a_handler_that_exits_ends_no_thread(redis_server):
    with tubes_bus.open(redis_server.url) as bus:
        heard, events = Heard(), Heard()

        def handler(delivery):
            heard(delivery)
            raise SystemExit(1)

        bus.on_event(events)
        bus.subscribe("exit", handler)
        bus.publish("exit", "1")
        bus.publish("exit", "2")
        assert heard.payloads(2) == [b"1", b"2"]
        assert events.event("handler_failed").what == "SystemExit: 1"


def test_a_virtual_clock_is_for_memory_alone(redis_server):
    with pytest.raises(Error, match="is for memory:// alone"):
        tubes_bus.open(redis_server.url, BusOptions(clock=tubes_bus.VirtualClock()))


def test_an_event_handler_that_ended_hears_no_more(bus, other):
    ended, events = Heard(), Heard()
    other.on_event(ended).reset()
    other.on_event(events)
    other.subscribe("ended", lambda delivery: 1 / 0)
    bus.publish("ended", "x")
    events.event(EventKind.handler_failed)
    assert [event.kind for event in list(ended.queue)] in ([], [EventKind.connected])
