"""Backends that are away, come late, and come back."""

import socket
import threading

import pytest
from proxy import Proxy
from servers import free_port, program, start
from test_bus import TIMEOUT, Heard

import tubes_bus
from tubes_bus import BusOptions, Client, Error, ErrorCode, Ready, SubscribeOptions, in_

SOON = BusOptions(backoff_longest=0.1, connect_timeout=1)


@pytest.mark.parametrize(
    "scheme, words",
    [
        ("redis", "cannot reach redis at 127.0.0.1:{port} (connection refused); is it running?"),
        ("zmq", "no broker answers at zmq://127.0.0.1:{port} (cannot connect); start one with: "),
    ],
)
def test_where_no_backend_is_the_error_names_address_cause_and_remedy(scheme, words):
    port = free_port(2)
    options = BusOptions(ready_timeout=1)
    with tubes_bus.open(f"{scheme}://127.0.0.1:{port}", options) as bus:
        for call in (lambda: bus.subscribe("in", print), lambda: bus.get("nick")):
            with pytest.raises(Error) as raised:
                call()
            assert raised.value.code == ErrorCode.timed_out
            assert words.format(port=port) in str(raised.value)
        bus.publish("in", "x")
        with pytest.raises(Error, match="1 messages wait after 0.1 s, 0 were lost"):
            bus.flush(0.1)
        stats = bus.close(0.1)
        assert (stats.sent.published, stats.sent.discarded) == (1, 1)


def test_a_backend_that_comes_later_is_found(server):
    server.stop()
    with tubes_bus.open(server.url, SOON) as bus:
        heard, events = Heard(), Heard()
        bus.on_event(events)
        bus.subscribe("late", heard, SubscribeOptions(ready=Ready.background))
        bus.publish("late", "waited")
        events.event("disconnected")
        server.start()
        assert events.event("subscribed").what == "late"
        assert heard.next().payload == b"waited"


def test_a_reconnect_subscribes_everything_again_and_sends_what_waited(server):
    with tubes_bus.open(server.url, SOON) as bus:
        heard, below, events = Heard(), Heard(), Heard()
        bus.on_event(events)
        bus.subscribe("again", heard)
        bus.subscribe("again.>", below)
        server.stop()
        assert "127.0.0.1" in events.event("disconnected").what
        for number in range(3):
            bus.publish("again", str(number))
        bus.publish("again.x", "below")
        server.start()
        assert events.event("resubscribed").count == 2
        assert heard.payloads(3) == [b"0", b"1", b"2"]
        assert below.next().payload == b"below"
        bus.flush()
        assert bus.stats().sent.accepted == 4


def test_a_full_outbox_blocks_until_publish_timeout_and_try_publish_refuses_at_once(server):
    server.stop()
    options = BusOptions(outbox_bytes=1_000, publish_timeout=0.1, backoff_longest=0.1)
    with tubes_bus.open(server.url, options) as bus:
        while bus.try_publish("full", b"x" * 100):
            pass
        with pytest.raises(Error, match="outbox of 1000 bytes is full after 0.1 s") as raised:
            bus.publish("full", "x")
        assert raised.value.code == ErrorCode.outbox_full
        server.start()
        bus.flush(TIMEOUT)
        bus.publish("full", "x")


def test_a_publish_that_waits_for_room_goes_on_when_there_is_some(server):
    server.stop()
    options = BusOptions(outbox_bytes=1, publish_timeout=TIMEOUT, backoff_longest=0.1)
    with tubes_bus.open(server.url, options) as bus:
        bus.publish("room", "1")
        published = Heard()
        waiting = threading.Thread(target=lambda: published(bus.publish("room", "2")))
        waiting.start()
        server.start()
        assert published.next() is None
        waiting.join()
        bus.flush()
        assert bus.stats().sent.accepted == 2


def test_what_waited_for_too_long_expires_and_is_told(server):
    server.stop()
    with tubes_bus.open(server.url, BusOptions(outbox_age=0.05, backoff_longest=0.05)) as bus:
        events = Heard()
        bus.on_event(events)
        bus.publish("old", "x")
        bus.publish("old", "x")
        total = 0
        while total < 2:
            total += events.event("expired").count
        assert bus.stats().sent.expired == 2


