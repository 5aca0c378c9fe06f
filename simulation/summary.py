"""The answer of a study in plain language, and the table beneath it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from .charts import in_words
from .metrics import dollars_per_user_year
from .survival import HORIZONS

YEARS_SHOWN = (2030, 2040, 2050)


@dataclass(frozen=True)
class Row:
    """One number of the table with its 90% band; `value` is the median over runs."""

    group: str
    measure: str
    year: int | None
    unit: str
    median: float
    low: float
    high: float

    def text(self) -> str:
        """Write the number and its band in the unit that a reader expects."""
        return _with_band(self.unit, self.median, self.low, self.high)


@dataclass(frozen=True)
class Summary:
    """What a study found: sentences that answer the question, and the rows that they rest on."""

    answer: tuple[str, ...]
    rows: tuple[Row, ...]

    def get(self, group: str, measure: str, year: int | None = None) -> Row | None:
        """Return one row, or None where the study doesn't have it."""
        wanted = (group, measure, year)
        return next((row for row in self.rows if (row.group, row.measure, row.year) == wanted), None)

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return headings and lines of the table, as text: first the groups, then what concerns initiatives."""
        groups = list(dict.fromkeys(row.group for row in self.rows if row.group != "initiatives"))
        keys = list(dict.fromkeys((row.measure, row.year) for row in self.rows if row.group != "initiatives"))
        lines = []
        for measure, year in keys:
            found = [self.get(group, measure, year) for group in groups]
            lines.append([_heading(measure, year), *(row.text() if row else "" for row in found)])
        for row in self.rows:
            if row.group == "initiatives":
                lines.append([_heading(row.measure, row.year), row.text(), *[""] * (len(groups) - 1)])
        return ["", *(in_words(group) for group in groups)], lines

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain lists and numbers, for JSON; what is not known is None."""
        rows = [{name: _plain(value) for name, value in asdict(row).items()} for row in self.rows]
        return {"answer": list(self.answer), "rows": rows}


def _plain(value: Any) -> Any:
    """Turn numbers that JSON can't write into None."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def summarise(
    divide: pd.DataFrame, survival_after: pd.DataFrame, activity: pd.DataFrame, manifest: Mapping[str, Any]
) -> Summary:
    """Answer a study's question from its tables.

    Args:
        divide: run, year, group, measure, value.
        survival_after: run, years_after_exit, survival, over all initiatives.
        activity: run, year, measure, value.
        manifest: reads focus (a group of `divide`) and judged_share.
    """
    focus = str(manifest.get("focus", "LDC"))
    present = set(divide["group"].astype(str))
    groups = [name for name in dict.fromkeys(["world", "LDC", focus]) if name in present]
    first, last = int(divide["year"].min()), int(divide["year"].max())
    years = sorted({year for year in YEARS_SHOWN if first < year < last} | {last})
    rows: list[Row] = []
    for group in groups:
        series = divide.loc[divide["group"] == group]
        rows += [_row(series, group, "use", year, "%") for year in [first, *years]]
        if group != "world":
            rows.append(_row(series, group, "closure", last, "%"))
        rows.append(_row(series, group, "unconnected", last, "people"))
    for horizon in HORIZONS:
        shares = survival_after.loc[survival_after["years_after_exit"] == horizon, "survival"].to_numpy(float)
        rows.append(Row("initiatives", f"serving_{horizon:g}_years_after_exit", None, "%", *_band(shares)))
    cost = dollars_per_user_year(activity).to_numpy(float)
    rows.append(Row("initiatives", "usd_per_sustained_user_year", None, "usd", *_band(cost)))
    summary = Summary((), tuple(rows))
    return Summary(_answer(summary, groups, first, last, manifest), tuple(rows))


def _row(series: pd.DataFrame, group: str, measure: str, year: int, unit: str) -> Row:
    """Take the median and the band over runs of one measure in one year."""
    values = series.loc[(series["measure"] == measure) & (series["year"] == year), "value"].to_numpy(float)
    return Row(group, measure, year, unit, *_band(values))


def _band(values: np.ndarray) -> tuple[float, float, float]:
    """Return the median and the 5 and 95% quantiles of what is known; all missing where nothing is."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return math.nan, math.nan, math.nan
    median, low, high = np.quantile(known, [0.5, 0.05, 0.95])
    return float(median), float(low), float(high)


def _answer(summary: Summary, groups: list[str], first: int, last: int, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in sentences what the rows say in numbers."""
    said = [_use_sentence(summary, group, first, last) for group in groups]
    five = summary.get("initiatives", "serving_5_years_after_exit")
    if five is not None and math.isfinite(five.median):
        said.append(
            f"Of the initiatives that donors leave, {five.median:.0%} still serve five years later "
            f"(90% of runs: {five.low:.0%} to {five.high:.0%})."
        )
    cost = summary.get("initiatives", "usd_per_sustained_user_year")
    if cost is not None and math.isfinite(cost.median):
        said.append(f"Each year of use sustained after exit costs donors {cost.text()} dollars (constant 2023).")
    judged = manifest.get("judged_share")
    if judged is not None:
        said.append(
            f"{float(judged):.0%} of the parameters are judgement: read this as a what-if with its spread, "
            "not as a forecast."
        )
    return tuple(said)


def _use_sentence(summary: Summary, group: str, first: int, last: int) -> str:
    """Say how use in a group moves from the first year to the last, and what that does to the gap."""
    now, then = summary.get(group, "use", first), summary.get(group, "use", last)
    closure, offline = summary.get(group, "closure", last), summary.get(group, "unconnected", last)
    assert now is not None and then is not None
    place = in_words(group)
    said = (
        f"{place}: {then.median:.0%} of people use the internet in {last} "
        f"(90% of runs: {then.low:.0%} to {then.high:.0%}), against {now.median:.0%} in {first}"
    )
    if closure is not None and math.isfinite(closure.median):
        move = "closes" if closure.median >= 0.0 else "widens"
        said += f"; the gap to the high-income economies {move} by {abs(closure.median):.0%}"
    if offline is not None and math.isfinite(offline.median):
        said += f"; {people_in_words(offline.median)} people stay unconnected"
    return said + "."


def people_in_words(number: float) -> str:
    """Write a number of people or dollars with three figures: 1.62 billion, 301 million, 45,200."""
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if abs(number) >= size * 0.9995:
            digits = max(0, 2 - int(math.log10(max(abs(number) / size, 1.0))))
            return f"{number / size:.{digits}f}{word}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _with_band(unit: str, median: float, low: float, high: float) -> str:
    """Write a median with its band in brackets; a dash where nothing is known."""
    if not math.isfinite(median):
        return "-"
    if unit == "%":
        return f"{100 * median:.1f}% ({100 * low:.1f} to {100 * high:.1f})"
    return f"{people_in_words(median)} ({people_in_words(low)} to {people_in_words(high)})"


def _heading(measure: str, year: int | None) -> str:
    """Name a line of the table."""
    if measure.startswith("serving_"):
        number = measure.split("_")[1]
        return f"initiatives serving {number} year{'' if number == '1' else 's'} after exit"
    words = {
        "use": f"internet use {year}",
        "closure": f"gap to high income closed by {year}",
        "unconnected": f"people unconnected {year}",
        "usd_per_sustained_user_year": "dollars per sustained user-year",
    }
    return words.get(measure, measure.replace("_", " "))
