"""The answer of a scenario's runs in plain language, and the numbers that it rests on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from ..basis.late import pd
from ..basis.short import Short
from ..measures.catalogue import CATALOGUE
from ..measures.headlines import ADDITIONAL, AT_THE_END, COOPERATION, ON_CARDS, SERVING, STRANDED, WHOLE_RUN
from ..measures.metrics import COSTS, dollars_per_user_year, year_reached
from ..measures.survival import HORIZONS
from .answer import Answer, Card, Table
from .charts import Chart
from .words.names import label
from .words.numbers import UNKNOWN, estimate, interval, level
from .words.templates import Templates
from .words.verdicts import LEAST_DRAWS

YEARS_SHOWN = (2030, 2040, 2050)
FROM_FOUNDING = (5.0, 10.0)  # years after founding, the second clock
Section = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]  # headings, lines
# a whole -> its parts while donors pay for all, while they hand over, and after exit
PARTS: dict[str, tuple[str, str, str]] = {
    "living_initiatives": ("", "", "serving_after_exit"),
    "users_served": ("users_funded", "users_handing_over", "sustained_users"),
    "user_years": ("user_years_funded", "user_years_handing_over", "user_years_after_exit"),
    "usd_per_user_year": ("", "", "usd_per_sustained_user_year"),
}
SAY = Templates(
    "run",
    use="{place}: {use} of people use the internet in {year}, against {before} in {first}.",
    use_and_offline="{place}: {use} of people use the internet in {year}, against {before} in {first}. "
    "{people} stay unconnected.",
    use_gap_closes="{place}: {use} of people use the internet in {year}, against {before} in {first}. "
    "The gap to the high-income economies closes by {closed}; {people} stay unconnected.",
    cooperation="{place}: donors' money brings {share} of the gap that closes.",
    use_gap_widens="{place}: {use} of people use the internet in {year}, against {before} in {first}. "
    "The gap to the high-income economies widens by {closed}; {people} stay unconnected.",
    survival="{share} of the initiatives that donors leave still serve people five years later.",
    survival_twice="{share} of the initiatives that donors leave still serve people five years later. "
    "Of all that are founded, {founded} serve ten years later.",
    additional="Each 1,000 dollars of public money bring {ratio} additional user-years: {years} for {money}, "
    "discounted, compared with the same world without donors' money.",
    too_little_money="Additional user-years per 1,000 dollars of public money have no value: {years} for {money}, "
    "discounted. The same world without donors' money has nearly as much public money.",
    stranded="In a year, closures strand {share} of the capital in place.",
    no_twin="The same world without donors' money was not run, so nothing is said of additional user-years.",
    runs="Numbers are medians over {runs} runs; the 90% interval is in brackets.",
    one_run="One run was made, so there are no intervals. Use --runs 20 for a first look.",
    few_runs="{runs} runs are too few for 90% intervals, which need {least}. Use --runs 20 for a first look.",
    judged="{share} of the parameters are judged: read the answer as a what-if, not as a forecast.",
)


@dataclass(frozen=True)
class Row:
    """One number of a run's answer with its 90% interval; `median` is over runs."""

    group: str
    measure: str
    year: int | None
    unit: str
    median: float
    low: float
    high: float
    section: str = "divide"  # headlines, divide, initiatives, challenges or parts

    def text(self, runs: int | None = None) -> str:
        """Write the number and its interval in the unit that a reader expects."""
        if self.unit != "year":
            return estimate(self.median, self.low, self.high, self.unit, runs)
        if math.isnan(self.median):
            return UNKNOWN
        median, low, high = (_year_in_words(number, self.year) for number in (self.median, self.low, self.high))
        few = runs is not None and runs < LEAST_DRAWS
        return median if few or low == high else f"{median} ({low} to {high})"

    def interval(self, runs: int) -> str:
        """Write the 90% interval; nothing of too few runs."""
        few = runs < LEAST_DRAWS or not math.isfinite(self.low)
        return "" if few else interval(self.low, self.high, self.unit, noun=False)


