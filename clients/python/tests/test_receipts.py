"""Receipts: what became of what a bot said."""

import asyncio
import threading

import pytest
from test_bus import TIMEOUT, Heard

import tubes_bus
from tubes_bus import (
    BusOptions,
    Client,
    ClientOptions,
    Error,
    ErrorCode,
    PendingReceipt,
    Ready,
    Receipt,
    SubscribeOptions,
    VirtualClock,
    aio,
    client_receipts,
    in_,
    out,
)
from tubes_bus.testing import AsyncRehearsal, Rehearsal

ENDINGS = ("confirmed", "sent", "failed", "unknown")


def bridge(irc, *states):
    """A fake one: answers what asks for a receipt with these."""

    def answer(message):
        for state in states:
            irc.publish(Receipt(message.id, state))

    for type_ in (out.Privmsg, out.Action, out.Raw):
        irc.on(type_, answer)
    return irc


def both(handler):
    return {"on_receipt": handler, "on_queued": handler}


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def other(clock):
    with tubes_bus.open("memory://receipts", BusOptions(clock=clock)) as bus:
        yield Client(bus)


@pytest.fixture
def irc(clock):
    with tubes_bus.open("memory://receipts", BusOptions(clock=clock)) as bus:
        yield Client(bus)


@pytest.fixture
def asked(other):
    """All that asked for a receipt, with nobody to answer."""
    messages = []
    other.on(out.Privmsg, messages.append)
    return messages


@pytest.mark.parametrize("state", ENDINGS)
def test_queued_and_then_the_one_ending_is_heard(irc, other, state):
    bridge(other, "queued", state)
    heard = []
    pending = irc.say("#a", "hi", receipt=True, **both(heard.append))
    assert isinstance(pending, PendingReceipt) and pending.done()
    assert pending.result() == Receipt(pending.id, state)
    assert [receipt.state for receipt in heard] == ["queued", state]
    assert pending.result().said == (state in ("confirmed", "sent"))


def test_who_hears_the_ending_does_not_hear_queued_and_the_other_way_round(irc, other):
    bridge(other, "queued", "sent")
    endings, queued = [], []
    irc.say("#a", "hi", on_receipt=endings.append)
    irc.say("#a", "hi", on_queued=queued.append)
    irc.reply(in_.Privmsg("alice", "#a", "hello"), "hi", on_queued=queued.append)
    assert [receipt.state for receipt in endings] == ["sent"]
    assert [receipt.state for receipt in queued] == ["queued", "queued"]


def test_every_verb_asks_if_it_is_to(irc, other, asked):
    bridge(other, "sent")
    assert irc.say("#a", "hi", "libera", receipt=True).result().state == "sent"
    assert irc.action("#a", "waves", receipt=True).result().state == "sent"
    assert irc.raw("JOIN #c", receipt=True).result().state == "sent"
    heard = []
    assert irc.reply(in_.Privmsg("alice", "#a", "hello"), "hi", **both(heard.append))
    assert [receipt.state for receipt in heard] == ["sent"]
    assert irc.say("#a", "no receipt") is None
    assert [message.id == "" for message in asked] == [False, False, True]
    assert asked[0] == out.Privmsg("#a", "hi", "libera", asked[0].id)


def test_a_failure_is_a_value_with_its_cause(irc, other):
    def refuse(message):
        other.publish(Receipt(message.id, "failed", "libera", "404", "Cannot send to channel"))

    other.on(out.Privmsg, refuse)
    receipt = irc.say("#a", "hi", receipt=True).result()
    assert (receipt.state, receipt.code, receipt.reason, receipt.network) == (
        "failed",
        "404",
        "Cannot send to channel",
        "libera",
    )


def test_each_message_has_an_id_of_its_own_also_of_other_clients(irc, asked):
    one = Client(irc.bus)
    pending = [each.say("#a", "hi", receipt=True) for each in (irc, one) for _ in range(50)]
    ids = {each.id for each in pending}
    assert len(ids) == 100 and ids == {message.id for message in asked}
    assert all(0 < len(id_) <= 128 for id_ in ids)


def test_what_is_late_said_twice_or_foreign_is_passed_over(irc, other, asked):
    heard, told = [], []
    irc.on_event(told.append)
    pending = irc.say("#a", "hi", receipt=True, **both(heard.append))
    other.publish(Receipt("somebody's", "failed"))
    other.publish(Receipt(pending.id, "a state of tomorrow"))
    assert not pending.done() and heard == []
    for state in ("queued", "queued", "confirmed", "failed", "queued"):
        other.publish(Receipt(pending.id, state))
    assert [receipt.state for receipt in heard] == ["queued", "confirmed"]
    assert pending.result().state == "confirmed"
    other.bus.publish("receipts", "{")
    assert [event.kind for event in told] == ["undecodable"]


