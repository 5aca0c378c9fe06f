"""Write the list of all measures, from the catalogue, for readers of the documentation.

    python -m afteraid.experiments.pages.measures [--out docs/measures.md]

Run it again after any change of a record; a test compares the file with the catalogue.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from afteraid.simulation.measures.catalogue import rows
from afteraid.simulation.measures.columns import COLUMNS, READINESS

FILE = Path(__file__).parents[2] / "docs" / "measures.md"
TABLES = {
    "divide": (
        "Groups of countries",
        "The table `divide` has these for the world, for each standing group and for the focus.\n"
        "A study may ask for any group or country.",
    ),
    "countries": (
        "Countries only",
        "The table `countries` has these, and each measure above whose grain has `country`.",
    ),
    "activity": (
        "Initiatives, donors and cooperation",
        "The table `activity` has these by year. A stock is of 1 January; a flow is of the year that begins then.\n"
        "The table `portfolio` has those with the grain `kind` for each kind of initiative in each income group.",
    ),
    "run": ("A whole run", "One number for all years of a run. Studies, searches and the answer of a run have them."),
    "attribution": ("Attribution only", "These compare a world with an item and the same world without it."),
}
COLUMNS_SHOWN = (
    *("name", "words", "unit", "kind", "grain", "groups"),
    *("over years", "over countries", "better", "matters"),
)
OPENING = """# Measures

Generated; do not edit. Change the record in `simulation/measures/`, then run
`python -m afteraid.experiments.pages.measures`.

Each measure is declared once. Tables, studies, conditions, charts, answers and attribution read its record.
[architecture.md](architecture.md) says how to add one. `afteraid measures` lists the same.

A share is from 0 to 1. "Better" says whether more or less is better. "Over years" and "over countries" say how several
values make one: their sum, their mean, the last one, a mean over people, or a ratio of sums. "Matters" is the smallest
difference that matters. Each such difference is judged by this project; its reason stands below the tables.
"""


def page() -> str:
    """Return the whole page as Markdown: a table for each table of results, targets, and the columns of initiatives."""
    found = rows()
    parts = [OPENING]
    for table, (title, said) in TABLES.items():
        chosen = [row for row in found if row["table"] == table]
        parts.append(f"## {title}\n\n{said}\n\n{_table(COLUMNS_SHOWN, chosen)}")
    targets = [row for row in found if row["target"]]
    parts.append("## Targets\n\n" + _table(("name", "target", "goal", "source of the target"), targets))
    reasons = {(row["matters"], row["reason"]): row for row in found if row["matters"]}
    parts.append("## Why a difference matters\n\n" + _table(("matters", "reason"), list(reasons.values())))
    columns = [{"name": one.name, "words": one.words, "unit": one.unit} for one in COLUMNS]
    parts.append(f"## Columns of the list of initiatives\n\n{_table(('name', 'words', 'unit'), columns)}")
    held = [{"name": one.name, "words": one.words, "unit": one.unit} for one in READINESS]
    said = "The table `portfolio` has these in the start year and every fifth year after, for initiatives not ready.\n"
    parts.append(f"## Columns of readiness\n\n{said}\n{_table(('name', 'words', 'unit'), held)}")
    return "\n".join(parts)


def _table(names: tuple[str, ...], chosen: list[dict[str, object]] | list[dict[str, str]]) -> str:
    """Return a Markdown table; the name is set as code, and a bar inside a cell would end it."""
    lines = [_row(names), "|" + "---|" * len(names)]
    for row in chosen:
        cells = [f"`{row[name]}`" if name == "name" else str(row[name] or "") for name in names]
        lines.append(_row(tuple(cells)))
    return "\n".join(lines) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    """Return one row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FILE)
    parser.parse_args().out.write_text(page(), encoding="utf-8", newline="\n")
