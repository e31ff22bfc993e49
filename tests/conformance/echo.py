"""Starts latchkey-echo and says where it listens. It ends with the test."""

import os
import re
import subprocess
import threading


class Echo:
    """A running latchkey-echo; `options` go to its command line."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [os.environ["LATCHKEY_ECHO"], "--listen", "127.0.0.1:0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found.group(1))
                break
        else:
            raise RuntimeError("latchkey-echo ended before it listened")
        # Whatever else it says must not fill the pipe.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        if self.process.wait(60) != 0:
            raise RuntimeError(f"latchkey-echo ended with {self.process.returncode}")
