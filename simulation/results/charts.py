"""The figures of a study before they are drawn: each one's tidy table, with title, units and what its lines mean.

Charts are made from result tables and know no model and no drawing tool, so that more than one tool can draw them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from ..basis import arguments
from ..basis.errors import ResultsError, nearest, one_of
from ..basis.late import pd
from ..basis.short import Short
from ..measures.challenges import Panel
from ..measures.groups import shipped_groups
from ..measures.measure import Measure
from .looks import MOST_SERIES
from .words.names import capitalised
from .words.numbers import counted, labelled, scale, unit_of_level

QUANTILES = {"low": 0.05, "lower": 0.25, "median": 0.50, "upper": 0.75, "high": 0.95}
# The milestones of twenty years of the World Summit on the Information Society: first year, year after the last, words.
ERAS = (
    (2004, 2010, "2004-10: cooperation mechanisms"),
    (2010, 2015, "2010-15: thematic partnerships and platforms"),
    (2015, 2025, "2015-24: SDGs and emerging technology"),
    (2025, 2101, "beyond 2024: artificial intelligence"),
)


class ResultTables(Protocol):
    """The tables that figures are made from."""

    divide: pd.DataFrame
    countries: pd.DataFrame
    survival: pd.DataFrame
    finance: pd.DataFrame
    activity: pd.DataFrame
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Chart(Short):
    """A figure before it is drawn: its tidy table, what it says, and the units of its axes.

    `kind` says how it is drawn, where that isn't the first word of its name.
    """

    name: str
    title: str
    across: str
    up: str
    table: pd.DataFrame
    note: str = ""
    kind: str = ""

    def drawn_as(self) -> str:
        """Return how it is drawn."""
        return self.kind or self.name.partition("-")[0]


def axis(measure: Measure) -> str:
    """Write the title of an axis that shows a measure: its words with its unit."""
    return labelled(capitalised(measure.words), unit_of_level(measure.unit))


def over_time(
    measure: Measure,
    divide: pd.DataFrame,
    activity: pd.DataFrame,
    groups: Sequence[str] | None = None,
    countries: pd.DataFrame | None = None,
) -> Chart:
    """Show any measure by year, with the middle and the spread of all runs; title, axis and target are its record's.

    The table has year, group and the quantiles of the runs, in percent where the measure is a share.
    Raises ResultsError for a group that was not recorded.
    """
    table = divide if measure.table == "divide" else activity
    if "group" not in table:
        table = table.assign(group="world")
    wanted = list(measure.groups or ("world", "LDC"))
    if groups:
        wanted = [shipped_groups().read(name, "groups") for name in arguments.texts("groups", groups)]
        table = with_groups(table, countries, measure, wanted)
    chosen = table.loc[(table["measure"] == measure.name) & table["group"].isin(wanted), ["year", "group", "value"]]
    known = chosen.dropna().astype({"group": str}).groupby(["group", "year"])["value"]
    wide = known.quantile(np.array(list(QUANTILES.values()))).unstack().set_axis(list(QUANTILES), axis=1)
    wide *= scale(measure.unit)
    note = "Line: median of runs. Dark area: 50% interval. Light area: 90% interval."
    if measure.target is not None:
        note += f" {measure.target.goal}, {measure.target.words}."
    return Chart(measure.name, capitalised(measure.words), "", axis(measure), wide.reset_index(), note)


def check_choices(kind: str, choices: Mapping[str, object], names: Sequence[str] | None) -> None:
    """Refuse a choice that a figure does not have; `names` are those that it has, None where it takes any.

    Raises ResultsError, with the nearest name.
    """
    for name in choices:
        if names is not None and name not in names:
            said = one_of(names, name) if names else "no choice"
            raise ResultsError(
                f"the figure {kind} has no such choice", key=name, expected=said, nearest=nearest(name, names)
            )


def with_groups(
    table: pd.DataFrame, countries: pd.DataFrame | None, measure: Measure, groups: Sequence[str]
) -> pd.DataFrame:
    """Return the rows of a measure, with groups added that are not recorded but follow from the countries.

    Args:
        table: run, year, group, measure, value.
        countries: run, year, iso3, population and what is recorded of each country.
        measure: whose rows; a column of `countries` is averaged over people.
        groups: names as tables write them.

    Raises ResultsError for a group that is neither recorded nor follows from the countries.
    """
    rows = table.loc[table["measure"] == measure.name, ["run", "year", "group", "measure", "value"]]
    rows = rows.astype({"group": str, "measure": str, "value": float})
    there = sorted(set(rows["group"]))
    added = []
    for group in dict.fromkeys(groups):
        if group in there:
            continue
        if countries is None or measure.name not in countries:
            raise ResultsError(
                f"{measure.name} was not recorded of {group}", key="groups", expected=one_of(there, group)
            )
        chosen = countries.loc[countries["iso3"].astype(str).isin(shipped_groups().codes(group))]
        people, value = chosen["population"].to_numpy(float), chosen[measure.name].to_numpy(float)
        sums = pd.DataFrame({"run": chosen["run"], "year": chosen["year"], "users": value * people, "people": people})
        found = sums.groupby(["run", "year"])[["users", "people"]].sum()
        share = (found["users"] / found["people"]).rename("value").reset_index()
        added.append(share.assign(group=group, measure=measure.name))
    return pd.concat([rows, *added], ignore_index=True) if added else rows


def panels(shown: Sequence[Panel], divide: pd.DataFrame, activity: pd.DataFrame) -> pd.DataFrame:
    """Lay out small figures: panel, unit, target, target_words, group, year, and the quantiles of the runs.

    Shares are from 0 to 1. A panel whose measure was not recorded is left out, as are years of which nothing is known.
    """
    tables = {"divide": divide, "activity": activity if "group" in activity else activity.assign(group="world")}
    parts = []
    for panel in shown:
        table, target = tables[panel.record.table], panel.record.target
        for group in panel.groups:
            chosen = table.loc[(table["measure"] == panel.measure) & (table["group"] == group), ["year", "value"]]
            known = chosen.dropna().groupby("year")["value"]
            if known.ngroups == 0:
                continue
            wide = known.quantile(np.array(list(QUANTILES.values()))).unstack().set_axis(list(QUANTILES), axis=1)
            about = {"panel": panel.title, "unit": panel.unit, "group": group}
            level, words = (target.value, target.words) if target else (np.nan, "")
            parts.append(wide.reset_index().assign(**about, target=level, target_words=words))
    names = ["panel", "unit", "target", "target_words", "group", "year", *QUANTILES]
    if not parts:
        return pd.DataFrame(columns=names)
    together = pd.concat([part.astype({"target": float}) for part in parts], ignore_index=True)
    return together[names]


def eras_in_view(first: float, last: float) -> list[tuple[float, float, str]]:
    """Return the milestone eras that a time axis from `first` to `last` shows, cut to it: from, to, words."""
    cut = [(max(first, begins), min(last, ends), words) for begins, ends, words in ERAS]
    return [(begins, ends, words) for begins, ends, words in cut if begins < ends]


def telling(table: pd.DataFrame, most: int = MOST_SERIES) -> pd.DataFrame:
    """Return the rows of the curves that say most: the highest and the lowest, and of the others the most frequent.

    Args:
        table: value, years_after_exit, survival, initiatives.
        most: curves that are kept; a figure with more can't be read.
    """
    by_value = table.groupby("value", sort=True, observed=True)
    if by_value.ngroups <= most:
        return table
    order = by_value["survival"].mean().sort_values(ascending=False, kind="stable")
    ends = [order.index[0], order.index[-1]]
    watched = by_value["initiatives"].first().drop(ends).sort_values(ascending=False, kind="stable")
    return table.loc[table["value"].isin([*ends, *watched.index[: most - 2]])]


def subtitle_of(results: ResultTables) -> str:
    """Say which scenario and how many runs a figure shows, and with which version and seed."""
    title = str(results.manifest.get("title") or results.manifest.get("name", ""))
    made = [f"{results.manifest['product']} {results.manifest['version']}"] if "version" in results.manifest else []
    seed = [f"seed {results.manifest['seed']}"] if "seed" in results.manifest else []
    return ". ".join(
        [f"{title}, {counted(int(results.manifest.get('runs', 1)), 'run')}", ", ".join(made + seed)]
    ).rstrip(". ")
