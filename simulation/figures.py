"""The three figures of a study: who is online, what survives after exit, and who pays.

Each figure has one function that makes its tidy table with title and units (a :class:`Chart`), and one that draws it.
The charts are made from result tables and know no model; another drawing tool can use the same charts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from .metrics import kaplan_meier

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette: told apart with every common kind of colour blindness, and in the order that contrasts most.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442", "#999999")
QUANTILES = {"low": 0.05, "lower": 0.25, "median": 0.50, "upper": 0.75, "high": 0.95}
UNIVERSAL_USE = 0.95  # what the ITU counts as universal use for practical purposes (Facts and Figures)
WORDS = {
    "world": "World",
    "LDC": "Least developed countries",
    "LLDC": "Landlocked developing countries",
    "SIDS": "Small island developing states",
    "FRAGILE": "Fragile and conflict-affected",
    "LIC": "Low income",
    "LMC": "Lower-middle income",
    "UMC": "Upper-middle income",
    "HIC": "High income",
}


class ResultTables(Protocol):
    """The tables that figures are made from."""

    divide: pd.DataFrame
    survival: pd.DataFrame
    finance: pd.DataFrame
    manifest: dict[str, Any]


@dataclass(frozen=True)
class Chart:
    """A figure before it is drawn: its tidy table, what it says, and the units of its axes."""

    name: str
    title: str
    across: str
    up: str
    table: pd.DataFrame
    note: str = ""


def in_words(name: str) -> str:
    """Write a group, an exit strategy or a source of money as a reader would say it."""
    return WORDS.get(name, name if name.isupper() else name.replace("_", " ").capitalize())


def use_by_group(divide: pd.DataFrame, groups: Sequence[str] = ("HIC", "world", "LDC"), focus: str = "LDC") -> Chart:
    """Show internet use by group of countries over time, with the middle and the spread of all runs.

    The table has year, group and the share of people at the 5, 25, 50, 75 and 95% quantiles of the runs.
    """
    shown = list(dict.fromkeys([*groups, focus]))
    chosen = divide.loc[(divide["measure"] == "use") & divide["group"].isin(shown), ["year", "group", "value"]]
    table = (
        chosen.astype({"group": str}).groupby(["year", "group"])["value"].quantile(np.array(list(QUANTILES.values())))
    )
    wide = table.unstack().set_axis(list(QUANTILES), axis=1).reset_index()
    order = {name: place for place, name in enumerate(shown)}
    wide = wide.sort_values(
        ["group", "year"], key=lambda column: column.map(order) if column.name == "group" else column
    )
    note = "Line: median of runs. Dark band: half of runs. Light band: 90% of runs. Dashed: universal use (95%)."
    return Chart("use_by_group", "Internet use by group", "", "People using the internet (%)", wide, note)


def survival_by_exit(survival: pd.DataFrame, dimension: str = "exit_strategy", longest: float = 15.0) -> Chart:
    """Show the share of initiatives still serving after the donor left, for each way of leaving.

    The table has value, years_after_exit, survival, low and high (90% of runs, or Greenwood's band for a single run),
    and initiatives, the number watched over all runs.
    """
    chosen = survival.loc[(survival["dimension"] == dimension) & (survival["years_after_exit"] <= longest)]
    tables = []
    for value, part in chosen.astype({"value": str}).groupby("value"):
        counts = part.groupby(["run", "years_after_exit"])[["at_risk", "events"]].sum().unstack("years_after_exit")
        risk, events = counts["at_risk"].to_numpy(float), counts["events"].to_numpy(float)
        together, low, high = kaplan_meier(risk.sum(axis=0), events.sum(axis=0))
        if len(counts) > 1:
            by_run = pd.DataFrame(kaplan_meier(risk, events)[0])
            low, high = by_run.quantile(0.05).to_numpy(), by_run.quantile(0.95).to_numpy()
        times = counts["at_risk"].columns.to_numpy(float)
        columns = {"value": value, "years_after_exit": times, "survival": together, "low": low, "high": high}
        tables.append(pd.DataFrame({**columns, "initiatives": int(risk[:, 0].sum())}))
    names = ["value", "years_after_exit", "survival", "low", "high", "initiatives"]
    table = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=names)
    up = "Initiatives still serving (%)"
    note = "Kaplan-Meier over all runs; band: 90% of runs."
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


def draw_use(axes: Axes, chart: Chart) -> None:
    """Draw a fan for each group and the line of universal use."""
    labels: list[tuple[float, str, str]] = []
    for place, (group, part) in enumerate(chart.table.groupby("group", sort=False)):
        colour = PALETTE[place % len(PALETTE)]
        years = part["year"].to_numpy()
        shares = {name: 100.0 * part[name].to_numpy(float) for name in QUANTILES}
        axes.fill_between(years, shares["low"], shares["high"], color=colour, alpha=0.15, linewidth=0)
        axes.fill_between(years, shares["lower"], shares["upper"], color=colour, alpha=0.30, linewidth=0)
        axes.plot(years, shares["median"], color=colour, linewidth=2.0)
        labels.append((float(shares["median"][-1]), in_words(str(group)), colour))
    axes.axhline(100 * UNIVERSAL_USE, color="#555555", linestyle="--", linewidth=1.0)
    first, last = chart.table["year"].min(), chart.table["year"].max()
    axes.set_xlim(first, last)
    axes.set_ylim(0, 100)
    _label_ends(axes, float(last), labels, 5.0)


def draw_survival(axes: Axes, chart: Chart) -> None:
    """Draw a curve with its band for each value."""
    labels: list[tuple[float, str, str]] = []
    last = float(chart.table["years_after_exit"].max()) if len(chart.table) else 10.0
    for place, (value, part) in enumerate(chart.table.groupby("value", sort=True)):
        colour = PALETTE[place % len(PALETTE)]
        times = np.concatenate([[0.0], part["years_after_exit"].to_numpy(float)])
        curve, low, high = (
            100.0 * np.concatenate([[1.0], part[name].to_numpy(float)]) for name in ("survival", "low", "high")
        )
        axes.fill_between(times, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.plot(times, curve, color=colour, linewidth=2.0)
        known = curve[np.isfinite(curve)]
        labels.append((float(known[-1]), f"{in_words(str(value))}\n(n = {int(part['initiatives'].iloc[0]):,})", colour))
    axes.set_xlim(0, last)
    axes.set_ylim(0, 100)
    _label_ends(axes, last, labels, 9.0)


def draw_funding(axes: Axes, chart: Chart) -> None:
    """Stack the sources of money, the largest at the bottom."""
    wide = chart.table.pivot(index="year", columns="item", values="amount_usd") / 1e9
    order = list(dict.fromkeys(chart.table["item"]))
    colours = [PALETTE[place % len(PALETTE)] for place in range(len(order))]
    layers = [wide[name].to_numpy(float) for name in order]
    if layers:
        axes.stackplot(
            wide.index.to_numpy(), *layers, colors=colours, labels=[in_words(name) for name in order], alpha=0.9
        )
        axes.set_xlim(wide.index.min(), max(wide.index.max(), wide.index.min() + 1))
        handles, names = axes.get_legend_handles_labels()
        # the legend reads from the top, as the stack does
        axes.legend(
            handles[::-1], names[::-1], loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, fontsize=9
        )
    axes.set_ylim(bottom=0)


def _label_ends(axes: Axes, at: float, labels: list[tuple[float, str, str]], apart: float) -> None:
    """Name each line at its right end, moved apart so that no two names overlap, and kept beside the axes."""
    ordered = sorted(labels)
    heights = [height for height, _, _ in ordered]
    for place in range(1, len(heights)):
        heights[place] = max(heights[place], heights[place - 1] + apart)
    ceiling = 100.0
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], ceiling)
        ceiling = heights[place] - apart
    style: dict[str, Any] = {"xytext": (6, 0), "textcoords": "offset points", "fontsize": 9, "va": "center"}
    for height, (_, text, colour) in zip(heights, ordered, strict=True):
        axes.annotate(text, (at, height), color=colour, annotation_clip=False, **style)


DRAWERS: dict[str, Callable[[Any, Chart], None]] = {
    "use_by_group": draw_use,
    "survival_by_exit": draw_survival,
    "funding_by_source": draw_funding,
}


def draw(chart: Chart, subtitle: str = "") -> Figure:
    """Draw a chart as a matplotlib figure of 9 by 5 inches."""
    from matplotlib.figure import Figure  # here, since importing matplotlib takes longer than reading a result

    figure = Figure(figsize=(9.0, 5.0), layout="constrained")
    axes = figure.add_subplot()
    if chart.table.empty:
        axes.text(0.5, 0.5, "nothing to show", transform=axes.transAxes, ha="center")
    else:
        DRAWERS[chart.name](axes, chart)
    axes.set_xlabel(chart.across)
    axes.set_ylabel(chart.up)
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(f"{chart.title}\n" if subtitle else chart.title, loc="left", fontweight="bold")
    if subtitle:
        axes.text(0.0, 1.02, subtitle, transform=axes.transAxes, fontsize=9, color="#555555")
    figure.supxlabel(chart.note, x=0.01, ha="left", fontsize=8, color="#555555")
    return figure


def charts(results: ResultTables) -> list[Chart]:
    """Make the charts of a study, in the order in which a report shows them."""
    focus = str(results.manifest.get("focus", "LDC"))
    return [
        use_by_group(results.divide, focus=focus),
        survival_by_exit(results.survival),
        funding_by_source(results.finance),
    ]


def subtitle_of(results: ResultTables) -> str:
    """Say which scenario and how many runs a figure shows."""
    title = str(results.manifest.get("title") or results.manifest.get("name", ""))
    return f"{title}, {results.manifest.get('runs', 1)} runs"


def write_figures(results: ResultTables, folder: str | Path) -> list[Path]:
    """Draw every figure of a study into a folder as PNG files at 150 dots per inch, and return their paths."""
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for chart in charts(results):
        path = place / f"{chart.name}.png"
        unfinished = path.with_suffix(".unfinished")
        # no software version in the file: the same results give the same bytes
        draw(chart, subtitle_of(results)).savefig(unfinished, format="png", dpi=150, metadata={"Software": None})
        unfinished.replace(path)
        written.append(path)
    return written
