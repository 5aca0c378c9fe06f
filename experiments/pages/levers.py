"""Run each lever of market and policy alone and write its page.

python -m afteraid.experiments.pages.levers [--workers 2]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from afteraid.simulation.results.faces.markdown import table_of
from afteraid.simulation.scenario.market_settings import MarketSettings
from afteraid.simulation.state.policies import EVIDENCE, PAYERS, POLICIES

from ..trust.levers_alone import LATER, SOON, START, Alone, levers_alone
from .layout import wrapped

FILE = Path(__file__).parents[2] / "docs" / "levers.md"
OPENING = """# Levers of market and policy

Generated; do not edit. Rebuild with `python -m afteraid.experiments.pages.levers`.

Regulators, ministries and operators change prices, coverage, phones, power and skills. Each lever below acts on the
barriers that it names, has a cost that somebody bears, and reaches people after a lag. Equations are in section 7.20 of
[model.md](model.md). Levers hold in `policy_countries` (low- and middle-income economies by default) from `policy_year`
on. For one country:

`afteraid run baseline --runs 20 --focus Kenya --set 'policy_countries=["Kenya"]' --set device_tax=-0.2`

## What each lever is

"""
ALONE = f"""
## What each lever does alone

One lever at a time, from {START} on, in all low- and middle-income economies. Worlds have no initiatives and parameters
at their central values. In brackets: pass-throughs of 0.1 and 0.4, which 13 reforms allow. So the size of each effect
rests on a judged number; the order of levers rests on barriers. Dollars are of {START} to {LATER}; below zero, somebody
gains.

"""
CLOSING = """
## How to read this

- The literature's figures are of other places and years, mostly of low use. They stand here to be compared, not to be
  met. Figures of the industry are upper bounds.
- Lowering prices by order or through rivals takes margin from operators. Part of that margin would have built networks;
  the model counts rivalry's effect on investment (`capital_fall`) but not that of an order.
- A lever moves use by a few points at most, since barriers overlap: who can't pay for data often can't pay for a phone.
- Reforms of the past are in [natural_experiments.md](natural_experiments.md).
"""


def page(found: Sequence[Alone]) -> str:
    """Return the page: what each lever is, and what it does alone."""
    fields = MarketSettings.model_fields
    levers = [
        (f"`{one.name}`", str(fields[one.name].description), one.decides, ", ".join(one.barriers),
         "a year" if one.lag == "prices" else "2 to 4 years", ", ".join(PAYERS[payer] for payer in one.pays),
         EVIDENCE[one.evidence])
        for one in POLICIES
    ]  # fmt: skip
    headings = ("lever", "meaning", "who decides", "acts on", "lag", "who pays", "evidence on its size")
    effects = [
        (f"{alone.trial.name}: {alone.trial.words}", *(points(alone, "LDC", year) for year in (SOON, LATER)),
         f"{alone.points['LMC', LATER][0]:+.1f}", log_odds(alone), dollars(alone), alone.trial.literature)
        for alone in found
    ]  # fmt: skip
    shown = (
        "lever and setting", f"LDC use in {SOON} (points)", f"LDC use in {LATER}", f"lower-middle income in {LATER}",
        "LDC at 3 years (log odds)", "cost (billion dollars)", "literature",
    )  # fmt: skip
    return wrapped(
        OPENING
        + table_of(headings, levers, range(len(headings)))
        + "\n"
        + ALONE
        + table_of(shown, effects, (0, len(shown) - 1))
        + "\n"
        + CLOSING
    )


def points(alone: Alone, group: str, year: int) -> str:
    """Write a change of use with its range over the pass-through."""
    central, low, high = alone.points[group, year]
    return f"{central:+.1f} ({low:+.1f} to {high:+.1f})"


def log_odds(alone: Alone) -> str:
    """Write the mean change of log odds with its range over the pass-through."""
    central, low, high = alone.log_odds
    return f"{central:+.2f} ({low:+.2f} to {high:+.2f})"


def dollars(alone: Alone) -> str:
    """Write who pays how much."""
    words = {"treasury": "treasuries", "forgone": "forgone", "operators": "operators"}
    parts = [f"{words[payer]} {amount / 1e9:,.0f}" for payer, amount in alone.dollars.items() if abs(amount) >= 5e8]
    return ", ".join(parts) or "none"


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description="Run each lever alone and write docs/levers.md.")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--out", type=Path, default=FILE)
    asked = parser.parse_args()
    asked.out.write_text(page(levers_alone(asked.workers)), encoding="utf-8")


if __name__ == "__main__":
    main()
