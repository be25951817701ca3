"""The example bot, alone and as a program on each transport."""

import importlib.util
import os
import re
import signal
import sys
from pathlib import Path
from subprocess import PIPE

import pytest
from servers import start
from test_bus import TIMEOUT, Heard

import tubes_bus
from tubes_bus import Client, in_, out
from tubes_bus.testing import Rehearsal

HOME = Path(__file__).parents[1]
PROGRAM = HOME / "examples" / "greeter.py"


def test_it_greets_and_agrees():
    spec = importlib.util.spec_from_file_location("greeter", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    bot = Rehearsal(lambda irc: module.greeter(irc, "brouhaha"))
    for text in ("hello", "!woot", "hello?"):
        bot.hears("alice", "#a", text)
    assert bot.said() == [("#a", "Hello alice, greetings from brouhaha"), ("#a", "Indeed!")]


def started(*arguments):
    environment = {**os.environ, "PYTHONPATH": str(HOME)}
    return start([sys.executable, PROGRAM, *arguments], stderr=PIPE, env=environment)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_over_the_bus_and_ends_cleanly(server, tmp_path, number):
    config = tmp_path / "greeter.json"
    config.write_text('{"bus": "%s"} // swapping the transport is one line' % server.url)
    greeter = started("--config", config)
    try:
        while "listening on in" not in greeter.stderr.readline():
            assert greeter.poll() is None
        with tubes_bus.open(server.url) as bus:
            patron, said = Client(bus), Heard()
            patron.on(out.Privmsg, said)
            patron.publish(in_.Privmsg("aaron", "#pdxbots", "hello", "libera"))
            answer = said.next()
        assert (answer.to, answer.network) == ("#pdxbots", "libera")
        assert re.fullmatch("Hello aaron, greetings from .+", answer.message)
        greeter.send_signal(number)
        assert greeter.wait(TIMEOUT) == 0
        assert "Traceback" not in greeter.stderr.read()
    finally:
        greeter.kill()
        greeter.wait()
        greeter.stderr.close()


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["nats://x"], 'greeter.py: unknown bus scheme "nats"'),
        (["--config", "/nowhere"], "greeter.py: cannot read /nowhere"),
        ([], "usage:"),
    ],
)
def test_what_it_cannot_use_it_says(arguments, words):
    greeter = started(*arguments)
    said = greeter.communicate(timeout=TIMEOUT)[1]
    assert words in said and "Traceback" not in said
    assert greeter.returncode != 0