def test_what_was_on_the_way_when_the_connection_broke_is_unconfirmed():
    """A server that takes everything, confirms nothing, and goes away."""
    with socket.create_server(("127.0.0.1", free_port())) as listening:
        port = listening.getsockname()[1]
        silent = threading.Thread(target=be_a_silent_redis, args=[listening])
        silent.start()
        with tubes_bus.open(f"redis://127.0.0.1:{port}", BusOptions(backoff_first=60)) as bus:
            events = Heard()
            bus.on_event(events)
            bus.publish("doubt", "x")
            assert events.event("unconfirmed").count == 1
            silent.join()
            assert bus.stats().sent.unconfirmed == 1
            assert bus.close(0.1).sent.discarded == 0


def be_a_silent_redis(listening):
    connections = [listening.accept()[0] for _ in range(1)]
    connections[0].recv(1_000)
    connections[0].sendall(b"+PONG\r\n")
    connections.append(listening.accept()[0])
    connections[1].recv(1_000)
    connections[1].sendall(b"+PONG\r\n")
    connections[0].recv(1_000)  # the PUBLISH
    for connection in connections:
        connection.close()


def test_what_is_no_redis_is_told():
    with socket.create_server(("127.0.0.1", free_port())) as listening:
        port = listening.getsockname()[1]
        events, is_listening = Heard(), threading.Event()

        def be_http():
            connection, _ = listening.accept()
            is_listening.wait(TIMEOUT)
            connection.recv(1_000)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.close()

        other = threading.Thread(target=be_http)
        other.start()
        with tubes_bus.open(f"redis://127.0.0.1:{port}", BusOptions(backoff_first=60)) as bus:
            bus.on_event(events)
            is_listening.set()
            assert "does not speak RESP; is it Redis?" in events.event("disconnected").what
        other.join()


@pytest.fixture
def proxy(server):
    """What the server is to one client: `proxy.url`."""
    scheme, _, port = server.url.rpartition(":")
    ours, theirs = free_port(2), int(port)
    network = Proxy({ours: theirs} if "redis" in scheme else {ours: theirs, ours + 1: theirs + 1})
    network.url = f"{scheme}:{ours}"
    yield network
    network.stop()


def test_what_was_published_while_this_bus_was_away_is_missed_and_told(server, proxy):
    with tubes_bus.open(server.url) as publisher, tubes_bus.open(proxy.url, SOON) as bus:
        irc, source = Client(bus), Client(publisher)
        heard, events = Heard(), Heard()
        irc.on_event(events)
        irc.on(in_.Join, heard)
        source.publish(in_.Join("a", "#1"))
        assert heard.next().channel == "#1"
        proxy.cut()
        events.event("disconnected")
        for number in range(3):
            source.publish(in_.Join("a", f"#missed{number}"))
        publisher.flush()
        proxy.resume()
        assert events.event("resubscribed").count == 1
        source.publish(in_.Join("a", "#2"))
        assert heard.next().channel == "#2"
        gap = events.event("gap")
        assert (gap.what, gap.count) == ("in: published while this bus was away", 3)
        assert gap.publisher == publisher.id
        assert irc.losses() == tubes_bus.Losses(lost=0, missed=3)


def test_a_subscription_is_live_no_sooner_than_the_backend_says_so(server, proxy):
    with tubes_bus.open(proxy.url, BusOptions(ready_timeout=1)) as bus:
        heard = Heard()
        bus.subscribe("first", heard)
        proxy.hold()
        with pytest.raises(Error, match='"held" is not live after 1 s'):
            bus.subscribe("held", heard)
        with pytest.raises(Error, match='no answer to get "nick" after 1 s'):
            bus.get("nick")
        proxy.release()
        bus.subscribe("held", heard, SubscribeOptions(ready=Ready.background))
        bus.publish("held", "x")
        assert heard.next().payload == b"x"