@dataclass(frozen=True)
class Summary(Short):
    """The numbers that the answer of a run rests on."""

    rows: tuple[Row, ...]
    runs: int

    def get(self, group: str, measure: str, year: int | None = None) -> Row | None:
        """Return one row, or None where the study doesn't have it."""
        wanted = (group, measure, year)
        return next((row for row in self.rows if (row.group, row.measure, row.year) == wanted), None)

    def text(self, group: str, measure: str, year: int | None = None) -> str:
        """Return one number as text; nothing where the study doesn't have it."""
        row = self.get(group, measure, year)
        return "" if row is None else row.text(self.runs)

    def tables(self) -> tuple[Table, ...]:
        """Return the numbers, and what people see of them: headlines, groups of countries, initiatives and more."""
        frame = pd.DataFrame([asdict(row) for row in self.rows])
        laid = (
            ("headlines", self._headlines()), ("divide", self._divide()), ("initiatives", self._initiatives()),
            ("challenges", self._challenges()), ("parts", self._parts()),
        )  # fmt: skip
        return tuple(
            Table(name, frame[frame["section"] == name].drop(columns="section"), *section)
            for name, section in laid
            if section[1]
        )

    def cards(self) -> tuple[Card, ...]:
        """Return the four headlines as cards; what was not recorded has none."""
        found = (
            next((row for row in self.rows if row.measure == name and row.section == "headlines"), None)
            for name in ON_CARDS
        )
        return tuple(
            Card(_named(row), level(row.median, row.unit, noun=False, idle_zeros=True), row.interval(self.runs))
            for row in found
            if row is not None and math.isfinite(row.median)
        )

    def _headlines(self) -> Section:
        """Lay out the four headlines; where a group is meant and not the world, it is named."""
        rows = [row for row in self.rows if row.section == "headlines"]
        return ("Headlines", "Value"), tuple((_named(row), row.text(self.runs)) for row in rows)

    def _parts(self) -> Section:
        """Lay out what counts only after exit as a part of a whole, one line a whole; the parts are medians alone."""
        lines = []
        for whole, parts in PARTS.items():
            row = next((row for row in self.rows if row.section == "parts" and row.measure == whole), None)
            if row is not None:
                known = (self.get(row.group, name, row.year) if name else None for name in parts)
                cells = ("" if part is None else level(part.median, part.unit, noun=False) for part in known)
                lines.append((_heading(whole, row.year), *cells, row.text(self.runs)))
        return ("Parts of a whole", "Funded", "Handing over", "After exit", "All"), tuple(lines)

    def _divide(self) -> Section:
        """Lay out what concerns people, one column a group of countries."""
        rows = [row for row in self.rows if row.section == "divide"]
        groups = list(dict.fromkeys(row.group for row in rows))
        keys = list(dict.fromkeys((row.measure, row.year) for row in rows))
        lines = tuple(
            (_heading(measure, year), *(self.text(group, measure, year) for group in groups)) for measure, year in keys
        )
        return ("People", *(label(group) for group in groups)), lines

    def _initiatives(self) -> Section:
        """Lay out what concerns initiatives of all countries together."""
        rows = [row for row in self.rows if row.section == "initiatives"]
        lines = tuple((_heading(row.measure, row.year), row.text(self.runs)) for row in rows)
        return ("Initiatives", "All countries"), lines

    def _challenges(self) -> Section:
        """Lay out what shows the challenges, one column a year."""
        rows = [row for row in self.rows if row.section == "challenges"]
        years = sorted({row.year for row in rows if row.year is not None})
        lines = []
        for measure, group in dict.fromkeys((row.measure, row.group) for row in rows):
            whose = "" if group == "world" else f" [{group}]"
            cells = (self.text(group, measure, year) for year in years)
            lines.append((CATALOGUE[measure].words + whose, *cells))
        return ("Challenges", *map(str, years)), tuple(lines)


def summarise(
    divide: pd.DataFrame,
    survival_after: pd.DataFrame,
    activity: pd.DataFrame,
    manifest: Mapping[str, Any],
    from_founding: pd.DataFrame | None = None,
    headlines: pd.DataFrame | None = None,
    cooperation: pd.DataFrame | None = None,
) -> Summary:
    """Take the numbers that answer a study's question from its tables.

    Args:
        divide: run, year, group, measure, value.
        survival_after: run, years_after_exit, survival, over all initiatives.
        activity: run, year, group, measure, value.
        manifest: reads focus, a group of `divide`, and runs.
        from_founding: as `survival_after`, by years since founding.
        headlines: one row a run, one column a headline; see `afteraid.simulation.measures.headlines`.
        cooperation: run, group, share: of the closure that donors' money brings; no rows without a twin.
    """
    groups, first, last = _shown(divide, manifest)
    rows = [] if headlines is None else _headline_rows(headlines, divide, groups[-1], last)
    rows += _divide_rows(divide, groups, first, last)
    if cooperation is not None:
        rows += _cooperation_rows(cooperation, groups)
    rows += _initiative_rows(survival_after, from_founding)
    rows += [*_challenge_rows(activity, first, last - 1), *_part_rows(activity, last)]
    return Summary(tuple(rows), int(divide["run"].nunique()))


