"""The house rules that a program can check, as pure functions over a tree of texts.

A tree is a dict from path (relative, with slashes) to text. Every rule yields faults as (path, line, sentence);
`tidy.py` runs them over the repository and `rules_test.py` shows that each of them fires.
"""

import posixpath
import re

# docs/architecture.md: a room may include only lower floors, and never another room of its own floor.
FLOORS = {
    "base": 0,
    "crypto": 1,
    "ops": 1,
    "net": 2,
    "channels": 3,
    "login": 4,
    "identity": 4,
    "oidc": 5,
    "store": 6,
    "pages": 6,
    "main": 7,
}

# Which library may be included where, by the start of the path.
LIBRARY_DOORS = {
    "boost/beast": ("src/net/",),
    "openssl/": ("src/crypto/", "src/net/tls"),
    "sodium": ("src/crypto/",),
    "sqlite3": ("src/store/",),
}

LINES_MAX = 400
CODE_ENDINGS = (".cpp", ".hpp", ".ts", ".js", ".py", ".css", ".html", ".cmake", ".sh", "CMakeLists.txt", "Makefile")
# In two halves, so that this file keeps its own rule.
BANNED_WORDS = ("TO" + "DO", "FIX" + "ME", "using " + "namespace std")

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
PERSONAL_PATH = re.compile(r"(?<![\w.~}-])/(?:home|root)/\w")
CODE_SPAN = re.compile(r"`[^`]*`")


def each_line(tree, choose):
    for path, text in tree.items():
        if choose(path):
            for number, line in enumerate(text.splitlines(), 1):
                yield path, number, line


def is_cpp(path):
    return path.endswith((".cpp", ".hpp"))


def is_code(path):
    return path.endswith(CODE_ENDINGS) or path.startswith(("tools/", ".ci/"))


def floors(tree):
    """Rooms include only what stands below them."""
    for path, number, line in each_line(tree, lambda p: p.startswith("src/") and is_cpp(p)):
        found = INCLUDE.match(line)
        if not found or found[1] != '"':
            continue
        room, included = path.split("/")[1], found[2].split("/")[0]
        if "/" not in found[2]:
            yield path, number, f'"{found[2]}" must be included with its room: "{room}/{found[2]}"'
        elif room not in FLOORS or included not in FLOORS:
            strange = room if room not in FLOORS else included
            yield path, number, f"{strange} is no room; the rooms are {', '.join(FLOORS)}"
        elif room != included and FLOORS[included] >= FLOORS[room]:
            yield path, number, f"{room} may not include {included}, which does not stand below it"


def library_doors(tree):
    """Each of these libraries has one door."""
    for path, number, line in each_line(tree, lambda p: p.startswith("src/") and is_cpp(p)):
        found = INCLUDE.match(line)
        if not found:
            continue
        for library, doors in LIBRARY_DOORS.items():
            if found[2].startswith(library) and not path.startswith(doors):
                yield path, number, f"<{found[2]}> may be included only below {' or '.join(doors)}"


def banned_words(tree):
    """Work that is left is written in issues, not in the code."""
    for path, number, line in each_line(tree, is_code):
        for word in BANNED_WORDS:
            if re.search(rf"\b{word}\b(?!::)", line):
                yield path, number, f"{word} does not belong into the code"


def file_sizes(tree):
    """A file fits a reader's head."""
    for path, text in tree.items():
        lines = text.count("\n")
        if path.startswith(("src/", "web/src/")) and lines > LINES_MAX:
            yield path, lines, f"{lines} lines; at most {LINES_MAX}, so give one of its ideas a file of its own"


def pragma_once(tree):
    """Every header can be included twice."""
    for path, text in tree.items():
        if path.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.MULTILINE):
            yield path, 1, "a header without #pragma once"


def lock_files(tree):
    """A lock file says what to take, not from which host."""
    for path, number, line in each_line(tree, lambda p: p.endswith(("package-lock.json", ".npmrc"))):
        if '"resolved"' in line or re.search(r"\bregistry\b\s*=|registry\.[a-z]", line):
            yield path, number, "names a registry; set omit-lockfile-registry-resolved=true in .npmrc"


def links(tree):
    """Relative links of the documents lead somewhere."""
    folders = {posixpath.dirname(path) for path in tree}
    for folder in list(folders):
        while folder:
            folder = posixpath.dirname(folder)
            folders.add(folder)
    for path, number, line in each_line(tree, lambda p: p.endswith(".md")):
        for target in LINK.findall(CODE_SPAN.sub("", line)):
            if re.match(r"[a-z][a-z0-9+.-]*:|#", target):
                continue
            plain = target.split("#")[0].split("?")[0]
            resolved = posixpath.normpath(posixpath.join(posixpath.dirname(path), plain))
            if resolved not in tree and resolved not in folders and resolved != ".":
                yield path, number, f"the link to {target} leads nowhere"


def personal_paths(tree):
    """Nothing depends on one person's machine."""
    for path, number, line in each_line(tree, lambda p: True):
        if PERSONAL_PATH.search(line):
            yield path, number, "an absolute path into somebody's home"


RULES = (floors, library_doors, banned_words, file_sizes, pragma_once, lock_files, links, personal_paths)
