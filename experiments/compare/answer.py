"""The answer of a comparison: cards, sentences, the headlines of each option, and what they rest on."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.headlines import ON_CARDS
from afteraid.simulation.results.answer import Answer, Card, Table
from afteraid.simulation.results.summary import judged_share
from afteraid.simulation.results.words.numbers import UNKNOWN, change, changes, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import Judged, in_words

from . import sentences
from .charts import charts
from .comparison import Comparison, better_sign
from .turning import Lean, leaning

STUDY = "compare"  # in the manifest
MOST_SHOWN = 5  # countries at each end of a table, and parameters
HEADINGS = ("Difference", "90% interval", "Verdict")
SAY = Templates(
    "compare_notes",
    how="Differences are medians of {pairs} paired runs: both sides of a pair meet the same random draws. "
    "Shares differ in percentage points.",
    countries="Countries are judged one by one: of 20 without any effect, 2 may look clear.",
    after_exit="More initiatives serving after exit can also mean that donors left sooner.",
    structures="Other rules of the model are not drawn: `afteraid uncertainty` tries them.",
)


def answer_of(found: Comparison) -> Answer:
    """Return the whole answer: the headlines first, and a part with the details of each option."""
    leans = {option: _leans(found, option) for option in found.options}
    parts = tuple(_part(found, option, leans[option]) for option in found.options)
    notes = [SAY("how", pairs=found.pairs), SAY("countries"), SAY("after_exit"), SAY("structures")]
    manifest = manifest_of(found)
    turn = (sentences.turn(found, measures[0], leans[1], _meanings(found)),) if (measures := found.measures()) else ()
    return Answer(
        sentences.title(found), (*_first(found), *turn, *sentences.why(found)), _tables(found), charts(found),
        tuple(notes), manifest, parts, cards(found), sentences.question(found), (*judged_share(manifest), *turn),
    )  # fmt: skip


def brief(answer: Answer) -> Answer:
    """Return what one screen holds: sentences, and a table of the headlines for each option."""
    shown = tuple(table for table in answer.tables if table.lines)
    return Answer(answer.title, answer.sentences, shown, (), answer.notes[:1], answer.manifest, (), answer.cards)


def manifest_of(found: Comparison) -> dict[str, Any]:
    """Return how the comparison came about: the base's manifest, with the options and their settings."""
    scenarios = {label: one.manifest["scenario"] for label, one in zip(found.labels, found.results, strict=True)}
    return {
        **found.results[0].manifest,
        "study": STUDY,
        "title": sentences.title(found),
        "base": found.labels[0],
        "options": list(found.labels[1:]),
        "scenarios": scenarios,
        "asked": found.asked,
        "matters": dict(found.matters),
    }


def cards(found: Comparison) -> tuple[Card, ...]:
    """Return the four headlines of the first option: its level, its change with interval, and the verdict."""
    made = []
    for name in ON_CARDS:
        if name not in found.measures():
            continue
        judged, unit = found.judged(1, name), CATALOGUE[name].unit
        value = level(float(found.values[1][name].mean()), unit)
        ends = changes(judged.low, judged.high, unit) if math.isfinite(judged.low) else ""
        words, moved = sentences.row_of(name, found.focus), change(judged.median, unit)
        made.append(Card(words, value, ends, moved, _verdict(judged, name)))
    return tuple(made)


def _first(found: Comparison) -> list[str]:
    """Return what each option changes, most important first; unequal money is said before anything is ranked."""
    lines = sentences.caution(found)
    measures = found.measures()
    if not measures:
        return lines
    for option in found.options:
        lines += sentences.unequal(found, option)
        said = sentences.headline(found, option, measures[0])
        lines.append(f"{found.labels[option]}. {said}" if len(found.labels) > 2 else said)
        lines.append(sentences.balance(found, option))
    return lines + sentences.order(found)


def _leans(found: Comparison, option: int) -> list[Lean]:
    """Return how the first headline of an option leans on judged parameters."""
    measures = found.measures()
    judged = {one["name"] for one in found.results[0].manifest["parameters"] if one["standing"] == "judged"}
    differences = found.differences(option)[measures[0]] if measures else pd.Series(dtype=float)
    return leaning(differences, found.results[0].parameters, judged)


def _meanings(found: Comparison) -> dict[str, str]:
    """Return the meaning of each parameter, with its name."""
    return {
        one["name"]: f"{sentences.meaning(one['meaning'])} (`{one['name']}`)"
        for one in found.results[0].manifest["parameters"]
    }


