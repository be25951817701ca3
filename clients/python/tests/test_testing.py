"""What tests of bots stand on."""

import asyncio

import pytest

from tubes_bus import in_, out
from tubes_bus.testing import AsyncRehearsal, Rehearsal


def loud(irc):
    irc.on(in_.Privmsg, lambda m: irc.reply(m, m.message.upper()))
    irc.on(in_.Join, lambda m: irc.action(m.channel, "waves", m.network))
    irc.bus.after(60, lambda: irc.raw("QUIT"))
    return "what setup returns"


def test_a_bot_is_heard_once_for_each_asking():
    bot = Rehearsal(loud)
    assert bot.bot == "what setup returns"
    bot.hears("alice", "#a", "hello")
    bot.hears("alice", "alice", "in private", "libera")
    assert bot.said() == [("#a", "HELLO"), ("alice", "IN PRIVATE")]
    bot.receives(in_.Join("alice", "#b", "libera"))
    assert bot.sent() == [out.Action("#b", "waves", "libera")]
    assert bot.said() == [] == bot.events()
    bot.close()


def test_time_passes_when_it_is_moved():
    bot = Rehearsal(loud)
    bot.advance(59.9)
    assert bot.sent() == []
    bot.advance(0.1)
    assert bot.sent() == [out.Raw("QUIT")]
    bot.close()


def test_rehearsals_do_not_meet():
    one, other = Rehearsal(loud), Rehearsal(loud)
    one.hears("alice", "#a", "hello")
    assert other.said() == []
    one.close()
    other.close()


def test_a_handler_that_fails_fails_the_test():
    bot = Rehearsal(lambda irc: irc.on(in_.Privmsg, lambda m: 1 / 0))
    with pytest.raises(AssertionError, match="a handler of the bot failed: ZeroDivisionError"):
        bot.hears("alice", "#a", "hello")
    assert [event.kind for event in bot.events()] == ["handler_failed"]
    bot.close()


def test_the_same_of_asyncio():
    async def rehearse():
        async def fails(message):
            await asyncio.sleep(0)
            raise ValueError("no")

        bot = await AsyncRehearsal.of(lambda irc: irc.on(in_.Privmsg, fails))
        with pytest.raises(AssertionError, match="ValueError: no"):
            await bot.hears("alice", "#a", "hello")
        await bot.close()

    asyncio.run(rehearse(), debug=True)
