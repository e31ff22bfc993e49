"""Turns figures into Markdown."""

import datetime
import os
import pathlib
import platform
import re
import subprocess

BEGIN = "<!-- figures: begin, written by bench/run -->"
END = "<!-- figures: end -->"
COLUMNS = [("latchkey-1", "Latchkey"), ("nchan", "nchan (push only)"), ("ws", "Node `ws`"),
           ("daphne", "Daphne + Redis")]
ABUSES = {"big-frame": "a frame of 48 MiB", "big-fragments": "48 MiB in fragments",
          "big-body": "a body of 48 MiB", "slow-reader": "a reader that never reads",
          "silent": "300 silent sockets", "half-open": "19,000 half-open handshakes"}
# What each may cost at most: limits.message_bytes_max, body_bytes_max and queue_bytes_max with room for a page or
# two, and a kilobyte for a request whose head is not whole.
ABUSE_MB_MAX = {"big-frame": 1, "big-fragments": 1, "big-body": 1, "slow-reader": 1, "silent": 1, "half-open": 20}


def number(value, digits=3):
    """A number for people: three digits that count, thousands apart."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" + "---:|" * (len(head) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def row(figures, title, key, scale=1.0, suffix="", columns=COLUMNS, digits=3):
    cells = [title]
    for name, _ in columns:
        line = figures.get(name + suffix)
        cells.append(number(line[key] * scale if line and key in line else None, digits))
    return cells


def ratio(figures, one, other, key):
    a, b = figures.get(one), figures.get(other)
    if not a or not b or not b.get(key):
        return None
    return a[key] / b[key]


def head(first):
    return [first] + [title for _, title in COLUMNS]


def logins(found):
    columns = [("latchkey-1", "Latchkey, 1 thread"), ("latchkey-2", "Latchkey, 2 threads"), *COLUMNS[1:]]
    def line(title, key, scale=1.0, suffix=""):
        return row(found, title, key, scale, suffix, columns)
    return table(["whole logins, 64 at a time"] + [title for _, title in columns], [
        line("logins a second", "rate_per_s"),
        line("server CPU a login, µs", "server_cpu_us_each"),
        line("server CPU, cores", "server_cpu_cores"),
        line("load tool's CPU a login, µs", "client_cpu_us_each"),
        line("login p50, ms", "login_us_p50", 1e-3),
        line("login p99, ms", "login_us_p99", 1e-3),
        line("approval → push p50, ms", "push_us_p50", 1e-3),
        line("approval → push p99, ms", "push_us_p99", 1e-3),
        line("failed", "failed"),
        line("pushes lost", "lost_pushes"),
        line("v1: logins a second", "rate_per_s", suffix="-v1"),
        line("v1: server CPU a login, µs", "server_cpu_us_each", suffix="-v1"),
        line("v1: server CPU, cores", "server_cpu_cores", suffix="-v1"),
        line("v1: login with its session p50, ms", "login_us_p50", 1e-3, "-v1"),
        line("v1: login with its session p99, ms", "login_us_p99", 1e-3, "-v1"),
        line("v1: approval → push p50, ms", "push_us_p50", 1e-3, "-v1"),
        line("v1: approval → push p99, ms", "push_us_p99", 1e-3, "-v1"),
        line("v1: failed", "failed", suffix="-v1"),
        line("v1: pushes lost", "lost_pushes", suffix="-v1"),
    ])


def handshakes(found):
    return table(head("handshakes, 64 at a time"), [
        row(found, "a second (connect, upgrade, drop)", "rate_per_s"),
        row(found, "server CPU each, µs", "server_cpu_us_each"),
        row(found, "a second of server CPU", "rate_per_server_cpu_s"),
        row(found, "a second, with the closing handshake", "rate_per_s", suffix="-frame"),
        row(found, "server CPU each, µs", "server_cpu_us_each", suffix="-frame"),
        row(found, "a second of server CPU", "rate_per_server_cpu_s", suffix="-frame"),
    ])


def push(found):
    return table(head("approval sent → push received, one at a time"), [
        row(found, "nobody else: p50, µs", "push_us_p50"),
        row(found, "nobody else: p99, µs", "push_us_p99"),
        row(found, "others waiting", "waiting", suffix="-crowd"),
        row(found, "with them: p50, µs", "push_us_p50", suffix="-crowd"),
        row(found, "with them: p99, µs", "push_us_p99", suffix="-crowd"),
        row(found, "pushes lost", "lost_pushes", suffix="-crowd"),
        row(found, "v1, nobody else: p50, µs", "push_us_p50", suffix="-v1"),
        row(found, "v1, nobody else: p99, µs", "push_us_p99", suffix="-v1"),
        row(found, "v1, others waiting", "waiting", suffix="-v1-crowd"),
        row(found, "v1, with them: p50, µs", "push_us_p50", suffix="-v1-crowd"),
        row(found, "v1, with them: p99, µs", "push_us_p99", suffix="-v1-crowd"),
        row(found, "v1, pushes lost", "lost_pushes", suffix="-v1-crowd"),
    ])


def waiting(found):
    return table(head("a waiting browser"), [
        row(found, "browsers", "waiting"),
        row(found, "user memory each, bytes", "user_bytes_each"),
        row(found, "kernel memory each, bytes", "kernel_bytes_each"),
        row(found, "time to open all, s", "opening_s"),
        row(found, "browsers on two servers at once", "waiting", suffix="-two"),
        row(found, "user memory each then, bytes", "user_bytes_each", suffix="-two"),
        row(found, "seconds at rest", "idle_s"),
        row(found, "CPU at rest, % of a core", "idle_cpu_share", 100),
        row(found, "the same without heartbeats, % of a core", "idle_cpu_share", 100, suffix="-calm"),
        row(found, "v1: browsers", "waiting", suffix="-v1"),
        row(found, "v1: user memory each, bytes", "user_bytes_each", suffix="-v1"),
        row(found, "v1: time to open all, s", "opening_s", suffix="-v1"),
        row(found, "v1 at rest, without heartbeats: browsers", "waiting", suffix="-v1-calm"),
        row(found, "v1 at rest: seconds", "idle_s", suffix="-v1-calm"),
        row(found, "v1 at rest: frames to all of them", "idle_messages", suffix="-v1-calm"),
        row(found, "v1 at rest: CPU, % of a core", "idle_cpu_share", 100, suffix="-v1-calm"),
    ])


def codes(found):
    return table(head("`POST /qrcode/`, keep-alive"), [
        row(found, "codes asked for", "asked"),
        row(found, "codes given", "codes"),
        row(found, "a second", "rate_per_s"),
        row(found, "a second of server CPU", "rate_per_server_cpu_s"),
        row(found, "failed", "failed"),
        row(found, "memory before (RSS), MB", "rss_before_bytes", 1e-6),
        row(found, "memory after (RSS), MB", "rss_after_bytes", 1e-6),
        row(found, "disk grown by, bytes", "disk_growth_bytes"),
        row(found, "`POST /v1/logins` a second", "rate_per_s", suffix="-v1"),
        row(found, "`POST /v1/logins` a second of server CPU", "rate_per_server_cpu_s", suffix="-v1"),
        row(found, "`POST /v1/logins` failed", "failed", suffix="-v1"),
        row(found, "the page: moving codes a second", "codes_per_s", suffix="-page"),
        row(found, "the page: codes as drawn QR codes a second", "drawings_per_s", suffix="-page"),
    ])


def abuse(found):
    rows = []
    for case, title in ABUSES.items():
        cells = [title]
        for name in ("latchkey-1", "ws"):
            line = found.get(f"{name}/{case}")
            if not line:
                cells += ["–", "–"]
                continue
            cells.append(number(line["pss_peak_growth_bytes"] / 1e6))
            cells.append(outcome(line))
        rows.append(cells)
    return table(["what a client does", "Latchkey grew by, MB", "and", "`ws` grew by, MB", "and"], rows)


def outcome(line):
    served = "others served" if line["bystander_us"] >= 0 else "OTHERS NOT SERVED"
    if line["case"] == "big-body":
        how = f"answered {line['status']}" if line["answered"] else "not answered"
    elif "close_code" in line:
        how = f"closed {line['close_code']}" if line["closed_by_server"] else "left open"
        how += f" after {number(line['sent_bytes'] / 1e6)} MB"
    else:
        held = line["opened"] - line["closed_at_once"]
        how = f"{held:,} held, {line['connections'] - held:,} refused at once,"
        how += f" {line['closed_by_server'] - line['closed_at_once']:,} closed within {line['hold_s']} s"
    return f"{how}, {served}"


def start(found):
    line = found.get("latchkey")
    if not line:
        return ""
    return table(["Latchkey itself", ""], [
        ["start → first answer, ms", number(line["start_ms"])],
        ["binary with its assets, stripped, MB", number(line["binary_bytes"] / 1e6)],
        ["resident at rest, MB", number(line["resident_bytes"] / 1e6)],
    ])


def commit(found):
    line, rested = found.get("machine"), found.get("rested")
    if not line or not rested:
        return ""
    return table(["one durable commit of SQLite on this disk", ""], [
        ["one after another: p50, µs", number(line["commit_us_p50"])],
        ["one after another: p99, µs", number(line["commit_us_p99"])],
        ["each after a pause of 300 µs: p50, µs", number(rested["commit_us_p50"])],
        ["each after a pause of 300 µs: p99, µs", number(rested["commit_us_p99"])],
    ])


def passkeys(found):
    def line(title, who, key, scale=1.0, digits=3):
        figures = found.get(who)
        return [title, number(figures[key] * scale, digits) if figures and key in figures else "–"]
    return table(["passkeys, one thread", "Latchkey"], [
        line("checks of an assertion (ES256) a second, one core", "checks-assertion", "rate_per_s"),
        line("checks of a password (Argon2id, 19 MiB, 2 passes) a second, one core", "checks-password", "rate_per_s"),
        line("sign-ins with a passkey a second", "signins-passkey", "rate_per_s"),
        line("the same a second of server CPU", "signins-passkey", "rate_per_server_cpu_s"),
        line("sign-ins with a password a second", "signins-password", "rate_per_s"),
        line("the same a second of server CPU", "signins-password", "rate_per_server_cpu_s"),
        line("v1 logins approved with a passkey, a second", "logins", "rate_per_s"),
        line("server CPU a login, µs", "logins", "server_cpu_us_each"),
        line("failed", "logins", "failed"),
        line("pushes lost", "logins", "lost_pushes"),
        line("100 a second: signed approval → push p50, ms", "push", "push_us_p50", 1e-3),
        line("100 a second: signed approval → push p99, ms", "push", "push_us_p99", 1e-3),
    ])


TABLES = {"commit": commit, "start": start, "logins": logins, "handshakes": handshakes, "push": push,
          "waiting": waiting, "codes": codes, "abuse": abuse, "passkeys": passkeys}


def goals(results):
    """What we set out to reach beside what was measured; only what was measured now."""
    rows = []

    def goal(title, limit, value, at_least, unit=""):
        if value is None:
            return
        met = value >= limit if at_least else value <= limit
        sign = "≥" if at_least else "≤"
        rows.append([title, f"{sign} {number(limit)}{unit}", f"{number(value)}{unit}", "yes" if met else "**no**"])

    def value(name, who, key, scale=1.0):
        line = results.get(name, {}).get(who)
        return line[key] * scale if line and key in line else None

    found = results.get("logins", {})
    best = max(("latchkey-1", "latchkey-2"), key=lambda name: (found.get(name) or {}).get("rate_per_s", 0))
    goal("logins ÷ Daphne + Redis", 100, ratio(found, best, "daphne", "rate_per_s"), True, " ×")
    goal("logins a second", 6000, value("logins", best, "rate_per_s"), True)
    goal("CPU a login ÷ nchan's connect + push", 1.5,
         ratio(found, "latchkey-1", "nchan", "server_cpu_us_each"), False, " ×")
    if found.get(best):
        goal("failed logins and lost pushes", 0, found[best]["failed"] + found[best]["lost_pushes"], False)
    goal("CPU a v1 login ÷ a classic one", 1.6,
         ratio(found, "latchkey-1-v1", "latchkey-1", "server_cpu_us_each"), False, " ×")
    if found.get("latchkey-1-v1"):
        goal("v1: failed logins and lost pushes", 0,
             found["latchkey-1-v1"]["failed"] + found["latchkey-1-v1"]["lost_pushes"], False)
    found = results.get("handshakes", {})
    goal("handshakes a second, 1 thread", 20000, value("handshakes", "latchkey-1", "rate_per_s"), True)
    goal("handshakes ÷ `ws`", 3, ratio(found, "latchkey-1", "ws", "rate_per_s"), True, " ×")
    one = value("push", "commit", "commit_us_p50")
    for wire, name in {"": "latchkey-1", "v1: ": "latchkey-1-v1"}.items():
        p50 = value("push", f"{name}-crowd", "push_us_p50")
        if p50 is not None and one is not None:
            goal(f"{wire}push p50 above one durable commit, all waiting", 60, p50 - one, False, " µs")
        alone, crowd = value("push", name, "push_us_p99"), value("push", f"{name}-crowd", "push_us_p99")
        if alone and crowd:
            goal(f"{wire}push p99, all waiting ÷ nobody", 1.5, crowd / alone, False, " ×")
    goal("user memory of a waiting browser", 200, value("waiting", "latchkey-1", "user_bytes_each"), False, " B")
    goal("CPU at rest, all waiting, without heartbeats", 0.1,
         value("waiting", "latchkey-1-calm", "idle_cpu_share", 100), False, " % of a core")
    # 112 bytes of a connection's record, and 64 of presence.
    goal("v1: user memory of a waiting browser", 176, value("waiting", "latchkey-1-v1", "user_bytes_each"), False, " B")
    goal("v1: CPU at rest, 10,000 waiting, without heartbeats", 0.1,
         value("waiting", "latchkey-1-v1-calm", "idle_cpu_share", 100), False, " % of a core")
    goal("v1: frames to 10,000 waiting in a minute", 0,
         value("waiting", "latchkey-1-v1-calm", "idle_messages"), False)
    goal("`POST /qrcode/` a second, 1 thread", 60000, value("codes", "latchkey-1", "rate_per_s"), True)
    asked = value("codes", "latchkey-1", "asked")
    if asked:
        goal("codes given of those asked for", asked, value("codes", "latchkey-1", "codes"), True)
    goal("disk grown by codes", 0, value("codes", "latchkey-1", "disk_growth_bytes"), False, " B")
    grown = value("codes", "latchkey-1", "pss_growth_bytes", 1e-6)
    goal("`POST /v1/logins` a second, 1 thread", 60000, value("codes", "latchkey-1-v1", "rate_per_s"), True)
    goal("memory grown by codes", 1, None if grown is None else max(grown, 0), False, " MB")
    attacks = results.get("abuse") or {}
    for case, limit_mb in ABUSE_MB_MAX.items():
        goal(f"{ABUSES[case]}: grown by", limit_mb,
             value("abuse", f"latchkey-1/{case}", "pss_peak_growth_bytes", 1e-6), False, " MB")
    if attacks:
        served = [line for name, line in attacks.items()
                  if name.startswith("latchkey-1/") and line and line["bystander_us"] >= 0]
        goal("attacks during which others were served", len(ABUSES), len(served), True)
    goal("sign-ins with a passkey, 100 times Keycloak's 15 password logins a vCPU", 1500,
         value("passkeys", "signins-passkey", "rate_per_server_cpu_s"), True)
    goal("start → first answer", 100, value("start", "latchkey", "start_ms"), False, " ms")
    goal("binary, stripped", 15, value("start", "latchkey", "binary_bytes", 1e-6), False, " MB")
    goal("resident at rest", 20, value("start", "latchkey", "resident_bytes", 1e-6), False, " MB")
    return table(["goal", "wanted", "measured", "met"], rows) if rows else ""


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return "?"
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else "?"


def today():
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}"


def machine():
    """One paragraph: where this was measured."""
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    versions = first_line(
        "/usr/bin/python3", "-c",
        "import django, channels, daphne; print('Django', django.__version__ + ', Channels',"
        " channels.__version__ + ', Daphne', daphne.__version__)",
    )
    redis = re.search(r"v=(\S+)", first_line("redis-server", "--version"))
    return (
        f"Measured {today()} on {len(os.sched_getaffinity(0))} cores of"
        f" {model.group(1) if model else platform.machine()}, {int(memory.group(1)) / 1e6:.0f} GB, Linux"
        f" {platform.release()}. Nothing is pinned: the servers and the load tool share these cores.\n"
        f"Peers: {versions}, Redis {redis.group(1) if redis else '?'}; Node {first_line('node', '--version')}; "
        f"{first_line('nginx', '-v').removeprefix('nginx version: ')} with nchan.\n"
    )


def render(results):
    parts = [machine()]
    reached = goals(results)
    if reached:
        parts.append("### Goals\n\n" + reached)
    parts += [f"### {name.capitalize()}\n\n{TABLES[name](found)}" for name, found in results.items() if found]
    return "\n".join(parts)


def sections(text):
    """What stands before the first heading, and what stands under each, in order."""
    head, *parts = re.split(r"(?m)^### ", text)
    return head, dict(part.split("\n", 1) for part in parts)


def put_into(text, results):
    """`text` with the tables of what was measured again, and with its goals, in place of those that stand there."""
    head, old = sections(text)
    fresh = sections(render(results))[1]
    rows = {line.split("|")[1]: line for line in fresh.pop("Goals", "").splitlines()[2:] if line}
    goals_now = [
        rows.pop(line.split("|")[1], line) if "|" in line else line
        for line in old.get("Goals", "").rstrip("\n").split("\n")
    ]
    old["Goals"] = "\n".join(goals_now + list(rows.values())) + "\n\n"
    old.update(fresh)
    names = " and ".join(name.capitalize() for name in results)
    head = f"{head.rstrip()}\n\n{names}: measured again by itself on {today()}.\n\n"
    return head + "".join(f"### {title}\n{body.rstrip()}\n\n" for title, body in old.items())


def write(path, results, again=False):
    """Puts the figures between the two marks of `path`; with `again` only those of `results`, in place of what stands
    there. The rest of the file stays."""
    page = path.read_text()
    if BEGIN not in page or END not in page:
        raise ValueError(f"{path} has no place for the figures: wants '{BEGIN}' and '{END}'")
    before, rest = page.split(BEGIN, 1)
    figures, after = rest.split(END, 1)
    text = put_into(figures.strip("\n"), results).rstrip("\n") + "\n" if again else render(results)
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