def test_handlers_that_are_added_at_once_hear_each_message_once(server, proxy):
    with tubes_bus.open(proxy.url) as bus:
        bus.subscribe("up", print)
        irc, heard, added = Client(bus), Heard(), Heard()
        proxy.hold()
        adding = [
            threading.Thread(target=lambda: added(irc.on(in_.Join, heard))) for _ in range(3)
        ]
        for thread in adding:
            thread.start()
        proxy.release()
        assert [added.next() for _ in adding] == [None] * 3
        irc.publish(in_.Join("a", "#1"))
        irc.publish(in_.Join("a", "#2"))
        assert [heard.next().channel for _ in range(6)] == ["#1"] * 3 + ["#2"] * 3
        assert bus.stats().received.received == 2


def test_a_handler_that_could_not_be_added_is_not_and_the_next_try_works(server, proxy):
    with tubes_bus.open(proxy.url, BusOptions(ready_timeout=1)) as bus:
        bus.subscribe("up", print)
        irc, heard = Client(bus), Heard()
        proxy.hold()
        with pytest.raises(Error, match='"in" is not live'):
            irc.on(in_.Join, heard)
        proxy.release()
        irc.on(in_.Join, heard)
        irc.publish(in_.Join("a", "#1"))
        assert heard.next().channel == "#1" and heard.empty()


def test_after_a_break_nothing_is_published_twice_and_a_listener_knows_what_is_in_doubt(
    server, proxy
):
    with tubes_bus.open(server.url) as bus, tubes_bus.open(proxy.url, SOON) as publisher:
        irc, source = Client(bus), Client(publisher)
        heard, events = Heard(), Heard()
        publisher.on_event(events)
        irc.on(in_.Join, heard)
        source.publish(in_.Join("a", "#1"))
        publisher.flush()
        proxy.cut()
        events.event("disconnected")
        for number in range(2, 5):
            source.publish(in_.Join("a", f"#{number}"))
        proxy.resume()
        assert [heard.next().channel for _ in range(4)] == ["#1", "#2", "#3", "#4"]
        publisher.flush()
        assert irc.losses() == tubes_bus.Losses()
        assert heard.empty()


def test_a_publisher_in_cpp_loses_nothing_here(server):
    """`tubes say` numbers its message, announces itself, and states its last number at the end."""
    with tubes_bus.open(server.url) as bus:
        irc, said, pulses, events = Client(bus), Heard(), Heard(), Heard()
        bus.on_pulse(pulses)
        irc.on_event(events)
        irc.on(tubes_bus.out.Privmsg, said)
        for number in range(2):
            run = start([program("tubes"), "say", "#a", f"v{number}", "--bus", server.url])
            assert run.wait(TIMEOUT) == 0
        assert [said.next().message for _ in range(2)] == ["v0", "v1"]
        finals = 0
        while finals < 2:
            pulse = pulses.next()
            finals += pulse.beat is not None and pulse.beat.final
        assert irc.losses() == tubes_bus.Losses()
        assert all(event.kind != "gap" for event in list(events.queue))


def test_the_greeter_in_cpp_answers_a_client_in_python(server):
    greeter = start([program("tubes-greeter"), "--bus", server.url], stderr=-1)
    try:
        while "listening on in" not in greeter.stderr.readline():
            assert greeter.poll() is None
        with tubes_bus.open(server.url) as bus:
            patron, said = Client(bus), Heard()
            patron.on(tubes_bus.out.Privmsg, said)
            patron.publish(in_.Privmsg("aaron", "#pdxbots", "!woot", "libera"))
            assert said.next() == tubes_bus.out.Privmsg("#pdxbots", "Indeed!", "libera")
    finally:
        greeter.kill()
        greeter.wait()
        greeter.stderr.close()


def test_a_heartbeat_states_what_the_last_message_was(server):
    options = BusOptions(heartbeat=0.05)
    with tubes_bus.open(server.url) as bus, tubes_bus.open(server.url, options) as publisher:
        pulses, beats = Heard(), []
        bus.on_pulse(pulses)
        bus.subscribe("in", lambda delivery: None)
        Client(publisher).publish(in_.Join("a", "#1"))
        while len(beats) < 3:
            pulse = pulses.next()
            if pulse.beat is not None:
                beats.append(pulse.beat.last)
        assert beats == [{"in": 0}, {"in": 1}, {"in": 1}]
        publisher.close()
        assert pulses.next().beat == tubes_bus.heartbeat.Heartbeat(publisher.id, True, {"in": 1})


