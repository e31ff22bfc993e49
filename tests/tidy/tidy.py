"""Checks the repository against rules.py: python3 tidy.py ROOT. With --format also (only) the layout of all C++."""

import pathlib
import subprocess
import sys

import rules


def paths_of(root):
    """What is or would be committed: paths that git knows, and new ones that it does not ignore."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True, capture_output=True, text=True,
    ).stdout
    return sorted(path for path in set(listed.split("\0")) if path and (root / path).is_file())


def read_tree(root):
    tree = {}
    for path in paths_of(root):
        data = (root / path).read_bytes()
        if b"\0" not in data:
            tree[path] = data.decode("utf-8")
    return tree


def check_rules(root):
    tree = read_tree(root)
    faults = [fault for rule in rules.RULES for fault in rule(tree)]
    for path, line, sentence in faults:
        print(f"{path}:{line}: {sentence}")
    print(f"{len(tree)} files, {len(rules.RULES)} rules, {len(faults)} faults")
    return 1 if faults else 0


def check_format(root):
    files = [path for path in paths_of(root) if rules.is_cpp(path)]
    ran = subprocess.run(["clang-format-19", "--dry-run", "-Werror", *files], cwd=root)
    print(f"{len(files)} files; `make format` lays them out" if ran.returncode else f"{len(files)} files")
    return ran.returncode


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--format"]
    check = check_format if "--format" in sys.argv else check_rules
    sys.exit(check(pathlib.Path(arguments[0]).resolve()))