def answer_of_run(
    summary: Summary,
    divide: pd.DataFrame,
    manifest: Mapping[str, Any],
    charts: tuple[Chart, ...],
    parts: tuple[Answer, ...] = (),
) -> Answer:
    """Answer the question of a scenario from its numbers; `parts` are on what the user looks at closely."""
    groups, first, last = _shown(divide, manifest)
    said = [*_headline_sentences(summary), *(_use_sentence(summary, group, first, last) for group in groups)]
    brought = summary.get(groups[-1], COOPERATION)
    if brought is not None and math.isfinite(brought.median):
        said.append(SAY("cooperation", place=label(groups[-1]), share=brought.text(summary.runs)))
    notes = [SAY("one_run")] if summary.runs == 1 else [SAY("runs", runs=f"{summary.runs:,}")]
    if 1 < summary.runs < LEAST_DRAWS:
        notes = [SAY("few_runs", runs=summary.runs, least=LEAST_DRAWS)]
    notes += [SAY("no_twin")] if not manifest.get("twin", True) else []
    notes += [str(manifest["promise"])] if manifest.get("promise") else []
    title = str(manifest.get("title") or manifest.get("name", ""))
    trust = judged_share(manifest)
    return Answer(
        title, tuple(said), summary.tables(), charts, tuple([*notes, *trust]), manifest, parts, summary.cards(),
        str(manifest.get("question") or ""), (*trust, notes[0]),
    )  # fmt: skip


