"""What bus URLs say, and that none shows a secret."""

import os

import pytest

import tubes_bus
from tubes_bus import Error, ErrorCode
from tubes_bus.transports.redis_settings import settings_of
from tubes_bus.transports.zeromq_endpoints import endpoints
from tubes_bus.url import Url


def settings(text):
    return settings_of(Url.parse(text))


def test_a_url_is_taken_apart():
    url = Url.parse("redis://u%40:p%2Fw@[::1]:99/3?prefix=a%26b&password_env=X")
    assert (url.scheme, url.user, url.password) == ("redis", "u@", "p/w")
    assert (url.host, url.port, url.path) == ("::1", 99, "/3")
    assert url.parameters == {"prefix": "a&b", "password_env": "X"}
    assert url.shown() == "redis://[::1]:99/3"
    assert "p/w" not in repr(url)


@pytest.mark.parametrize(
    "text, words",
    [
        ("zmq", "expected scheme://"),
        ("nats://x", 'unknown bus scheme "nats"; known are: memory, redis, rediss, redis'),
        ("redis://h?x=1", 'unknown parameter "x" in redis://h; known are: db, prefix'),
        ("redis://h?ca=x", 'unknown parameter "ca"'),
        ("redis://h?db=1&db=2", "stands there twice"),
        ("redis://h/1?db=2", "stands there twice, as /N and db=N"),
        ("redis://h/x", "must be a number such as 0"),
        ("redis://h:0", "from 1 to 65535"),
        ("redis://h:x", "from 1 to 65535"),
        ("redis://[::1", "has no ']'"),
        ("redis://h?=1", "a parameter has no name"),
        ("redis://h%zz", "not followed by two hexadecimal digits"),
        ("redis://u:hunter/2x@h", "an '@' follows the host"),
        ("redis+unix://run/x.sock", "after three slashes"),
        ("redis+unix:///" + "x" * 107, "at most 107 bytes, this one has 108"),
        ("rediss://h?insecure=yes", "write insecure=1"),
        ("rediss://h?insecure=1&ca=x", "verifies nothing"),
        ("rediss://h?cert=x", "belong together"),
        ("rediss://h?ca=", "ca= is empty"),
        ("rediss://h?ca=a&ca_file=b", "mean the same"),
        ("rediss://h?ca=/nowhere.pem", "cannot use /nowhere.pem .no such file"),
        ("zmq://u:pw@h", "user and password mean nothing in zmq://h"),
        ("zmq://h:65535", "has no next one"),
        ("zmq://h/x", "takes no path"),
        ("zmq+ipc://h/x", "needs an absolute path"),
        ("zmq+ipc:///" + "x" * 104, "longer than the 103 bytes"),
        ("zmq://h?server_key=", "is empty"),
        ("zmq://h?key=x", "key needs the broker's public key"),
        ("zmq://h?allow=x", "allow needs the broker's own secret key"),
        ("zmq://h?allow=x&server_key=x", "leave one out"),
        ("zmq://h?server_key=/nowhere", "neither 64 hexadecimal digits nor a file"),
        ("zmq://h?wire=json", 'unknown parameter "wire" .* known are: server_key, key, allow'),
        ("memory://", "takes a name alone"),
        ("memory://a?limit=0", "must be a number from 1"),
        ("memory://a?profile=zmq", 'unknown parameter "profile" in memory://a; known are: l'),
    ],
)
def test_what_a_url_cannot_say_is_an_error(text, words):
    with pytest.raises(Error, match=words) as raised:
        tubes_bus.open(text)
    assert raised.value.code == ErrorCode.invalid_url
    assert "2x@" not in str(raised.value) and "pw" not in str(raised.value)


def test_redis_has_defaults():
    found = settings("redis://")
    assert (found.host, found.port, found.db, found.prefix) == ("127.0.0.1", 6379, 0, "tubes:")
    assert settings("redis://h?prefix=zenircbot:").prefix == "zenircbot:"
    assert settings("redis://h/2").db == 2
    assert settings("redis+unix://u:p@/run/redis.sock").socket == "/run/redis.sock"


def test_a_password_comes_from_the_environment_or_a_file(monkeypatch, tmp_path):
    monkeypatch.setenv("TUBES_TEST_PASSWORD", "of the environment")
    (tmp_path / "password").write_text("of the file\r\nmore\n")
    assert settings("redis://h?password_env=TUBES_TEST_PASSWORD").password == "of the environment"
    assert settings(f"redis://h?password_file={tmp_path}/password").password == "of the file"
    with pytest.raises(Error, match="TUBES_TEST_NONE, named by password_env in redis://h, is not"):
        settings("redis://h?password_env=TUBES_TEST_NONE")
    with pytest.raises(Error, match="nowhere cannot be read .no such file or directory"):
        settings("redis://h?password_file=/nowhere")


def test_settings_show_no_password():
    assert "secret" not in repr(settings("redis://u:secret@h"))
    assert settings("redis://u:secret@h").address == "redis at h:6379"


def test_zmq_endpoints():
    found = endpoints(Url.parse("zmq://localhost"))
    assert (found.url, found.host, found.port) == ("zmq://127.0.0.1:5550", "127.0.0.1", 5550)
    found = endpoints(Url.parse("zmq+ipc:///run/tubes/bus"))
    assert (found.place, found.path) == ("/run/tubes/bus", "/run/tubes/bus")
    assert endpoints(Url.parse("zmq://[::1]:7")).place == "[::1]:7"


@pytest.fixture
def key_files(tmp_path):
    secret, public = tmp_path / "key", tmp_path / "key.pub"
    secret.write_text("# The secret half of a key of Tubes\n" + "ab" * 32 + "\n")
    public.write_text("# The public half of a key of Tubes\n" + "cd" * 32 + "\n")
    secret.chmod(0o600)
    return secret, public


def test_key_files_are_checked(key_files):
    secret, public = key_files
    good = f"zmq://h?server_key={public}&key="
    cases = {
        f"zmq://h?server_key={secret}": "holds a secret key; name the file with .pub",
        f"{good}{public}": "holds a public key; name the file without .pub",
        f"{good}/nowhere": "make one with: tubes keys new PATH",
        good + "ab" * 32: "a secret key itself stands there",
    }
    for text, words in cases.items():
        with pytest.raises(Error, match=words):
            tubes_bus.open(text)
    os.chmod(secret, 0o640)
    with pytest.raises(Error, match="chmod 600"):
        tubes_bus.open(f"{good}{secret}")
