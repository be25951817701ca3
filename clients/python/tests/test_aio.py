"""The same bus and client for asyncio, over every transport."""

import asyncio
import sys

import pytest
from test_bus import TIMEOUT

import tubes_bus
from tubes_bus import BusOptions, Error, ErrorCode, Overflow, SubscribeOptions, aio, in_, out
from tubes_bus.testing import AsyncRehearsal


def run(main):
    """A test that is a coroutine function: ends in time, and leaves no task behind."""

    def test(url):
        async def bounded():
            await asyncio.wait_for(main(url), TIMEOUT)
            await asyncio.sleep(0)
            left = asyncio.all_tasks() - {asyncio.current_task()}
            done, pending = await asyncio.wait(left, timeout=2) if left else (set(), set())
            assert not pending

        asyncio.run(bounded(), debug=True)

    test.__name__ = main.__name__
    return test


class Heard(asyncio.Queue):
    async def __call__(self, thing):
        await self.put(thing)

    async def payloads(self, count):
        return [(await self.get()).payload for _ in range(count)]


@run
async def test_messages_arrive_in_order_and_the_subscription_is_live(url):
    async with aio.open(url) as bus, aio.open(url) as other:
        heard = Heard()
        subscription = await other.subscribe("aio.>", heard)
        for number in range(500):
            await bus.publish("aio.x", str(number))
        assert await heard.payloads(500) == [b"%d" % number for number in range(500)]
        await subscription.reset()
        await bus.flush()
        assert bus.stats().sent.accepted == 500


@run
async def test_the_next_handler_begins_when_one_has_ended(url):
    async with aio.open(url) as bus:
        running, most, done = [0], [0], Heard()

        async def handler(delivery):
            running[0] += 1
            most[0] = max(most[0], running[0])
            await asyncio.sleep(0)
            running[0] -= 1
            await done(delivery)

        await bus.subscribe("turns.>", handler)
        await bus.subscribe("turns.a", handler)
        for _ in range(20):
            await bus.publish("turns.a", "x")
        await done.payloads(40)
        assert most == [1]


@run
async def test_a_handler_may_use_the_bus(url):
    async with aio.open(url) as bus:
        heard, inner = Heard(), Heard()

        async def handler(delivery):
            await bus.put("aio.key", delivery.payload)
            await bus.subscribe("inner", inner)
            await bus.publish("inner", await bus.get("aio.key"))
            await bus.flush()
            await subscription.reset()
            await heard(delivery)

        subscription = await bus.subscribe("outer", handler)
        await bus.publish("outer", "x")
        assert await heard.payloads(1) == await inner.payloads(1) == [b"x"]
        await bus.remove("aio.key")
        assert await bus.get("aio.key") is None


@run
async def test_a_handler_that_raises_is_reported(url):
    async with aio.open(url) as bus:
        events, heard = Heard(), Heard()

        async def handler(delivery):
            await heard(delivery)
            raise ValueError("no")

        bus.on_event(events)
        await bus.subscribe("raises", handler)
        await bus.publish("raises", "1")
        await bus.publish("raises", "2")
        assert await heard.payloads(2) == [b"1", b"2"]
        event = await events.get()
        while event.kind != "handler_failed":
            event = await events.get()
        assert event.what == "ValueError: no"


@run
async def test_close_drains_and_is_final(url):
    async with aio.open(url) as bus:
        heard = Heard()
        await bus.subscribe("drain", heard)
        closing = aio.open(url)
        for _ in range(100):
            await closing.publish("drain", "x")
        stats = await closing.close()
        assert (stats.sent.accepted, stats.sent.discarded) == (100, 0)
        await heard.payloads(100)
        with pytest.raises(Error) as raised:
            await closing.publish("drain", "x")
        assert raised.value.code == ErrorCode.closed


@run
async def test_close_inside_a_handler_returns(url):
    async with aio.open(url) as bus:
        closing, closed = aio.open(url), Heard()

        async def handler(delivery):
            await closing.close()
            await closed(delivery)

        await closing.subscribe("closing", handler)
        await bus.publish("closing", "1")
        assert await closed.payloads(1) == [b"1"]
        await closing.close()


