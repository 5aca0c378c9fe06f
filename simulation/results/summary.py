"""The answer of a study in plain language, and the table beneath it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ..measures.measures import INDICATORS
from ..measures.metrics import COSTS, UNIVERSAL_USE, dollars_per_user_year, year_reached
from ..measures.survival import HORIZONS
from .charts import in_words

YEARS_SHOWN = (2030, 2040, 2050)
FROM_FOUNDING = (5.0, 10.0)  # years after founding, the second clock
# what stands for each challenge in the answer: measure and group, in the order of the challenges
CHALLENGES_SHOWN = (
    ("transaction_cost_share", "world"),
    ("orphans", "recipients"),
    ("aid_volatility", "recipients"),
    ("share_of_need_met", "recipients"),
    ("leverage", "world"),
    ("mean_price", "LDC"),
    ("price_above_target", "recipients"),
    ("addressable_share", "recipients"),
    ("handover_shortfall", "recipients"),
    ("decision_regret", "world"),
    ("technology_age_at_closure", "world"),
    ("cost_per_user", "world"),
)
Section = tuple[list[str], list[list[str]]]  # headings, lines


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
    section: str = "divide"  # divide, initiatives or challenges

    def text(self) -> str:
        """Write the number and its band in the unit that a reader expects."""
        if self.unit == "year":
            median, low, high = (_year_in_words(number, self.year) for number in (self.median, self.low, self.high))
            return "-" if math.isnan(self.median) else median if low == high else f"{median} ({low} to {high})"
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

    def sections(self) -> list[Section]:
        """Return the tables as text, headings and lines: groups of countries, initiatives, challenges over time."""
        return [made for made in (self._divide(), self._initiatives(), self._challenges()) if made[1]]

    def _divide(self) -> Section:
        """Lay out what concerns people, one column a group of countries."""
        rows = [row for row in self.rows if row.section == "divide"]
        groups = list(dict.fromkeys(row.group for row in rows))
        keys = list(dict.fromkeys((row.measure, row.year) for row in rows))
        lines = []
        for measure, year in keys:
            found = [self.get(group, measure, year) for group in groups]
            lines.append([_heading(measure, year), *(row.text() if row else "" for row in found)])
        return ["", *(in_words(group) for group in groups)], lines

    def _initiatives(self) -> Section:
        """Lay out what concerns initiatives of all countries together."""
        rows = [row for row in self.rows if row.section == "initiatives"]
        return ["Initiatives", "all countries"], [[_heading(row.measure, row.year), row.text()] for row in rows]

    def _challenges(self) -> Section:
        """Lay out what shows the challenges, one column a year."""
        rows = [row for row in self.rows if row.section == "challenges"]
        years = sorted({row.year for row in rows if row.year is not None})
        lines = []
        for measure, group in dict.fromkeys((row.measure, row.group) for row in rows):
            found = [self.get(group, measure, year) for year in years]
            whose = "" if group == "world" else f" ({group})"
            lines.append([INDICATORS[measure].words + whose, *(row.text() if row else "" for row in found)])
        return ["Challenges", *map(str, years)], lines

    def to_dict(self) -> dict[str, Any]:
        """Return the summary as plain lists and numbers, for JSON; what is not known is None."""
        rows = [{name: _plain(value) for name, value in asdict(row).items()} for row in self.rows]
        return {"answer": list(self.answer), "rows": rows}


def _plain(value: Any) -> Any:
    """Turn numbers that JSON can't write into None."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def summarise(
    divide: pd.DataFrame,
    survival_after: pd.DataFrame,
    activity: pd.DataFrame,
    manifest: Mapping[str, Any],
    from_founding: pd.DataFrame | None = None,
) -> Summary:
    """Answer a study's question from its tables.

    Args:
        divide: run, year, group, measure, value.
        survival_after: run, years_after_exit, survival, over all initiatives.
        activity: run, year, group, measure, value.
        manifest: reads focus (a group of `divide`) and judged_share.
        from_founding: as `survival_after`, by years since founding.
    """
    focus = str(manifest.get("focus", "LDC"))
    present = set(divide["group"].astype(str))
    groups = [name for name in dict.fromkeys(["world", "LDC", focus]) if name in present]
    first, last = int(divide["year"].min()), int(divide["year"].max())
    rows = [*_divide_rows(divide, groups, first, last), *_initiative_rows(survival_after, from_founding, activity)]
    rows += _challenge_rows(activity, first, last - 1)
    summary = Summary((), tuple(rows))
    return Summary(_answer(summary, groups, first, last, manifest), tuple(rows))


