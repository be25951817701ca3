"""Which lines may leave for an IRC server, by a parser written apart from the bridge's."""
import re

# What docs/BRIDGE.md says may be sent as `raw`, and what the bridge sends by itself.
PERMITTED = {"JOIN", "PART", "TOPIC", "MODE", "KICK", "INVITE", "NICK", "AWAY", "PRIVMSG", "NOTICE",
             "NAMES", "WHO", "WHOIS"}
OWN = {"CAP", "USER", "PING", "PONG"}


def split_line(line):
    """Command and parameters by the grammar of RFC 2812, 2.3.1, without the prefix that no client
    sends; None if it is none."""
    if not re.fullmatch(rb"[A-Z]+(?: [^\0\r\n: ][^\0\r\n ]*)*(?: :[^\0\r\n]*)?", line):
        return None
    front, colon, trailing = line.partition(b" :")
    words = front.split(b" ")
    return words[0].decode(), words[1:] + ([trailing] if colon else [])


def wrong_with(line):
    """Why the line should not have left; "" if nothing is wrong."""
    if len(line) + 2 > 512:
        return "it is over 512 bytes"
    parts = split_line(line)
    if parts is None:
        return "it does not fit the grammar"
    command, parameters = parts
    if command not in PERMITTED | OWN:
        return "its command is not permitted"
    if len(parameters) > 15:
        return "it has more than 15 parameters"
    if command in ("PRIVMSG", "NOTICE"):
        return _wrong_with_speech(parameters)
    return ""


def _wrong_with_speech(parameters):
    if len(parameters) != 2:
        return "speech is a target and a text"
    target, text = parameters
    if not re.fullmatch(rb"#[^\x00-\x20,\x7f]{1,199}|[A-Za-z_\[\]\\`^{|}~\x80-\xff][-\w\[\]\\`^{|}~\x80-\xff]{0,29}",
                        target):
        return "its target is neither a channel nor a nick"
    if not text:
        return "it says nothing"
    if b"\x01" in text and not re.fullmatch(rb"\x01ACTION [^\x01]+\x01", text):
        return "it holds CTCP that is no ACTION"
    try:
        text.decode()
    except UnicodeDecodeError:
        return "a character was torn"
    return ""
