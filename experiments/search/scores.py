"""Scores of strategies: the objectives of a search summed over futures, and how far its constraints are missed."""

from __future__ import annotations

import numpy as np

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.basis.units import BoolArray, FloatArray

from .file import Constraint, Objective, Search, Threshold
from .robustness import best_in_each, regret, satisficing, summed
from .trials import Trial


class Scores:
    """How strategies do in one sample of futures, with the references in the same futures."""

    def __init__(self, search: Search, references: Trial, affordable: BoolArray | None = None) -> None:
        """Hold what references do.

        Args:
            search: whose objectives and constraints they are.
            references: in the futures of the sample.
            affordable: those that regret is measured against; the scenario's own and those that keep to the
                constraints if left out, since nobody regrets what was out of reach.

        Raises ResultsError where one of them failed: there would be nothing to compare with.
        """
        if references.errors:
            (name, future), error = next(iter(references.errors.items()))
            raise ResultsError(f"'{name}', with which all strategies are compared, failed in future {future}: {error}")
        self.search = search
        self.references = references.values
        self._outcomes = [outcome.name for outcome in search.written.outcomes]
        unknown = [self._outcomes[place] for place in np.flatnonzero(~np.isfinite(references.values).all(axis=(0, 1)))]
        if unknown:
            raise ResultsError(f"{unknown[0]} is not known in every future", expected="an outcome that every run has")
        if affordable is None:
            affordable = np.asarray((self.violations(references.values) <= 0.0).all(axis=1))
            affordable[0] = True
        self.affordable = affordable

    def of(self, values: FloatArray, outcome: str) -> FloatArray:
        """Return one outcome, of shape (strategies, futures), out of the values of all outcomes."""
        return np.asarray(values[:, :, self._outcomes.index(outcome)])

    def objectives(self, values: FloatArray, measured_against: FloatArray | None = None) -> FloatArray:
        """Return the objectives in their own units, of shape (strategies, objectives).

        Args:
            values: shape (strategies, futures, outcomes).
            measured_against: what regret is measured against, of the same shape; the affordable references if left out.
        """
        against = self.references[self.affordable] if measured_against is None else measured_against
        columns = [self._objective(one, values, against) for one in self.search.written.objectives]
        return np.stack(columns, axis=1)

    def _objective(self, one: Objective, values: FloatArray, against: FloatArray) -> FloatArray:
        """Return one objective, of shape (strategies,)."""
        if one.meets:
            known = np.isfinite(values).all(axis=(1, 2))
            met = np.logical_and.reduce([self._met(limit, values) for limit in one.meets])
            return np.where(known, satisficing(met), np.nan)
        found = self.of(values, one.outcome)
        if one.over == "regret_mean" or one.over == "regret_max":
            short = regret(found, best_in_each(self.of(against, one.outcome), one.direction), one.direction)
            return np.asarray(short.mean(axis=1) if one.over == "regret_mean" else short.max(axis=1))
        return summed(found, one.over, one.direction)

    def _met(self, limit: Threshold, values: FloatArray) -> BoolArray:
        """Say in which futures a threshold is met, of shape (strategies, futures)."""
        found = self.of(values, limit.outcome)
        line = limit.limit * self.of(self.references[:1], limit.outcome) if limit.of_baseline else limit.limit
        return np.asarray(found >= line if limit.direction == "more" else found <= line)

    def scores(self, objectives: FloatArray) -> FloatArray:
        """Return objectives turned so that less is better."""
        signs = [1.0 if one.scored == "less" else -1.0 for one in self.search.written.objectives]
        return np.asarray(objectives * np.array(signs))

    def violations(self, values: FloatArray) -> FloatArray:
        """Return how far each constraint is missed, as a share of its limit: shape (strategies, constraints + 1).

        0 or less is kept. The last column is 1 where a run failed, and -1 elsewhere.
        """
        columns = [self._missed(one, values) for one in self.search.written.constraints]
        failed = ~np.isfinite(values).all(axis=(1, 2))
        kept = [np.where(failed, 1.0, column) for column in columns]
        return np.stack([*kept, np.where(failed, 1.0, -1.0)], axis=1)

    def _missed(self, one: Constraint, values: FloatArray) -> FloatArray:
        """Return how far one constraint is missed."""
        limit = one.limit
        found = self.of(values, one.outcome)
        if one.of_baseline and one.over == "mean":  # of all futures together: a budget is not kept future by future
            limit *= float(self.of(self.references[:1], one.outcome).mean())
        elif one.of_baseline:
            base = self.of(self.references[:1], one.outcome)
            if (base == 0.0).any():
                raise ResultsError(f"{one.outcome} of the baseline is 0 in a future", expected='over = "mean"')
            found = found / base
        over_limit = summed(found, one.over, one.direction) - limit
        missed = over_limit if one.direction == "less" else -over_limit
        return np.asarray(missed / (abs(limit) or 1.0))
