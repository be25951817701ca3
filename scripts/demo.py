"""What scripts/demo does once everything is built; that script's help has the options."""
import argparse
import json
import os
import signal
import socket
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "support"))
from stage import LOOPBACK, IrcUser, Stage, StageError, free_port  # noqa: E402

CHANNEL, NICK = "#tubes", "tubes"


def say(text=""):
    print(text, flush=True)


def bus_url(stage, transport):
    """Starts what the transport needs beside the bridge, and returns the bus's URL."""
    if transport == "redis":
        return f"redis://{LOOPBACK}:{stage.start_redis()[0]}"
    if transport == "zmq":
        return f"zmq://{LOOPBACK}:{free_port(2)}"
    return "memory://demo?dispatch=thread"


def configuration(bus, wire, irc_port):
    """One file for every transport: swapping it is the line "bus"."""
    return json.dumps({
        "bus": bus,
        "broker": True,  # the bridge runs the broker, where the transport needs one
        "wire": {"in": wire, "out": wire},
        "networks": {"demo": {"server": f"irc://{LOOPBACK}:{irc_port}", "nick": NICK,
                              "channels": [CHANNEL]}},
    }, indent=2) + "\n"


def start_bridge_and_greeter(stage, options, bus, config):
    """Returns once the greeter listens; the bridge joins the channel by and by."""
    binary = lambda name: os.path.join(options.bin, name)
    if options.bus == "memory":
        greeter = stage.start("greeter", [binary("tubes-in-process"), "--config", config])
    else:
        stage.start("bridge", [binary("tubes-bridge"), "--config", config])
        greeter = stage.start("greeter", [
            binary("tubes-greeter"), "--bus", bus, "--wire", options.wire])
    greeter.wait_for("listening on in")


def play(user):
    """The conversation of the talk; returns whether it went as it should."""
    greeting = f"Hello {user.nick}, greetings from {socket.gethostname()}"
    for question, answer in (("hello", greeting), ("!woot", "Indeed!")):
        say(f"--> PRIVMSG {CHANNEL} :{question}")
        user.say(CHANNEL, question)
        user.wait_for(f":{NICK}!", f" PRIVMSG {CHANNEL} :{answer}")
    say(f"\ndemo: the greeting came back through IRC, with the hostname {socket.gethostname()}")


def watch(user, irc_port):
    say(f"""
demo: everything runs. Join with your own IRC client:
        irssi -c {LOOPBACK} -p {irc_port}     then  /join {CHANNEL}
      and say  hello  or  !woot  there. What the server sends is shown here; Ctrl-C ends it all.
""")
    user.run()
    raise StageError("the IRC server ended the connection")


def show(options, stage):
    irc_port, _ = stage.start_ngircd()
    bus = bus_url(stage, options.bus)
    text = configuration(bus, options.wire, irc_port)
    config = stage.write("bridge.json", text)
    say(f"demo: an IRC server on port {irc_port}, and a configuration whose transport is one line:")
    say("\n".join(line for line in text.splitlines() if '"bus"' in line))
    say(f"\ndemo: what the IRC server sends to a user in {CHANNEL}:")
    user = IrcUser(irc_port, "wraithan", on_line=lambda line: say(f"<-- {line}"))
    with user:
        user.join(CHANNEL)
        start_bridge_and_greeter(stage, options, bus, config)
        user.wait_for(f":{NICK}!", f" JOIN :{CHANNEL}")
        play(user) if options.once else watch(user, irc_port)


def parsed():
    parser = argparse.ArgumentParser(prog="scripts/demo")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--bus", choices=["redis", "zmq", "memory"], default="zmq")
    parser.add_argument("--wire", choices=["json", "protobuf"], default="json")
    return parser.parse_args()


def main():
    options = parsed()
    # As an exception, so that the stage is cleared on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with Stage() as stage:
            try:
                show(options, stage)
            except StageError:
                for program in stage.programs:
                    say(f"--- {program.name} said:\n{program.output()}")
                raise
    except StageError as error:
        sys.exit(f"demo: {error}")
    except KeyboardInterrupt:
        say("\ndemo: stopped")
        sys.exit(130 if options.once else 0)


if __name__ == "__main__":
    main()
