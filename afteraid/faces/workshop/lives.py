"""The life of one initiative on the page of levers: in the base, and with the levers moved."""

from __future__ import annotations

from typing import Any

import pandas as pd

from afteraid.experiments.planning.life import Names, find_life
from afteraid.simulation.basis.units import QUARTERS_PER_YEAR
from afteraid.simulation.results.svg.life import WHEN
from afteraid.simulation.results.svg.picture import picture
from afteraid.simulation.scenario.scenario import Scenario

from .one_run import PASTS
from .scenes import LIFE

NAMES = Names("Base", "With these levers", "these levers")


def life_picture(start: Scenario, plan: Scenario | None, member: int) -> dict[str, Any]:
    """Follow an initiative of one member and draw its life, with the same as a table, as words and by quarter.

    Args:
        start: the base.
        plan: with the levers moved; None where none is.
        member: of the ensemble.
    """
    answer = find_life(start, plan, member, PASTS, NAMES)
    about = " ".join((*answer.sentences, *answer.notes[-2:]))
    found: dict[str, Any] = {"name": LIFE, "view": "", "title": answer.title, "note": about, "svg": ""}
    if not answer.charts:
        return found | {"table": {"caption": "", "headings": [], "rows": []}, "steps": [], "marks": []}
    drawn, events = picture(answer.charts[0]), next(table for table in answer.tables if table.lines)
    table = {"caption": answer.title, "headings": [*events.headings], "rows": [list(line) for line in events.lines]}
    steps = _steps(answer.charts[0].table)
    marks = [
        {"at": _date(year, quarter), "parts": [str(number), world, _when(year, quarter), event]}
        for world, number, year, quarter, event in events.data.itertuples(index=False)
    ]
    return found | {"svg": drawn.wide + drawn.narrow, "table": table, "steps": steps, "marks": marks}


def _date(year: int, quarter: int) -> float:
    """Return the middle of a quarter as a date."""
    return year + (quarter - 0.5) / QUARTERS_PER_YEAR


def _when(year: int, quarter: int) -> str:
    """Write a quarter."""
    return WHEN.format(year=year, quarter=quarter)


def _steps(quarters: pd.DataFrame) -> list[dict[str, Any]]:
    """Say what happens in each quarter in which something does."""
    said: dict[tuple[int, int], list[str]] = {}
    rows = zip(quarters["year"], quarters["quarter"], quarters["world"], quarters["events"], strict=True)
    for year, quarter, world, events in rows:
        if events:
            said.setdefault((int(year), int(quarter)), []).append(f"{world}: {events}.")
    return [{"at": _date(*when), "says": f"{_when(*when)}. {' '.join(parts)}"} for when, parts in sorted(said.items())]
