"""A lattice of runs: every combination of a few positions of a few levers, each run on the same draws as the base.

Nothing between two positions is worked out: what a reader sees was run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.ensemble import Progress, in_processes, run_once
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.headlines import AT_THE_END, HEADLINES, headlines
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.measures.survival import shares_serving
from afteraid.simulation.prepare import prepare
from afteraid.simulation.results.living import Living, Slider
from afteraid.simulation.results.words.numbers import POINTS, change, counted, estimated_change, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS, in_words, judge, smallest
from afteraid.simulation.scenario.scenario import Scenario

from .comparison import better_sign
from .positions import Axis
from .sentences import row_of

TIMES = (0.0, 1.0, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0)  # years after exit of the curve
PAIRS = 8  # enough for a look
AT_ONCE = 5  # points that a worker runs before it tells how far it is
Numbers = tuple[dict[str, float], FloatArray]  # headlines of a run, and what still serves by time after exit
SAY = Templates(
    "lattice",
    exact="Each of the {points} combinations was run {runs} on the same random numbers as the base. Nothing is "
    "interpolated.",
    base="The base is {title}. Changes are medians of paired differences; shares change in percentage points.",
)


@dataclass(frozen=True)
class Lattice:
    """What was found at each point; points are counted with the last lever changing fastest.

    Attributes:
        base: the scenario whose levers are moved.
        axes: the levers.
        values: headlines, (points, runs, len(HEADLINES)).
        curves: share still serving by `times`, (points, runs, times).
    """

    base: Scenario
    axes: tuple[Axis, ...]
    values: FloatArray
    curves: FloatArray

    @property
    def times(self) -> tuple[float, ...]:
        """Return the years after exit of the curves: those that the runs are long enough for."""
        return times_within(self.base)

    @property
    def at_base(self) -> int:
        """Return which point is the base."""
        return int(np.ravel_multi_index([axis.base for axis in self.axes], [len(axis.values) for axis in self.axes]))

    @property
    def measures(self) -> list[str]:
        """Return the headlines that the base's runs are long enough for."""
        known = np.isfinite(self.values[self.at_base]).any(axis=0)
        return [name for name, there in zip(HEADLINES, known, strict=True) if there]

    def table(self) -> pd.DataFrame:
        """Return a row a point: the position of each lever, then each headline's level, its change, and the verdict."""
        rows = []
        for place, words in enumerate(product(*(axis.words for axis in self.axes))):
            cells: list[str] = []
            for name in self.measures:
                cells += self._said(place, name)
            rows.append((*words, *cells))
        names = [axis.name for axis in self.axes]
        names += [f"{name}{part}" for name in self.measures for part in ("", " change", " verdict")]
        return pd.DataFrame(rows, columns=names)

    def living(self) -> Living:
        """Return the levers as a page shows them."""
        points, runs, times = self.curves.shape
        flat = pd.DataFrame(self.curves.swapaxes(0, 1).reshape(runs, points * times))
        ends = BAND if runs >= LEAST_DRAWS else (0.5, 0.5)
        curves = flat.quantile([ends[0], 0.5, ends[1]]).to_numpy().reshape(3, points, times).swapaxes(0, 1)
        said = SAY("exact", points=points, runs=counted(runs, "time")), SAY("base", title=self.base.title)
        return Living(
            tuple(Slider(axis.title, axis.words, axis.base) for axis in self.axes),
            tuple(row_of(name, self.base.run.focus) for name in self.measures), self.table(), self.times, curves, said,
        )  # fmt: skip

    def _said(self, place: int, name: str) -> tuple[str, str, str]:
        """Write a headline at a point: its mean, the paired change with its interval, and the verdict."""
        unit, column = CATALOGUE[name].unit, HEADLINES.index(name)
        mine, theirs = self.values[place, :, column], self.values[self.at_base, :, column]
        found = judge(mine - theirs, smallest(CATALOGUE[name].matters, _mean(theirs)))
        if place == self.at_base or not found.pairs:
            return level(_mean(mine), unit), "", ""
        known = np.isfinite(found.low)
        moved = estimated_change(found.median, found.low, found.high, unit) if known else change(found.median, unit)
        moved = moved.replace(f" {POINTS}", "")  # said once for all
        return level(_mean(mine), unit), moved, in_words(found, better_sign(name))


