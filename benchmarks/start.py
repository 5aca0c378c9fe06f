"""How long it takes to begin: imports, the help, a worker, the first run, and a run whose past is kept.

    python benchmarks/start.py             CPU seconds of whole processes, the least of five calls each
    python benchmarks/start.py --repeat 2  of two

Each line is a process of its own, with its children. The states are kept in a folder that is removed afterwards. Only
CPU seconds are shown: they depend on the machine, and no test looks at them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENSEMBLE = "import afteraid.simulation.ensemble"
WORLD = """
from afteraid import load_scenario
from afteraid.simulation.engine import advance_to
from afteraid.simulation.past import KEPT
import time
plan = load_scenario("phased-handover")
KEPT.at_start(plan, 2025, 0)
KEPT.forget()
began = time.process_time()
for _ in range({times}):
    {what}
"""
AT_START = "KEPT.at_start(plan, 2025, 0); KEPT.forget()"
ONE_RUN = ("run", "baseline", "--runs", "1", "--workers", "1", "--quiet")
CASES: dict[str, tuple[str, ...]] = {
    "python": ("-c", "pass"),
    "import numpy": ("-c", "import numpy"),
    "import numba": ("-c", "import numba"),
    "import pandas": ("-c", "import pandas"),
    "import afteraid": ("-c", "import afteraid"),
    "afteraid --help": ("-m", "afteraid", "--help"),
    "afteraid run --help": ("-m", "afteraid", "run", "--help"),
    "worker ready": ("-c", ENSEMBLE),
    "FinancingModel loaded": ("-c", "from afteraid import FinancingModel"),
    "first run, past kept": ("-m", "afteraid", *ONE_RUN),
    "first run, cold": ("-m", "afteraid", *ONE_RUN, "--seed", "{new}"),
}


def surroundings(folder: Path) -> dict[str, str]:
    """Return the environment of a timed process; Python may keep what it compiles, as it does for users."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "AFTERAID_CACHE": str(folder), "PYTHONPATH": str(ROOT)}


def seconds_of(words: tuple[str, ...], folder: Path, number: int) -> float:
    """Return the CPU seconds of a process and its children."""
    environment = surroundings(folder)
    command = [sys.executable, *(word.replace("{new}", str(1000 + number)) for word in words)]
    before = os.times()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL, cwd=folder)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def within(what: str, folder: Path, times: int = 20) -> float:
    """Return the CPU milliseconds of something in a process that has begun already."""
    script = WORLD.format(what=what, times=times) + f"print((time.process_time() - began) / {times} * 1000)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True,
        env=surroundings(folder),
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
    )
    return float(done.stdout)


def show_starts(repeat: int) -> None:
    """Print the least CPU seconds of each case over some calls."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        seconds_of(CASES["first run, past kept"], folder, 0)  # makes the past, and the files of compiled code
        for name, words in CASES.items():
            print(f"{name:22} {min(seconds_of(words, folder, call) for call in range(repeat)):6.2f} CPU seconds")
        print(f"{'state from disk':22} {min(within(AT_START, folder) for _ in range(repeat)):6.1f} CPU milliseconds")


def main() -> None:
    parser = argparse.ArgumentParser(description="Time how long it takes to begin.")
    parser.add_argument("--repeat", type=int, default=5, help="calls of each, of which the least is shown")
    show_starts(parser.parse_args().repeat)


if __name__ == "__main__":
    main()
