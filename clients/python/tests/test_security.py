"""Who may connect: passwords, ACLs, TLS and CURVE, with the real servers."""

import subprocess

import pytest
from servers import Broker, RedisServer, free_port, program
from test_bus import Heard

import tubes_bus
from tubes_bus import BusOptions, Error, ErrorCode

BRIEF = BusOptions(backoff_first=0.01, backoff_longest=0.05)


def works(url):
    with tubes_bus.open(url, BRIEF) as bus:
        heard = Heard()
        bus.subscribe("in", heard)
        bus.publish("in", "x")
        bus.put("nick", "me")
        return heard.next().payload == b"x" and bus.get("nick") == b"me"


def why_not(url):
    with tubes_bus.open(url, BRIEF) as bus:
        events = Heard()
        bus.on_event(events)
        return events.event("disconnected").what


def hears(url, words):
    """Which of both ends breaks off a handshake first differs; the other one hears no reason."""
    with tubes_bus.open(url, BRIEF) as bus:
        events = Heard()
        bus.on_event(events)
        while words not in events.event("disconnected").what:
            pass


@pytest.fixture
def redis_with(tmp_path):
    started = []

    def start(*options):
        started.append(RedisServer(tmp_path, *options))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.stop()


def test_redis_with_a_password(redis_with, monkeypatch):
    server = redis_with("--requirepass", "hunter2")
    place = f"127.0.0.1:{server.port}"
    monkeypatch.setenv("TUBES_TEST_PASSWORD", "hunter2")
    assert works(f"redis://:hunter2@{place}")
    assert works(f"redis://default:hunter2@{place}")
    assert works(f"redis://{place}?password_env=TUBES_TEST_PASSWORD")
    assert works(f"redis+unix://:hunter2@{server.socket}")
    missing = why_not(f"redis://{place}")
    assert "NOAUTH" in missing and "?password_env" in missing
    wrong = why_not(f"redis://u:hunter3@{place}")
    assert "refused the login (WRONGPASS" in wrong and "hunter3" not in wrong


def test_redis_with_an_acl_refuses_one_topic_alone(redis_with):
    rules = "on >pw resetchannels &in &in.* &$* ~tubes:* +@all -@admin -@dangerous"
    server = redis_with("--user", "bot", *rules.split())
    with tubes_bus.open(f"redis://bot:pw@127.0.0.1:{server.port}") as bus:
        heard, events = Heard(), Heard()
        bus.on_event(events)
        bus.subscribe("in", heard)
        with pytest.raises(Error, match="refused the subscription to out .NOPERM") as raised:
            bus.subscribe("out", print)
        assert raised.value.code == ErrorCode.refused
        assert events.event("refused").what.startswith("out: ")
        bus.publish("out", "x")
        assert "ACL SETUSER" in events.event("rejected").what
        bus.publish("in", "x")
        assert heard.next().payload == b"x"
        with pytest.raises(Error, match="were lost since the last flush"):
            bus.flush()
        assert bus.stats().sent.rejected == 1


def test_redis_keeps_values_under_its_prefix_in_its_database(redis_server):
    url = f"redis://127.0.0.1:{redis_server.port}"
    with tubes_bus.open(f"{url}/3?prefix=zenircbot:") as bus, tubes_bus.open(url) as other:
        bus.put("nick", "me")
        assert other.get("nick") is None
    with tubes_bus.open(f"{url}?db=3&prefix=zenircbot:") as again:
        assert again.get("nick") == b"me"
        again.remove("nick")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """An authority, and what it signed: for 127.0.0.1 and redis.test, and for a client."""
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments):
        quiet = {"capture_output": True, "stdin": subprocess.DEVNULL}
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, **quiet)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    for name, names in (("server", "IP:127.0.0.1,DNS:redis.test"), ("client", "DNS:client")):
        (folder / "names").write_text(f"subjectAltName={names}")
        request = ["-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}"]
        openssl("req", *curve, *request)
        signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-extfile", "names"]
        openssl("x509", "-req", "-in", f"{name}.csr", "-out", f"{name}.pem", *signing)
    return folder


def test_redis_over_tls(redis_with, certificates):
    port = free_port()
    files = {"cert": "server.pem", "key": "server.key", "ca-cert": "ca.pem"}
    options = [
        word
        for name, file in files.items()
        for word in (f"--tls-{name}-file", f"{certificates}/{file}")
    ]
    redis_with("--tls-port", str(port), "--tls-auth-clients", "yes", *options)
    client = f"cert={certificates}/client.pem&key={certificates}/client.key"
    trusted = f"ca={certificates}/ca.pem"
    assert works(f"rediss://127.0.0.1:{port}?{trusted}&{client}")
    assert works(f"rediss://127.0.0.1:{port}?ca_file={certificates}/ca.pem&{client}")
    assert works(f"rediss://127.0.0.1:{port}?{trusted}&{client}&servername=redis.test")
    assert works(f"rediss://127.0.0.1:{port}?insecure=1&{client}")
    assert "cannot trust redis at" in why_not(f"rediss://127.0.0.1:{port}?{client}")
    other_name = f"rediss://127.0.0.1:{port}?{trusted}&{client}&servername=other.test"
    assert "other.test" in why_not(other_name)
    assert "127.0.0.1" in why_not(f"rediss://127.0.0.1:{port}?{trusted}")


@pytest.fixture
def keys(tmp_path):
    for name in ("broker", "bot", "stranger"):
        made = subprocess.run([program("tubes"), "keys", "new", tmp_path / name])
        assert made.returncode == 0
    (tmp_path / "allowed").mkdir()
    (tmp_path / "bot.pub").rename(tmp_path / "allowed" / "bot.pub")
    return tmp_path


def test_zmq_with_keys(keys):
    broker = Broker(keys, "--key", keys / "broker", "--allow", keys / "allowed")
    broker.start()
    try:
        server_key = f"{broker.url}?server_key={keys}/broker.pub"
        digits = (keys / "broker.pub").read_text().split("\n")[1]
        assert works(f"{server_key}&key={keys}/bot")
        assert works(f"{broker.url}?server_key={digits}&key={keys}/bot")
        assert works(f"{broker.url}?key={keys}/broker&allow={keys}/allowed")
        stranger = (keys / "stranger.pub").read_text().split("\n")[1]
        refused = why_not(f"{server_key}&key={keys}/stranger")
        assert f"does not allow the public key {stranger}; add it" in refused
        assert "does not allow the public key" in why_not(server_key)
        hears(broker.url, "lets in only clients that speak CURVE; add to the URL server_key=")
        wrong = f"{broker.url}?server_key={stranger}&key={keys}/bot"
        assert "another key than server_key says" in why_not(wrong)
    finally:
        broker.stop()


def test_a_broker_without_keys_is_not_sent_anything(broker, keys):
    words = "speaks without CURVE, and nothing was sent to it"
    hears(f"{broker.url}?server_key={keys}/broker.pub", words)


def test_zmq_over_unix_sockets(tmp_path):
    broker = Broker(tmp_path, url=f"zmq+ipc://{tmp_path}/bus")
    broker.start()
    try:
        assert works(broker.url)
    finally:
        broker.stop()


def test_a_name_is_looked_up(broker):
    port = broker.url.rpartition(":")[2]
    assert works(f"zmq://127.0.0.1:{port}") and works(f"zmq://localhost:{port}")
    assert "cannot be looked up" in why_not("zmq://no.such.host.invalid")