def _mean(values: FloatArray) -> float:
    """Return the mean of what is known; missing where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if known.size else np.nan


def times_within(scenario: Scenario) -> tuple[float, ...]:
    """Return the years after exit that fit between the start and the end of runs."""
    years = max(scenario.run.end - scenario.run.start, 2)  # a curve has two ends
    return tuple(time for time in TIMES if time < years)


def run_lattice(
    base: Scenario, axes: Sequence[Axis], pairs: int = PAIRS, workers: int | None = None,
    progress: Progress | None = None,
) -> Lattice:  # fmt: skip
    """Run every combination of positions, in pairs with the base.

    Args:
        base: the scenario.
        axes: its levers with their positions.
        pairs: runs at each point.
        workers: processes to use; by default as many as there are cores.
        progress: called with runs done and runs in all.
    """
    prepare()
    points = points_of(base, axes)
    parts = [points[first : first + AT_ONCE] for first in range(0, len(points), AT_ONCE)]
    tasks = [(part, replicate) for replicate in range(pairs) for part in parts]
    found = in_processes(numbers_at, tasks, workers, progress, sizes=[len(part) for part, _ in tasks])
    return gathered(base, axes, [numbers for part in found for numbers in part])


def points_of(base: Scenario, axes: Sequence[Axis]) -> list[Scenario]:
    """Return the scenario of every combination of positions, with the last lever changing fastest."""
    return [
        base.with_settings({f"strategy.{axis.name}": value for axis, value in zip(axes, values, strict=True)})
        for values in product(*(axis.values for axis in axes))
    ]


def gathered(base: Scenario, axes: Sequence[Axis], found: Sequence[Numbers]) -> Lattice:
    """Gather what :func:`numbers_at` returned of every point: those of the first replicate, then those of the next."""
    values = np.array([[scalars[name] for name in HEADLINES] for scalars, _ in found])
    curves = np.array([curve for _, curve in found])
    shape = (-1, prod(len(axis.values) for axis in axes))
    return Lattice(
        base, tuple(axes), values.reshape(*shape, values.shape[1]).swapaxes(0, 1),
        curves.reshape(*shape, curves.shape[1]).swapaxes(0, 1),
    )  # fmt: skip


def numbers_at(points: Sequence[Scenario], replicate: int) -> list[Numbers]:
    """Return the numbers of some points on one draw; their past is made once. Works in a worker process."""
    return [_of_run(point, replicate) for point in points]


def _of_run(point: Scenario, replicate: int) -> Numbers:
    """Run one point and read its headlines and its curve of survival off the tables."""
    tables = run_once(point, replicate, twin=True, measures=HEADLINES)
    found = headlines(
        tables["survival"], tables["activity"], tables["countries"], tables["accounts"], tables["twin"]
    ).iloc[0]
    divide, focus = tables["divide"], shipped_groups().read(point.run.focus, "focus")
    last = divide[(divide["year"] == divide["year"].max()) & (divide["group"].astype(str) == focus)]
    at_end = last.astype({"measure": str}).drop_duplicates("measure").set_index("measure")["value"]
    times = times_within(point)
    curve = shares_serving(tables["survival"], times[1:])["survival"].to_numpy(np.float64)
    serving = np.full(len(times), np.nan)
    serving[0], serving[1 : curve.size + 1] = 1.0, curve
    return {name: float((at_end if name in AT_THE_END else found).get(name, np.nan)) for name in HEADLINES}, serving
