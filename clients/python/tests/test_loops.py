"""Bots never answer bots."""

import pytest

from tubes_bus import BusOptions, Client, ClientOptions, VirtualClock, in_, open, out
from tubes_bus.testing import Rehearsal


def echo(irc):
    """Answers everything: with what was said."""
    irc.replies = []
    for type_ in (in_.Privmsg, in_.Action):
        irc.on(type_, lambda m: irc.replies.append(irc.reply(m, m.message)))
    return irc


@pytest.fixture
def bot():
    with_bot = Rehearsal(echo)
    yield with_bot
    with_bot.close()


def loops(bot):
    return [event.what for event in bot.events() if event.kind == "loop"]


def test_a_message_of_a_bot_gets_no_reply(bot):
    bot.receives(in_.Privmsg("other", "#a", "hello", bot=True))
    assert bot.said() == [] and bot.client.replies == [False]
    assert loops(bot) == ["#a: other is a bot; it gets no reply"]


def test_what_the_bot_said_itself_gets_no_reply_whatever_the_options(bot):
    bot.receives(in_.Privmsg("a nick of old", "#a", "hello", self=True))
    assert bot.said() == [] and bot.client.replies == [False]
    assert loops(bot) == ["#a: this bot said it itself; it gets no reply"]
    fearless = Rehearsal(echo, ClientOptions(answer_bots=True))
    fearless.receives(in_.Action("me", "#a", "waves", self=True))
    assert fearless.said() == []
    fearless.close()


def test_the_bots_own_nick_gets_no_reply(bot):
    bot.receives(in_.Connected("Me[1]", "libera"))
    bot.hears("me{1}", "#a", "hello", "libera")
    assert bot.said() == []
    assert loops(bot) == ["libera/#a: me{1} is this bot's own nick"]
    bot.hears("me{1}", "#a", "hello", "oftc")
    assert bot.said() == [("#a", "hello")]


def test_the_bots_own_nick_is_followed(bot):
    bot.receives(in_.Connected("old", "libera"))
    bot.receives(in_.Nick("old", "new", "libera"))
    bot.receives(in_.Nick("somebody", "else", "libera"))
    bot.hears("new", "#a", "1", "libera")
    bot.hears("old", "#a", "2", "libera")
    assert bot.said() == [("#a", "2")]


def test_the_retained_nick_counts_where_no_message_told():
    clock = BusOptions(clock=VirtualClock())
    with open("memory://nick", clock) as bus, open("memory://nick", clock) as bridge:
        bridge.put("nick", "me")
        irc = echo(Client(bus))
        Client(bridge).publish(in_.Privmsg("Me", "#a", "hello", "libera"))
        Client(bridge).publish(in_.Connected("other", "libera"))
        Client(bridge).publish(in_.Privmsg("Me", "#a", "hello", "libera"))
        assert irc.replies == [False, True]


def test_the_same_text_is_said_five_times_to_one_sender(bot):
    for _ in range(8):
        bot.hears("alice", "#a", "hello")
    assert bot.said() == [("#a", "hello")] * 5
    assert len(loops(bot)) == 1
    bot.hears("bob", "#a", "hello")
    bot.hears("alice", "#b", "hello")
    bot.hears("alice", "#a", "hello", "oftc")
    assert len(bot.said()) == 3


def test_any_text_is_said_twenty_times(bot):
    for number in range(25):
        bot.hears("alice", "#a", str(number))
    assert len(bot.said()) == 20
    assert len(loops(bot)) == 1


def test_what_was_said_long_ago_does_not_count(bot):
    for _ in range(12):
        bot.hears("alice", "#a", "hello")
        bot.advance(15)
    assert len(bot.said()) == 12


def test_the_breaker_closes_after_a_minute_in_which_no_reply_was_wanted(bot):
    for _ in range(6):
        bot.hears("alice", "#a", "hello")
    bot.said()
    bot.advance(59)
    bot.hears("alice", "#a", "hello")
    bot.advance(59)
    bot.hears("alice", "#a", "other")
    assert bot.said() == [] and len(loops(bot)) == 1
    bot.advance(60)
    for _ in range(6):
        bot.hears("alice", "#a", "hello")
    assert len(bot.said()) == 5
    assert len(loops(bot)) == 1  # one of each opening


def test_two_echoing_bots_fall_silent():
    options = BusOptions(clock=VirtualClock())
    bus = open("memory://pingpong", options)
    one = Client(bus)
    one.on(in_.Privmsg, lambda m: one.reply(m, "pong"))
    bridge = Client(open("memory://pingpong", options))
    said = []

    def other_bot(m):
        said.append(m)
        bridge.publish(in_.Privmsg("other", m.to, "ping"))

    bridge.on(out.Privmsg, other_bot)
    bridge.publish(in_.Privmsg("other", "#a", "ping"))
    assert len(said) == 5
    bus.close()
    bridge.bus.close()


def test_say_is_never_held_back_and_answer_bots_switches_it_off():
    bot = Rehearsal(echo, ClientOptions(answer_bots=True))
    for _ in range(30):
        bot.receives(in_.Privmsg("other", "#a", "hello", bot=True))
        bot.client.say("#a", "hello")
    assert len(bot.said()) == 60 and loops(bot) == []
    bot.close()


def test_replying_to_a_notice_is_a_programming_error(bot):
    with pytest.raises(TypeError, match="never answered"):
        bot.client.reply(in_.Notice("a", "#a", "x"), "no")
    with pytest.raises(TypeError, match="a quit has no channel"):
        bot.client.reply(in_.Quit("a"), "no")
    assert bot.said() == []


def test_a_reply_to_someone_who_joined(bot):
    assert bot.client.reply(in_.Join("alice", "#a"), "welcome")
    assert bot.said() == [("#a", "welcome")]
