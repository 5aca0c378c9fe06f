"""The answer of a study of uncertainty: which source the interval of each outcome comes from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import POINTS, change, counted, is_share, level, width
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS
from afteraid.simulation.state.structures import STRUCTURES

from .uncertainty import OBSERVATION, PARAMETERS, PROCESS, STRUCTURE, Uncertainty, largest_source

SOURCES = {"all": "All sources", PARAMETERS: "Parameters", PROCESS: "Randomness", OBSERVATION: "Observation"}
WORDS = {
    PARAMETERS: "uncertain values of parameters",
    PROCESS: "random events in each replicate",
    OBSERVATION: "errors in the observed figures of today",
    STRUCTURE: "the form of the model's rules",
}
UNCLEAR = "~"
ABREAST = 4  # outcomes in a table: more are not read on a screen or on paper
TITLE = "{name}: sources of the 90% interval"
AGAINST = "{name} less {other}: sources of the 90% interval"
SAY = Templates(
    "uncertainty",
    source="{outcome}: most of the interval comes from {source}.",
    few="{draws} are too few to say how wide an interval is: {least} or more are needed.",
    made="{draws} parameter draws with {replicates} replicates each; one other edition of the figures and each "
    "alternative rule use the same draws and seeds.",
    unclear="~ marks no clear effect: the 90% interval of the difference over {draws} parameter draws includes zero.",
)


def answer_of(found: Uncertainty) -> Answer:
    """Return what was found: the width of each interval by source, and how far other rules move each outcome."""
    manifest = found.manifest
    name, other = manifest["title"], manifest.get("against")
    title = AGAINST.format(name=name, other=other["title"]) if other else TITLE.format(name=name)
    notes = (
        SAY("made", draws=manifest["draws"], replicates=manifest["replicates"]),
        SAY("unclear", draws=manifest["draws"]),
    )
    return Answer(title, _sentences(found), (widths(found), *moves(found)), (), notes, manifest)


def _sentences(found: Uncertainty) -> tuple[str, ...]:
    """Say which source moves which outcomes most, or that there are too few draws to say."""
    draws = int(found.manifest["draws"])
    if draws < LEAST_DRAWS:
        return (SAY("few", draws=counted(draws, "parameter draw"), least=LEAST_DRAWS),)
    return tuple(
        SAY(
            "source", outcome=capitalised(str(part["words"].iloc[0])),
            source=WORDS[largest_source(found.bands, found.structures, str(outcome))],
        )
        for outcome, part in found.bands.groupby("outcome", sort=False)
    )  # fmt: skip


def widths(found: Uncertainty, sources: Sequence[str] = tuple(SOURCES)) -> Table:
    """Lay out for each outcome its median and the width of the 90% interval of each source alone."""
    lines = []
    for _, part in found.bands.groupby("outcome", sort=False):
        unit, median = str(part["unit"].iloc[0]), float(part["median"].iloc[0])
        by_source = part.set_index("source")["width90"].astype(float).to_dict()
        middle = change(median, unit) if "against" in found.manifest else level(median, unit)
        lines.append((str(part["words"].iloc[0]), middle, *(width(by_source[source], unit) for source in sources)))
    headings = ("Width of the 90% interval by source", "Median", *(SOURCES[source] for source in sources))
    return Table("bands", found.bands, headings, tuple(lines))


def moves(found: Uncertainty) -> tuple[Table, ...]:
    """Lay out how far each alternative rule moves each outcome: a line a rule, at most ABREAST outcomes a table.

    ~ stands where the effect is not clear; shares move by percentage points, which the headings say.
    """
    outcomes = [part for _, part in found.structures.groupby("outcome", sort=False)]
    return tuple(
        _moves(found, outcomes[first : first + ABREAST], f"structures{first // ABREAST + 1 if first else ''}")
        for first in range(0, len(outcomes), ABREAST)
    )


def _moves(found: Uncertainty, outcomes: Sequence[pd.DataFrame], name: str) -> Table:
    """Lay out how far each alternative rule moves some outcomes."""
    headings, columns = ["Effect of another rule"], []
    for part in outcomes:
        unit, words = str(part["unit"].iloc[0]), str(part["words"].iloc[0])
        headings.append(f"{words}, {POINTS}" if is_share(unit) or unit == "points" else words)
        effects = zip(part["mean"], part["zero_in_band"], strict=True)
        columns.append(
            [f"{UNCLEAR if unclear else ''} {_number(float(mean), unit)}".strip() for mean, unclear in effects]
        )
    rules = (structure.short for structure in STRUCTURES.values())
    data = found.structures[found.structures["outcome"].isin([part["outcome"].iloc[0] for part in outcomes])]
    return Table(name, data, tuple(headings), tuple(zip(rules, *columns, strict=True)))


def _number(value: float, unit: str) -> str:
    """Write a change without its unit, which stands in the heading."""
    return change(value, unit).removesuffix(f" {POINTS}")
