"""The typed client on the in-memory bus."""

import pytest

import tubes_bus
from tubes_bus import (
    BusOptions,
    Client,
    ClientOptions,
    Envelope,
    Error,
    ErrorCode,
    Meta,
    Overflow,
    Receipt,
    Role,
    SubscribeOptions,
    UnknownType,
    VirtualClock,
    WebIn,
    WireFormat,
    decode,
    encode,
    in_,
    out,
)


@pytest.fixture
def options():
    return BusOptions(clock=VirtualClock())


@pytest.fixture
def bus(options):
    with tubes_bus.open("memory://client", options) as one:
        yield one


@pytest.fixture
def other(options):
    with tubes_bus.open("memory://client", options) as one:
        yield one


@pytest.fixture
def irc(bus):
    client = Client(bus)
    client.events = []
    client.on_event(client.events.append)
    return client


def heard(client, type_):
    messages = []
    client.on(type_, messages.append)
    return messages


def payloads(bus, topic):
    found = []
    bus.subscribe(topic, lambda delivery: found.append(delivery.payload.decode(errors="replace")))
    return found


def test_handlers_hear_their_type_alone(irc, other):
    joins, parts = heard(irc, in_.Join), heard(irc, in_.Part)
    Client(other).publish(in_.Join("alice", "#a", "libera"))
    Client(other).publish(in_.Part("alice", "#a", "bye"))
    assert joins == [in_.Join("alice", "#a", "libera")]
    assert parts == [in_.Part("alice", "#a", "bye")]


def test_what_the_client_says(irc, other):
    said = payloads(other, "out")
    irc.say("#a,#b", "hi")
    irc.action("#a", "waves", "libera")
    irc.raw("JOIN #c")
    assert irc.reply(in_.Privmsg("alice", "alice", "psst", "oftc"), "yes?")
    ours = '"meta":{"publisher":"%s","sequence":%d}}'
    assert said == [
        '{"version":1,"type":"privmsg","data":{"to":"#a,#b","message":"hi"},'
        + ours % (irc.bus.id, 1),
        '{"version":1,"type":"privmsg_action","data":{"to":"#a","message":"waves",'
        '"network":"libera"},' + ours % (irc.bus.id, 2),
        '{"version":1,"type":"raw","data":{"command":"JOIN #c"},' + ours % (irc.bus.id, 3),
        '{"version":1,"type":"privmsg","data":{"to":"alice","message":"yes?","network":"oftc"},'
        + ours % (irc.bus.id, 4),
    ]
    assert len(irc.bus.id) == 32 and int(irc.bus.id, 16)


def test_web_in_is_bare_json(irc, other):
    posted, raw = heard(irc, WebIn), payloads(other, "web_in")
    Client(other).publish(WebIn("github", '{"ref": 1.50}'))
    assert raw == ['{"app":"github","body":{"ref": 1.50}}']
    assert posted[0].parsed() == {"ref": 1.5}


def test_what_is_no_message_is_an_event_with_a_bounded_excerpt(irc, other):
    joins = heard(irc, in_.Join)
    other.publish("in", b"\x1b[31mnonsense\xff" + b"x" * 1_000)
    other.publish("in", '{"version":1,"type":"join","data":{"sender":7,"channel":"#a"}}')
    assert joins == []
    whats = [event.what for event in irc.events if event.kind == "undecodable"]
    start = "in: neither a JSON object nor a protobuf envelope with its version set: .[31mnonsense."
    assert whats[0].startswith(start) and whats[0].endswith("x…") and len(whats[0]) < 250
    assert whats[1].startswith("in: data.sender of a join must be a string, got number: {")


def test_either_wire_format_is_read_and_the_chosen_one_written(bus, other):
    source = Client(other, ClientOptions(in_wire=WireFormat.protobuf))
    raw = []
    bus.subscribe("in", lambda delivery: raw.append(delivery.payload))
    joins = heard(Client(bus), in_.Join)
    source.publish(in_.Join("alice", "#a"))
    Client(other).publish(in_.Join("bob", "#a"))
    assert [message.sender for message in joins] == ["alice", "bob"]
    assert raw[0][:2] == b"\x08\x01" and raw[1][:1] == b"{"


def test_topics_have_other_names_if_asked(bus, other):
    names = ClientOptions(in_="in.libera", out="out.libera")
    said = payloads(other, "out.libera")
    Client(bus, names).say("#a", "hi")
    joins = heard(Client(bus, names), in_.Join)
    Client(other, names).publish(in_.Join("alice", "#a"))
    assert len(said) == 1 and len(joins) == 1


def test_each_handler_runs_also_if_one_before_it_fails(irc, other):
    def fails(message):
        raise ValueError("no")

    irc.on(in_.Join, fails)
    joins = heard(irc, in_.Join)
    Client(other).publish(in_.Join("alice", "#a"))
    assert len(joins) == 1
    assert [event.what for event in irc.events if event.kind == "handler_failed"] == [
        "ValueError: no"
    ]


