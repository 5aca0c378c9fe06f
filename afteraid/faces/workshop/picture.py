"""What a page shows after a move, as plain texts and numbers: one picture, one large number, every headline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.measures.groups import WORDS, shipped_groups
from afteraid.simulation.measures.headlines import HEADLINES
from afteraid.simulation.measures.measure import BAND, Measure
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.svg.lines import time_of
from afteraid.simulation.results.svg.picture import picture
from afteraid.simulation.results.words.names import capitalised, joined, uncapitalised
from afteraid.simulation.results.words.numbers import POINTS, estimate, level, signed, trimmed
from afteraid.simulation.results.words.verdicts import TOO_SMALL
from afteraid.simulation.scenario.scenario import Scenario

from .charts import DIFFERENCE, LEVEL, PICTURES, chart_of, times_of
from .events import events_of
from .outcomes import SERVING, Outcomes, measure_of, scalars_of, series_of
from .scenes import SCENES, scene
from .verdicts import UNCHANGED, Judged, change_of, judge

INTERVAL_NOTE = "Line: median of runs. Area: 90% interval."
LEVEL_NOTE = "Line of the levers: the base and the median change. Its area: 90% interval of the change."


@dataclass(frozen=True)
class Pairs:
    """Runs of the base, and paired runs in which levers were moved.

    Attributes:
        base: all runs of the base that are ready.
        before: of the base, the members that are paired.
        after: the same members with the levers moved; empty where no lever has moved.
    """

    base: Sequence[Outcomes]
    before: Sequence[Outcomes]
    after: Sequence[Outcomes]

    def changes(self, headline: str) -> FloatArray:
        """Return the paired differences of a headline, (pairs,)."""
        return scalars_of(self.after, headline) - scalars_of(self.before, headline)

    def changes_over_time(self, series: str) -> FloatArray:
        """Return the paired differences of a series, (pairs, times)."""
        if not self.after:
            return series_of(self.base, series)[:0]
        return series_of(self.after, series) - series_of(self.before, series)


@dataclass(frozen=True)
class Headline:
    """One headline outcome: its level in the base and with the levers, which differ by the median of the pairs."""

    record: Measure
    words: str
    base: FloatArray
    judged: Judged | None

    @property
    def before(self) -> float:
        """Return the median of the base, in the unit of the measure."""
        known = self.base[np.isfinite(self.base)]
        return float(np.median(known)) if known.size else float("nan")

    @property
    def finding(self) -> str:
        """Return the sentence that is a picture's title."""
        if self.judged is not None:
            return self.judged.sentence
        known = self.base[np.isfinite(self.base)]
        low, high = np.quantile(known, BAND) if known.size else (np.nan, np.nan)
        said = estimate(self.before, float(low), float(high), self.record.short_unit, known.size)
        return f"{capitalised(self.words)} in the base: {said}."

    def plain(self) -> dict[str, str]:
        """Return it as texts."""
        unit, judged = self.record.short_unit, self.judged
        said = {
            "words": capitalised(self.words),
            "base": level(self.before, unit),
            "now": "",
            "change": "",
            "verdict": "",
        }
        if judged is not None:
            said |= {"now": level(self.before + judged.median, unit), "verdict": judged.verdict}
            said["change"] = change_of(judged, unit)
        return said


def shown(
    pairs: Pairs, plan: Scenario, name: str, view: str, life: dict[str, Any] | None = None
) -> dict[str, Any]:  # fmt: skip
    """Return all that a page shows.

    Args:
        pairs: what was run.
        plan: with the levers moved.
        name: of the series in the picture, or of a scene.
        view: DIFFERENCE or LEVEL; without pairs the level is shown. A scene has one view.
        life: the picture of a life, for the scene of that name.
    """
    focus = named(plan.run.focus)
    headlines = {scalar: headline(scalar, pairs, focus, plan.run.end) for scalar in HEADLINES}
    main = headlines[SCENES[name][1] if name in SCENES else PICTURES[name].headline]
    view = view if pairs.after else LEVEL
    if name in SCENES:
        drawn = life if life is not None else scene(name, plan, pairs.base, pairs.before, pairs.after)
    else:
        drawn = _picture(pairs, plan, name, view, main.finding)
    return {
        "picture": drawn,
        "number": main.plain(),
        "outcomes": [one.plain() for one in headlines.values()],
        "unchanged": _unchanged(headlines.values() if pairs.after else ()),
    }


