"""Preparation: the rules of the model are compiled before worker processes start, once a version and machine."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import threading
from contextlib import suppress
from pathlib import Path

from .basis.cache import cache_folder
from .basis.compiled import IN_USE
from .basis.machine import processor, versions
from .basis.manifest import code_hashes
from .engine import advance_to, first_quarter
from .scenario.scenario import load_scenario

_log = logging.getLogger("afteraid")
_at_work = threading.Lock()  # one thread compiles, and the others wait for it
YEARS = {"run.spinup": 2020, "run.start": 2021, "run.end": 2023}  # long enough for each rule to be called
SCENARIOS = ("baseline", "all-levers")
PATIENCE = 3.0  # seconds without a word: with machine code that is there already, it does not take longer
SAID = "Compiling the rules of the model, once for this version: about a minute."


def prepare() -> None:
    """Compile the rules by running a short world, where this version has not done so here before.

    Machine code is kept, so that worker processes find it and do not all compile the same at the same time. Where it
    can't be kept, each process compiles for itself.
    """
    if IN_USE:
        with _at_work:
            if not any((folder / _name()).exists() for folder in _folders()):
                _compile()


def _compile() -> None:
    """Run the short worlds, with a word where that takes long, and note that the rules are compiled."""
    timer = threading.Timer(PATIENCE, _log.warning, [SAID])
    timer.daemon = True
    timer.start()
    try:
        for name in SCENARIOS:
            plan = load_scenario(name, YEARS)
            advance_to(first_quarter(plan, plan.run.seed, 0), plan.run.end)
    finally:
        timer.cancel()
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / _name()).touch()
            return


def _folders() -> tuple[Path, Path]:
    """Return where it is noted that the rules have been compiled: with the machine code, or in the user's cache."""
    return Path(__file__).resolve().parent / "__pycache__", cache_folder()


@functools.cache
def _name() -> str:
    """Return the name of the note: one for each version, machine and place."""
    made_of = [code_hashes(), versions("numpy", "numba", "llvmlite"), processor(), str(Path(__file__).resolve().parent)]
    return f"compiled-{hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:40]}"