def test_a_gap_is_told_and_summed(irc, other):
    heard(irc, in_.Quit)
    for number in (1, 4):
        other.publish("in", encode(Envelope(in_.Quit("a"), Meta("p", number))))
    gaps = [event for event in irc.events if event.kind == "gap"]
    found = [(gap.what, gap.count, gap.publisher) for gap in gaps]
    assert found == [("in: lost on the way", 2, "p")]
    assert irc.losses() == tubes_bus.Losses(lost=2)


def test_a_lost_last_message_is_found_by_the_final_heartbeat(bus, options):
    """Dropped here by a full inbox, for a handler publishes more than that has room for."""
    source = Client(tubes_bus.open("memory://client", options))
    small = SubscribeOptions(inbox_messages=1, overflow=Overflow.drop_newest)
    irc, heard = Client(bus, ClientOptions(subscribe=small)), []

    def handler(message):
        heard.append(message.sender)
        if message.sender == "1":
            source.publish(in_.Quit("2"))
            source.publish(in_.Quit("3"))

    irc.on(in_.Quit, handler)
    source.publish(in_.Quit("1"))
    assert heard == ["1", "2"] and irc.losses().lost == 0
    source.bus.close()
    assert irc.losses() == tubes_bus.Losses(lost=1)


def test_an_undecodable_message_is_a_gap_as_well(irc, other):
    heard(irc, in_.Quit)
    Client(other).publish(in_.Quit("a"))
    other.publish_numbered("in", lambda number: b"nonsense")
    Client(other).publish(in_.Quit("a"))
    assert irc.losses().lost == 1


def test_unknown_types_are_for_relays(irc, other):
    envelopes = []
    irc.on_envelope(Role.in_, envelopes.append)
    other.publish("in", '{"version":1,"type":"x_news","data":{"n":1.50}}')
    assert envelopes[0].message == UnknownType("x_news", '{"n":1.50}')
    unknown = heard(irc, UnknownType)
    other.publish("in", '{"version":1,"type":"back"}')
    assert unknown == [UnknownType("back")]
    with pytest.raises(TypeError, match="a x_news has no channel"):
        irc.reply(envelopes[0].message, "hi")
    with pytest.raises(Error, match='"x_news" has no topic') as raised:
        irc.publish(envelopes[0].message)
    assert raised.value.code == ErrorCode.unsupported


def test_services_account_and_bot_are_left_out_while_empty():
    for cls in (in_.Privmsg, in_.Action, in_.Notice):
        plain, full = cls("a", "#a", "x"), cls("a", "#a", "x", "libera", "alice", True)
        assert encode(Envelope(plain)).endswith(b'"channel":"#a","message":"x"}}')
        data = b'"message":"x","network":"libera","services_account":"alice","bot":true}}'
        assert encode(Envelope(full)).endswith(data)
        for format in WireFormat:
            assert decode(Role.in_, encode(Envelope(full), format)).envelope == Envelope(full)
    directed = in_.DirectedPrivmsg("a", "#a", "x", "!x", services_account="alice", bot=True)
    for format in WireFormat:
        assert decode(Role.in_, encode(Envelope(directed), format)).envelope == Envelope(directed)
    wrong = b'{"version":1,"type":"notice","data":{"sender":"","channel":"","message":"","bot":1}}'
    assert "data.bot of a notice must be" in decode(Role.in_, wrong).why


def test_time_and_msgid_are_left_out_while_empty():
    tags = {"time": "2012-04-01T10:00:00.000Z", "msgid": "63E1"}
    for plain, full in (
        (in_.Privmsg("a", "#a", "x"), in_.Privmsg("a", "#a", "x", **tags)),
        (in_.Quit("a"), in_.Quit("a", **tags)),
        (in_.Join("a", "#a"), in_.Join("a", "#a", services_account="alice", **tags)),
    ):
        assert b"time" not in encode(Envelope(plain)) and b"msgid" not in encode(Envelope(plain))
        assert b'"time":"2012-04-01T10:00:00.000Z","msgid":"63E1"}}' in encode(Envelope(full))
        for format in WireFormat:
            assert decode(Role.in_, encode(Envelope(full), format)).envelope == Envelope(full)