def named(focus: str) -> str:
    """Write the group whose use is shown as a sentence does."""
    known = shipped_groups()
    title = WORDS.get(focus, focus)
    return known.title(focus) if known.is_country(focus) else uncapitalised(title)


def words_of(record: Measure, focus: str, end: int) -> str:
    """Write an outcome with its place and year, where these belong to it."""
    return f"{record.words}, {focus}, {end}" if record.table == "divide" else record.words


def headline(name: str, pairs: Pairs, focus: str, end: int) -> Headline:
    """Gather one headline."""
    record, base = measure_of(name), scalars_of(pairs.base, name)
    words = words_of(record, focus, end)
    known = base[np.isfinite(base)]
    before = float(np.median(known)) if known.size else 0.0
    judged = judge(pairs.changes(name), before, record, words) if pairs.after else None
    return Headline(record, words, base, judged)


def _unchanged(headlines: Iterable[Headline]) -> str:
    """Name the outcomes that the levers do not change, or change too little to matter."""
    known = [(one.words, one.judged) for one in headlines if one.judged is not None]
    same = [words for words, judged in known if judged.verdict == UNCHANGED]
    small = [words for words, judged in known if judged.verdict == TOO_SMALL or judged.within]
    said = [f"Not changed by these levers: {_listed(same)}."] if same else []
    said += [f"Changed too little to matter: {_listed(small)}."] if small else []
    return " ".join(said)


def _listed(words: Sequence[str]) -> str:
    """Join outcomes, whose words may hold commas."""
    return "; ".join(words)


def _picture(pairs: Pairs, plan: Scenario, name: str, view: str, title: str) -> dict[str, Any]:
    """Draw the picture, with the same as a table, as words and step by step."""
    differences, base = pairs.changes_over_time(name), series_of(pairs.base, name)
    times = times_of(name, plan.run.start, base.shape[1])
    chart = chart_of(name, view, title, named(plan.run.focus), times, base, differences)
    steps = _steps(chart, name == SERVING)
    drawn = picture(chart)
    events = [] if name == SERVING else events_of(plan)
    return {
        "name": name,
        "view": view,
        "title": title,
        "svg": drawn.wide + drawn.narrow,
        "note": _note(chart),
        "table": _table(chart),
        "steps": steps,
        "marks": [{"at": year, "words": said} for year, said in events],
    }


def _note(chart: Chart) -> str:
    """Say how to read the lines and areas of a picture."""
    if not chart.table["low"].notna().any():
        return ""
    moved = chart.drawn_as() != DIFFERENCE and chart.table["group"].nunique() > 1
    return f"{INTERVAL_NOTE} {LEVEL_NOTE}" if moved else INTERVAL_NOTE


def _steps(chart: Chart, after_exit: bool) -> list[dict[str, Any]]:
    """Say what the picture shows at each time."""
    time = time_of(chart.table)
    change = chart.drawn_as() == DIFFERENCE
    found = []
    for at, part in chart.table.groupby(time, sort=True):
        when = f"{at:g} years after exit" if after_exit else f"{at:g}"
        said = [_at(row, change, len(part) > 1) for _, row in part.iterrows()]
        found.append({"at": float(at), "says": f"{when}: {joined(said)}."})  # type: ignore[arg-type]
    return found


def _at(row: pd.Series, change: bool, named: bool) -> str:
    """Say one value with its interval."""
    if not np.isfinite(row["median"]):
        return "not known"
    write, unit = (signed, f" {POINTS}") if change else (lambda value: trimmed(value, 1), "%")
    said = f"{write(row['median'])}{unit}"
    if np.isfinite(row["low"]):
        said += f" ({write(row['low'])} to {write(row['high'])})"
    return f"{row['group']} {said}" if named else said


def _table(chart: Chart) -> dict[str, Any]:
    """Return the numbers of the picture as texts."""
    time = time_of(chart.table)
    columns = ["group", time, "low", "median", "high"]
    rows = [
        [
            str(row["group"]),
            f"{row[time]:g}",
            *("" if pd.isna(row[name]) else f"{row[name]:.2f}" for name in columns[2:]),
        ]
        for _, row in chart.table.iterrows()
    ]
    headings = ["", "Year" if time == "year" else "Years after exit", "Low (5%)", "Median", "High (95%)"]
    return {"caption": chart.up, "headings": headings, "rows": rows}