def test_endings_come_in_any_order(irc, other, asked):
    first, second = (irc.say("#a", "hi", receipt=True) for _ in range(2))
    other.publish(Receipt(second.id, "sent"))
    assert second.done() and not first.done()
    other.publish(Receipt(first.id, "failed"))
    assert first.result().state == "failed"


def test_without_an_ending_it_is_unknown_in_the_end(irc, other, asked, clock):
    heard = []
    pending = irc.say("#a", "hi", receipt=True, **both(heard.append))
    clock.advance(599)
    assert not pending.done()
    clock.advance(1)
    assert pending.done()
    assert (pending.result().state, pending.result().code) == ("unknown", "timeout")
    other.publish(Receipt(pending.id, "confirmed"))
    assert [(receipt.state, receipt.code) for receipt in heard] == [("unknown", "timeout")]


def test_the_timeout_is_an_option_and_kept_to_the_moment(irc, clock, asked):
    brief, ended = Client(irc.bus, ClientOptions(receipt_timeout=2)), []
    pending = brief.say("#a", "hi", receipt=True, on_receipt=lambda _: ended.append(clock.now()))
    clock.advance(3)
    assert pending.done() and pending.result().code == "timeout"
    assert ended == [2]


def test_close_ends_what_is_open_and_nothing_more_is_asked(irc, asked):
    heard = []
    pending = irc.say("#a", "hi", receipt=True, **both(heard.append))
    irc.close()
    assert pending.done()
    assert (pending.result().state, pending.result().code) == ("unknown", "closed")
    assert [receipt.code for receipt in heard] == ["closed"]
    with pytest.raises(Error, match="the client is closed") as raised:
        irc.say("#a", "hi", receipt=True)
    assert raised.value.code == ErrorCode.closed
    assert len(asked) == 1


def test_the_end_of_the_bus_ends_what_is_open(irc, asked):
    heard = []
    pending = irc.say("#a", "hi", receipt=True, **both(heard.append))
    irc.bus.close()
    assert pending.done()
    assert (pending.result().state, pending.result().code) == ("unknown", "closed")
    assert [receipt.code for receipt in heard] == ["closed"]


def test_who_waits_for_too_short_may_wait_again(irc, other, asked):
    pending = irc.say("#a", "hi", receipt=True)
    with pytest.raises(Error, match="after 0.01 s; no bridge has said that it acc.* may") as raised:
        pending.result(timeout=0.01)
    assert raised.value.code == ErrorCode.timed_out
    other.publish(Receipt(pending.id, "queued"))
    with pytest.raises(Error, match="after 0.01 s; the bridge has accepted it .queued., and it may"):
        pending.result(timeout=0.01)
    other.publish(Receipt(pending.id, "sent"))
    assert pending.result().state == "sent"


def test_so_many_may_be_open_and_no_more(irc, asked, monkeypatch):
    monkeypatch.setattr(client_receipts, "MOST_OPEN", 3)
    for _ in range(3):
        irc.say("#a", "hi", receipt=True)
    with pytest.raises(Error, match="wait for their receipts already") as raised:
        irc.say("#a", "hi", receipt=True)
    assert raised.value.code == ErrorCode.outbox_full
    assert len(asked) == 3
    irc.say("#a", "hi")


def test_what_could_not_be_published_leaves_nothing_open(clock):
    options = BusOptions(clock=clock, max_payload=200)
    with tubes_bus.open("memory://small", options) as bus:
        irc, heard = Client(bus), []
        with pytest.raises(Error, match="more than max_payload"):
            irc.say("#a", "x" * 200, receipt=True, **both(heard.append))
        clock.advance(601)
        assert heard == []


def test_the_topic_of_receipts_has_another_name_if_asked(irc, other):
    names, payloads = ClientOptions(receipts="receipts.libera"), []
    other.bus.subscribe("receipts.libera", payloads.append)
    bridge(Client(other.bus, names), "sent")
    pending = Client(irc.bus, names).say("#a", "hi", receipt=True)
    assert pending.done() and pending.result().state == "sent"
    assert len(payloads) == 1


def test_receipts_are_messages_for_whoever_wants_all_of_them(irc, other):
    bridge(other, "queued", "confirmed")
    states = []
    irc.on(Receipt, lambda receipt: states.append((receipt.id, receipt.state)))
    other.publish(out.Privmsg("#a", "hi", id="my own"))
    assert states == [("my own", "queued"), ("my own", "confirmed")]


def test_a_handler_of_receipts_that_fails_is_reported(irc, other):
    bridge(other, "queued", "sent")
    told, states = [], []
    irc.on_event(told.append)

    def fails(receipt):
        states.append(receipt.state)
        raise ValueError("no")

    irc.say("#a", "hi", **both(fails))
    assert states == ["queued", "sent"]
    failed = [event.what for event in told if event.kind == "handler_failed"]
    assert failed == ["ValueError: no"] * 2


