"""Compare the hindcasts of two editions, and keep the summary: errors by horizon and group, and no row of data.

    python -m afteraid.experiments.pages.editions --hindcast DIR --first DIR [--out docs/measured/first-edition.csv]

Both folders were written by `afteraid hindcast --out DIR`, each by its own edition, on the same panel.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from afteraid.simulation.basis.errors import DataError
from afteraid.simulation.basis.manifest import read_manifest
from afteraid.simulation.results.faces.markdown import table_of

from ..trust.hindcast.editions import COLUMNS, compare_editions

FILE = Path(__file__).parents[2] / "docs" / "measured" / "first-edition.csv"


def compare_folders(now: Path, first: Path) -> pd.DataFrame:
    """Return the comparison of two folders; hindcasts of different panels are refused."""
    panels = [read_manifest(folder, "hindcast")["panel_sha256"] for folder in (now, first)]
    if panels[0] != panels[1]:
        raise DataError("was made from other files", file=str(first), key="--first")
    tables = [pd.read_csv(folder / "forecasts.csv", keep_default_na=False, na_values=[""]) for folder in (now, first)]
    return compare_editions(tables[0], tables[1])


def editions_section(file: Path = FILE) -> str:
    """Return the section of the page of skill on the first edition; empty where nothing was measured."""
    if not file.exists():
        return ""
    table = pd.read_csv(file)
    worse = table[~table["as_good"]]
    shown = table[table["targets"] == table["targets"].iloc[0]]
    names = {"countries": "by countries", "people": "by people"}
    rows = []
    for (group, weight), part in shown.groupby(["group", "weight"], sort=False):
        cells = [
            f"{row['first']:.2f} to {row['now']:.2f} ({row['relative']:+.1f}%; {row['low']:+.2f} to {row['high']:+.2f})"
            for row in part.sort_values("horizon").to_dict("records")
        ]
        rows.append([f"{group}, {names[str(weight)]}", *cells])
    heads = ["", *(f"{horizon} y" for horizon in sorted(set(shown["horizon"])))]
    inside = shown[(shown["group"] == "all") & (shown["weight"] == "countries")].sort_values("horizon")
    held = "; ".join(
        f"{row['first_inside']:.0f} to {row['now_inside']:.0f} at {row['horizon']} y"
        for row in inside.to_dict("records")
    )
    count = f"{len(table) - len(worse)} of {len(table)}"
    said = [
        f"- {row['group']}, {names[row['weight']]}, {row['horizon']} y, targets {row['targets']}: "
        f"{row['first']:.2f} to {row['now']:.2f} points ({row['relative']:+.1f}%)."
        for row in worse.to_dict("records")
    ]
    missed = "No error is larger beyond that.\n" if worse.empty else "Larger beyond that:\n\n" + "\n".join(said) + "\n"
    return f"""## Against the first edition

The first edition is the model as it stood before use was tied to barriers. Its own hindcast was made from the same
panel, origins and horizons. Wanted: no mean absolute error larger by more than 1%, or by no more than what resampling
economies can tell apart from nothing. {count} errors are as good, over targets from 2019 and all targets, for all, LDC
and Africa, by countries and by people. {missed}
First edition to this one, mean absolute error on targets from 2019 (change in %; 95% interval of the change in points):

{table_of(heads, rows, [0])}

Outcomes inside the 80% interval, %: {held}.
"""


def main() -> None:
    """Write the comparison."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hindcast", type=Path, required=True, help="folder of today's hindcast")
    parser.add_argument("--first", type=Path, required=True, help="folder of the first edition's")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    table = compare_folders(options.hindcast, options.first)[COLUMNS].round(3)
    options.out.write_bytes(table.to_csv(index=False, lineterminator="\n").encode("utf-8"))


if __name__ == "__main__":
    main()
