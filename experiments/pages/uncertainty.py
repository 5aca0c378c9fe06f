"""Tell the kinds of uncertainty of the baseline and of a strategy's effect apart, and write their page.

python -m afteraid.experiments.pages.uncertainty [--draws 24] [--luck 4] [--workers 2]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.structures import STRUCTURES

from ..trust.uncertainty.figure import write_figure
from ..trust.uncertainty.uncertainty import (
    LUCK,
    OBSERVATION,
    PARAMETERS,
    PROCESS,
    STRUCTURE,
    Uncertainty,
    band_rows,
    largest_source,
    move_rows,
    tell_apart,
)
from .skill_tables import markdown

FOLDER = Path(__file__).parents[2] / "docs"
PICTURE = "uncertainty.png"
SCENARIO, STRATEGY = "baseline", "phased-handover"
DRAWS = 24
SOURCES = (("all", "all"), (PARAMETERS, "parameters"), (PROCESS, "luck"), (OBSERVATION, "observation"))
WORDS = {
    PARAMETERS: "numbers that nobody knows (parameters)", PROCESS: "luck", OBSERVATION: "the figures of today",
    STRUCTURE: "the form of the rules (structure)",
}  # fmt: skip


def page(level: Uncertainty, effect: Uncertainty) -> str:
    """Return the page: both tables, what moves each outcome most, and how they were made."""
    made = level.manifest
    worlds = len(level.runs)
    return f"""# What the bands are made of

This page is written by `python -m afteraid.experiments.pages.uncertainty`. Don't edit it: run that again.
`afteraid uncertainty` does the same for any scenario.

The band of an answer has four sources, told apart here:

- *parameters*: numbers that nobody knows, drawn from their stated ranges;
- *luck* (the process): what happens by chance in one world;
- *observation*: what a later edition of the figures of internet use may say of today (`world.edition`);
- *structure*: the form of the rules (`world.structures`), of which other modellers would have chosen another.

{made["draws"]} draws of the parameters, {made["luck"]} worlds of luck for each, and beside them one edition and each
structure on the same draws and luck: {worlds} worlds to {made["scenario"]["run"]["end"]}. A two-way analysis of
variance tells parameters and luck apart. An alternative to a rule of survival is held to the same survival five years
after exit in the default world, so what it moves is the rest.

## The baseline

{_bands(level)}
How far another rule moves the mean, on the same draws and luck; (?) where the 90% band of the difference holds zero:

{_structures(level)}
![Where the band of each outcome comes from]({PICTURE})

{_reading(level)}

## The effect of a strategy

`{effect.manifest["name"]}` less `{effect.manifest["against"]["name"]}`, on the same draws and luck. This is what a
planner reads, and its sources aren't those of the level:

{_bands(effect)}
{_structures(effect)}
{_reading(effect)}

## The alternatives

{_alternatives()}
## What this can't say

The alternatives are those that somebody thought of; the true spread of structures is wider. Each is tried alone.
Observation is of internet use only: figures of aid, prices and governance have errors too, and stand as they are.
"""


def _bands(found: Uncertainty) -> str:
    """Return the widths of the bands by source as a table."""
    heading = [
        "width of the 90% band",
        "median",
        *(f"{words} alone" if words != "all" else "all" for _, words in SOURCES),
    ]
    return markdown(heading, band_rows(found, [source for source, _ in SOURCES]))


def _structures(found: Uncertainty) -> str:
    """Return what each alternative moves as a table."""
    return markdown(["moved by", *(structure.short for structure in STRUCTURES.values())], move_rows(found))


def _reading(found: Uncertainty) -> str:
    """Say what moves each outcome most."""
    most: dict[str, list[str]] = {}
    for outcome, part in found.bands.groupby("outcome", sort=False):
        source = largest_source(found.bands, found.structures, str(outcome))
        most.setdefault(source, []).append(str(part["words"].iloc[0]))
    lines = [f"- {WORDS[source]}: {'; '.join(outcomes)}" for source, outcomes in most.items()]
    return "What moves each outcome most:\n\n" + "\n".join(lines)


def _alternatives() -> str:
    """List the structures with their sources."""
    rows = [[f"`{name}`", each.title, each.source, f"{each.intercept:+.2f}"] for name, each in STRUCTURES.items()]
    return markdown(["name", "instead of the default's rule", "source", "move of the log hazard"], rows)


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--luck", type=int, default=LUCK)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    if not asked.out.is_dir():
        raise ResultsError("is not a folder", file=str(asked.out), key="--out")
    level, effect = (
        tell_apart(load_scenario(name), against=other, draws=asked.draws, luck=asked.luck, workers=asked.workers)
        for name, other in ((SCENARIO, None), (STRATEGY, load_scenario(SCENARIO)))
    )
    (asked.out / "uncertainty.md").write_text(page(level, effect), encoding="utf-8")
    write_figure(level, asked.out / PICTURE)


if __name__ == "__main__":
    main()
