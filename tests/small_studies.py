"""Small studies that tests run: of the world over a few years, and of stand-ins for it (`sweep_models`)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from afteraid.experiments.sweep.sweep import sweep


def number(name: str, low: float, high: float) -> str:
    """A factor between two numbers."""
    return f'[[factors]]\nname = "{name}"\nlow = {low}\nhigh = {high}\n'


def among(name: str, choices: str) -> str:
    """A factor with a list of choices, as TOML has it."""
    return f'[[factors]]\nname = "{name}"\nchoices = {choices}\n'


def design(kind: str, points: int) -> str:
    """A design of a kind and a size."""
    return f'[design]\nkind = "{kind}"\npoints = {points}\n'


# Parts of a study of the world

CAPACITY = number("capacity_share", 0.05, 0.25)
EXITS = """\
[[factors]]
name = "exits"
[factors.alternatives]
abrupt = { abrupt = 1.0 }
handover = { government_handover = 1.0 }
"""
USE_IN_POOREST = '[[outcomes]]\ngrain = "group"\nmeasure = "use"\ngroups = ["LDC"]\n'
RURAL_PATH = """\
[[outcomes]]
name = "path"
grain = "group"
measure = "use_rural"
groups = ["LDC", "KEN"]
years = "all"
"""
USERS = '[[outcomes]]\nname = "users"\ngrain = "country"\nmeasure = "use"\ngroups = ["LLDC"]\n'
LIVING = '[[outcomes]]\nmeasure = "living_initiatives"\n'
SERVING = '[[outcomes]]\nmeasure = "serving_1_years_after_founding"\n'


def world_study(
    *parts: str,
    end: int,
    spinup: int = 2023,
    replicates: int = 2,
    points: int = 2,
    chunk_runs: int | None = None,
    kind: str = "latin_hypercube",
) -> str:
    """A study of the world over a few years, with these factors and outcomes."""
    chunks = "" if chunk_runs is None else f"chunk_runs = {chunk_runs}\n"
    span = f"[settings]\nspinup = {spinup}\nend = {end}\n"
    return f"replicates = {replicates}\n{chunks}{span}" + design(kind, points) + "".join(parts)


# Studies of stand-ins

UNIT_FACTORS = "".join(number(f"x{which}", 0.0, 1.0) for which in (1, 2, 3))


def stand_in_study(
    model: str = "quick", points: int = 16, replicates: int = 2, chunk_runs: int = 4, kind: str = "latin_hypercube"
) -> str:
    """A study of one of the models of `sweep_models` that take two numbers."""
    return (
        f'model = "sweep_models:{model}"\nseed = 7\nreplicates = {replicates}\nchunk_runs = {chunk_runs}\n'
        + design(kind, points) + number("x1", 0.0, 1.0) + number("x2", -1.0, 1.0)
        + '[[outcomes]]\nmeasure = "y"\n[[outcomes]]\nmeasure = "z"\n'
    )  # fmt: skip


def boxed_study(model: str = "boxed", points: int = 400, replicates: int = 1, kind: str = "latin_hypercube") -> str:
    """A study in which y is low in a box that is known, and noise is noise."""
    return (
        f'model = "sweep_models:{model}"\nseed = 7\nreplicates = {replicates}\nchunk_runs = 100\n'
        + design(kind, points) + UNIT_FACTORS
        + '[[factors]]\nname = "way"\nchoices = ["abrupt", "phased", "adaptive", "government"]\n'
        + '[[outcomes]]\nmeasure = "y"\n[[outcomes]]\nmeasure = "noise"\n'
    )  # fmt: skip


def ishigami_study(kind: str, points: int, more: str = "") -> str:
    """A study of the function of Ishigami and Homma, whose indices are known exactly."""
    return (
        'model = "afteraid.experiments.study.testfunctions:ishigami"\nseed = 3\n'
        + design(kind, points)
        + "".join(number(f"x{which}", -np.pi, np.pi) for which in (1, 2, 3)) + more
        + '[[outcomes]]\nmeasure = "y"\n'
    )  # fmt: skip


def written(folder: Path, text: str, name: str = "study") -> Path:
    """Write a study's file."""
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def swept(folder: Path, text: str) -> Path:
    """Run a study in this process, and return the folder of its sweep."""
    study = written(folder, text)
    with ThreadPoolExecutor(1) as here:  # no process has to start for a stand-in
        sweep(study, folder / "out", engine=here, sample=False)
    return folder / "out"