def _divide_rows(divide: pd.DataFrame, groups: list[str], first: int, last: int) -> list[Row]:
    """Say of each group who is online, how far its gap closes, who is not, and when nearly all are."""
    years = [first, *sorted({year for year in YEARS_SHOWN if first < year < last} | {last})]
    reached = year_reached(divide).set_index("group")["year"]
    rows: list[Row] = []
    for group in groups:
        series = divide.loc[divide["group"] == group]
        rows += [_row(series, group, "use", year, "%") for year in years]
        if group != "world":
            rows.append(_row(series, group, "closure", last, "%"))
        rows += [_row(series, group, "unconnected", year, "people") for year in years[1:]]
        if (series["measure"] == "parity").any():
            rows += [_row(series, group, "parity", year, "ratio") for year in (first, last)]
        # who doesn't get there counts as later than any year, so that the median is of all runs and not of the fast
        when = reached.loc[[group]].fillna(math.inf).to_numpy(float)
        low, median, high = np.quantile(when, [0.05, 0.5, 0.95], method="inverted_cdf")
        rows.append(Row(group, "universal_use_year", last, "year", float(median), float(low), float(high)))
    return rows


def _initiative_rows(after: pd.DataFrame, from_founding: pd.DataFrame | None, activity: pd.DataFrame) -> list[Row]:
    """Say how many initiatives go on, on both clocks, and what a year of sustained use costs."""
    rows = []
    for table, clock, horizons in ((after, "exit", HORIZONS), (from_founding, "founding", FROM_FOUNDING)):
        if table is None or table.empty:
            continue
        for horizon in horizons:
            shares = table.loc[table["years_after_exit"] == horizon, "survival"].to_numpy(float)
            name = f"serving_{horizon:g}_years_after_{clock}"
            rows.append(Row("initiatives", name, None, "%", *_band(shares), section="initiatives"))
    for name, years in COSTS.items():
        cost = dollars_per_user_year(activity, years).to_numpy(float)
        rows.append(Row("initiatives", name, None, "usd", *_band(cost), section="initiatives"))
    return rows


def _challenge_rows(activity: pd.DataFrame, first: int, last: int) -> list[Row]:
    """Take what shows each challenge in the first year and the last whole one."""
    rows = []
    if "group" not in activity:
        return []
    for measure, group in CHALLENGES_SHOWN:
        series = activity.loc[(activity["measure"] == measure) & (activity["group"] == group)]
        unit = {"share": "%"}.get(INDICATORS[measure].unit, INDICATORS[measure].unit)
        if len(series):
            rows += [
                replace(_row(series, group, measure, year, unit), section="challenges")
                for year in sorted({first, max(first, last)})
            ]
    return rows


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
    if unit in ("ratio", "log", "index"):
        return f"{median:.2f} ({low:.2f} to {high:.2f})"
    if unit == "countries":
        return f"{median:.0f} ({low:.0f} to {high:.0f})"
    if unit == "years":
        return f"{median:.1f} ({low:.1f} to {high:.1f})"
    return f"{people_in_words(median)} ({people_in_words(low)} to {people_in_words(high)})"


def _year_in_words(number: float, last: int | None) -> str:
    """Write a year, or that it lies beyond the last one."""
    return f"{number:.0f}" if math.isfinite(number) else f"not by {last}"


def _heading(measure: str, year: int | None) -> str:
    """Name a line of the table."""
    if measure.startswith("serving_"):
        _, number, *_, clock = measure.split("_")
        return f"serving {number} year{'' if number == '1' else 's'} after {clock}"
    words = {
        "use": f"internet use {year}",
        "closure": f"gap to high income closed by {year}",
        "unconnected": f"people unconnected {year}",
        "parity": f"women's use over men's {year}",
        "universal_use_year": f"year in which {UNIVERSAL_USE:.0%} are online",
        "usd_per_sustained_user_year": "dollars per user-year after exit",
        "usd_per_user_year": "dollars per user-year, funded years too",
    }
    return words.get(measure, measure.replace("_", " "))