def _tables(found: Comparison) -> tuple[Table, ...]:
    """Lay out the headlines: one tidy table, and for people one for each option."""
    tidy = found.table()
    tables = [Table("headlines", tidy)]
    for option in found.options:
        lines = []
        for name in found.measures():
            judged, unit = found.judged(option, name), CATALOGUE[name].unit
            ends = _short(changes(judged.low, judged.high, unit)) if math.isfinite(judged.low) else UNKNOWN
            lines.append(
                (sentences.row_of(name, found.focus), _short(change(judged.median, unit)), ends, _verdict(judged, name))
            )
        part = tidy[tidy["option"] == found.labels[option]]
        tables.append(
            Table(f"option_{option}_differences", part, (found.labels[option], *HEADINGS), tuple(lines), (0, 3))
        )
    return tuple(tables)


def _verdict(judged: Judged, name: str) -> str:
    """Return the verdict of a headline in words: a clear difference is clearly better or clearly worse."""
    return in_words(judged, better_sign(name))


def _short(text: str) -> str:
    """Leave out the words that a note says once for the whole table."""
    return text.removesuffix(" percentage points")


def _part(found: Comparison, option: int, leans: list[Lean]) -> Answer:
    """Return the details of one option: every headline, cost, countries, years and parameters."""
    label, paths, countries = found.labels[option], found.paths(option), found.countries(option)
    money = sentences.price(found, option)
    lines = [sentences.headline(found, option, name) for name in found.measures()]
    lines += [money] if money else []
    lines += [*sentences.winners(countries), *sentences.shows(found, paths)]
    prefix = f"option_{option}_"
    tables = (
        _of_pairs(found, option, f"{prefix}headlines"),
        _of_countries(countries, f"{prefix}countries"),
        Table(f"{prefix}by_year", paths),
        Table(f"{prefix}cost", pd.DataFrame([found.cost(option)])),
        _of_leans(found, leans, f"{prefix}parameters"),
    )
    return Answer(label, tuple(lines), tables)


def _of_pairs(found: Comparison, option: int, name: str) -> Table:
    """Lay out the two means of each headline, their difference, and how many pairs agree on its side."""
    table = found.table()
    part = table[table["option"] == found.labels[option]]
    lines = tuple(
        (
            sentences.row_of(str(row["measure"]), found.focus),
            level(row["base_mean"], row["unit"]), level(row["mean"], row["unit"]),
            _short(change(row["difference"], row["unit"])), f"{row['most']} of {row['pairs']}",
        )
        for row in part.to_dict("records")
    )  # fmt: skip
    return Table(name, part, ("Means", "Base", "Option", "Difference", "Same side"), lines)


def _of_countries(countries: pd.DataFrame, name: str) -> Table:
    """Lay out the countries that gain and lose most."""
    lines = []
    for measure, part in countries.groupby("measure", sort=False):
        record = CATALOGUE[str(measure)]
        gained, lost = part[part["mean"] > 0.0], part[part["mean"] < 0.0]
        some = pd.concat([gained.head(MOST_SHOWN), lost.tail(MOST_SHOWN)])
        for row in some.to_dict("records"):
            ends = changes(row["low"], row["high"], record.unit) if math.isfinite(row["low"]) else UNKNOWN
            said = _short(change(row["mean"], record.unit)), _short(ends), row["verdict"]
            lines.append((f"{row['country']}, {record.words}", *said))
    return Table(name, countries, ("Who gains and who loses", "Mean", "90% interval", "Verdict"), tuple(lines), (0, 3))


def _of_leans(found: Comparison, leans: list[Lean], name: str) -> Table:
    """Lay out the parameters on which the first headline leans most."""
    data = pd.DataFrame(
        [(one.parameter, one.correlation, one.threshold, one.low, one.high, one.found, one.turns) for one in leans],
        columns=["parameter", "correlation", "threshold", "low", "high", "found", "turns"],
    )
    if not leans:
        return Table(name, data)
    unit = CATALOGUE[found.measures()[0]].unit
    lines = tuple(
        (one.parameter, _short(change(one.low, unit)), _short(change(one.high, unit)), "yes" if one.found else "no")
        for one in leans[:MOST_SHOWN]
    )
    return Table(name, data, ("Parameter", "At low values", "At high values", "More than chance"), lines)
