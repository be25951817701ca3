"""What the engine asks of a driver, and in which order."""

import asyncio

from tubes_bus import BusOptions, Error, ErrorCode
from tubes_bus.aio.shells import TaskShell, drive
from tubes_bus.clock import SystemClock
from tubes_bus.engine import operations
from tubes_bus.engine.core import Core
from tubes_bus.engine.dispatcher import Dispatcher
from tubes_bus.engine.driver import Driver
from tubes_bus.options import Capabilities, SubscribeOptions


class FakeDriver(Driver):
    """Notes what it is told to do; a test plays the backend."""

    address = "a fake"
    capabilities = Capabilities()

    def __init__(self):
        self.told = asyncio.Queue()

    async def connect(self, sink):
        self.sink = sink
        await self.told.put("connect")

    async def disconnect(self):
        await self.told.put("disconnect")

    async def subscribe(self, filter_):
        await self.told.put(f"subscribe {filter_}")

    async def unsubscribe(self, filter_):
        await self.told.put(f"unsubscribe {filter_}")

    async def send(self, messages):
        await self.told.put("send " + " ".join(message.topic for message in messages))

    async def call(self, call):
        raise AssertionError("it keeps no values")

    async def next(self):
        return await asyncio.wait_for(self.told.get(), 10)


def play(scene):
    async def main():
        driver = FakeDriver()
        dispatcher = Dispatcher(SystemClock(), asyncio.current_task)
        options = BusOptions(backoff_first=0, answer_stats=False)
        core = Core(driver.address, driver.capabilities, options, dispatcher)
        shell = TaskShell(core, driver)
        await scene(driver, core, shell)
        await drive(shell, operations.close(core, shell.stop, 0))

    asyncio.run(main(), debug=True)


def test_nothing_is_sent_before_a_new_connection_has_all_its_subscriptions():
    async def scene(driver, core, shell):
        core.subscribe("in", print, SubscribeOptions())
        core.publish("out", b"")
        assert [await driver.next() for _ in range(2)] == ["connect", "subscribe in"]
        core.publish("out", b"")
        for _ in range(20):  # whatever the link would do next, it does
            await asyncio.sleep(0)
        assert driver.told.empty()
        driver.sink.live("in")
        assert await driver.next() == "send out out"
        driver.sink.accepted(2)
        driver.sink.lost(Error(ErrorCode.unreachable, "gone"))
        back = ["disconnect", "connect", "subscribe in"]
        assert [await driver.next() for _ in range(3)] == back

    play(scene)


def test_a_driver_that_confirms_what_was_not_sent_is_not_believed():
    async def scene(driver, core, shell):
        assert await driver.next() == "connect"
        driver.sink.accepted(1)
        assert await driver.next() == "disconnect"
        assert "confirmed what was not sent" in core.trouble

    play(scene)


def test_whatever_a_driver_raises_means_that_the_connection_is_gone():
    async def scene(driver, core, shell):
        assert await driver.next() == "connect"

        async def fails(messages):
            raise RuntimeError("a fault in the driver")

        driver.send = fails
        core.publish("out", b"")
        assert await driver.next() == "disconnect"
        assert core.trouble == "a fault in the driver"
        assert core.stats().sent.unconfirmed == 1

    play(scene)


def test_unsubscribing_asks_the_backend_once_nobody_is_left():
    async def scene(driver, core, shell):
        one = core.subscribe("in", print, SubscribeOptions())
        other = core.subscribe("in", print, SubscribeOptions())
        assert [await driver.next() for _ in range(2)] == ["connect", "subscribe in"]
        driver.sink.live("in")
        core.end(one)
        core.end(other)
        assert await driver.next() == "unsubscribe in"

    play(scene)
