"""The verbs of 2012, and configurations with comments."""

import asyncio

import pytest

from tubes_bus import Error, ErrorCode, aio, in_, out
from tubes_bus.testing import AsyncRehearsal, Rehearsal
from tubes_bus.zenircbot import ZenIRCBot, load_config

COMMANDS = [
    {"name": "!woot", "description": "agrees"},
    {"name": "hello", "description": "greets"},
]


@pytest.fixture
def bot():
    rehearsal = Rehearsal(ZenIRCBot)
    yield rehearsal
    rehearsal.close()


def test_one_message_for_each_of_a_list(bot):
    bot.bot.send_privmsg("#a", "1")
    bot.bot.send_privmsg(["#a", "#b"], "2")
    bot.bot.send_action(["#c"], "waves")
    assert bot.sent() == [
        out.Privmsg("#a", "1"),
        out.Privmsg("#a", "2"),
        out.Privmsg("#b", "2"),
        out.Action("#c", "waves"),
    ]


def test_admins_hear_in_their_channels_as_the_value_is(bot):
    assert bot.bot.send_admin_message("nobody") is False
    bot.bus.put("admin_spew_channels", "#a,#b")
    assert bot.bot.send_admin_message("hi") is True
    assert bot.said() == [("#a,#b", "hi")]


def test_registered_commands_are_announced_and_answered_to_the_sender(bot):
    bot.bus.put("admin_spew_channels", "#admin")
    bot.bot.register_commands("greeter", COMMANDS)
    assert bot.said() == [("#admin", "greeter online!")]
    ask(bot, "commands")
    described = ["greeter: !woot - agrees", "greeter: hello - greets"]
    assert bot.said() == [("alice", text) for text in described]
    ask(bot, "services")
    ask(bot, "something")
    assert bot.sent() == [out.Privmsg("alice", "greeter", "libera")]
    bot.receives(in_.DirectedPrivmsg("b", "#a", "services", "!services", bot=True))
    assert bot.said() == []


def ask(bot, question):
    bot.receives(in_.DirectedPrivmsg("alice", "#a", question, "!" + question, "libera"))


def test_the_same_for_asyncio():
    async def rehearse():
        bots = []
        bot = await AsyncRehearsal.of(lambda irc: bots.append(aio.ZenIRCBot(irc)))
        await bot.bus.put("admin_spew_channels", "#admin")
        await bots[0].register_commands("greeter", COMMANDS)
        await bot.receives(in_.DirectedPrivmsg("alice", "#a", "services", "!services"))
        await bots[0].send_privmsg(["#a"], "1")
        await bots[0].send_action("#a", "waves")
        assert bot.sent() == [
            out.Privmsg("#admin", "greeter online!"),
            out.Privmsg("alice", "greeter"),
            out.Privmsg("#a", "1"),
            out.Action("#a", "waves"),
        ]
        await bot.close()

    asyncio.run(rehearse(), debug=True)


def test_a_configuration_may_have_comments(tmp_path):
    path = tmp_path / "bot.json"
    path.write_text('{ // one\n "bus": "redis://h", /* two\n three */ "a": "// no \\" /* */" }\n')
    assert load_config(str(path)) == {"bus": "redis://h", "a": '// no " /* */'}


@pytest.mark.parametrize(
    "text, words",
    [
        ('{\n  /* x */ "a" 1 }', ":2:15: not JSON: Expecting ':' delimiter"),
        ("[]", "expected an object"),
        ("", ":1:1: not JSON"),
    ],
)
def test_a_fault_in_a_configuration_has_its_place(tmp_path, text, words):
    path = tmp_path / "bot.json"
    path.write_text(text)
    with pytest.raises(Error, match=words) as raised:
        load_config(str(path))
    assert raised.value.code == ErrorCode.invalid_config and str(path) in str(raised.value)


def test_a_configuration_that_is_not_there():
    with pytest.raises(Error, match="cannot read /nowhere.json .no such file or directory"):
        load_config("/nowhere.json")
