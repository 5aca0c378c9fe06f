"""A sweep that was opened once: its study, its manifest and its table of runs, carried to all that read it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import ResultsError, nearest, one_of
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.scenario.scenario import Scenario

from ..study.factors import Factor
from ..study.outcomes import Outcome
from ..study.study import Study, StudyFile
from ..sweep.dataset import read_sweep_manifest, read_table


@dataclass(frozen=True)
class SweepData(Short):
    """A sweep as it is when it is opened.

    Attributes:
        folder: where it stands, for messages.
        manifest: how it came about.
        study: what it was made of.
        table: its runs, in their order, as far as they are done.
    """

    folder: Path
    manifest: Mapping[str, Any]
    study: Study
    table: pd.DataFrame

    def runs(self, columns: list[str]) -> pd.DataFrame:
        """Return columns of the table of runs, as a copy; raises ResultsError where there is no such column."""
        missing = [name for name in columns if name not in self.table]
        if missing:
            raise ResultsError(f"the table of runs has no column {missing[0]}", file=str(self.folder))
        return self.table[columns].copy()

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes that are one number a run."""
        return [found for found in self.study.written.outcomes if found.is_number()]

    def outcome(self, name: str) -> Outcome:
        """Return an outcome that is one number a run; raises ResultsError for another name, with the nearest."""
        known = {found.name: found for found in self.outcomes()}
        return known[self._known("outcome", name, known)]

    def unit(self, outcome: str) -> str:
        """Return the unit of an outcome."""
        return self.outcome(outcome).words()

    def factor(self, name: str) -> Factor:
        """Return a factor; raises ResultsError for another name, with the nearest."""
        known = {found.name: found for found in self.study.written.factors}
        return known[self._known("factor", name, known)]

    def scenario(self, name: str | None = None) -> str:
        """Return the name of a scenario, that of the first one if left out; raises ResultsError for another name."""
        names = self.study.scenario_names
        return names[0] if name is None else self._known("scenario", name, names)

    def values(self, outcome: str, scenario: str | None = None) -> FloatArray:
        """Return an outcome, shape (points, replicates); missing where a run failed or is not there.

        Raises ResultsError for an unknown outcome or scenario, with the nearest name.
        """
        name, chosen = self.outcome(outcome).name, self.scenario(scenario)
        runs = self.runs(["point", "scenario", "replicate", name])
        runs = runs[runs["scenario"] == chosen]
        values = np.full((self.study.points, self.study.written.replicates), np.nan)
        values[runs["point"], runs["replicate"]] = runs[name].to_numpy(np.float64)
        return values

    def draws_parameters(self, scenario: str | None = None) -> bool:
        """Say whether each replicate draws the uncertain parameters that are no factors."""
        plans = self.study.scenarios
        return bool(plans) and plans[self.scenario(scenario)].world.uncertain

    def _known(self, what: str, name: str, names: Iterable[str]) -> str:
        """Return a name that is among the known ones."""
        known = list(names)
        if name not in known:
            raise ResultsError(
                f"no {what} is called '{name}'", file=str(self.folder), expected=one_of(known, name),
                nearest=nearest(name, known),
            )  # fmt: skip
        return name


def open_sweep(folder: str | os.PathLike[str]) -> SweepData:
    """Open a sweep: read its manifest, and its runs as far as they are done.

    Raises ResultsError where there is no sweep, or no run yet.
    """
    place = arguments.place("folder", folder)
    manifest = read_sweep_manifest(place)
    scenarios = {name: Scenario.model_validate(plan) for name, plan in manifest["scenarios"].items()}
    study = Study(str(manifest["name"]), StudyFile.model_validate(manifest["study"]), scenarios)
    return SweepData(place, manifest, study, read_table(place))
