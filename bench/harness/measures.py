"""What is measured, on whom, and for how long. Each measure takes a Run and gives rows of figures."""

import concurrent.futures
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from harness.servers import BENCH, Daphne, Failure, Latchkey, Nchan, Server, Ws, end


SETTLE_S_MAX = 60.0
SETTLE_STEP_S = 0.5
# Longer than anything is watched here, so that no heartbeat falls into it.
NO_HEARTBEAT_MS = 3_600_000
# Latchkey's own wire, beside the classic one that all others speak.
V1 = {"wire": "v1"}
# The last `--sign-in` counts.
PASSKEY = V1 | {"passkey": 1, "sign_in": Latchkey.signing}
V1_PAGES_AT_REST = 10_000
# About as long as the disk rests between two approvals of `push`.
COMMIT_PAUSE_US = 300


class Run:
    """One run: the tool, how thorough it is, and who takes part."""

    def __init__(self, tool, quick, peers_only):
        self.tool = tool
        self.quick = quick
        self.peers_only = peers_only
        self.failures = []

    def say(self, text):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def pick(self, quick, full):
        return quick if self.quick else full

    def settle(self, busy, limit=0.02):
        """Waits until `busy`, a function that gives CPU seconds used so far, has all but stopped growing: no
        longer than a minute, and says so then."""
        until = time.monotonic() + SETTLE_S_MAX
        while time.monotonic() < until:
            before = busy()
            time.sleep(SETTLE_STEP_S)
            if busy() - before <= limit * SETTLE_STEP_S:
                return
        self.say(f"still busy after {SETTLE_S_MAX:.0f} s, measured nevertheless")

    def latchkey(self, *threads):
        return [] if self.peers_only else [Latchkey(count) for count in threads]

    def one_by_one(self, *peers):
        """Latchkey with one thread, then the peers, each running alone and ended before the next."""
        for make in ([] if self.peers_only else [lambda: Latchkey(1)]) + list(peers):
            with make() as server:
                yield server

    def measure(self, server, scenario, timeout_s=1200, **options):
        """Runs one scenario of the tool against `server`; gives its lines of JSON."""
        words = [scenario]
        words += server.arguments() if isinstance(server, Server) else []
        for name, value in options.items():
            words += ["--" + name.replace("_", "-"), str(value)]
        environment = os.environ | (server.environment() if isinstance(server, Server) else {})
        done = subprocess.run(
            [str(self.tool), *words], env=environment, capture_output=True, text=True,
            timeout=timeout_s,
        )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        who = server.title if isinstance(server, Server) else "this machine"
        if done.returncode != 0:
            why = done.stderr.strip() or "; ".join(
                f"{line.get('failed', 0)} failed, {line.get('lost_pushes', 0)} lost"
                f" ({line.get('first_failure', '')})" for line in lines
            )
            self.say(f"{scenario} on {who}: exit {done.returncode}: {why}")
            if isinstance(server, Latchkey):
                self.failures.append(f"{scenario}: {why}")
        for line in lines:
            print(json.dumps({"who": label(server), **line}), file=sys.stderr, flush=True)
        return lines

    def one(self, server, scenario, **options):
        """As `measure`, where one line is wanted; None when there is none."""
        lines = self.measure(server, scenario, **options)
        return lines[0] if lines else None


