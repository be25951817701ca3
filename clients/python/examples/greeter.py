#!/usr/bin/env python3
"""The bot of the talk: says hello, and agrees. See --help."""

from __future__ import annotations

import argparse
import signal
import socket
import sys
import threading

import tubes_bus
from tubes_bus import Client, ClientOptions, Event, EventKind, Ready, SubscribeOptions, in_
from tubes_bus.zenircbot import load_config


def greeter(irc: Client, hostname: str) -> None:
    def heard(m: in_.Privmsg) -> None:
        if m.message == "hello":
            irc.reply(m, f"Hello {m.sender}, greetings from {hostname}")
        if m.message == "!woot":
            irc.reply(m, "Indeed!")

    irc.on(in_.Privmsg, heard)


def report(event: Event) -> None:
    is_live = event.kind in (EventKind.subscribed, EventKind.resubscribed)
    shown = f"listening on {event.what}" if is_live else str(event)
    print(f"greeter.py: {shown}", file=sys.stderr, flush=True)


def run(url: str, ended: threading.Event) -> None:
    # A daemon waits for its backend.
    options = ClientOptions(subscribe=SubscribeOptions(ready=Ready.background))
    with tubes_bus.open(url) as bus:
        irc = Client(bus, options)
        irc.on_event(report)
        greeter(irc, socket.gethostname())
        ended.wait()


def bus_url() -> str:
    parser = argparse.ArgumentParser(
        description='Answers "hello" on IRC with a greeting, and "!woot" with "Indeed!".'
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("bus", nargs="?", help="its URL, as in redis://127.0.0.1:6379")
    place.add_argument("--config", metavar="FILE", help='a JSON file whose key "bus" is the URL')
    arguments = parser.parse_args()
    if arguments.config is None:
        return str(arguments.bus)
    url = load_config(arguments.config).get("bus")
    if not isinstance(url, str):
        raise SystemExit(f'greeter.py: {arguments.config}: "bus" must be the URL of the bus')
    return url


def main() -> None:
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        run(bus_url(), ended)
    except tubes_bus.Error as fault:
        raise SystemExit(f"greeter.py: {fault}") from None


if __name__ == "__main__":
    main()
