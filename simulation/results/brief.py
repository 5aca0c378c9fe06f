"""The answer of a scenario's runs on one screen: three sentences, the four headlines with intervals, where to read on.

The whole answer is `summary.answer_of_run`; a face decides which of the two it shows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..basis.late import pd
from ..measures.headlines import ADDITIONAL, COOPERATION, SERVING, STRANDED
from .answer import Answer, Table
from .summary import Row, Summary
from .words.names import label
from .words.numbers import UNKNOWN, counted, interval, level
from .words.templates import Templates
from .words.verdicts import LEAST_DRAWS

FIVE, TEN = list(SERVING)[:2]
# the four headlines as a minister would say them
HEADLINE_WORDS = {
    FIVE: "Initiatives still serving 5 years after exit",
    TEN: "Initiatives still serving 10 years after founding",
    ADDITIONAL[0]: "User-years that 1,000 dollars of public money add",
    STRANDED: "Capital that closures strand in a year",
    "use": "{place}: people online in {year}",
}
OF_A_PART = 2  # sentences on a country that the screen has room for
SMALL_SHARE = 0.1  # of the gap closed; below it, the answer says why money moves use so little
SAY = Templates(
    "brief",
    survival="Of the initiatives that donors leave, {share} still serve people five years later.",
    additional="1,000 dollars of public money bring {ratio} more user-years than the same world without donors.",
    use="{place}: {use} of people use the internet in {year}, against {before} in {first}; {people} stay unconnected.",
    use_alone="{place}: {use} of people use the internet in {year}, against {before} in {first}.",
    small="Donors' money brings only {share} of the gap that closes: incomes and markets bring nearly all the rest.",
    medians="Numbers are medians of {runs}; 90% of the runs lie within the interval.",
    few="{runs}: too few for intervals. Use --runs 20 for a first look.",
    judged="{share} of the model's numbers are judged: read this as a what-if, not as a forecast.",
)


def brief(summary: Summary, manifest: Mapping[str, Any], focus: str, parts: tuple[Answer, ...] = ()) -> Answer:
    """Return the answer of a run for one screen.

    Args:
        summary: the numbers of the run.
        manifest: reads title, name, promise and judged_share.
        focus: group or country, by the name that tables have.
        parts: answers on what the user looks at closely, of which the sentences are taken.
    """
    years = [row.year for row in summary.rows if row.measure == "use" and row.year is not None]
    first, last = min(years), max(years)
    rows = {
        name: row
        for name in HEADLINE_WORDS
        if (row := summary.get(focus, name, last) if name == "use" else summary.get("initiatives", name)) is not None
    }
    said = _sentences(summary, rows, first, last, focus)
    enough = summary.runs >= LEAST_DRAWS
    runs = counted(summary.runs, "run")
    notes = [SAY("medians", runs=runs) if enough else SAY("few", runs=runs)]
    if manifest.get("judged_share") is not None:
        notes.append(SAY("judged", share=level(round(float(manifest["judged_share"]), 2), "share")))
    notes += [str(manifest["promise"])] if manifest.get("promise") else []
    title = str(manifest.get("title") or manifest.get("name", ""))
    table = _headlines(rows, last, focus, enough)
    sentences = tuple(replace(part, sentences=part.sentences[:OF_A_PART], tables=(), charts=()) for part in parts)
    return Answer(title, tuple(said), (table,), (), tuple(notes), manifest, sentences)


def _sentences(summary: Summary, rows: Mapping[str, Row], first: int, last: int, focus: str) -> list[str]:
    """Say what survives, what money adds, who is online, and why money moves use so little where it does."""
    said = []
    if FIVE in rows and math.isfinite(rows[FIVE].median):
        said.append(SAY("survival", share=level(rows[FIVE].median, "share")))
    ratio = rows.get(ADDITIONAL[0])
    if ratio is not None and math.isfinite(ratio.median):
        said.append(SAY("additional", ratio=f"{ratio.median:.2g}"))
    now, then, offline = (summary.get(focus, *key) for key in (("use", first), ("use", last), ("unconnected", last)))
    if now is not None and then is not None:
        levels = {"use": level(then.median, "share"), "before": level(now.median, "share"), "first": first}
        levels |= {"place": label(focus), "year": last}
        known = offline is not None and math.isfinite(offline.median)
        people = {"people": level(offline.median, "people")} if known and offline is not None else {}
        said.append(SAY("use", **levels, **people) if people else SAY("use_alone", **levels))
    brought = summary.get(focus, COOPERATION)
    if brought is not None and abs(brought.median) < SMALL_SHARE:
        said.append(SAY("small", share=level(brought.median, "share")))
    return said


def _headlines(rows: Mapping[str, Row], last: int, focus: str, enough: bool) -> Table:
    """Lay out the headlines: number and interval, each in a column of its own; no intervals of too few runs."""
    lines = []
    for name, row in rows.items():
        words = HEADLINE_WORDS[name].format(place=label(focus), year=last)
        number = level(row.median, row.unit, noun=False, idle_zeros=True)
        cells = [words, number]
        if enough:
            cells.append(interval(row.low, row.high, row.unit, noun=False) if math.isfinite(row.low) else UNKNOWN)
        lines.append(tuple(cells))
    headings = ("Headlines", "Median", "90% interval")[: 3 if enough else 2]
    return Table("brief", pd.DataFrame(), headings, tuple(lines))