def machine_cpu_s():
    """What all processors of this machine have worked so far, in seconds."""
    fields = [int(word) for word in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    idle, waiting_for_disk = fields[3], fields[4]
    return (sum(fields) - idle - waiting_for_disk) / os.sysconf("SC_CLK_TCK")


def label(server):
    if isinstance(server, Latchkey):
        return f"latchkey-{server.threads}{server.suffix}"
    return server.name if isinstance(server, Server) else "machine"


def median_of(rounds):
    """One result out of several: the median of each number, the sum of what went wrong."""
    rounds = [line for line in rounds if line]
    if not rounds:
        return None
    merged = dict(rounds[-1])
    for key, value in merged.items():
        numbers = [line[key] for line in rounds]
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        merged[key] = sum(numbers) if key in ("failed", "lost_pushes") else statistics.median(numbers)
    merged["rounds"] = len(rounds)
    return merged


def in_turns(run, servers, rounds, scenario, variants, own=()):
    """Starts all servers and measures them in turns, so that a slow minute of the machine hits all.

    `variants` maps a suffix for the name of the result to the options of the scenario; those of `own` are for
    Latchkey alone.
    """
    found = {}
    with contextlib.ExitStack() as stack:
        for server in servers:
            stack.enter_context(server)
        for round_number in range(rounds):
            for server in servers:
                run.say(f"{scenario}: {label(server)}, round {round_number + 1} of {rounds}")
                mine = variants | dict(own) if isinstance(server, Latchkey) else variants
                for suffix, options in mine.items():
                    lines = found.setdefault(label(server) + suffix, [])
                    lines.append(run.one(server, scenario, **options))
    return {name: median_of(lines) for name, lines in found.items()}


def commit(run):
    """On a machine that does nothing else, as far as it lets us."""
    run.settle(machine_cpu_s, limit=0.1)
    with tempfile.TemporaryDirectory(prefix="latchkey-bench-") as directory:
        count = run.pick(1000, 5000)
        return {
            "machine": run.one(None, "commit", directory=directory, count=count),
            "rested": run.one(
                None, "commit", directory=directory, count=count, pause_us=COMMIT_PAUSE_US
            ),
        }


def logins(run):
    servers = [*run.latchkey(1, 2), Nchan(), Ws(), Daphne()]
    options = {"seconds": run.pick(2, 6), "warm_up_seconds": 1, "concurrency": 64}
    return in_turns(run, servers, run.pick(1, 3), "logins", {"": options}, own={"-v1": options | V1})


def handshakes(run):
    servers = [*run.latchkey(1), Nchan(), Ws(), Daphne()]
    seconds = run.pick(1, 5)
    variants = {
        "": {"seconds": seconds, "close": "drop"}, "-frame": {"seconds": seconds, "close": "frame"}
    }
    return in_turns(run, servers, run.pick(1, 3), "handshakes", variants)


def push(run):
    """Alone and with others waiting in turns, on the same server, each once the server is done with those who
    left before; in between, what a commit takes."""
    found = {}
    commits = []
    for server in run.one_by_one(Nchan, Ws, Daphne):
        slow = isinstance(server, Daphne)
        crowd = run.pick(200 if slow else 3000, server.waiting_max)
        count = run.pick(30, 150) if slow else run.pick(1000, 10_000)
        rounds = run.pick(1, 3 if slow else 5)
        run.say(f"push: {label(server)}, alone and with {crowd} waiting")
        variants = {"": {}, "-v1": V1} if isinstance(server, Latchkey) else {"": {}}
        cases = {
            suffix + also: options | {"waiting": waiting_now}
            for suffix, options in variants.items()
            for also, waiting_now in {"": 0, "-crowd": crowd}.items()
        }
        lines = {case: [] for case in cases}
        for _ in range(rounds):
            if isinstance(server, Latchkey):
                commits.append(commit(run)["rested"])
            for case, options in cases.items():
                run.settle(server.cpu_s)
                lines[case].append(run.one(
                    server, "push", count=count, warm_up=5 if slow else 200, seconds=180, **options
                ))
        found |= {label(server) + case: median_of(results) for case, results in lines.items()}
    found["commit"] = median_of(commits)
    return found


def waiting(run):
    """Few come and go before, so that what a server allocates once is not counted. Latchkey twice: as it is
    shipped, and with heartbeats so far apart that the time at rest holds none."""
    found = {}
    calm = [] if run.peers_only else [lambda: Latchkey(1, "-calm", heartbeat_ms=NO_HEARTBEAT_MS)]
    for server in run.one_by_one(*calm, Nchan, Ws, Daphne):
        slow = isinstance(server, Daphne)
        crowd = run.pick(200 if slow else server.waiting_max, server.waiting_max)
        run.say(f"waiting: {label(server)}, {crowd} browsers")
        found[label(server)] = run.one(
            server, "waiting", waiting=crowd, warm_up=50, idle_seconds=run.pick(2, 60),
            settle_seconds=run.pick(1, 3), seconds=240,
        )
    if not run.peers_only:
        found["latchkey-1-two"] = waiting_on_two(run)
        found |= waiting_v1(run)
    return found


def waiting_v1(run):
    """Pages of the v1 wire: as many as the others for their memory, then some for a minute without heartbeats, in
    which nothing is to be said and nothing to be done."""
    found = {}
    cases = (
        (Latchkey(1, "-v1"), Server.waiting_max, run.pick(1, 10)),
        (Latchkey(1, "-v1-calm", heartbeat_ms=NO_HEARTBEAT_MS), min(V1_PAGES_AT_REST, Server.waiting_max),
         run.pick(2, 60)),
    )
    for server, crowd, idle in cases:
        run.say(f"waiting: {label(server)}, {crowd} browsers")
        with server:
            found[label(server)] = run.one(
                server, "waiting", waiting=crowd, warm_up=50, idle_seconds=idle,
                settle_seconds=run.pick(1, 3), seconds=240, **V1,
            )
    return found


def waiting_on_two(run):
    """More browsers than one process may have files, on two servers at once; each has a tool of its own."""
    crowd = run.pick(3000, Server.waiting_max - 1000)
    run.say(f"waiting: two of latchkey-1, {crowd} browsers each")
    with Latchkey(1) as one, Latchkey(1) as other, concurrent.futures.ThreadPoolExecutor(2) as pool:
        lines = list(pool.map(
            lambda server: run.one(
                server, "waiting", waiting=crowd, warm_up=50, idle_seconds=2, settle_seconds=5, seconds=240
            ),
            (one, other),
        ))
    if not all(lines):
        return None
    return {
        "waiting": sum(line["waiting"] for line in lines),
        "user_bytes_each": statistics.mean(line["user_bytes_each"] for line in lines),
    }


def codes(run):
    found = {}
    counts = {
        "latchkey": run.pick(300_000, 10_000_000), "ws": run.pick(30_000, 200_000),
        "daphne": run.pick(300, 3000),
    }
    for server in run.one_by_one(Ws, Daphne):
        count = counts[server.name]
        run.say(f"codes: {label(server)}, {count}")
        data = server.data if isinstance(server, Latchkey) else server.directory
        found[label(server)] = run.one(
            server, "codes", count=count, data=data, warm_up=min(count // 10, 100_000), seconds=900
        )
    if not run.peers_only:
        run.say("codes: of the v1 wire")
        with Latchkey(1) as server:
            found["latchkey-1-v1"] = run.one(
                server, "codes", count=run.pick(200_000, 2_000_000), data=server.data, warm_up=20_000,
                seconds=900, **V1,
            )
        found["latchkey-1-page"] = page(run)
    return found


def passkeys(run):
    """Sign-ins, and whole v1 logins of an account with a passkey, which signs every approval; what their checks cost by
    themselves."""
    if run.peers_only:
        return {}
    found = {f"checks-{line['of']}": line for line in checks()}
    seconds = run.pick(2, 6)
    with Latchkey(1) as server:
        run.say("passkeys: sign-ins, logins and pushes")
        found["signins-password"] = run.one(server, "signins", seconds=seconds)
        found["signins-passkey"] = run.one(server, "signins", seconds=seconds, **PASSKEY)
        rounds = [
            run.one(server, "logins", seconds=seconds, warm_up_seconds=1, concurrency=64, **PASSKEY)
            for _ in range(run.pick(1, 3))
        ]
        found["logins"] = median_of(rounds)
        run.settle(server.cpu_s)
        found["push"] = run.one(
            server, "push", count=run.pick(200, 3000), warm_up=50, every_ms=10, seconds=180, **PASSKEY
        )
    return found


def checks():
    """One line of each check, by the product's own code on one core."""
    build = BENCH.parent / "build" / "release"
    subprocess.run(
        ["cmake", "--build", str(build), "--target", "latchkey-bench-checks"], check=True, stdout=sys.stderr
    )
    done = subprocess.run(
        [str(build / "bench" / "latchkey-bench-checks")], capture_output=True, text=True, timeout=120, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def page(run):
    """What a page does by itself for each code that it shows."""
    done = subprocess.run(
        ["node", BENCH / "pages.mjs", "--seconds", str(run.pick(1, 5))], capture_output=True, text=True,
        timeout=120, check=True,
    )
    return json.loads(done.stdout)


def abuse(run):
    """Each case on a server that nothing was done to before."""
    found = {}
    for case in ("big-frame", "big-fragments", "big-body", "slow-reader", "silent", "half-open"):
        for server in run.one_by_one(Ws):
            run.say(f"abuse: {label(server)}, {case}")
            found[f"{label(server)}/{case}"] = run.one(
                server, "abuse", case=case, hold_seconds=run.pick(1, 20)
            )
    return found


def start(run):
    """From the start of the process to its first answer; the size of the binary; memory at rest."""
    if run.peers_only:
        return {}
    times_ms = []
    resident = 0
    for _ in range(run.pick(3, 9)):
        with Latchkey(2) as server:
            end(server.processes.pop())
            times_ms.append(first_answer_ms(server))
            time.sleep(1.0)  # rest, so that what starting needed is given back
            status = pathlib.Path(f"/proc/{server.processes[-1].pid}/status").read_text()
            resident = next(
                int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS")
            )
    with tempfile.TemporaryDirectory(prefix="latchkey-bench-") as directory:
        stripped = pathlib.Path(directory) / "latchkey"
        shutil.copy(Latchkey.binary, stripped)
        strip = shutil.which("llvm-strip-19") or shutil.which("strip")
        if strip is None:
            raise Failure("neither llvm-strip-19 nor strip is there to strip the binary")
        subprocess.run([strip, stripped], check=True)
        size = stripped.stat().st_size
    return {
        "latchkey": {
            "start_ms": statistics.median(times_ms), "binary_bytes": size, "resident_bytes": resident
        }
    }


def first_answer_ms(server):
    """Starts Latchkey on its directory and asks for a code until it answers."""
    began = time.monotonic()
    log = (server.directory / "start.log").open("wb")
    process = subprocess.Popen(
        [str(word) for word in server.command()], stdin=subprocess.DEVNULL, stdout=log, stderr=log
    )
    log.close()
    server._stack.callback(end, process)
    server.processes.append(process)
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/qrcode/", method="POST", data=b""
    )
    while time.monotonic() - began < 10:
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                answer.read()
                return (time.monotonic() - began) * 1000
        except OSError:
            time.sleep(0.001)
    raise Failure("no first answer in 10 s")


MEASURES = {
    "commit": commit, "start": start, "logins": logins, "handshakes": handshakes, "push": push,
    "waiting": waiting, "codes": codes, "abuse": abuse, "passkeys": passkeys,
}
