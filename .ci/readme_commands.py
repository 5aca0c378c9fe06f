"""Run what a page tells its reader to run: each line of its ``sh`` blocks, and its ``python`` blocks, in order.

Called as: python .ci/readme_commands.py README.md, with the Python of the project's environment, in the clone's root.
A line with `start.py test` is left out: that is a stage of its own.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[list[str]]:
    """The commands of a page, as argument lists."""
    found = []
    for language, text in BLOCK.findall(page):
        if language == "python":
            found.append([sys.executable, "-c", text])
        else:
            lines = text.replace("\\\n", " ").splitlines()
            found += [["bash", "-c", line] for line in lines if line.strip() and not line.startswith("#")]
    return [command for command in found if "start.py test" not in command[-1]]


def main(pages: list[str]) -> int:
    """Run them all; return how many failed."""
    programs = str(Path(sys.executable).parent)
    environment = os.environ | {"PATH": programs + os.pathsep + os.environ["PATH"], "MPLBACKEND": "Agg"}
    failed = 0
    for page in pages:
        found = commands(Path(page).read_text(encoding="utf-8"))
        if not found:
            print(f"{page}: no command found")
            failed += 1
        for command in found:
            print(f"--- {page}: {command[-1].strip()}", flush=True)
            begun = time.monotonic()
            status = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL).returncode
            print(f"--- exit status {status} after {time.monotonic() - begun:.1f} s", flush=True)
            failed += status != 0
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:]) else 0)
