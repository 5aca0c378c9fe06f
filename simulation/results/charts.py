"""The figures of a study before they are drawn: each one's tidy table, with title, units and what its lines mean.

Charts are made from result tables and know no model and no drawing tool, so that more than one tool can draw them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ..measures.catalogue import CATALOGUE
from ..measures.challenges import CHALLENGES, GOALS, NOT_MODELLED, Panel
from ..measures.measure import Measure
from ..measures.survival import FROM_FOUNDING, WEIGHTS, kaplan_meier
from .words.names import capitalised
from .words.numbers import labelled, scale, unit_of_level

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
    survival: pd.DataFrame
    finance: pd.DataFrame
    activity: pd.DataFrame
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Chart:
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


def use_by_group(
    divide: pd.DataFrame,
    groups: Sequence[str] = ("HIC", "world", "LDC"),
    focus: str = "LDC",
    past: dict[str, dict[str, float]] | None = None,
) -> Chart:
    """Show internet use by group of countries over time, with the middle and the spread of all runs.

    The table has year, group and the share of people at the 5, 25, 50, 75 and 95% quantiles of the runs. `past`, by
    group and year, is what went before: the same in every run, so without a spread.
    """
    shown = list(dict.fromkeys([*groups, focus]))
    chosen = divide.loc[(divide["measure"] == "use") & divide["group"].isin(shown), ["year", "group", "value"]]
    table = (
        chosen.astype({"group": str}).groupby(["year", "group"])["value"].quantile(np.array(list(QUANTILES.values())))
    )
    wide = table.unstack().set_axis(list(QUANTILES), axis=1).reset_index()
    first = int(wide["year"].min()) if len(wide) else 0
    before = [
        {"year": int(year), "group": group, **dict.fromkeys(QUANTILES, use)}
        for group in shown
        for year, use in (past or {}).get(group, {}).items()
        if int(year) < first
    ]
    if before:
        wide = pd.concat([pd.DataFrame(before), wide], ignore_index=True)
    order = {name: place for place, name in enumerate(shown)}
    wide = wide.sort_values(
        ["group", "year"], key=lambda column: column.map(order) if column.name == "group" else column
    )
    note = "Line: median of runs. Dark area: 50% interval. Light area: 90% interval. Dashed: universal use (95%)."
    note += f" Before {first}: the fitted past." if before else ""
    return Chart("use_by_group", "Internet use by group", "", axis(CATALOGUE["use"]), wide, note)


def over_time(
    measure: Measure, divide: pd.DataFrame, activity: pd.DataFrame, groups: Sequence[str] | None = None
) -> Chart:
    """Show any measure by year, with the middle and the spread of all runs; title, axis and target are its record's.

    The table has year, group and the quantiles of the runs, in percent where the measure is a share.
    """
    table = divide if measure.table == "divide" else activity
    if "group" not in table:
        table = table.assign(group="world")
    wanted = groups or measure.groups or ("world", "LDC")
    chosen = table.loc[(table["measure"] == measure.name) & table["group"].isin(wanted), ["year", "group", "value"]]
    known = chosen.dropna().astype({"group": str}).groupby(["group", "year"])["value"]
    wide = known.quantile(np.array(list(QUANTILES.values()))).unstack().set_axis(list(QUANTILES), axis=1)
    wide *= scale(measure.unit)
    note = "Line: median of runs. Dark area: 50% interval. Light area: 90% interval."
    if measure.target is not None:
        note += f" {measure.target.goal}, {measure.target.words}."
    return Chart(measure.name, capitalised(measure.words), "", axis(measure), wide.reset_index(), note)


def survival_by_exit(
    survival: pd.DataFrame, dimension: str = "exit_strategy", longest: float = 15.0, weight: str = "initiatives"
) -> Chart:
    """Show the share of initiatives still serving after the donor left, for each exit strategy.

    A dimension of :data:`survival.FROM_FOUNDING` counts from founding, by what was assigned then. With the
    weight `people`, each initiative counts with the people it serves.

    The table has value, years_after_exit, survival, low and high (90% of runs, or Greenwood's band for a single run),
    and initiatives, the number watched over all runs.
    """
    at_risk, closing, _ = WEIGHTS[weight]
    chosen = survival.loc[(survival["dimension"] == dimension) & (survival["years_after_exit"] <= longest)]
    tables = []
    for value, part in chosen.astype({"value": str}).groupby("value"):
        counts = part.groupby(["run", "years_after_exit"])[[at_risk, closing]].sum().unstack("years_after_exit")
        risk, events = counts[at_risk].to_numpy(float), counts[closing].to_numpy(float)
        together, low, high = kaplan_meier(risk.sum(axis=0), events.sum(axis=0))
        if len(counts) > 1:
            by_run = pd.DataFrame(kaplan_meier(risk, events)[0])
            low, high = by_run.quantile(0.05).to_numpy(), by_run.quantile(0.95).to_numpy()
        times = counts[at_risk].columns.to_numpy(float)
        watched = int(part.loc[part["years_after_exit"] == part["years_after_exit"].min(), "at_risk"].sum())
        columns = {"value": value, "years_after_exit": times, "survival": together, "low": low, "high": high}
        tables.append(pd.DataFrame({**columns, "initiatives": watched}))
    names = ["value", "years_after_exit", "survival", "low", "high", "initiatives"]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=names)
    up = "Initiatives still serving (%)" if weight == "initiatives" else "People still served, of those reached (%)"
    note = "Kaplan-Meier estimate over all runs; area: 90% interval. n: initiatives observed in all runs."
    if dimension in FROM_FOUNDING:
        title, note = "What survives from founding", f"By what was assigned at founding. {note}"
        return Chart("survival_from_founding", title, "Years after founding", up, table, note)
    return Chart("survival_by_exit", "What survives after the donor leaves", "Years after exit", up, table, note)


def funding_by_source(finance: pd.DataFrame, most: int = 7) -> Chart:
    """Show where the money comes from, year by year.

    The table has year, item and amount_usd, the mean over runs; the smallest sources are added up as `other`.
    """
    runs = max(1, finance["run"].nunique()) if "run" in finance else 1
    sources = finance.loc[finance["direction"] == "source"].astype({"item": str})
    amounts = sources.groupby(["year", "item"])["amount_usd"].sum().unstack(fill_value=0) / runs
    largest = list(amounts.sum().sort_values(ascending=False, kind="stable").index)
    largest = [name for name in largest if amounts[name].abs().sum() > 0.0]
    kept = largest if len(largest) <= most + 1 else largest[:most]
    table = amounts[kept].copy()
    if len(kept) < len(largest):
        table["other"] = amounts[largest[most:]].sum(axis=1)
    tidy = table.reset_index().melt(id_vars="year", var_name="item", value_name="amount_usd")
    up = "Billion US dollars a year (constant 2023)"
    return Chart("funding_by_source", "Who pays for digital development", "", up, tidy, "Mean of all runs.")


def challenges(divide: pd.DataFrame, activity: pd.DataFrame) -> Chart:
    """Show one output over time for each of the seven challenges; the table is that of :func:`panels`."""
    note = "Line: median of runs. Area: 90% interval."
    table = panels(CHALLENGES, divide, activity)
    return Chart("challenges", "Seven challenges of cooperation", "", "Unit in each title", table, note)


def sdg(divide: pd.DataFrame, activity: pd.DataFrame) -> Chart:
    """Show the goals of sustainable development beside their targets; the table is that of :func:`panels`."""
    note = f"Line: median of runs. Area: 90% interval. Dashed: target. {NOT_MODELLED}"
    table = panels(GOALS, divide, activity)
    return Chart("sdg", "Sustainable Development Goals and their targets", "", "Unit in each title", table, note)


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


def charts(results: ResultTables) -> list[Chart]:
    """Make the charts of a study, in the order in which a report shows them."""
    focus = str(results.manifest.get("focus", "LDC"))
    return [
        use_by_group(results.divide, focus=focus, past=results.manifest.get("past_use")),
        survival_by_exit(results.survival),
        survival_by_exit(results.survival, "exit_strategy_from_founding"),
        funding_by_source(results.finance),
        challenges(results.divide, results.activity),
        sdg(results.divide, results.activity),
    ]


def subtitle_of(results: ResultTables) -> str:
    """Say which scenario and how many runs a figure shows."""
    title = str(results.manifest.get("title") or results.manifest.get("name", ""))
    return f"{title}, {results.manifest.get('runs', 1)} runs"
