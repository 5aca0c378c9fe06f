"""Write the list of all parameters, from their declarations, for readers of the documentation.

    python -m afteraid.experiments.pages.parameters [--out docs/parameters.md]

Run it again after any change of a declaration; a test compares the file with what is declared.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from afteraid.simulation.results.faces.markdown import table_of
from afteraid.simulation.scenario.vocabulary import parameters
from afteraid.simulation.state.parameters import Parameter

FILE = Path(__file__).parents[2] / "docs" / "parameters.md"
STANDINGS = {
    "published": "the value is taken from its source",
    "derived": "computed from published figures, or by this project's own scripts",
    "judged": "nobody has measured it; chosen by this project, within the bounds of the source if it gives any",
}
COLUMNS = ("name", "value", "unit", "distribution", "range", "meaning", "source", "standing")
OPENING = """# Parameters

Generated; do not edit. Change the declaration in the code, then run
`python -m afteraid.experiments.pages.parameters`.

This page lists every uncertain number that a user may set. [model.md](model.md) explains where each one enters. It also
names the constants in the code that are not parameters.

- "Value" is the central value. It is used if uncertainty is switched off.
- "Distribution" is used otherwise: each run draws from it, independently of the other parameters. "Spread" is the
  standard deviation (of the logarithm, for a lognormal distribution).
- "Range" is what a scenario may set.
- "Standing" states how reliable the value is. If a "judged" value has a source, the source supports the direction or
  the bounds, not the value itself. "Model contract" as a source is the design of this project.
"""


def page() -> str:
    """Return the whole page as Markdown: shares by standing, then a table for each process."""
    declared = parameters()
    by_process: dict[str, list[Parameter]] = {}
    for name in declared:
        by_process.setdefault(name.rpartition(".")[0], []).append(declared[name])
    parts = [OPENING, _shares(by_process)]
    parts += [f"## {process}\n\n{_table(by_process[process])}" for process in sorted(by_process)]
    return "\n".join(parts)


def _shares(by_process: dict[str, list[Parameter]]) -> str:
    """Count parameters by standing, in all and by process, with each standing's share of all."""
    everything = [parameter for members in by_process.values() for parameter in members]
    whole = []
    for standing, meaning in STANDINGS.items():
        count = sum(parameter.standing == standing for parameter in everything)
        whole.append((standing, str(count), f"{count / len(everything):.0%}", meaning))
    whole.append(("all", str(len(everything)), "100%", ""))
    parts = []
    for process in sorted(by_process):
        counts = [sum(member.standing == standing for member in by_process[process]) for standing in STANDINGS]
        parts.append((f"`{process}`", *map(str, counts), str(len(by_process[process]))))
    tables = (_laid(("standing", "parameters", "share", "what it means"), whole),
              _laid(("process", *STANDINGS, "all"), parts))  # fmt: skip
    return "## How reliable the values are\n\n" + "\n".join(tables)


def _table(members: list[Parameter]) -> str:
    """Return the table of one process, in the order of declaration."""
    rows = [
        (
            f"`{member.name}`",
            f"{member.value:g}",
            member.unit,
            member.distribution.words(),
            _range(member),
            member.meaning,
            member.source,
            member.standing,
        )
        for member in members
    ]
    return _laid(COLUMNS, rows)


def _laid(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table with all columns to the left."""
    return table_of(headings, rows, range(len(headings))) + "\n"


def _range(parameter: Parameter) -> str:
    """Say what a scenario may set."""
    low, high = parameter.minimum, parameter.maximum
    if math.isinf(low) and math.isinf(high):
        return "any"
    if math.isinf(high):
        return f"from {low:g}"
    return f"up to {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.parse_args().out.write_text(page(), encoding="utf-8", newline="\n")
