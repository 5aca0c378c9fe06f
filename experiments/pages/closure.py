"""Write the page on closure: what closes initiatives, what the evidence tells of it, and how far answers differ.

    afteraid calibrate --closure --out DIR
    python -m afteraid.experiments.pages.closure --fit DIR [--runs 4] [--draws 8]

Prints the table of what was found and what holds now too.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from afteraid.simulation.basis.manifest import read_manifest
from afteraid.simulation.results.faces.markdown import table_of
from afteraid.simulation.state.parameters import REGISTRY

from ..trust.closure_table import DRAWS, END, RUNS, SEED, Checked, check, over_draws, rows_of
from ..trust.referee import markdown
from .layout import wrapped

FILE = Path(__file__).parents[2] / "docs" / "closure.md"
UNMOVED, PAIRS, IN_A_DIRECTION, STRONG = 0.9, 5, 3, 0.3
TABLES = ("closure_estimates", "closure_tradeoffs", "closure_directions", "closure_effects", "closure_check")
OPENING = """# What closes initiatives, and what is known of it

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.closure`.

In the first edition an index decided who closed. Stopping all money closed nobody, and a label protected an initiative
until its last day. Now an initiative closes for one of three reasons, whoever pays and whatever its phase:

- **Insolvency.** A till takes in donors' money, fees, public lines and the draw of an endowment. It pays core cost
  first, then arrears, then the rest. Unpaid core cost becomes arrears. The operator gives up when arrears pass its
  tolerance. Operators under contract give no credit, so the end of a public contract closes them.
- **The market.** Networks and centres lose demand as the market reaches their users, or an operator takes them over.
- **Other causes.** One hazard depends on skills, motivation, linkages, fragility, conflict and chance. Its mean comes
  from ratings of projects in their funded years.

The equations are in section 7.16 of [model.md](model.md).

"""
CLOSING = """
The index rule of the first edition is kept as a named structure, `index_rule`
([uncertainty.md](uncertainty.md)).
"""


@dataclass(frozen=True)
class Fitted:
    """What a calibration of closure has written: its tables by name, and its facts."""

    tables: dict[str, pd.DataFrame]
    facts: dict[str, Any]


def read_fit(folder: Path) -> Fitted:
    """Read the folder that `afteraid calibrate --closure --out DIR` has written."""
    tables = {name: pd.read_csv(folder / f"{name}.csv") for name in TABLES}
    return Fitted(tables, read_manifest(folder, "calibration")["parts"]["closure"])


def page(fit: Fitted, found: Checked) -> str:
    """Return the whole page as Markdown."""
    size = f"{len(found.usual)} runs for each scenario at central parameters, {len(found.drawn)} with drawn ones"
    ranges = f"## How far answers differ within the evidence\n\n{differing(found, size)}"
    made = f"Made with {size}, to {found.end}, seed {SEED}."
    table = f"## What was found, and what holds now\n\n{made}\n\n{markdown(rows_of(found))}"
    return wrapped(f"{OPENING}{identified(fit)}\n{ranges}\n{table}\n{CLOSING}")


def identified(fit: Fitted) -> str:
    """Say what the evidence tells of the numbers, and what remains unknown."""
    facts, estimates = fit.facts, fit.tables["closure_estimates"]
    moved = estimates[estimates["sd_ratio"] <= UNMOVED]["name"]
    same = estimates[estimates["sd_ratio"] > UNMOVED]["name"]
    medians = facts["medians"]
    return f"""## What the evidence tells, and what it does not

The evidence is one curve of survival after exit (1, 3, 5 and 10 years), judged from several studies. Users' fees in
middle income are held to 40-60% of running cost. {facts["runs"]} worlds and {round(0.8 * facts["runs"])} more were run
with drawn parameters. The posterior is approximate Bayesian computation on an emulator of these runs.

- **{facts["inside"]:.0%} of the prior lies inside all ranges of survival**, and {facts["inside_both"]:.0%} with fees
  inside theirs too. So the evidence excludes little.
- **Calibrated**: the tolerance has a median of {medians["cash.tolerance"]:.2f} years of running cost, and users pay
  {medians["cash.collected"]:.2f} of the market's price. The tolerance keeps {_kept(estimates):.0%} of its spread.
  Ranges of survival this wide say where its middle is, and little more.
- **Moved by the evidence**: {_names(moved)}.
- **Not identified** (the spread after is over {UNMOVED:.0%} of that before): {_names(same)}. These stay as judged, and
  every drawn run varies them.

{_estimates(estimates)}

{_directions(fit.tables["closure_directions"])}

{_effects(fit.tables["closure_effects"])}

{_tradeoffs(fit.tables["closure_tradeoffs"])}

{_check(fit.tables["closure_check"])}
"""


def _kept(estimates: pd.DataFrame) -> float:
    """Return the spread of the tolerance after over that before."""
    return float(estimates.loc[estimates["name"] == "cash.tolerance", "sd_ratio"].iloc[0])


def _effects(effects: pd.DataFrame) -> str:
    """Return what each number does to survival and to fees."""
    outputs = [str(name) for name in effects.columns if name != "name"]
    rows = [[f"`{row['name']}`", *(f"{row[name]:+.2f}" for name in outputs)] for row in effects.to_dict("records")]
    opening = (
        "One standard deviation more of each number (before the evidence) changes survival, in log odds, and the "
        "logarithm of fees by:\n\n"
    )
    return opening + table_of(("parameter", *outputs), rows)


def _estimates(estimates: pd.DataFrame) -> str:
    """Return the table of priors and posteriors."""
    rows = [
        [
            f"`{row['name']}`",
            REGISTRY[str(row["name"])].meaning,
            f"{row['prior_low']:.2f} to {row['prior_high']:.2f}",
            f"{row['low']:.2f} to {row['high']:.2f}",
            f"{row['estimate']:.2f}",
            f"{row['sd_ratio']:.2f}",
        ]
        for row in estimates.to_dict(orient="records")
    ]
    heading = ("parameter", "meaning", "90% before", "90% after", "median after", "spread after over before")
    return table_of(heading, rows, (0, 1))


def _directions(directions: pd.DataFrame) -> str:
    """Say which combinations of numbers are known."""
    known = directions[directions["sd_ratio"] <= UNMOVED]
    names = [str(name) for name in directions.columns if name != "sd_ratio"]
    lines = []
    for _, row in known.iterrows():
        parts = row[names].astype(float)
        order = parts.abs().sort_values(ascending=False, kind="stable").index[:IN_A_DIRECTION]
        shown = ", ".join(f"{parts[name]:+.2f} `{name}`" for name in order)
        lines.append(f"- {shown}: {row['sd_ratio']:.2f} of the spread before")
    are = f"{len(known)} {'is' if len(known) == 1 else 'are'} known better than before"
    said = f"Of {len(names)} directions {are}. The largest parts of each:"
    return "\n".join([said, "", *lines])


def _tradeoffs(pairs: pd.DataFrame) -> str:
    """Say which numbers trade off."""
    said = "; ".join(f"`{pair['name']}` with `{pair['other']}` {pair['correlation']:+.2f}"
                     for pair in pairs.head(PAIRS).to_dict("records"))  # fmt: skip
    weak = float(pairs["correlation"].abs().max()) < STRONG
    verdict = "All are weak." if weak else "A value of one of them is known only together with the other."
    return f"The strongest correlations after: {said}. {verdict}"


def _check(checked: pd.DataFrame) -> str:
    """Say how well the emulator foresees runs that it has not seen."""
    rows = [
        [str(row["output"]), f"{row['r_squared']:.2f}", f"{row['within_two_sd']:.0%}"]
        for row in checked.to_dict(orient="records")
    ]
    opening = "The emulator was checked on runs that it had not seen:\n\n"
    return opening + table_of(("output", "R2", "within two standard deviations"), rows)


def differing(found: Checked, size: str) -> str:
    """Say how far answers differ between draws of the posterior."""
    rows = [
        [
            str(row["answer"]),
            *(f"{row[name]:.{row['decimals']}f}" for name in ("central", "median")),
            f"{row['low']:.{row['decimals']}f} to {row['high']:.{row['decimals']}f}",
        ]
        for row in over_draws(found).to_dict(orient="records")
    ]
    opening = (
        f"Each row compares central parameters with draws of all parameters: {size}. The draws include everything "
        "else that is uncertain. What differs in sign between draws is unknown.\n\n"
    )
    return opening + table_of(("answer", "central", "median of draws", "range of draws"), rows) + "\n"


def _names(names: pd.Series[str]) -> str:
    """Return names of parameters as a list in one line."""
    return ", ".join(f"`{name}`" for name in names) or "none"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the worlds, print the table and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fit", type=Path, required=True, help="folder of `afteraid calibrate --closure`")
    parser.add_argument("--runs", type=int, default=RUNS, help="worlds at central parameters for each scenario")
    parser.add_argument("--draws", type=int, default=DRAWS, help="worlds with drawn parameters for each scenario")
    parser.add_argument("--end", type=int, default=END, help="last year of the runs")
    parser.add_argument("--workers", type=int, help="processes to use")
    parser.add_argument("--out", type=Path, default=FILE, help="where the page goes")
    asked = parser.parse_args(arguments)
    found = check(asked.runs, asked.draws, asked.end, asked.workers)
    print(markdown(rows_of(found)))
    asked.out.write_text(page(read_fit(asked.fit), found), encoding="utf-8")


if __name__ == "__main__":
    main()
