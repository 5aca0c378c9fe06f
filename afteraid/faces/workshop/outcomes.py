"""Outcomes: the numbers of one run that the workshop shows, and the same of many runs in one array."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.measure import Measure

SERVING, ONLINE, STRANDED = "serving", "online", "stranded"  # series, each the subject of a picture
YEARS_AFTER_EXIT = 15  # to which the curve of what survives is shown


@dataclass(frozen=True)
class Outcomes:
    """What one run gives.

    Attributes:
        scalars: the headlines, each in the unit of its measure; missing (nan) where it is not known.
        series: what still serves by whole years after exit, from 0; use in the focus on 1 January of each year; and
            capital stranded in a year over capital in place, by year without the last. Shares of one. Also the arrays
            from which scenes are drawn.
    """

    scalars: dict[str, float]
    series: dict[str, FloatArray]

    def written(self) -> bytes:
        """Write it as JSON, which holds every bit of a number."""
        plain = {name: values.tolist() for name, values in self.series.items()}
        return json.dumps({"scalars": self.scalars, "series": plain}).encode()


def read_outcomes(content: bytes) -> Outcomes:
    """Read what :meth:`Outcomes.written` wrote."""
    found = json.loads(content)
    return Outcomes(found["scalars"], {name: np.array(values) for name, values in found["series"].items()})


def measure_of(name: str) -> Measure:
    """Return the record of a headline."""
    return CATALOGUE[name]


def scalars_of(runs: Sequence[Outcomes], name: str) -> FloatArray:
    """Return a headline of many runs, (runs,)."""
    return np.array([one.scalars[name] for one in runs])


def series_of(runs: Sequence[Outcomes], name: str) -> FloatArray:
    """Return a series of many runs, (runs, times)."""
    return np.stack([one.series[name] for one in runs])


def in_order(runs: Mapping[int, Outcomes], members: Sequence[int]) -> list[Outcomes]:
    """Return the runs of some members in their order."""
    return [runs[member] for member in members]
