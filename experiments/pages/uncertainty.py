"""Split the uncertainty of the baseline and of a strategy's effect by source, and write the page.

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
from .layout import wrapped
from .skill_tables import markdown

FOLDER = Path(__file__).parents[2] / "docs"
PICTURE = "uncertainty.png"
SCENARIO, STRATEGY = "baseline", "phased-handover"
DRAWS = 24
SOURCES = (("all", "all"), (PARAMETERS, "parameters"), (PROCESS, "randomness"), (OBSERVATION, "observation"))
WORDS = {
    PARAMETERS: "parameters", PROCESS: "randomness", OBSERVATION: "observation of today's figures",
    STRUCTURE: "the form of the rules (structure)",
}  # fmt: skip


def page(level: Uncertainty, effect: Uncertainty) -> str:
    """Return the page: both tables, what moves each outcome most, and how they were made."""
    made = level.manifest
    worlds = len(level.runs)
    text = f"""# Sources of uncertainty

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.uncertainty`. `afteraid uncertainty` does
the same for any scenario.

The 90% interval of a result has four sources:

- *parameters*: uncertain numbers, drawn from their stated ranges;
- *randomness* (the process): chance events in one run;
- *observation*: possible later revisions of today's figures of internet use (`world.edition`);
- *structure*: the form of the rules (`world.structures`); other modellers may choose other forms.

The study used {made["draws"]} parameter draws with {made["luck"]} replicates each. It added one edition and each
structure with the same draws and random numbers: {worlds} runs to {made["scenario"]["run"]["end"]}. A two-way analysis
of variance separates parameters and randomness. An alternative to a rule of survival is set to the same survival five
years after exit in the default world, so the tables show its other effects.

## The baseline

{_bands(level)}
The next table shows how far another rule moves the mean, with the same draws and random numbers. "(?)" marks no clear
effect: the 90% interval of the difference includes zero.

{_structures(level)}
![Sources of the 90% interval of each outcome]({PICTURE})

{_reading(level)}

## The effect of a strategy

`{effect.manifest["name"]}` minus `{effect.manifest["against"]["name"]}`, with the same draws and random numbers. This
difference matters to a planner, and its sources differ from those of the level:

{_bands(effect)}
{_structures(effect)}
{_reading(effect)}

## The alternatives

{_alternatives()}
## What this page does not cover

The alternatives are examples; the true spread of structures is wider. Each alternative is tested alone. Observation
covers internet use only. Figures of aid, prices and governance also have errors, which are not included.
"""
    return wrapped(text)


def _bands(found: Uncertainty) -> str:
    """Return the widths of the intervals by source as a table."""
    heading = [
        "width of the 90% interval",
        "median",
        *(f"{words} alone" if words != "all" else "all" for _, words in SOURCES),
    ]
    return markdown(heading, band_rows(found, [source for source, _ in SOURCES]))


def _structures(found: Uncertainty) -> str:
    """Return what each alternative moves as a table."""
    return markdown(["moved by", *(structure.short for structure in STRUCTURES.values())], move_rows(found))


def _reading(found: Uncertainty) -> str:
    """Name the largest source of each outcome."""
    most: dict[str, list[str]] = {}
    for outcome, part in found.bands.groupby("outcome", sort=False):
        source = largest_source(found.bands, found.structures, str(outcome))
        most.setdefault(source, []).append(str(part["words"].iloc[0]))
    lines = [f"- {WORDS[source]}:\n  - " + "\n  - ".join(outcomes) for source, outcomes in most.items()]
    return "The largest source of uncertainty of each outcome:\n\n" + "\n".join(lines)


def _alternatives() -> str:
    """List the structures with their sources."""
    rows = [[f"`{name}`", each.title, each.source, f"{each.intercept:+.2f}"] for name, each in STRUCTURES.items()]
    return markdown(["name", "instead of the default's rule", "source", "change of the log hazard"], rows)


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
