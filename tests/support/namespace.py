"""Two networks of their own and a wire between them, which a test may cut. They are network
namespaces without a name, which the kernel removes with the last process that is in them: nothing
is left however the test ends. Wants root."""
import contextlib
import ctypes
import os
import subprocess

_NET = 0x40000000  # CLONE_NEWNET
_libc = ctypes.CDLL(None, use_errno=True)  # looked up before any fork


def _call(name, *arguments):
    if getattr(_libc, name)(*arguments) != 0:
        raise OSError(ctypes.get_errno(), name)


def _current():
    return os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


class Namespace:
    """A place for programs and sockets, as Stage and IrcUser take one. `host` is its address."""

    def __init__(self, host):
        self.host = host
        with self._and_back():
            _call("unshare", _NET)
            self.file = _current()
        self.run("ip", "link", "set", "lo", "up")

    def join(self):
        """For this thread; sockets stay in the namespace that they were made in."""
        _call("setns", self.file, _NET)

    @contextlib.contextmanager
    def entered(self):
        with self._and_back():
            self.join()
            yield

    def run(self, *argv):
        subprocess.run(argv, preexec_fn=self.join, check=True, stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=20)

    @staticmethod
    @contextlib.contextmanager
    def _and_back():
        before = _current()
        try:
            yield
        finally:
            _call("setns", before, _NET)
            os.close(before)


class Wire:
    """Between `near` and `far`; a veth pair, whose addresses are for documentation (RFC 5737)."""

    def __enter__(self):
        self.near, self.far = Namespace("192.0.2.1"), Namespace("192.0.2.2")
        self.near.run("ip", "link", "add", "near", "type", "veth", "peer", "name", "far", "netns",
                      f"/proc/{os.getpid()}/fd/{self.far.file}")
        for place, end in ((self.near, "near"), (self.far, "far")):
            place.run("ip", "address", "add", f"{place.host}/24", "dev", end)
            place.run("ip", "link", "set", end, "up")
        return self

    def __exit__(self, *_):
        os.close(self.near.file)
        os.close(self.far.file)

    def cut(self):
        """What is sent from now on is lost, and nobody is told."""
        self.far.run("ip", "link", "set", "far", "down")

    def mend(self):
        self.far.run("ip", "link", "set", "far", "up")
