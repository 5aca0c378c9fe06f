"""The figures of a run, one file each: what a figure shows, and which way of drawing it takes.

A file of this folder declares its figure with :func:`figure`. That is all: the figure is then known to `Results.chart`,
drawn into every report, and tested. What is drawn is a `Chart`, a tidy table that knows no drawing tool.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..charts import Chart, ResultTables

Make = Callable[..., Chart]


@dataclass(frozen=True)
class Figure:
    """One figure of a run.

    Attributes:
        kind: its name in `Results.chart`.
        place: its place in a report; the lowest number comes first.
        make: makes the chart from results; takes choices by name.
        shown: the choices with which a report shows it; it is shown once with none by default.
        choices: names of its choices, where its maker does not list them.
    """

    kind: str
    place: float
    make: Make
    shown: tuple[Mapping[str, Any], ...] = ({},)
    choices: tuple[str, ...] | None = None

    def known_choices(self) -> tuple[str, ...] | None:
        """Return the names of its choices; None where its maker takes any."""
        parameters = list(inspect.signature(self.make).parameters.values())[1:]
        if self.choices is None and any(one.kind is one.VAR_KEYWORD for one in parameters):
            return None
        return self.choices or tuple(one.name for one in parameters)


_FIGURES: dict[str, Figure] = {}


def figure(
    kind: str, place: float, shown: tuple[Mapping[str, Any], ...] = ({},), choices: tuple[str, ...] | None = None
) -> Callable[[Make], Make]:
    """Declare the function below as the maker of a figure's chart; see :class:`Figure` for the arguments."""

    def declare(make: Make) -> Make:
        if kind in _FIGURES:
            raise ValueError(f"figure {kind} is declared twice")
        _FIGURES[kind] = Figure(kind, place, make, shown, choices)
        return make

    return declare


@functools.cache
def gallery() -> dict[str, Figure]:
    """Return all figures by kind, in the order of a report."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    return {one.kind: one for one in sorted(_FIGURES.values(), key=lambda one: (one.place, one.kind))}


def charts(results: ResultTables) -> list[Chart]:
    """Make the charts of a study, in the order in which a report shows them."""
    return [one.make(results, **choices) for one in gallery().values() for choices in one.shown]
