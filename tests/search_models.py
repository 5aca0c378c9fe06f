"""Stand-ins for the world in tests of searches, with Pareto sets that are known."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np


def schaffer(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """Two parabolas (Schaffer 1985): the Pareto set is 0 <= x <= 2, the front (f, (sqrt(f) - 2)^2).

    Futures shift both by the same luck, which no comparison sees.
    """
    luck = settings["shift"] + np.random.default_rng([seed, replicate]).normal()
    x = settings["x"]
    return {"f": x**2 + luck, "g": (x - 2.0) ** 2 + luck, "x": x, "own": luck}


def zdt1(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """Zitzler, Deb and Thiele's first (2000), with four numbers: the front is g = 1 - sqrt(f), where x2 to x4 are 0."""
    first = settings["x1"]
    g = 1.0 + 9.0 * np.mean([settings[f"x{number}"] for number in (2, 3, 4)])
    return {"f": first, "g": float(g * (1.0 - np.sqrt(first / g)))}


def fails(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """Two parabolas that fail in a part of the range."""
    if settings["x"] > 1.0:
        raise ArithmeticError(f"x is {settings['x']:.3f}")
    return schaffer(settings, seed, replicate)


def noise(settings: Mapping[str, float], seed: int, replicate: int) -> dict[str, float]:
    """Luck alone, another for every strategy: whatever looks best is the winner's curse."""
    own = int(settings["x"] * 1e6)
    luck = np.random.default_rng([seed, replicate, own]).normal(size=2)
    return {"f": float(luck[0]), "g": float(luck[1])}