# A bot that waits in its handler.


def patient(irc):
    irc.endings = []

    def heard(message):
        irc.endings.append(irc.say(message.channel, "hi", receipt=True).result())

    irc.on(in_.Privmsg, heard)


def test_the_rehearsal_answers_as_a_bridge_does():
    bot = Rehearsal(patient)
    bot.hears("alice", "#a", "hello")
    bot.answers("failed", "404", "Cannot send to channel")
    bot.hears("alice", "#a", "hello")
    assert [(each.state, each.code) for each in bot.client.endings] == [
        ("confirmed", ""),
        ("failed", "404"),
    ]
    bot.close()


def test_a_handler_that_would_wait_for_ever_is_told_so():
    bot = Rehearsal(patient)
    bot.answers("")
    with pytest.raises(AssertionError, match="none can while this handler waits"):
        bot.hears("alice", "#a", "hello")
    bot.close()


def test_a_receipt_by_hand():
    heard = []
    bot = Rehearsal(lambda irc: irc.say("#a", "hi", **both(heard.append)))
    assert [receipt.state for receipt in heard] == ["queued", "confirmed"]
    bot.answers("")
    bot.client.say("#a", "again", **both(heard.append))
    message = bot.sent()[-1]
    bot.receives(Receipt(message.id, "failed", code="404"))
    assert heard[-1] == Receipt(message.id, "failed", code="404")
    bot.close()


def test_a_bot_of_asyncio_waits_in_its_handler():
    async def rehearse():
        endings = []

        async def heard(message):
            endings.append(await irc.say(message.channel, "hi", receipt=True))

        bot = await AsyncRehearsal.of(lambda client: client.on(in_.Privmsg, heard))
        irc = bot.client
        await bot.hears("alice", "#a", "hello")
        bot.answers("unknown", "connection_lost")
        await bot.hears("alice", "#a", "hello")
        assert [(each.state, each.code) for each in endings] == [
            ("confirmed", ""),
            ("unknown", "connection_lost"),
        ]
        bot.answers("")
        with pytest.raises(AssertionError, match="none can while this handler waits"):
            await bot.hears("alice", "#a", "hello")
        assert [event.kind for event in bot.events()] == ["handler_failed"]
        task = asyncio.ensure_future(irc.say("#a", "hi", receipt=True))
        await asyncio.sleep(0)
        await bot.advance(600)
        assert (await task).code == "timeout"
        await bot.close()

    asyncio.run(rehearse(), debug=True)


# On every transport.


def test_threads_wait_for_the_ending(url):
    with tubes_bus.open(url) as bus, tubes_bus.open(url) as far:
        bridge(Client(far), "queued", "confirmed")
        heard, irc = Heard(), Client(bus)
        pending = [irc.say("#a", str(n), receipt=True, **both(heard)) for n in range(100)]
        assert [each.result(TIMEOUT).state for each in pending] == ["confirmed"] * 100
        assert [heard.next().state for _ in range(200)].count("queued") == 100


def test_the_first_receipt_is_not_missed(url):
    """The topic is live before the first message that asks, also in the background."""
    options = ClientOptions(subscribe=SubscribeOptions(ready=Ready.background))
    for _ in range(20):
        with tubes_bus.open(url) as bus, tubes_bus.open(url) as far:
            bridge(Client(far), "sent")
            pending = Client(bus, options).say("#a", "hi", receipt=True)
            assert pending.result(TIMEOUT).state == "sent"


@pytest.fixture(params=["redis_server", "broker"])
def real_url(request):
    return request.getfixturevalue(request.param).url


def test_a_handler_may_wait_on_a_real_bus(real_url):
    with tubes_bus.open(real_url) as bus, tubes_bus.open(real_url) as far:
        bridge(Client(far), "queued", "sent")
        irc, done = Client(bus), Heard()
        irc.on(in_.Join, lambda m: done(irc.say(m.channel, "hi", receipt=True).result(TIMEOUT)))
        Client(far).publish(in_.Join("alice", "#a"))
        assert done.next().state == "sent"


def test_a_handler_that_waits_hears_its_own_timeout(real_url):
    with tubes_bus.open(real_url) as bus:
        irc, done = Client(bus, ClientOptions(receipt_timeout=0.1)), Heard()
        irc.on(in_.Join, lambda m: done(irc.say(m.channel, "hi", receipt=True).result(TIMEOUT)))
        Client(bus).publish(in_.Join("alice", "#a"))
        assert done.next().code == "timeout"


