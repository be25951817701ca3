"""A call that makes no sense is refused where it stands, and nothing is said."""

import asyncio

import pytest

import tubes_bus
from tubes_bus import Client, Receipt, WebIn, aio, in_, out
from tubes_bus.testing import Rehearsal


@pytest.fixture
def bot():
    bot = Rehearsal(lambda irc: None)
    yield bot
    assert bot.sent() == [] and bot.events() == []
    bot.close()


@pytest.mark.parametrize("name", ["on_receipt", "on_queued"])
@pytest.mark.parametrize("handler", [5, "print", [print]])
def test_what_cannot_be_called_is_no_handler_of_receipts(bot, name, handler):
    irc, listener = bot.client, {name: handler}
    for call in (
        lambda: irc.say("#a", "hi", **listener),
        lambda: irc.say("#a", "hi", receipt=True, **listener),
        lambda: irc.action("#a", "hi", **listener),
        lambda: irc.raw("JOIN #a", **listener),
        lambda: irc.reply(in_.Privmsg("alice", "#a", "hello"), "hi", **listener),
    ):
        with pytest.raises(TypeError, match=f"^{name} must be a function, not "):
            call()


@pytest.mark.parametrize(
    "call, told",
    [
        (lambda irc: irc.say("#a", 5), "message of a privmsg must be str, not int"),
        (lambda irc: irc.say("#a", None), "message of a privmsg must be str, not NoneType"),
        (lambda irc: irc.say("#a", b"hi"), "message of a privmsg must be str, not bytes"),
        (lambda irc: irc.say(["#a"], "hi"), "to of a privmsg must be str, not list"),
        (lambda irc: irc.say("#a", "hi", network=5), "network of a privmsg must be str, not int"),
        (lambda irc: irc.say("#a", "hi", 5, receipt=True), "network of a privmsg must be str"),
        (lambda irc: irc.action("#a", 5), "message of a privmsg_action must be str, not int"),
        (lambda irc: irc.raw(5), "command of a raw must be str, not int"),
        (lambda irc: irc.publish(out.Privmsg("#a", "hi", id=7)), "id of a privmsg must be str"),
        (lambda irc: irc.publish(Receipt(7, "sent")), "id of a receipt must be str, not int"),
        (lambda irc: irc.publish(in_.Lag("1")), "milliseconds of a lag must be int, not str"),
        (lambda irc: irc.publish(in_.Join("alice", 5)), "channel of a join must be str, not int"),
        (lambda irc: irc.publish(in_.Netsplit("ab", [])), "servers of a netsplit must be list"),
        (lambda irc: irc.publish(in_.Netsplit(["a", 5], [])), "servers of a netsplit must hold"),
        (lambda irc: irc.publish(in_.Names("#a", {"alice": 5})), "nicks of a names must hold"),
        (lambda irc: irc.publish(WebIn("app", {})), "body of a web_in must be str, not dict"),
        (lambda irc: irc.publish("hi"), "publish.. takes a message such as out.Privmsg, not str"),
    ],
)
def test_what_is_no_text_is_not_published(bot, call, told):
    bot.answers("")
    with pytest.raises(TypeError, match=told):
        call(bot.client)
    assert bot.client.bus.stats().sent.published == 0


def test_a_reply_that_is_no_text_is_not_counted_as_said(bot):
    for _ in range(30):
        with pytest.raises(TypeError, match="message of a privmsg must be str"):
            bot.client.reply(in_.Privmsg("alice", "#a", "hello"), 5)


def test_what_a_program_leaves_out_may_be_none():
    bot = Rehearsal(lambda irc: irc.say("#a", "hi", network=None))
    assert bot.said() == [("#a", "hi")]
    bot.close()


def test_an_id_may_have_128_bytes_and_no_more(bot):
    bot.answers("")
    bot.client.publish(out.Privmsg("#a", "hi", id="ä" * 64))
    assert len(bot.sent()) == 1
    for type_, fields in ((out.Privmsg, ("#a", "hi")), (out.Action, ("#a", "hi")), (out.Raw, ("A",))):
        with pytest.raises(ValueError, match="id of a .* has 130 bytes, more than 128"):
            bot.client.publish(type_(*fields, id="ä" * 65))


def test_asyncio_refuses_them_too():
    async def main():
        async with aio.open("memory://calls") as bus:
            irc = aio.Client(bus)
            for wrong in ({"on_receipt": 5}, {"network": 5}, {"network": 5, "receipt": True}):
                with pytest.raises(TypeError, match="must be"):
                    await irc.say("#a", "hi", **wrong)
            with pytest.raises(ValueError, match="more than 128"):
                await irc.publish(out.Raw("JOIN #a", id="x" * 129))
            assert bus.stats().sent.published == 0

    asyncio.run(main(), debug=True)


@pytest.mark.parametrize("server_of", ["redis_server", "broker"])
def test_whatever_a_handler_of_receipts_raises_the_connection_stays(server_of, request):
    """Nor does it hold up close()."""
    url = request.getfixturevalue(server_of).url

    class Untellable(Exception):
        def __str__(self):
            raise RuntimeError("no text")

    with tubes_bus.open(url) as bus, tubes_bus.open(url) as far:
        patron, irc, kinds = Client(far), Client(bus), []
        patron.on(out.Privmsg, lambda m: patron.publish(Receipt(m.id, "sent")))
        irc.on_event(lambda event: kinds.append(event.kind))

        def raising(fault):
            def raises(_):
                raise fault

            return raises

        for fault in (ValueError("no"), SystemExit(3), Untellable()):
            irc.say("#a", "hi", on_receipt=raising(fault))
        assert irc.say("#a", "hi", receipt=True).result(10).state == "sent"
        irc.say("#nobody", "hi", on_receipt=raising(Untellable()))
        bus.close(5)
        assert kinds.count("handler_failed") >= 3 and "disconnected" not in kinds
        assert bus.stats().handlers_failed >= 4