def judged_share(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Say which share of the parameters is judged; nothing where the manifest does not tell."""
    share = manifest.get("judged_share")
    return () if share is None else (SAY("judged", share=f"{float(share):.0%}"),)


def _shown(divide: pd.DataFrame, manifest: Mapping[str, Any]) -> tuple[list[str], int, int]:
    """Return the groups that an answer is about, the first year and the last one."""
    present = set(map(str, divide["group"].unique()))
    groups = [name for name in dict.fromkeys(["world", "LDC", str(manifest.get("focus", "LDC"))]) if name in present]
    return groups, int(divide["year"].min()), int(divide["year"].max())


def _divide_rows(divide: pd.DataFrame, groups: list[str], first: int, last: int) -> list[Row]:
    """Say of each group who is online, how far its gap closes, who is not, and when nearly all are."""
    years = [first, *sorted({year for year in YEARS_SHOWN if first < year < last} | {last})]
    reached = year_reached(divide).set_index("group")["year"]
    rows: list[Row] = []
    for group in groups:
        series = divide.loc[divide["group"] == group]
        rows += [_row(series, group, "use", year) for year in years]
        if group != "world":
            rows.append(_row(series, group, "closure", last))
        rows += [_row(series, group, "unconnected", year) for year in years[1:]]
        if (series["measure"] == "parity").any():
            rows += [_row(series, group, "parity", year) for year in (first, last)]
        # who doesn't get there counts as later than any year, so that the median is of all runs and not of the fast
        when = reached.loc[[group]].fillna(math.inf).to_numpy(float)
        low, median, high = np.quantile(when, [0.05, 0.5, 0.95], method="inverted_cdf")
        if when.size < LEAST_DRAWS:
            low = high = math.nan
        rows.append(Row(group, "year_universal_use", last, "year", float(median), float(low), float(high)))
    return rows


def _headline_rows(headlines: pd.DataFrame, divide: pd.DataFrame, focus: str, last: int) -> list[Row]:
    """Take the headlines of a whole run, and use and its gap in the focus at the end."""
    rows = [
        replace(_of_all(name, headlines[name].to_numpy(float)), section="headlines")
        for name in WHOLE_RUN
        if name not in ADDITIONAL or headlines[ADDITIONAL[1]].notna().any()  # else no twin was run
    ]
    series = divide.loc[divide["group"] == focus]
    return rows + [replace(_row(series, focus, name, last), section="headlines") for name in AT_THE_END]


def _cooperation_rows(cooperation: pd.DataFrame, groups: list[str]) -> list[Row]:
    """Say of each group how much of the closure of its gap donors' money brings."""
    known = [name for name in groups if (cooperation["group"] == name).any()]
    unit = CATALOGUE[COOPERATION].short_unit
    shares = {name: cooperation.loc[cooperation["group"] == name, "share"].to_numpy(float) for name in known}
    return [Row(name, COOPERATION, None, unit, *_band(values)) for name, values in shares.items()]


def _headline_sentences(summary: Summary) -> list[str]:
    """Say what serves years later, what public money adds, and what is stranded, as far as each is known."""
    known = {name: row for name in WHOLE_RUN if (row := summary.get("initiatives", name)) is not None}
    text = {name: row.text(summary.runs) for name, row in known.items() if math.isfinite(row.median)}
    said = []
    five, ten = (text.get(name) for name in list(SERVING)[:2])
    if five is not None and ten is not None:
        said.append(SAY("survival_twice", share=five, founded=ten))
    elif five is not None:
        said.append(SAY("survival", share=five))
    ratio, years, money = (text.get(name) for name in ADDITIONAL)
    if ratio is not None and years is not None and money is not None:
        said.append(SAY("additional", ratio=ratio, years=years, money=money))
    elif years is not None and money is not None:
        said.append(SAY("too_little_money", years=years, money=money))
    if STRANDED in text:
        said.append(SAY("stranded", share=text[STRANDED]))
    return said


def _part_rows(activity: pd.DataFrame, last: int) -> list[Row]:
    """Take the wholes of PARTS and their parts: stocks at the end, flows summed over the years, dollars over both."""
    rows = []
    table = activity if "group" not in activity else activity.loc[activity["group"] == "world"]
    for whole, parts in PARTS.items():
        for name in filter(None, (*parts, whole)):
            record = CATALOGUE[name]
            series = table.loc[table["measure"] == name]
            if name in COSTS:
                values, year = dollars_per_user_year(activity, COSTS[name]).to_numpy(float), None
            elif record.kind == "flow":
                values, year = series.groupby("run")["value"].sum(min_count=1).to_numpy(float), None
            else:
                values, year = series.loc[series["year"] == last, "value"].to_numpy(float), last
            if np.isfinite(values).any() or name in COSTS:
                band = _band(values)
                rows.append(Row("initiatives", name, year, record.short_unit, *band, section="parts"))
    return rows


def _initiative_rows(after: pd.DataFrame, from_founding: pd.DataFrame | None) -> list[Row]:
    """Say how many initiatives go on, on both clocks."""
    rows = []
    for table, clock, horizons in ((after, "exit", HORIZONS), (from_founding, "founding", FROM_FOUNDING)):
        if table is None or table.empty:
            continue
        for horizon in horizons:
            shares = table.loc[table["years_after_exit"] == horizon, "survival"].to_numpy(float)
            name = f"serving_{horizon:g}_years_after_{clock}"
            rows.append(_of_all(name, shares))
    return rows


def _of_all(measure: str, values: np.ndarray) -> Row:
    """Make the row of a measure of all initiatives together and the whole run."""
    return Row("initiatives", measure, None, CATALOGUE[measure].short_unit, *_band(values), section="initiatives")


def _challenge_rows(activity: pd.DataFrame, first: int, last: int) -> list[Row]:
    """Take what shows each challenge in the first year and the last whole one."""
    rows = []
    if "group" not in activity:
        return []
    for measure, group in ((one.name, group) for one in CATALOGUE.values() for group in one.answer):
        series = activity.loc[(activity["measure"] == measure) & (activity["group"] == group)]
        if len(series):
            rows += [
                replace(_row(series, group, measure, year), section="challenges")
                for year in sorted({first, max(first, last)})
            ]
    return rows


def _row(series: pd.DataFrame, group: str, measure: str, year: int) -> Row:
    """Take the median and the band over runs of one measure in one year."""
    values = series.loc[(series["measure"] == measure) & (series["year"] == year), "value"].to_numpy(float)
    return Row(group, measure, year, CATALOGUE[measure].short_unit, *_band(values))


def _band(values: np.ndarray) -> tuple[float, float, float]:
    """Return the median and the 5 and 95% quantiles of what is known; the ends are missing of too few runs."""
    known = values[np.isfinite(values)]
    if known.size == 0:
        return math.nan, math.nan, math.nan
    median, low, high = np.quantile(known, [0.5, 0.05, 0.95])
    if known.size < LEAST_DRAWS:
        low = high = math.nan
    return float(median), float(low), float(high)


def _use_sentence(summary: Summary, group: str, first: int, last: int) -> str:
    """Say how use in a group moves from the first year to the last, and what that does to the gap."""
    now, then = summary.get(group, "use", first), summary.get(group, "use", last)
    closure, offline = summary.get(group, "closure", last), summary.get(group, "unconnected", last)
    assert now is not None and then is not None
    said: dict[str, object] = {
        "place": label(group), "use": then.text(summary.runs), "year": last,
        "before": level(now.median, "share"), "first": first,
    }  # fmt: skip
    if offline is None or not math.isfinite(offline.median):
        return SAY("use", **said)
    said["people"] = level(offline.median, "people")
    if closure is None or not math.isfinite(closure.median):
        return SAY("use_and_offline", **said)
    move = "use_gap_closes" if closure.median >= 0.0 else "use_gap_widens"
    return SAY(move, **said, closed=level(abs(closure.median), "share"))


def _year_in_words(number: float, last: int | None) -> str:
    """Write a year, or that it lies beyond the last one."""
    return f"{number:.0f}" if math.isfinite(number) else f"not by {last}"


def _named(row: Row) -> str:
    """Name a headline; where a group is meant and not the world, with the group."""
    return _heading(row.measure, row.year) + (f", {label(row.group)}" if row.measure in AT_THE_END else "")


def _heading(measure: str, year: int | None) -> str:
    """Name a line of the table."""
    record = CATALOGUE[measure]
    return record.words if year is None or record.kind == "whole run" else record.dated(year)
