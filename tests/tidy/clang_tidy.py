"""clang-tidy with the checks of .clang-tidy: python3 clang_tidy.py ROOT BUILD JOBS FOLDER…

Reads every translation unit of those folders that BUILD compiles (its compile_commands.json), the headers with them; where
files are compiled several in one (LATCHKEY_UNITY), what they are compiled in.
"""

import concurrent.futures
import json
import pathlib
import re
import subprocess
import sys
import time


def main(root, build, jobs, folders):
    commands = json.loads((build / "compile_commands.json").read_text())
    files = {str(pathlib.Path(command["directory"], command["file"]).resolve()) for command in commands}
    places = tuple(f"{place / folder}/" for folder in folders for place in (root, build))
    files = sorted(file for file in files if file.startswith(places) and file.endswith((".cpp", ".cxx")))
    if not files:
        print(f"{build} compiles nothing of {', '.join(folders)}")
        return 1

    def check(file):
        started = time.monotonic()
        ran = subprocess.run(
            ["clang-tidy-19", "--quiet", f"--config-file={root / '.clang-tidy'}", "-p", str(build), file], capture_output=True, text=True
        )
        return file, ran, time.monotonic() - started

    faults = 0
    told = set()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for file, ran, seconds in pool.map(check, files):
            print(f"{seconds:6.1f} s  {file.removeprefix(f'{root}/')}", flush=True)
            if ran.returncode == 0:
                continue
            faults += 1
            # A fault of a header is told once, not once for each file that includes it.
            for fault in re.split(r"^(?=/[^\s:]+:\d+:\d+: (?:error|warning))", ran.stdout or ran.stderr, flags=re.M):
                if fault.strip() and fault not in told:
                    told.add(fault)
                    print(fault.replace(f"{root}/", ""), end="")
    print(f"{len(files)} files, {faults} with faults")
    return 1 if faults else 0


if __name__ == "__main__":
    root, build, jobs, *folders = sys.argv[1:]
    sys.exit(main(pathlib.Path(root).resolve(), pathlib.Path(build).resolve(), int(jobs), folders))
