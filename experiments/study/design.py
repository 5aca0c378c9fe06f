"""Designs: at which points of the factors' ranges a study looks.

A point is a row of places between 0 and 1, one for each factor. It depends on the design, the number of factors and the
seed, and on nothing else. The orders of points are those that the analyses of SALib expect.
"""

from __future__ import annotations

import importlib
import itertools
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import model_validator

from afteraid.simulation.basis.frozen import Frozen
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.scenario.quantities import Whole, refuse

from .factors import Factor

Kind = Literal["grid", "latin_hypercube", "sobol", "morris"]
LEAST_POINTS: dict[str, int] = {"sobol": 16, "morris": 4}  # of which indices say anything
INDICES = {"sobol": "Sobol' indices", "morris": "elementary effects"}
COUNTED = {"sobol": "base point", "morris": "trajectory", "latin_hypercube": "design point"}  # what `points` counts


class Design(Frozen):
    """How the points are laid out.

    Attributes:
        kind: grid (every level with every other), latin_hypercube (McKay and others 1979), sobol (Saltelli's 2010
            scheme on a scrambled Sobol' sequence), morris (trajectories of one change at a time, Morris 1991).
        points: how many: of the hypercube; of the base sample for sobol, a power of two; trajectories for morris.
        levels: of a morris trajectory, an even number.
        second_order: for sobol, whether pairs of factors can be told apart, at nearly twice the runs.
    """

    kind: Kind = "latin_hypercube"
    points: Annotated[int, Whole(1, 10_000_000)] = 64
    levels: Annotated[int, Whole(2, 1000)] = 4
    second_order: bool = True

    @model_validator(mode="after")
    def _possible(self) -> Design:
        if self.points < LEAST_POINTS.get(self.kind, 1):
            raise refuse(
                f"{self.points} points are too few for {INDICES[self.kind]}", f"{LEAST_POINTS[self.kind]} or more",
                key=("points",),
            )  # fmt: skip
        if self.kind == "sobol" and self.points & (self.points - 1):
            raise refuse(
                f"{self.points} is not a power of two, and a Sobol' sequence is balanced at those only",
                f"{1 << (self.points.bit_length() - 1)} or {1 << self.points.bit_length()}",
                key=("points",),
            )
        if self.kind == "morris" and self.levels % 2:
            raise refuse(f"{self.levels} is odd", "an even number", key=("levels",))
        return self

    def points_each(self, factors: int) -> int:
        """Return how many points one of `points` brings."""
        if self.kind == "sobol":
            return 2 * factors + 2 if self.second_order else factors + 2
        return factors + 1 if self.kind == "morris" else 1

    def count(self, factors: Sequence[Factor]) -> int:
        """Return how many points there are."""
        if not factors:
            return 1
        if self.kind == "grid":
            return int(np.prod([len(factor.places()) for factor in factors]))
        return self.points * self.points_each(len(factors))


def places(design: Design, levels: Sequence[Sequence[float]], seed: int) -> FloatArray:
    """Return the points of a design, of shape (points, factors), each number between 0 and 1.

    Args:
        design: which.
        levels: for each factor, the places that a grid takes; the other designs ask only how many factors there are.
        seed: of the designs that need luck.
    """
    width = len(levels)
    if width == 0:
        return np.zeros((1, 0))
    if design.kind == "grid":
        return np.array(list(itertools.product(*levels)), dtype=np.float64)
    luck = np.random.default_rng(seed)
    if design.kind == "latin_hypercube":
        return np.asarray(_quasi_random().LatinHypercube(width, rng=luck).random(design.points))
    if design.kind == "morris":
        return np.concatenate([_trajectory(width, design.levels, luck) for _ in range(design.points)])
    return _saltelli(design, width, luck)


def _quasi_random() -> Any:
    """Return SciPy's module of low-discrepancy samples: half a second to import, and workers lay out no points."""
    return importlib.import_module("scipy.stats.qmc")


def _saltelli(design: Design, width: int, luck: np.random.Generator) -> FloatArray:
    """Return for each base point: itself, it with each factor from a second sample, the reverse, and the second."""
    both = np.asarray(
        _quasi_random().Sobol(2 * width, scramble=True, rng=luck).random_base2(design.points.bit_length() - 1)
    )
    first, second = both[:, :width], both[:, width:]
    blocks = [first, *_crossed(first, second)]
    if design.second_order:
        blocks += _crossed(second, first)
    return np.stack([*blocks, second], axis=1).reshape(-1, width)


def _crossed(base: FloatArray, other: FloatArray) -> list[FloatArray]:
    """Return the base sample once for each factor, with that factor from the other sample."""
    crossed = []
    for factor in range(base.shape[1]):
        changed = base.copy()
        changed[:, factor] = other[:, factor]
        crossed.append(changed)
    return crossed


def _trajectory(width: int, levels: int, luck: np.random.Generator) -> FloatArray:
    """Return one walk on a lattice that moves each factor once, by levels / 2 steps; shape (width + 1, width)."""
    half = levels // 2
    # from the lower half of the lattice upwards or from the upper half downwards, so that the walk stays inside
    upward = luck.integers(0, 2, width).astype(bool)
    start = np.where(upward, luck.integers(0, half, width), luck.integers(half, levels, width))
    walk = np.tile(start, (width + 1, 1))
    for step, factor in enumerate(luck.permutation(width), start=1):
        walk[step:, factor] += half if upward[factor] else -half
    return np.asarray(walk / (levels - 1), dtype=np.float64)
