"""Kill a sweep at random moments, worker or parent, until it is done, and compare what it leaves with an unhurt one.

Run by itself for many kills: ``python tests/sweep_kills.py --kills 1000``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STUDY = """
model = "sweep_models:waits"
seed = 7
replicates = 2
chunk_runs = 4
[design]
kind = "latin_hypercube"
points = {points}
[[factors]]
name = "x1"
low = 0.0
high = 1.0
[[factors]]
name = "x2"
low = -1.0
high = 1.0
[[outcomes]]
measure = "y"
[[outcomes]]
measure = "z"
"""


def hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file, but for what is still being written."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".unfinished-")]
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def begin(study: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """Start a sweep, in a process group of its own."""
    command = [sys.executable, "-m", "afteraid", "sweep", str(study), "--out", str(out), "--workers", "2", *options]
    places = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": places}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def workers_of(parent: int) -> list[int]:
    """The worker processes of a sweep, without Python's own tracker of resources."""
    try:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        return [int(child) for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


def gone(process: int, seconds: float = 20.0) -> bool:
    """Whether a process ends in time."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        try:
            if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def finish(study: Path, out: Path) -> None:
    """Let a sweep go on to its end."""
    process = begin(study, out, "--resume", "--quiet")
    _, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors


def hurt(study: Path, out: Path, whole: dict[str, str], luck: random.Random, kills: int, longest: float) -> int:
    """Kill a sweep so many times or until it is done, then let it finish; return how often it was killed."""
    killed = 0
    while killed < kills:
        process = begin(study, out, "--resume", "--quiet")
        while killed < kills and process.poll() is None:
            time.sleep(luck.uniform(0.0, longest))
            workers = workers_of(process.pid)
            target = luck.choice([process.pid, *workers])
            try:
                os.kill(target, signal.SIGKILL)
            except ProcessLookupError:
                continue
            killed += 1
            if target == process.pid:
                process.communicate()
                assert all(map(gone, workers)), "workers outlive their parent"
        if killed >= kills and process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        for name, value in hashes(out).items():
            assert whole[name] == value, f"{name} is not what an unhurt sweep writes"
        if hashes(out) == whole:
            break
    finish(study, out)
    assert hashes(out) == whole, "not the files of an unhurt sweep"
    assert not list(out.rglob(".unfinished-*"))
    return killed


def main() -> None:
    """Kill sweeps until the wanted number is reached."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    luck, killed, sweeps = random.Random(wanted.seed), 0, 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        study = folder / "study.toml"
        study.write_text(STUDY.format(points=256), encoding="utf-8")
        finish(study, folder / "whole")
        whole = hashes(folder / "whole")
        while killed < wanted.kills:
            killed += hurt(study, folder / f"hurt{sweeps}", whole, luck, min(25, wanted.kills - killed), 4.0)
            sweeps += 1
            print(f"{killed} kills, {sweeps} sweeps, all as if never hurt", flush=True)


if __name__ == "__main__":
    main()
