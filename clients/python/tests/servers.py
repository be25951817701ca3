"""Starts the backends that tests need."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import threading
from pathlib import Path
from subprocess import PIPE, STDOUT

ROOT = Path(__file__).parents[3]
BIN = Path(os.environ.get("TUBES_BIN", ROOT / "build" / "dev" / "bin"))
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def program(name):
    path = BIN / name
    assert path.exists(), f"{path} is not there; build the project, or set TUBES_BIN to its folder"
    return str(path)


def free_port(count=1):
    """The first of `count` neighbours below the ports that the kernel gives to clients."""
    ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    candidates = range(10_000, min(32_000, ephemeral) - count)
    while True:
        port = random.choice(candidates)
        if all(_is_free(port + each) for each in range(count)):
            return port


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _die_with_the_tests():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def start(arguments, **options):
    """A process that does not outlive the tests, also if they are killed."""
    return subprocess.Popen(
        arguments,
        preexec_fn=_die_with_the_tests,
        stdin=subprocess.DEVNULL,
        text=True,
        **options,
    )


class Server:
    """Something that is started, and says a line when it is ready."""

    ready = ""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.process = None

    def start(self):
        self.process = start(self.command(), stdout=PIPE, stderr=STDOUT, cwd=self.folder)
        is_ready = threading.Event()
        self.reader = threading.Thread(target=self._read, args=[self.process, is_ready])
        self.reader.start()
        if is_ready.wait(10) and self.process.poll() is None:
            return
        self.stop()
        raise AssertionError(f"{self.command()} did not start: {self.log().read_text()}")

    def stop(self):
        """At once, as a machine that fails."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.reader.join()
            self.process = None

    def log(self):
        return self.folder / "log"

    def _read(self, process, is_ready):
        with self.log().open("a") as log, process.stdout:
            for line in process.stdout:
                log.write(line)
                if self.ready in line:
                    is_ready.set()
        is_ready.set()  # or it ended

    def command(self):
        raise NotImplementedError


class RedisServer(Server):
    ready = "Ready to accept connections"

    def __init__(self, folder, *options):
        super().__init__(folder)
        self.port, self.options = free_port(), options
        self.url = f"redis://127.0.0.1:{self.port}"
        self.socket = self.folder / "redis.sock"

    def command(self):
        place = ["--bind", "127.0.0.1", "--port", str(self.port), "--unixsocket", str(self.socket)]
        return ["redis-server", "--save", "", "--dir", str(self.folder), *place, *self.options]


class Broker(Server):
    ready = "ready at"

    def __init__(self, folder, *options, url=None):
        super().__init__(folder)
        self.url = url or f"zmq://127.0.0.1:{free_port(2)}"
        self.options = options

    def command(self):
        return [program("tubes"), "broker", "--bind", self.url, *self.options]
