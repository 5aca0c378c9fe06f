"""Stand-ins for the world in tests of sweeps: quick, slow, failing, and deadly."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import numpy as np


def quick(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """A number that depends on all that it is given."""
    luck = np.random.default_rng([seed, replicate]).normal()
    return {"y": settings["x1"] + settings["x2"] ** 2 + luck, "z": settings["x1"] * luck}


def waits(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """The same, slowly, so that it can be killed while at work."""
    time.sleep(0.02)
    return quick(settings, seed, replicate)


def fails(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """The same, but for a part of the range."""
    if settings["x1"] > 0.5:
        raise ArithmeticError(f"x1 is {settings['x1']:.3f}")
    return quick(settings, seed, replicate)


def kills(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """The same, but it takes its process with it in a part of the range."""
    if settings["x1"] > 0.9:
        os._exit(1)
    return quick(settings, seed, replicate)


def boxed(settings: Mapping[str, Any], seed: int, replicate: int) -> dict[str, float]:
    """Low in a box of two of its numbers and one of its choices, high elsewhere; and luck that none of them moves."""
    inside = settings["x1"] < 0.4 and settings["x2"] > 0.5 and settings["way"] in ("abrupt", "phased")
    luck = np.random.default_rng([seed, replicate, *(int(1e9 * settings[name]) for name in ("x1", "x2", "x3"))])
    noise = luck.random(2)
    return {"y": (0.2 if inside else 0.8) + 0.1 * noise[0], "noise": noise[1], "x3": settings["x3"]}
