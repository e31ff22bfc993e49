"""Holds login.pml to its word with spin: python3 check.py model | mutants [NAME…]

`model` looks at every interleaving: no assertion may fail, every step must be reachable, and what must happen in the
end does. `mutants` takes one rule away at a time and wants spin to find what becomes of it. docs/model.md tells more.
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

PLACE = pathlib.Path(__file__).resolve().parent
MODEL = "login.pml"
COMPILER = "clang-19"
MEMORY_MIB_MAX = 512
SECONDS_MAX = 100
DEPTH_MAX = 100_000
CRASHES_MAX = 2  # only while it is looked at what must happen in the end

# What must happen in the end: the names of the properties in the model.
PROPERTIES = {
    "learns": "a page that keeps coming back learns of what was decided, without a single ring",
    "signs_in": "an approval that nobody takes back signs in, through lost answers",
}

# The rule that is taken away, and what the failing line of the model says: first with all its assertions, then
# (OUTSIDE) with those alone that do not look at the moves themselves but at what is answered, told and stored. A single
# sentence is looked for among those of OUTSIDE; None: nobody outside could see it.
MOVES = "no other moves than these"
KEPT = "what was answered survives a kill now"
ITS_OWN = "what one account scanned stays its own"
STORED = "the session that was handed out is the one that is stored"
KNOWS = "a page that missed nothing knows how things stand"
UNDONE = "a page is told of no approval that a kill undoes"
BOTH = "no session without its login"
TIME = "the browser has time to collect"
MUTANTS = {
    "NO_CAS": (MOVES, UNDONE),
    "ANSWER_BEFORE_COMMIT": (KEPT,),
    "RING_BEFORE_COMMIT": (UNDONE,),
    "TWO_TRANSACTIONS": (BOTH,),
    "FORGETS": (KNOWS,),
    "SWEEP_EARLY": (ITS_OWN,),
    "READ_BEFORE_JOIN": (KNOWS,),
    "NEVER_LOOKS": (KNOWS,),
    "NO_PRESENCE": ("a code that no page showed starts nothing",),
    "OLD_CODES": ("an old code starts nothing", None),
    "NO_FIRST_PHONE": (MOVES, ITS_OWN),
    "NO_ACCOUNT": ("only who scanned decides", ITS_OWN),
    "NO_FIRST_ANSWER": (MOVES, UNDONE),
    "NO_EXPIRY": ("nothing changes after its time", TIME),
    "NO_TIME_TO_COLLECT": (TIME,),
    "NUMBER_MAY_MISS": ("the number was typed where it must be", None),
    "WRONG_NUMBER_APPROVES": (MOVES, KEPT),
    "WRONG_NUMBER_AGAIN": ("a wrong number never leads to a session", None),
    "NO_COOKIE": ("only the browser with token and cookie", "a session is for the browser with token and cookie"),
    "NO_APPROVER": ("nobody who was put out lets a browser in", None),
    "COLLECT_UNAPPROVED": (MOVES, None),
    "COLLECT_TAKEN_BACK": (MOVES, KEPT),
    "COLLECT_TWICE": (MOVES, STORED),
    "REPEAT_ANY_KEY": (STORED,),
    "REPEAT_FOR_EVER": ("the repeat is not too late",),
    "REPEAT_ENDED": ("nor of a session that was ended",),
}
# The rule that is taken away, and what then need not happen in the end.
LIVE_MUTANTS = {"NEVER_LOOKS": "learns", "NO_REPEAT": "signs_in"}


def run(command, folder):
    ran = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=SECONDS_MAX
    )
    return ran.returncode, ran.stdout


def spin(arguments, defines, folder):
    for file in PLACE.glob("*.pml"):  # spin looks for a trail beside its model
        shutil.copy(file, folder)
    options = [f"-P{COMPILER} -E -x c", *(f"-D{define}" for define in defines)]
    return run(["spin", *options, *arguments, MODEL], folder)[1]


def verify(defines, folder, live=None, effort="-O0", shortest=False):
    """What the verifier says of the model with those defines; of the property `live`, if one is named.

    `shortest` looks for the shortest way into a fault: little to read, and quick when there is one.
    """
    if live:
        defines = [*defines, f"LIVE={CRASHES_MAX}"]
    made = spin(["-a"], defines, folder)
    if not (folder / "pan.c").exists():
        sys.exit(f"spin cannot read {MODEL}:\n{made}")
    # NFAIR: fairness among more than six processes.
    kind = ["-DNFAIR=3"] if live else ["-DSAFETY"]
    if shortest:
        kind.append("-DBFS")
    limits = ["-DNOREDUCE", f"-DMEMLIM={MEMORY_MIB_MAX}"]
    failed, words = run([COMPILER, effort, "-w", *kind, *limits, "-o", "pan", "pan.c"], folder)
    if failed:
        sys.exit(f"{COMPILER} cannot compile what spin made:\n{words}")
    # -E: everybody may stop at any time. -A: with a property, only that one is looked at. -f: every process goes on.
    search = ["-E", f"-m{DEPTH_MAX}", "-w20", *(["-a", "-f", "-A", "-N", live] if live else [])]
    words = run(["./pan", *search], folder)[1]
    for made in folder.glob("pan*"):
        made.unlink()
    return words


def figures(words):
    stored = re.search(r"(\d+) states, stored", words)
    memory = re.search(r"([\d.]+)\s+total actual memory", words)
    return f"{int(stored[1]):,} states, {float(memory[1]):.0f} MiB" if stored and memory else "no figures"


def is_whole(words):
    """Whether every state was looked at and none was wrong."""
    short = ("Search not completed", "max search depth", "memory limit", "out of memory")
    return "errors: 0" in words and not any(word in words for word in short)


def unreached(words):
    """Steps that can never be taken: a model that cannot move keeps every promise."""
    found = re.findall(r"^\t\S+:\d+, state .*$", words, re.MULTILINE)
    return [line.strip() for line in found if "-end-" not in line]


def failing_line(defines, folder):
    """The line of the model whose assertion the trail breaks."""
    words = spin(["-t"], defines, folder)
    found = re.search(r"(\w+\.pml):(\d+), Error: assertion violated", words)
    return (PLACE / found[1]).read_text().splitlines()[int(found[2]) - 1].strip() if found else words[-2000:]


def check_model(folder):
    faults = 0
    for live, title in {None: "nothing wrong ever happens", **PROPERTIES}.items():
        started = time.monotonic()
        words = verify([], folder, live, effort="-O0" if live else "-O2")
        idle = [] if live else unreached(words)
        good = is_whole(words) and not idle
        faults += not good
        print(f"{'ok  ' if good else 'FAIL'} {title}: {figures(words)}, {time.monotonic() - started:.1f} s", flush=True)
        for line in idle:
            print(f"     never taken: {line}")
        if not is_whole(words):
            print(words if live else f"     {failing_line([], folder)}\n{words}")
    return faults


def tell(good, name, how, words):
    print(f"{'ok  ' if good else 'FAIL'} {name}, {how}: {words}", flush=True)
    return not good


def check_mutant(name, folder):
    faults = 0
    if name in LIVE_MUTANTS:
        words = verify([name], folder, LIVE_MUTANTS[name])
        found = "acceptance cycle" in words
        faults += tell(found, name, "in the end", f"not always {LIVE_MUTANTS[name]}" if found else words)
    wanted = MUTANTS.get(name, ())
    for sentence, outside in zip(wanted, (len(wanted) == 1, True)):
        if sentence is None:
            continue
        defines = [name, "OUTSIDE"] if outside else [name]
        words = verify(defines, folder, shortest=True)
        found = "assertion violated" in words
        line = failing_line(defines, folder) if found else words
        remark = re.search(r"/\* (.*) \*/", line)
        how = "seen from outside" if outside else "seen from inside"
        faults += tell(found and sentence in line, name, how, remark[1] if remark else line)
    return faults


def mutants_of_the_model():
    text = "".join(file.read_text() for file in PLACE.glob("*.pml"))
    named = re.findall(r"^#(?:ifn?def|elif) (?:defined\()?(\w+)", text, re.MULTILINE)
    return set(named) - {"LIVE", "OUTSIDE"}


def check_mutants(folder, names):
    untried = set() if names else mutants_of_the_model() - {*MUTANTS, *LIVE_MUTANTS}
    for name in sorted(untried):
        tell(False, name, "a rule that can be taken away", "and nobody looks what becomes of it")
    names = names or list({**MUTANTS, **LIVE_MUTANTS})
    faulty = [name for name in names if check_mutant(name, folder)]
    print(f"{len(names)} mutants, {len(faulty)} not found as they should be")
    return len(faulty) + len(untried)


if __name__ == "__main__":
    what, *names = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="latchkey-model-") as scratch:
        place = pathlib.Path(scratch)
        if what == "model":
            sys.exit(1 if check_model(place) else 0)
        sys.exit(1 if check_mutants(place, names) else 0)