def test_self_batch_and_id_are_left_out_while_empty():
    for role, plain, full, end in (
        (Role.in_, in_.Privmsg("a", "#a", "x"), in_.Privmsg("a", "#a", "x", self=True), True),
        (Role.in_, in_.Action("a", "#a", "x"), in_.Action("a", "#a", "x", self=True), True),
        (Role.in_, in_.Notice("a", "#a", "x"), in_.Notice("a", "#a", "x", self=True), True),
        (Role.in_, in_.Join("a", "#a"), in_.Join("a", "#a", batch="netjoin"), '"netjoin"'),
        (Role.in_, in_.Quit("a"), in_.Quit("a", batch="netsplit"), '"netsplit"'),
        (Role.out, out.Privmsg("#a", "x"), out.Privmsg("#a", "x", id="7"), '"7"'),
        (Role.out, out.Action("#a", "x"), out.Action("#a", "x", id="7"), '"7"'),
        (Role.out, out.Raw("QUIT"), out.Raw("QUIT", id="7"), '"7"'),
    ):
        name = plain.fields()[-1].name
        assert b'"%s"' % name.encode() not in encode(Envelope(plain))
        shown = f'"{name}":{"true" if end is True else end}}}}}'
        assert encode(Envelope(full)).decode().endswith(shown)
        for format in WireFormat:
            assert decode(role, encode(Envelope(full), format)).envelope == Envelope(full)


@pytest.mark.parametrize(
    "message, data",
    [
        (in_.Account("a", "alice"), '{"sender":"a","services_account":"alice"}'),
        (in_.Account("a"), '{"sender":"a"}'),
        (in_.Away("a", "lunch", "libera"), '{"sender":"a","message":"lunch","network":"libera"}'),
        (in_.Away("a"), '{"sender":"a"}'),
        (in_.Setname("a", ""), '{"sender":"a","realname":""}'),
        (in_.Chghost("a", "u", "h", msgid="1"), '{"sender":"a","user":"u","host":"h","msgid":"1"}'),
        (in_.Netsplit(["x", "y"], ["a"]), '{"servers":["x","y"],"nicks":["a"]}'),
        (in_.Netjoin([], [], "libera"), '{"servers":[],"nicks":[],"network":"libera"}'),
        (in_.Lag(0), '{"milliseconds":0}'),
        (in_.Lag(2**64 - 1, "oftc"), '{"milliseconds":18446744073709551615,"network":"oftc"}'),
        (Receipt("7", "failed", code="404"), '{"id":"7","state":"failed","code":"404"}'),
    ],
)
def test_what_ircv3_tells_of_others_and_receipts_are_messages(irc, other, message, data):
    heard_ones, raw = heard(irc, type(message)), payloads(other, message.role.value)
    for format in WireFormat:
        Client(other, ClientOptions(in_wire=format)).publish(message)
    assert heard_ones == [message] * 2
    assert f'"data":{data},' in raw[0]


@pytest.mark.parametrize("number", ["-1", "1.5", "1e3", "18446744073709551616", '"1"', "null"])
def test_a_lag_is_a_whole_number(number):
    payload = '{"version":1,"type":"lag","data":{"milliseconds":%s}}' % number
    assert "data.milliseconds of a lag must be a whole number" in decode(
        Role.in_, payload.encode()
    ).why


def test_text_that_is_not_utf_8_becomes_replacement_characters():
    message = out.Privmsg("#a", "half \ud83d a pair")
    for format in WireFormat:
        decoded = decode(Role.out, encode(Envelope(message), format)).envelope
        assert decoded.message.message == "half \ufffd a pair"


def test_a_closed_client_hears_nothing_and_its_bus_stays(irc, bus, other):
    joins = heard(irc, in_.Join)
    irc.close()
    Client(other).publish(in_.Join("alice", "#a"))
    assert joins == []
    bus.publish("still", "there")


def test_bots_that_answer_each_other_without_an_end_are_a_livelock():
    with tubes_bus.open("memory://livelock?limit=100") as bus:
        heard = []
        bus.subscribe("ping", lambda delivery: bus.publish("pong", ""))
        bus.subscribe("pong", lambda delivery: heard.append(bus.publish("ping", "")))
        with pytest.raises(Error, match="answered each other 100 times") as raised:
            bus.publish("ping", "")
        assert raised.value.code == ErrorCode.livelock
        assert len(heard) == 50


def test_all_memory_buses_of_a_name_share_a_clock(bus):
    with pytest.raises(Error, match="share a clock"):
        tubes_bus.open("memory://client", BusOptions(clock=VirtualClock()))


def test_timers_run_in_the_order_they_are_due_each_at_its_time(options, bus, other):
    ran = []
    bus.after(2, lambda: ran.append(("b", options.clock.now())))
    other.after(1, lambda: other.after(0.5, lambda: ran.append(("a", options.clock.now()))))
    options.clock.advance(5)
    assert ran == [("a", 1.5), ("b", 2)]
    assert options.clock.now() == 5


def test_a_timer_of_a_closed_bus_is_forgotten(options):
    ran = []
    with tubes_bus.open("memory://client", options) as closing:
        closing.after(1, lambda: ran.append(1))
    options.clock.advance(5)
    assert ran == []
