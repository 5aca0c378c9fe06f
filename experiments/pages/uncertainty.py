"""Split the uncertainty of the baseline and of a strategy's effect by source, and write the page.

python -m afteraid.experiments.pages.uncertainty [--draws 24] [--replicates 4] [--workers 2]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from afteraid.simulation.basis.errors import ResultsError
from afteraid.simulation.results.faces.markdown import markdown, table_of
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.structures import STRUCTURES

from ..trust.uncertainty.answer import answer_of
from ..trust.uncertainty.figure import write_figure
from ..trust.uncertainty.uncertainty import REPLICATES, Uncertainty, tell_apart
from .layout import wrapped

FOLDER = Path(__file__).parents[2] / "docs"
PICTURE = "uncertainty.png"
SCENARIO, STRATEGY = "baseline", "phased-handover"
DRAWS = 24


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

The study used {made["draws"]} parameter draws with {made["replicates"]} replicates each. It added one edition and each
structure with the same draws and random numbers: {worlds} runs to {made["scenario"]["run"]["end"]}. A two-way analysis
of variance separates parameters and randomness. An alternative to a rule of survival is set to the same survival five
years after exit in the default world, so the tables show its other effects.

## The baseline

{markdown(answer_of(level), 3)}
![Sources of the 90% interval of each outcome]({PICTURE})

## The effect of a strategy

`{effect.manifest["name"]}` minus `{effect.manifest["against"]["name"]}`, with the same draws and random numbers. This
difference matters to a planner, and its sources differ from those of the level:

{markdown(answer_of(effect), 3)}
## The alternatives

{_alternatives()}
## What this page does not cover

The alternatives are examples; the true spread of structures is wider. Each alternative is tested alone. Observation
covers internet use only. Figures of aid, prices and governance also have errors, which are not included.
"""
    return wrapped(text)


def _alternatives() -> str:
    """List the structures with their sources."""
    rows = [
        [f"`{name}`", each.title, each.source, f"{each.tolerance:+.2f}", f"{each.background:+.2f}"]
        for name, each in STRUCTURES.items()
    ]
    headings = ("name", "instead of the default's rule", "source", "change of the log tolerance", "of the log hazard")
    return table_of(headings, rows, (0, 1, 2)) + "\n"


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=DRAWS)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=FOLDER)
    asked = parser.parse_args()
    if not asked.out.is_dir():
        raise ResultsError("is not a folder", file=str(asked.out), key="--out")
    size = {"draws": asked.draws, "replicates": asked.replicates, "workers": asked.workers}
    level = tell_apart(load_scenario(SCENARIO), **size)
    effect = tell_apart(load_scenario(STRATEGY), against=load_scenario(SCENARIO), **size)
    (asked.out / "uncertainty.md").write_text(page(level, effect), encoding="utf-8")
    write_figure(level, asked.out / PICTURE)


if __name__ == "__main__":
    main()
