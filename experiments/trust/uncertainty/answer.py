"""The answer of a study of uncertainty: which source the interval of each outcome comes from."""

from __future__ import annotations

from collections.abc import Sequence

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import change, counted, level, width
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
    return Answer(title, _sentences(found), (widths(found), moves(found)), (), notes, manifest)


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


def moves(found: Uncertainty) -> Table:
    """Lay out for each outcome how far each alternative rule moves it; ~ where the effect is not clear."""
    lines = []
    for _, part in found.structures.groupby("outcome", sort=False):
        unit = str(part["unit"].iloc[0])
        effects = zip(part["mean"], part["zero_in_band"], strict=True)
        said = (
            f"{UNCLEAR} {change(float(mean), unit)}" if unclear else change(float(mean), unit)
            for mean, unclear in effects
        )
        lines.append((str(part["words"].iloc[0]), *said))
    headings = ("Effect of another rule", *(structure.short for structure in STRUCTURES.values()))
    return Table("structures", found.structures, headings, tuple(lines))