@run
async def test_the_client_answers(url):
    async with aio.open(url) as bus, aio.open(url) as other:
        irc, patron, said = aio.Client(bus), aio.Client(other), Heard()

        async def greet(message):
            assert await irc.reply(message, "Hello " + message.sender)

        await irc.on(in_.Privmsg, greet)
        await patron.on(out.Privmsg, said)
        await patron.publish(in_.Privmsg("alice", "#a", "hello", "libera"))
        assert await said.get() == out.Privmsg("#a", "Hello alice", "libera")
        await irc.close()


def test_a_bot_of_asyncio_is_rehearsed():
    async def setup(irc):
        async def greet(message):
            await asyncio.sleep(0)
            await irc.reply(message, "Hello " + message.sender)

        await irc.on(in_.Privmsg, greet)
        irc.bus.after(60, lambda: irc.say("#a", "a minute"))

    async def rehearse():
        bot = await AsyncRehearsal.of(setup)
        await bot.hears("alice", "#a", "hello")
        assert bot.said() == [("#a", "Hello alice")]
        await bot.advance(59)
        assert bot.said() == []
        await bot.advance(1)
        assert bot.said() == [("#a", "a minute")]
        await bot.close()

    asyncio.run(rehearse(), debug=True)


def test_a_subscribe_that_is_cancelled_leaves_nothing(redis_server):
    async def main():
        async with aio.open(redis_server.url) as bus:
            ended, heard = Heard(), Heard()
            task = asyncio.ensure_future(bus.subscribe("cancelled", ended))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await bus.subscribe("cancelled", heard)
            await bus.publish("cancelled", "x")
            assert await heard.payloads(1) == [b"x"] and ended.empty()

    asyncio.run(main(), debug=True)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="before Python 3.11 nobody can tell")
def test_a_handler_that_is_cancelled_is_reported_and_the_next_delivery_goes_on(redis_server):
    async def main():
        async with aio.open(redis_server.url) as bus:
            heard, events = Heard(), Heard()

            async def handler(delivery):
                await heard(delivery)
                raise asyncio.CancelledError

            bus.on_event(events)
            await bus.subscribe("aio.cancel", handler)
            await bus.publish("aio.cancel", "1")
            await bus.publish("aio.cancel", "2")
            assert await asyncio.wait_for(heard.payloads(2), TIMEOUT) == [b"1", b"2"]
            assert "CancelledError" in [event.what async for event in kinds(events, 2)]

    async def kinds(events, most):
        for _ in range(most):
            yield await asyncio.wait_for(events.get(), TIMEOUT)

    asyncio.run(main(), debug=True)


def test_a_full_inbox_drops_and_tells(redis_server):
    async def main():
        async with aio.open(redis_server.url) as bus:
            heard, entered, gate = Heard(), asyncio.Event(), asyncio.Event()

            async def slow(delivery):
                entered.set()
                await gate.wait()
                await heard(delivery)

            options = SubscribeOptions(inbox_messages=1, overflow=Overflow.drop_oldest)
            await bus.subscribe("aio.full", slow, options)
            await bus.publish("aio.full", "0")
            await asyncio.wait_for(entered.wait(), TIMEOUT)
            for number in range(1, 4):
                await bus.publish("aio.full", str(number))
            await bus.flush()
            await bus.subscribe("aio.mark", print)  # behind it all has come
            gate.set()
            assert await heard.payloads(2) == [b"0", b"3"]
            assert bus.stats().received.overflowed == 2

    asyncio.run(main(), debug=True)


def test_no_backend(tmp_path):
    async def main():
        async with aio.open(
            f"redis+unix://{tmp_path}/none", BusOptions(ready_timeout=0.1)
        ) as bus:
            with pytest.raises(Error, match="no such file or directory.; is it running?"):
                await bus.subscribe("in", print)

    asyncio.run(main(), debug=True)


def test_open_needs_a_running_loop(redis_server):
    with pytest.raises(RuntimeError):
        aio.open(redis_server.url)
    assert tubes_bus.aio is aio
