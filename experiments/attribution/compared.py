"""What worlds are compared by in an attribution: the standing list, its values off results, and their summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.catalogue import measure as find_measure
from afteraid.simulation.measures.headlines import ADDITIONAL, WHOLE_RUN, discounted
from afteraid.simulation.measures.measure import BAND, Measure, is_share
from afteraid.simulation.results.tables import Results
from afteraid.simulation.results.words.names import place
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS

POINTS = 100.0
FOCUS = "focus"  # stands for the group that the scenario looks at
TAKEN_OUT = "taken_out"  # how many initiatives are; not an outcome


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One thing that worlds are compared by; the catalogue has its words and its unit.

    Attributes:
        name: in the tables of an attribution.
        measure: in the catalogue.
        group: of countries; FOCUS for the one that the scenario looks at; empty for a measure that has one group only.
    """

    name: str
    measure: str
    group: str = ""

    def words(self, focus: str) -> str:
        """Return what it is, in words."""
        words = CATALOGUE[self.measure].words
        return f"{words}, {place(focus if self.group == FOCUS else self.group)}" if self.group else words

    def unit(self) -> str:
        """Return its unit; a share is compared in points."""
        unit = CATALOGUE[self.measure].unit
        return "points" if is_share(unit) else unit


COMPARED: tuple[Compared, ...] = (
    *(Compared(name=name, measure=name) for name in WHOLE_RUN),
    Compared(name="outlay_usd", measure="outlay_usd"),
    Compared(name="taken_out_outlay_usd", measure="taken_out_outlay_usd"),
    Compared(name="use_world", measure="use", group="world"),
    Compared(name="use_LDC", measure="use", group="LDC"),
    Compared(name="use_rural_LDC", measure="use_rural", group="LDC"),
    Compared(name="use_focus", measure="use", group=FOCUS),
    Compared(name="closure_world", measure="closure", group="world"),
    Compared(name="closure_LDC", measure="closure", group="LDC"),
    Compared(name="closure_focus", measure="closure", group=FOCUS),
    Compared(name="users_served", measure="users_served"),
    Compared(name="users_after_exit", measure="users_after_exit"),
    Compared(name="user_years", measure="user_years"),
    Compared(name="user_years_after_exit", measure="user_years_after_exit"),
)
DOLLARS_BEFORE = "taken_out_outlay_usd"
RATIO, PERSON_YEARS, PUBLIC = ADDITIONAL  # here against the world without the item, which takes the twin's place
NOT_OUTCOMES = (DOLLARS_BEFORE, RATIO)


def compared(also: Sequence[str] = ()) -> tuple[Compared, ...]:
    """Return what worlds are compared by: the standing list, and any other measure that a table has by year.

    Raises:
        InputError: a measure is unknown or has no value by year.
    """
    found = list(COMPARED)
    for name in also:
        record = find_measure(name, "--measure")
        if record.table not in ("divide", "activity"):
            raise InputError(f"{name} has no value by year", key="--measure", expected="a measure by year")
        if name not in [one.name for one in found]:
            group = "world" if record.table == "divide" else record.default_group
            found.append(Compared(name=name, measure=name, group=group))
    return tuple(found)


def outcomes(results: Results, wanted: Sequence[Compared] = COMPARED) -> pd.DataFrame:
    """Return what is compared: one row a run, one column a measure; points where a measure is a share."""
    end, focus = int(results.divide["year"].max()), str(results.manifest["focus"])
    wide, whole = _by_year(results.activity), results.headlines()
    levels = discounted(results.countries, results.accounts)
    users = wide["sustained_users", "world"] + wide["retained_users", "world"]
    found = {"users_after_exit": users.xs(end, level="year")}
    at_end = _by_year(results.divide).xs(end, level="year")
    for one in wanted:
        record = CATALOGUE[one.measure]
        if record.table == "activity":
            found[one.name] = _over_years(wide[one.measure, one.group or record.default_group], record, end)
        elif one.measure in levels:
            found[one.name] = levels[one.measure]
        elif record.table == "run" and one.measure != RATIO:
            found[one.name] = whole[one.measure]
        elif record.table == "divide" and not (one.group == FOCUS and focus in ("world", "LDC")):
            found[one.name] = at_end[one.measure, focus if one.group == FOCUS else one.group]
        if one.name in found and is_share(record.unit):
            found[one.name] = POINTS * found[one.name]
    found[DOLLARS_BEFORE] = -found[DOLLARS_BEFORE]  # less than nothing: a world without has lost it
    found[TAKEN_OUT] = _over_years(wide[TAKEN_OUT, "world"], CATALOGUE[TAKEN_OUT], end)
    return pd.DataFrame(found).dropna(axis="columns", how="all")


def _by_year(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out one row for each run and year, one column for each measure and group."""
    plain = table.astype({"group": str, "measure": str}).drop_duplicates(["run", "year", "group", "measure"])
    return plain.pivot(index=["run", "year"], columns=["measure", "group"], values="value")


def _over_years(values: pd.Series[float], record: Measure, end: int) -> pd.Series[float]:
    """Make one number a run of a measure by year: as its record says for a flow, at the end for a stock."""
    if record.kind == "stock":
        return values.xs(end, level="year")
    by_run = values.groupby("run")
    return by_run.sum(min_count=1) if record.over_years == "sum" else by_run.mean()


def summarise(by_run: pd.DataFrame, wanted: Sequence[Compared], focus: str) -> pd.DataFrame:
    """Return mean and 90% band over runs of each item and measure, in the order of the measures.

    With fewer runs than an interval needs, the band is missing and zero counts as inside: nothing is found.
    """
    rows = []
    for (item, others), part in by_run.groupby(["item", "others"], sort=False):
        for one in wanted:
            value: FloatArray = part.loc[part["measure"] == one.name, "value"].to_numpy(np.float64)
            value = value[np.isfinite(value)]
            if not (part["measure"] == one.name).any():
                continue
            few = value.size < LEAST_DRAWS and bool(value.any())  # nothing in all runs is nothing
            low, high = (np.nan, np.nan) if few or not value.size else np.quantile(value, BAND)
            rows.append(
                {
                    "item": item, "others": others, "measure": one.name, "words": one.words(focus),
                    "unit": one.unit(), "mean": value.mean() if value.size else np.nan, "low": low, "high": high,
                    "zero_in_band": few or value.size < 2 or bool(low <= 0.0 <= high), "runs": value.size,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)
