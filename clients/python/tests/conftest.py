"""Real backends on loopback, stopped by their process ids whatever happens."""

import sys
from pathlib import Path

import pytest

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from servers import Broker, RedisServer  # noqa: E402


class Memory:
    """As the servers, of what needs none."""

    url = "memory://test"

    def stop(self):
        pass


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    server = Broker(tmp_path_factory.mktemp("broker"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["memory", "redis", "zmq"])
def url(request):
    """Of each transport, with a backend that is there."""
    if request.param == "memory":
        return Memory.url
    fixture = {"redis": "redis_server", "zmq": "broker"}[request.param]
    return request.getfixturevalue(fixture).url


@pytest.fixture(params=["redis", "zmq"])
def server(request, tmp_path):
    """A backend of each kind, for one test alone: it may be stopped and started."""
    own = {"redis": RedisServer, "zmq": Broker}[request.param](tmp_path)
    own.start()
    yield own
    own.stop()
