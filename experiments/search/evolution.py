"""The search for good strategies: pymoo's NSGA-II or NSGA-III, which proposes strategies and learns their scores.

NSGA-II (Deb and others 2002) keeps a front spread out by crowding, which says little in four dimensions or more; there
NSGA-III (Deb and Jain 2014) keeps it near evenly spread directions. Needs ``pip install 'afteraid[search]'``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from afteraid.simulation.basis.errors import StudyError
from afteraid.simulation.basis.optional import library
from afteraid.simulation.basis.units import FloatArray

MOST_FOR_CROWDING = 3  # objectives
WORST = 1e30  # score of a strategy with a failed run: no number at all would stop the sorting


class Evolution:
    """One search under way; with the same seed and the same answers it always asks for the same strategies."""

    def __init__(
        self, width: int, objectives: int, constraints: int, candidates: int, generations: int, seed: int
    ) -> None:
        """Get ready.

        Args:
            width: places of a strategy, each between 0 and 1.
            objectives: how many scores a strategy gets, less being better.
            constraints: how many violations it gets, 0 or less being kept.
            candidates: strategies of a generation.
            generations: how many.
            seed: of the search.
        """
        problem = _pymoo("core.problem").Problem
        self._problem = problem(n_var=width, n_obj=objectives, n_ieq_constr=constraints, xl=0.0, xu=1.0)
        self._static = _pymoo("problems.static").StaticProblem
        self._evaluator = _pymoo("core.evaluator").Evaluator()
        sampling = _pymoo("operators.sampling.lhs").LHS()
        if objectives <= MOST_FOR_CROWDING:
            self.name = "NSGA-II"
            self._algorithm = _pymoo("algorithms.moo.nsga2").NSGA2(pop_size=candidates, sampling=sampling)
        else:
            self.name = "NSGA-III"
            towards = _pymoo("util.ref_dirs").get_reference_directions(
                "das-dennis", objectives, n_partitions=partitions(objectives, candidates)
            )
            self._algorithm = _pymoo("algorithms.moo.nsga3").NSGA3(towards, pop_size=candidates, sampling=sampling)
        self._algorithm.setup(self._problem, termination=("n_gen", generations), seed=seed % 2**32, verbose=False)
        self._asked: Any = None

    def goes_on(self) -> bool:
        """Say whether there is another generation."""
        return bool(self._algorithm.has_next())

    def ask(self) -> FloatArray:
        """Return the next strategies, of shape (candidates, width)."""
        self._asked = self._algorithm.ask()
        return np.asarray(self._asked.get("X"), dtype=np.float64)

    def tell(self, scores: FloatArray, violations: FloatArray) -> None:
        """Say what they came to.

        Args:
            scores: shape (candidates, objectives), less being better.
            violations: shape (candidates, constraints), 0 or less being kept.
        """
        known = np.where(np.isfinite(scores), scores, WORST)
        self._evaluator.eval(self._static(self._problem, F=known, G=violations), self._asked)
        self._algorithm.tell(infills=self._asked)


def partitions(objectives: int, candidates: int) -> int:
    """Return into how many parts each axis is split so that there are no more directions than candidates."""
    found = 1
    while math.comb(found + objectives, objectives - 1) <= candidates:
        found += 1
    return found


def _pymoo(module: str) -> Any:
    """Return a module of pymoo."""
    return library(f"pymoo.{module}", "pymoo", "search", "search", StudyError)
