"""A stage for real programs: servers, bridges and bots on free loopback ports, in a temporary
folder, gone at the end whatever happens. Used by the system tests and by scripts/demo."""
import contextlib
import ctypes
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

LOOPBACK = "127.0.0.1"


class StageError(Exception):
    """Something on the stage did not do what was expected; the text has its last words."""


class Here:
    """The network that the test itself is in; namespace.py has others."""
    host = LOOPBACK
    entered = staticmethod(contextlib.nullcontext)
    join = staticmethod(lambda: None)


def free_port(count=1):
    """The first of `count` neighbouring ports that nobody listens on, below those that the kernel
    gives to outgoing connections: nobody else takes it while its server is away."""
    with open("/proc/sys/net/ipv4/ip_local_port_range") as kernels:
        last = int(kernels.read().split()[0]) - 1
    if last < 11_000:
        raise StageError("the tests want ports from 10000 on that the kernel leaves alone: "
                         "sysctl net.ipv4.ip_local_port_range='32768 60999'")
    for _ in range(100):
        first = random.randint(10_000, last - count)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind((LOOPBACK, port))
            return first
        except OSError:
            continue
    raise StageError("no free port found")


def _die_with_parent(user, place):
    """Runs in the child: in this place, as `user` if given, and killed by the kernel when we end."""
    libc = ctypes.CDLL(None)  # looked up before the fork would be too late to allocate
    parent = os.getpid()
    def prepare():
        place.join()
        if user is not None:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        libc.prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG; a change of user clears it
        if os.getppid() != parent:
            os._exit(127)  # it ended before the line above
    return prepare


class Program:
    """A running program, its output in a file."""

    def __init__(self, name, argv, log, user=None, env=None, cwd=None, place=Here):
        self.name, self.log = name, log
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=cwd,
                preexec_fn=_die_with_parent(user, place), env={**os.environ, **(env or {})})

    def output(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def wait_for(self, text, timeout=20):
        """Until the program has written `text`."""
        wait_until(lambda: text in self.output(), timeout, lambda: (
            f"{self.name} did not say {text!r} within {timeout} s; it said:\n{self.output()}"),
            lambda: self.process.poll() is None or text in self.output())

    def stop(self, timeout=10):
        """SIGTERM, and SIGKILL if that is not enough; returns the exit status."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def kill(self):
        self.process.kill()
        self.process.wait()


def wait_until(condition, timeout, complaint, alive=lambda: True):
    """Looks again and again: files and ports of other programs give no signal to wait for."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline or not alive():
            raise StageError(complaint())
        time.sleep(0.01)


def _accepts(port, place):
    with place.entered(), socket.socket() as probe:
        return probe.connect_ex((place.host, port)) == 0


class Stage:
    """Owns a temporary folder and everything that was started on it."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="tubes-")
        os.chmod(self.folder, 0o755)  # ngircd reads its configuration as an ordinary user
        self.programs = []
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def certificate(self, name):
        """The files of a self-signed certificate for a host name, and of its key."""
        files = self.path(f"{name}.pem"), self.path(f"{name}.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", f"/CN={name}",
                        "-addext", f"subjectAltName=DNS:{name}", "-out", files[0], "-keyout",
                        files[1]], check=True, capture_output=True)
        return files

    def start(self, name, argv, user=None, env=None, cwd=None, place=Here):
        if shutil.which(argv[0]) is None:
            raise StageError(f"{argv[0]} is not installed; scripts/setup test installs it")
        program = Program(name, argv, self.path(f"{name}.{len(self.programs)}.log"), user, env,
                          cwd, place)
        self.programs.append(program)
        return program

    def start_server(self, name, argv, port, user=None, cwd=None, place=Here):
        program = self.start(name, argv, user, cwd=cwd, place=place)
        wait_until(lambda: _accepts(port, place), 20, lambda: (
            f"{name} does not listen on port {port}; it said:\n{program.output()}"),
            lambda: program.process.poll() is None)
        return program

    def start_ngircd(self, port=None, password=None, limits=(), place=Here):
        """An IRC server; returns its port and its Program."""
        port = port or free_port()
        config = self.write("ngircd.conf", "\n".join([
            "[Global]", "Name = irc.tubes.example", "Info = Tubes", f"Listen = {place.host}",
            f"Ports = {port}", f"Password = {password}" if password else "", "[Limits]",
            "MaxConnectionsIP = 0", "MaxNickLength = 16", "PingTimeout = 120", *limits, "[Options]",
            "Ident = no", "PAM = no", "DNS = no", ""]))
        # As root ngircd would change its user itself, and then outlive a parent that is killed.
        user = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        return port, self.start_server("ngircd", ["ngircd", "-n", "-f", config], port, user,
                                       place=place)

    def start_redis(self, port=None, password=None, unix_socket=None):
        """A Redis server without persistence; returns its port and its Program."""
        port = port or free_port()
        argv = ["redis-server", "--port", str(port), "--bind", LOOPBACK, "--save", "",
                "--appendonly", "no", "--dir", self.folder]
        argv += ["--requirepass", password] if password else []
        argv += ["--unixsocket", unix_socket] if unix_socket else []
        return port, self.start_server("redis-server", argv, port)


class IrcUser:
    """Someone on IRC: says what the script says, and keeps every line as the server sent it."""

    def __init__(self, port, nick, on_line=lambda line: None, place=Here):
        self.nick, self.lines, self.on_line = nick, [], on_line
        with place.entered():
            self.socket = socket.create_connection((place.host, port), timeout=20)
        self.pending = b""
        self.send(f"NICK {nick}")
        self.send(f"USER {nick} 0 * :{nick}")
        self.wait_for(f" 001 {nick} ")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, line):
        self.socket.sendall(line.encode() + b"\r\n")

    def join(self, channel):
        self.send(f"JOIN {channel}")
        self.wait_for(f" 366 {self.nick} {channel} ")

    def say(self, to, text):
        self.send(f"PRIVMSG {to} :{text}")

    def wait_for(self, *texts, timeout=20, after=0):
        """The first line from index `after` on that holds all of `texts`."""
        return self.wait_until(lambda line: all(text in line for text in texts), f"with {texts}",
                               timeout, after)

    def wait_until(self, wanted, description, timeout=20, after=0):
        """The first line from index `after` on that is wanted."""
        deadline = time.monotonic() + timeout
        seen = after
        while True:
            for line in self.lines[seen:]:
                if wanted(line):
                    return line
            seen = len(self.lines)
            if not self._read(deadline):
                raise StageError(f"no IRC line {description} within {timeout} s; there were:\n"
                                 + "\n".join(self.lines[after:]))

    def wait_for_nick(self, nick, channel):
        """Until the nick is in our channel: it joins, or was there when we came (353)."""
        def there(line):
            if " 353 " in line and f" {channel} :" in line:
                return nick in line.rsplit(":", 1)[1].replace("@", "").split()
            return line.startswith(f":{nick}!") and line.endswith(f" JOIN :{channel}")
        self.wait_until(there, f"that shows {nick} in {channel}")

    def run(self):
        """Reads until the server ends the connection."""
        while self._read(None):
            pass

    def _read(self, deadline):
        self.socket.settimeout(None if deadline is None else max(0.01, deadline - time.monotonic()))
        try:
            received = self.socket.recv(65536)
        except TimeoutError:
            return False
        if not received:
            return False
        *lines, self.pending = (self.pending + received).split(b"\r\n")
        for raw in lines:
            line = raw.decode(errors="backslashreplace")
            if line.startswith("PING"):
                self.send("PONG" + line[4:])
                continue
            self.lines.append(line)
            self.on_line(line)
        return True
