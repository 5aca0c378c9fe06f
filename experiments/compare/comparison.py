"""A comparison: the results of a base and its options on the same draws, and the paired differences of headlines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import InputError, nearest, one_of
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.measures.headlines import AT_THE_END, HEADLINES
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.verdicts import Judged, judge, smallest

from .effects import by_country, by_year, cost

Found = TypeVar("Found")


@dataclass(frozen=True)
class Comparison:
    """Options against a base, pair by pair.

    Attributes:
        labels: how the base and the options are called, the base first.
        results: of each, on the same draws.
        asked: pairs that were asked for; fewer are there where the user stopped.
        matters: the smallest difference that matters by measure, where the user changed it.
    """

    labels: tuple[str, ...]
    results: tuple[Results, ...]
    asked: int
    matters: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a smallest difference of what is no headline."""
        check_matters(self.matters)

    def __repr__(self) -> str:
        """Name what is compared, and how many pairs there are."""
        return f"<Comparison of {'; '.join(self.labels[1:])} with {self.labels[0]}: {self.pairs} paired runs>"

    def _repr_html_(self) -> str:
        """Show the headlines in a notebook."""
        table = self.table()
        shown = table[["option", "words", "median", "low", "high", "verdict", "most", "pairs"]]
        return str(shown.to_html(index=False, float_format=lambda value: f"{value:.3g}"))

    @property
    def options(self) -> range:
        """Return the places of the options among the sides."""
        return range(1, len(self.labels))

    @property
    def pairs(self) -> int:
        """Return how many pairs there are."""
        return int(self.results[0].manifest["runs"])

    @property
    def focus(self) -> str:
        """Return the country or group that the answer looks at, as tables name it."""
        return shipped_groups().read(str(self.results[0].manifest["focus"]), "focus")

    @cached_property
    def values(self) -> tuple[pd.DataFrame, ...]:
        """Return the headlines of each side: one row a run, one column a measure."""
        return tuple(_headlines(one, self.focus) for one in self.results)

    def differences(self, option: int, other: int = 0) -> pd.DataFrame:
        """Return one side less another: one row a run, one column a headline."""
        return self.values[option] - self.values[other]

    def least(self, measure: str) -> float:
        """Return the smallest difference of a headline that matters, in its unit."""
        if measure in self.matters:
            return float(self.matters[measure])
        level = float(np.nanmean(self.values[0][measure])) if self.values[0][measure].notna().any() else 0.0
        return smallest(CATALOGUE[measure].matters, level)

    def judged(self, option: int, measure: str, other: int = 0) -> Judged:
        """Judge the paired difference of a headline."""
        return judge(self.differences(option, other)[measure].to_numpy(float), self.least(measure))

    def measures(self) -> list[str]:
        """List the headlines that these runs have."""
        return [name for name in HEADLINES if any(values[name].notna().any() for values in self.values)]

    def paths(self, option: int) -> pd.DataFrame:
        """Return the differences of an option by year: measure, group, year, low, median, high."""
        return self._once("paths", option, lambda one, base: by_year(one, base, self.focus))

    def countries(self, option: int) -> pd.DataFrame:
        """Return who gains and who loses by an option: measure, iso3, country, mean, low, high, verdict, pairs."""
        return self._once("countries", option, by_country)

    def cost(self, option: int) -> dict[str, float]:
        """Return the extra public money and user-years of an option, and the price of an extra user-year."""
        return self._once("cost", option, cost)

    def _once(self, what: str, option: int, work: Callable[[Results, Results], Found]) -> Found:
        """Work something out of an option's results and the base's once, and remember it."""
        if (what, option) not in self._kept:
            self._kept[what, option] = work(self.results[option], self.results[0])
        found: Found = self._kept[what, option]
        return found

    @cached_property
    def _kept(self) -> dict[tuple[str, int], Any]:
        """Hold what was worked out."""
        return {}

    def table(self) -> pd.DataFrame:
        """Return the headlines: one row an option and measure, with its difference, interval and verdict.

        Columns: option, measure, words, unit, base_mean, mean (of the option), difference (of the two means), median,
        low and high (90% of the paired differences), verdict, better, most (pairs on the side of the median), pairs,
        least (smallest difference that matters).
        """
        rows: list[dict[str, Any]] = []
        for option in self.options:
            for name in self.measures():
                found, record = self.judged(option, name), CATALOGUE[name]
                both = self.differences(option)[name].notna()
                rows.append(
                    {
                        "option": self.labels[option], "measure": name, "words": record.words, "unit": record.unit,
                        "base_mean": self.values[0][name][both].mean(),
                        "mean": self.values[option][name][both].mean(), "difference": found.mean,
                        "median": found.median, "low": found.low, "high": found.high, "verdict": found.verdict,
                        "better": record.better, "most": found.most, "pairs": found.pairs, "least": found.least,
                    }
                )  # fmt: skip
        return pd.DataFrame(rows)


def check_matters(matters: Mapping[str, float]) -> None:
    """Refuse a smallest difference that is not of a headline, or is negative.

    Raises InputError, with the nearest name.
    """
    for name, size in matters.items():
        if name not in HEADLINES:
            raise InputError(
                f"no headline is called '{name}'", key="matters", expected=one_of(HEADLINES, name),
                nearest=nearest(name, HEADLINES),
            )  # fmt: skip
        if not (np.isfinite(size) and size >= 0.0):
            raise InputError(f"{name} can't be {size:g}", key="matters", expected="a number from 0 on")


def better_sign(measure: str) -> int:
    """Return 1 where more of a measure is better, -1 where less is, 0 where nobody can say."""
    return {"more": 1, "less": -1, "neither": 0}[CATALOGUE[measure].better]


def _headlines(results: Results, focus: str) -> pd.DataFrame:
    """Return the headlines of one side: one row a run, one column a measure; missing where there is no value."""
    found = results.headlines()
    end = int(results.divide["year"].max())
    divide = results.divide[["run", "year", "group", "measure", "value"]].astype({"group": str, "measure": str})
    last = divide[(divide["year"] == end) & (divide["group"] == focus)]
    for name in AT_THE_END:
        found[name] = last[last["measure"] == name].drop_duplicates("run").set_index("run")["value"].astype(float)
    return found[list(HEADLINES)]
