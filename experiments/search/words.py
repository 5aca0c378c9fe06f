"""A search in sentences: what was held equal, what each strategy sets, and how it fares in fresh futures."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from afteraid.simulation.results.words.names import spaced

from ..study.wording import factor_words
from .figure import amount, coordinates, named, plain, unit_of, words_for, words_of
from .file import FRESH
from .tables import FOUND, Found, flat

PLACES = [number / 100.0 for number in range(101)]  # of a lever, to see how finely it is said


def held_equal(found: Found) -> str:
    """Say what all strategies hold equal, and what the numbers are of."""
    written = found.search.written
    kept = []
    for one in written.constraints:
        words = words_for(written, one.outcome)
        limit = f"{one.limit:g} times that of {found.search.base}" if one.of_baseline else f"{one.limit:g}"
        kept.append(f"{words} {'at most' if one.direction == 'less' else 'at least'} {limit} ({spaced(one.over)})")
    equal = f"Held equal: {written.holds_equal}. " if written.holds_equal else ""
    limits = f"Kept to: {'; '.join(kept)}. " if kept else ""
    return f"{equal}{limits}Numbers are of {written.fresh_futures} futures that the search had not seen."


def headings(found: Found) -> list[str]:
    """Name the objectives, each with which way is better."""
    return [f"{words_of(one)} ({one.scored} is better)" for one in found.search.written.objectives]


def pareto_rows(found: Found) -> list[tuple[str, list[str], str]]:
    """Return each strategy's name, its objectives in fresh futures, and whether it is over a limit there."""
    labels = coordinates(found).pivot(index="strategy", columns="objective", values="label")
    return [
        (
            str(row["strategy"]),
            [
                str(labels.loc[str(row["strategy"]), one.name]) if known(row[f"{one.name}_fresh"]) else "-"
                for one in found.search.written.objectives
            ],
            "" if row["kept_fresh"] else "over the limit",
        )
        for row in found.pareto.to_dict(orient="records")
    ]


def stories(found: Found) -> list[tuple[str, str]]:
    """Return the strategies found: how each is called, and what it is best at, sets, and brings."""
    best = named(found)
    return [
        (
            plain(name).capitalize(),
            f"{f' (best at {best[name]})' if name in best else ''}: {choices(found, name)}. {comparison(found, name)}",
        )
        for name in found.strategies
    ]


def choices(found: Found, name: str) -> str:
    """Say what a strategy sets: mixes by their largest parts, levers by their numbers."""
    search = found.search
    values = flat(search, found.strategies[name])
    parts = []
    for lever in search.written.levers:
        target = lever.target.removeprefix("strategy.")
        mix = {key.partition(".")[2]: share for key, share in values.items() if key.startswith(f"{target}.")}
        if mix:
            ordered = sorted(mix.items(), key=lambda entry: -float(str(entry[1])))
            shares = ", ".join(f"{float(str(share)):.0%} {spaced(part)}" for part, share in ordered)
            parts.append(f"{spaced(lever.name)}: {shares}")
        elif target in values:
            words = factor_words(lever, np.array([lever.value(place) for place in PLACES]))
            value = values[target]
            said = words.value(words.rounded(value)) if isinstance(value, float) else spaced(str(value))
            parts.append(f"{words.title} {said}")
        else:  # each alternative is a table of settings
            sets = found.strategies[name]
            tables = lever.alternatives.items()
            parts += [f"{lever.name} {alternative}" for alternative, table in tables if table.items() <= sets.items()][
                :1
            ]
    return "; ".join(parts)


def comparison(found: Found, name: str) -> str:
    """Say how a strategy fares against the baseline in fresh futures, outcome by outcome."""
    table = found.comparisons
    rows = table[(table["strategy"] == name) & (table["sample"] == FRESH)]
    said = [_difference(found, row) for row in rows.to_dict(orient="records")]
    return f"Against {found.search.base}: {'; '.join(said)}."


def _difference(found: Found, row: dict[Any, Any]) -> str:
    """Say one difference, with its band; one that holds zero is no finding."""
    written = found.search.written
    name = str(row["outcome"])
    words = words_for(written, name)
    unit = next((unit_of(written, one) for one in written.objectives if one.outcome == name), "")
    # the share of a share is hard to read: those are said in points
    points = unit.startswith("share") or not known(row["share"])
    keys = ("difference", "low", "high") if points else ("share", "share_low", "share_high")
    mean, low, high = (float(row[key]) for key in keys)
    if not known(mean):
        return f"{words} not known"
    if mean < 0.0:
        mean, low, high, way = -mean, -high, -low, "less"
    else:
        way = "more"
    scale = 100.0 if unit.startswith("share") or not points else 1.0
    what = " points" if unit.startswith("share") else "%" if not points else ""
    numbers = f"{scale * mean:.3g}{what} {way} ({scale * low:.3g} to {scale * high:.3g})"
    if row["zero_in_band"]:
        return f"{words} {numbers}, which is not a finding: zero is in the band"
    return f"{words} {numbers}"


def optimism(found: Found) -> str:
    """Say how much better strategies looked in the search than they are: the winner's curse."""
    written = found.search.written
    rows = found.pareto[found.pareto["kind"] == FOUND]
    said = []
    for one in written.objectives:
        gap = float(rows[f"{one.name}_optimism"].mean())
        if known(gap):
            flattered = "flattered" if gap > 0.0 else "understated"
            size = amount(abs(gap), unit_of(written, one), width=abs(gap)).replace("%", " points")
            said.append(f"{words_of(one)} {flattered} by {size}")
    return f"How the search's own futures showed the lead over {found.search.base}, on average: {'; '.join(said)}."


def known(value: object) -> bool:
    """Say whether a value is a number at all."""
    return isinstance(value, (int, float, np.floating)) and math.isfinite(float(value))
