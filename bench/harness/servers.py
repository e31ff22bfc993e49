"""The servers under test: each starts on a free loopback port with a fresh directory of its own."""

import contextlib
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time

BENCH = pathlib.Path(__file__).resolve().parent.parent
PEERS = BENCH / "peers"
READY_S_MAX = 30.0
STOP_S_MAX = 15.0
STEP_S_MAX = 300.0  # npm, migrations


class Failure(Exception):
    """Something that keeps a figure from being measured, said for people."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end(process):
    """Ends a process that we started: politely, then not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_port(port, process, log):
    """Returns once something accepts on `port`."""
    until = time.monotonic() + READY_S_MAX
    while time.monotonic() < until:
        if process.poll() is not None:
            raise Failure(f"a server ended at once: {log.read_text(errors='replace')[-2000:]}")
        with socket.socket() as probe:
            probe.settimeout(1.0)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.005)
    raise Failure(f"no answer on port {port} in {READY_S_MAX} s: {log.read_text(errors='replace')[-2000:]}")


def ticks_of(pid):
    """What a process and those below it have worked so far, in clock ticks. What is gone counts as nothing."""
    process = pathlib.Path(f"/proc/{pid}")
    try:
        fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        children = (process / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12]) + sum(ticks_of(child) for child in children)


class Server:
    """One server with its helpers, as a context manager. `arguments()` tells the load tool about it."""

    name = ""
    title = ""
    wire = "classic"
    needs = ()  # programs that must be there
    waiting_max = 19000  # how many waiting browsers are tried on it; --waiting

    def __init__(self):
        self.port = 0
        self.directory = None
        self.processes = []
        self._stack = contextlib.ExitStack()

    def __enter__(self):
        for program in self.needs:
            if shutil.which(program) is None:
                raise Failure(f"{program} is missing: tools/setup --bench installs it")
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="latchkey-bench-"))
        self._stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
        try:
            self.port = free_port()
            self.start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_):
        self._stack.close()

    def start(self):
        raise NotImplementedError

    def spawn(self, command, port, **options):
        """Starts one process and waits until it listens."""
        log = self.directory / f"{len(self.processes)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.STDOUT, **options,
            )
        self._stack.callback(end, process)
        self.processes.append(process)
        wait_for_port(port, process, log)

    def arguments(self):
        pids = ",".join(str(process.pid) for process in self.processes)
        return ["--server", f"127.0.0.1:{self.port}", "--wire", self.wire, "--pids", pids]

    def environment(self):
        return {}

    def cpu_s(self):
        """User and system time of all its processes so far, in seconds."""
        ticks = sum(ticks_of(process.pid) for process in self.processes)
        return ticks / os.sysconf("SC_CLK_TCK")


class Latchkey(Server):
    """Latchkey with its usual limits, but for the budgets of an address and the connections in all:
    all clients are on this machine, and 19,000 browsers are to wait."""

    name = "latchkey"
    title = "Latchkey"
    binary = BENCH.parent / "build" / "release" / "latchkey"
    account = "bench"
    # Gets passkeys, and then approves with them alone.
    signing = "signing"

    def __init__(self, threads, suffix="", **limits):
        """`suffix` tells it from others in the figures; `limits` are keys of `[limits]`."""
        super().__init__()
        self.threads = threads
        self.suffix = suffix
        self.limits = {"connections_max": self.waiting_max + 900} | limits
        self.data = None
        self.password = secrets.token_urlsafe(24)

    def start(self):
        self.data = self.directory / "data"
        self.data.mkdir(mode=0o700)
        lines = ["[limits]"] + [f"{key} = {value}" for key, value in self.limits.items()]
        (self.directory / "latchkey.toml").write_text("\n".join(lines) + "\n")
        for name in (self.account, self.signing):
            subprocess.run(
                [str(self.binary), "user", "add", name, "--password-stdin", "--data", str(self.data)],
                input=self.password + "\n", text=True, check=True, stdout=subprocess.DEVNULL,
                timeout=STEP_S_MAX,
            )
        self.spawn(self.command(), self.port)

    def command(self):
        return [
            self.binary, "serve", "--config", self.directory / "latchkey.toml",
            "--listen", f"127.0.0.1:{self.port}", "--data", self.data,
            "--threads", self.threads, "--operator-listen", "off", "--no-rate-limits",
        ]

    def arguments(self):
        return super().arguments() + ["--sign-in", self.account]

    def environment(self):
        return {"LATCHKEY_BENCH_PASSWORD": self.password}


class Daphne(Server):
    """Django Channels behind one Daphne, with Redis as its layer."""

    name = "daphne"
    title = "Daphne + Redis"
    needs = ("redis-server",)
    waiting_max = 2000  # some 30-50 kB and 10 ms each

    def start(self):
        redis_port = free_port()
        self.spawn(
            ["redis-server", "--bind", "127.0.0.1", "--port", redis_port, "--dir", self.directory,
             "--save", "", "--appendonly", "no"],
            redis_port,
        )
        environment = os.environ | {
            "PEER_DATABASE": str(self.directory / "peer.sqlite3"),
            "PEER_REDIS": f"redis://127.0.0.1:{redis_port}",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        options = {"cwd": PEERS / "django", "env": environment}
        subprocess.run(
            ["/usr/bin/python3", "manage.py", "migrate", "--verbosity", "0"], check=True,
            timeout=STEP_S_MAX, **options
        )
        self.spawn(
            ["/usr/bin/python3", "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", self.port,
             "peer.asgi:application"],
            self.port, **options,
        )


class Ws(Server):
    name = "ws"
    title = "Node `ws`"
    needs = ("node", "npm")

    def start(self):
        peer = PEERS / "ws"
        if not (peer / "node_modules" / "ws").is_dir():
            subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error"], cwd=peer,
                check=True, stdout=subprocess.DEVNULL, timeout=STEP_S_MAX,
            )
        self.spawn(["node", peer / "server.js", self.port], self.port)


class Nchan(Server):
    """nginx with nchan, one worker: connect and publish, no login."""

    name = "nchan"
    title = "nchan (push only)"
    wire = "nchan"
    needs = ("nginx",)

    def start(self):
        text = (PEERS / "nchan" / "nginx.conf.in").read_text()
        for mark, value in {"DIRECTORY": self.directory, "PORT": self.port, "WORKERS": 1}.items():
            text = text.replace(f"@{mark}@", str(value))
        configuration = self.directory / "nginx.conf"
        configuration.write_text(text)
        self.spawn(
            ["nginx", "-e", self.directory / "error.log", "-c", configuration], self.port
        )