def test_close_frees_a_thread_that_waits(real_url):
    with tubes_bus.open(real_url) as bus:
        ended = Heard()
        pending = Client(bus).say("#a", "hi", receipt=True)
        thread = threading.Thread(target=lambda: ended(pending.result()))
        thread.start()
        bus.close()
        assert ended.next().code == "closed"
        thread.join()


@pytest.mark.parametrize("ready", Ready)
def test_who_could_not_be_heard_asks_again(server, ready):
    server.stop()
    options = ClientOptions(subscribe=SubscribeOptions(ready=ready))
    with tubes_bus.open(server.url, BusOptions(ready_timeout=0.1)) as bus:
        irc = Client(bus, options)
        with pytest.raises(Error, match="is not live"):
            irc.say("#a", "hi", receipt=True)
        server.start()
        with tubes_bus.open(server.url) as far:
            bridge(Client(far), "sent")
            assert ask_until_heard(irc).state == "sent"


def ask_until_heard(irc):
    while True:
        try:
            return irc.say("#a", "hi", receipt=True).result(TIMEOUT)
        except Error as error:
            assert error.code == ErrorCode.timed_out and "is not live" in str(error)


@pytest.mark.parametrize("ready", Ready)
def test_nothing_is_said_where_receipts_cannot_be_heard(tmp_path, ready):
    url = f"redis+unix://{tmp_path}/none"
    options = ClientOptions(subscribe=SubscribeOptions(ready=ready))
    with tubes_bus.open(url, BusOptions(ready_timeout=0.1)) as bus:
        with pytest.raises(Error, match='"receipts" is not live') as raised:
            Client(bus, options).say("#a", "hi", receipt=True)
        assert raised.value.code == ErrorCode.timed_out
        assert bus.stats().sent.published == 0


def test_asyncio_awaits_the_ending(url):
    async def main():
        async with aio.open(url) as bus, aio.open(url) as far:
            irc, patron, states = aio.Client(bus), aio.Client(far), []

            async def answer(message):
                await patron.publish(Receipt(message.id, "queued"))
                await patron.publish(Receipt(message.id, "confirmed"))

            async def told(receipt):
                await asyncio.sleep(0)
                states.append(receipt.state)

            for type_ in (out.Privmsg, out.Action, out.Raw):
                await patron.on(type_, answer)
            asking = [irc.say("#a", str(n), receipt=True) for n in range(20)]
            asking += [irc.action("#a", "waves", receipt=True), irc.raw("JOIN #c", receipt=True)]
            endings = await asyncio.wait_for(asyncio.gather(*asking), TIMEOUT)
            assert {each.state for each in endings} == {"confirmed"} and len(endings) == 22
            assert (await irc.say("#a", "x", receipt=True, **both(told))).said
            assert await irc.say("#a", "x", **both(told)) is None
            while len(states) < 4:
                await asyncio.sleep(0.001)
            assert states == ["queued", "confirmed"] * 2
            await irc.close()
            with pytest.raises(Error, match="the client is closed"):
                await irc.say("#a", "x", receipt=True)

    asyncio.run(main(), debug=True)


def test_a_coroutine_that_is_cancelled_leaves_nothing_open(redis_server):
    async def main():
        async with aio.open(redis_server.url) as bus:
            irc, states = aio.Client(bus), []
            asking = irc.say("#a", "hi", receipt=True, **both(states.append))
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asking, 0.3)
            await irc.close()
            await bus.close()
            assert states == []

    asyncio.run(main(), debug=True)


def test_close_frees_a_coroutine_that_waits(real_url):
    async def main():
        async with aio.open(real_url) as bus:
            task = asyncio.ensure_future(aio.Client(bus).say("#a", "hi", receipt=True))
            while bus.stats().sent.accepted == 0:
                await asyncio.sleep(0.001)
            await bus.close()
            receipt = await asyncio.wait_for(task, TIMEOUT)
            assert (receipt.state, receipt.code) == ("unknown", "closed")

    asyncio.run(main(), debug=True)


def test_asyncio_waits_in_a_handler_on_a_real_bus(real_url):
    async def main():
        async with aio.open(real_url) as bus, aio.open(real_url) as far:
            irc, patron = aio.Client(bus, ClientOptions(receipt_timeout=1)), aio.Client(far)
            endings = asyncio.Queue()

            async def heard(message):
                await endings.put(await irc.say(message.channel, "hi", receipt=True))

            await irc.on(in_.Join, heard)
            await patron.publish(in_.Join("alice", "#a"))
            assert (await asyncio.wait_for(endings.get(), TIMEOUT)).code == "timeout"
            await patron.on(out.Privmsg, lambda m: patron.publish(Receipt(m.id, "sent")))
            await patron.publish(in_.Join("alice", "#a"))
            assert (await asyncio.wait_for(endings.get(), TIMEOUT)).state == "sent"

    asyncio.run(main(), debug=True)
