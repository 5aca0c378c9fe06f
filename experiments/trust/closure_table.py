"""Money and closure: what a referee found in the first edition, what holds now, and what is wanted.

    python -m afteraid.experiments.trust.closure_table [--runs 4] [--draws 8]

Runs are at central parameters, but for the draws of the posterior, whose range is printed. `afteraid calibrate
--closure` makes the posterior that the package ships.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from afteraid.simulation.basis.units import QUARTERS_PER_YEAR, FloatArray
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import BY_MONEY, CAUSES

from .closure_watch import Watched, watch
from .labels import LABELS, differing, exchanged, paid_world, rest_of_quarter
from .referee import Row, markdown
from .two_years import BASELINE, NO_DOLLAR, PRO_RATA, TERMINATED, WAYS, WITHDRAWN, closures

SEED, RUNS, DRAWS, END = 2025, 4, 8, 2045
LABELS_AT = 2032
LEADS = {
    "exits-phased": "phased",
    "exits-community": "community",
    "exits-handover": "hand-over",
    "exits-adaptive": "adaptive",
    "exits-evergreen": "evergreen",
}
LEADS_DRAWN = ("exits-phased", "exits-community", "exits-handover")
ABRUPT, ADAPTIVE = "exits-abrupt", "exits-adaptive"
POLICY, LARGEST = "policy and regulation", 0.01
BY_RULE = ("insolvency", "contract", "market")  # the other causes are terms of one hazard
COST_WANTED = (140.0, 1040.0)


@dataclass(frozen=True)
class Checked:
    """The worlds that the check rests on: at central parameters, and with parameters drawn from the posterior.

    Attributes:
        end: last year of the runs.
        stops: closures in the first two years, one row a run and one column a way.
        stops_drawn: the same with drawn parameters.
        usual: runs of the baseline.
        drawn: the same with drawn parameters.
        exits: runs of scenarios with one exit for all, by name.
        exits_drawn: the same with drawn parameters, of abrupt exits and of those in LEADS_DRAWN.
    """

    end: int
    stops: pd.DataFrame
    stops_drawn: pd.DataFrame
    usual: list[Watched]
    drawn: list[Watched]
    exits: dict[str, list[Watched]]
    exits_drawn: dict[str, list[Watched]]


def check(
    runs: int = RUNS,
    draws: int = DRAWS,
    end: int = END,
    workers: int | None = 1,
    progress: Progress | None = None,
) -> Checked:
    """Run the worlds of the check.

    Args:
        runs: worlds at central parameters for each scenario.
        draws: worlds with drawn parameters for each scenario.
        end: last year of the runs; leads need ten years after a founding.
        workers: processes to use; the result doesn't depend on it.
        progress: called with worlds done and worlds in all, scenario by scenario.
    """

    def many(work: Callable[..., Any], name: str, count: int, **settings: object) -> list[Any]:
        plan = load_scenario(name, {"run.end": end, **settings})
        return in_processes(work, [(plan, SEED, number) for number in range(count)], workers, progress)

    held: dict[str, object] = {"world.uncertain": False}
    return Checked(
        end=end,
        stops=counts(many(closures, BASELINE, runs, **held)),
        stops_drawn=counts(many(closures, BASELINE, draws)),
        usual=many(watch, BASELINE, runs, **held),
        drawn=many(watch, BASELINE, draws),
        exits={name: many(watch, name, runs, **held) for name in (ABRUPT, *LEADS)},
        exits_drawn={name: many(watch, name, draws) for name in (ABRUPT, *LEADS_DRAWN)},
    )


def rows_of(found: Checked) -> list[Row]:
    """Return the table, row by row."""
    return [
        *stop_rows(found.stops, found.stops_drawn),
        label_row(found.end),
        causes_row(found.usual),
        lapse_row(found.usual),
        *size_rows(found.usual),
        till_row(found.usual),
        waits_row(found.exits[ADAPTIVE]),
        lead_row(found.exits),
        cost_row(found.usual, found.drawn),
    ]


def over_draws(found: Checked) -> pd.DataFrame:
    """Return how far answers differ between draws: answer, central, median, low, high, and decimals to be shown."""

    def lead(runs: dict[str, list[Watched]], name: str) -> FloatArray:
        pairs = zip(runs[name], runs[ABRUPT], strict=True)
        return np.array([100.0 * (one.serving - other.serving) for one, other in pairs])

    def ten(runs: Sequence[Watched]) -> FloatArray:
        return np.array([100.0 * run.serving for run in runs])

    def money(runs: Sequence[Watched]) -> FloatArray:
        return np.array([100.0 * named_share(run.causes) for run in runs])

    answers: list[tuple[str, FloatArray, FloatArray]] = [
        ("closures in two years without donors' money, over the baseline's",
         np.asarray(ratio(found.stops)[[NO_DOLLAR]], dtype=np.float64),
         np.asarray(found.stops_drawn[NO_DOLLAR] / found.stops_drawn[BASELINE], dtype=np.float64)),
        ("serving ten years after founding, baseline (%)", ten(found.usual), ten(found.drawn)),
        *((f"the same, {LEADS[name]} over abrupt exits (points)", lead(found.exits, name),
           lead(found.exits_drawn, name)) for name in LEADS_DRAWN),
        ("money among named causes of closure after exit (%)", money(found.usual), money(found.drawn)),
    ]  # fmt: skip
    rows = [
        (words, float(np.mean(at)), *np.quantile(each, (0.5, 0.0, 1.0)).tolist(), 0 if place else 2)
        for place, (words, at, each) in enumerate(answers)
    ]
    return pd.DataFrame(rows, columns=["answer", "central", "median", "low", "high", "decimals"])


def stop_rows(found: pd.DataFrame, varied: pd.DataFrame) -> list[Row]:
    """Return the rows of closures in the first two years, by the way in which donors' money stops."""
    shown = "; ".join(f"{way} {found[way].mean():,.0f} (x{ratio(found)[way]:.2f})" for way in WAYS)
    each = varied[NO_DOLLAR] / varied[BASELINE]
    apart = max(float((found[way] / found[NO_DOLLAR] - 1.0).abs().max()) for way in (TERMINATED, WITHDRAWN))
    same = "yes" if (found[NO_DOLLAR] == found[PRO_RATA]).all() else "no"
    return [
        Row("closures in the first two years", "no dollar closes fewer than the baseline", shown,
            "each at least 1.3 times the baseline"),
        Row("no dollar and a pro-rata cut of 100% close the same initiatives; termination and withdrawal, apart by",
            "no", f"{same}; {apart:.1%}", "yes; within 2%"),
        Row(f"no dollar over baseline, {len(each)} draws of the posterior: median, range", "-",
            f"x{each.median():.2f}, {each.min():.2f} to {each.max():.2f}", "shown"),
    ]  # fmt: skip


def counts(found: Sequence[dict[str, int]]) -> pd.DataFrame:
    """Return closures, one row a run and one column a way."""
    return pd.DataFrame(found, columns=list(WAYS))


def ratio(found: pd.DataFrame) -> pd.Series[float]:
    """Return closures of all runs over those of the baseline, by way."""
    return found.sum() / found[BASELINE].sum()


def label_row(end: int) -> Row:
    """Return the row of labels exchanged in one state."""
    plan = load_scenario(BASELINE, {"run.end": end, "world.uncertain": False})
    year = min(LABELS_AT, end - 1)
    world = paid_world(plan, SEED, 0, (year - plan.run.spinup) * QUARTERS_PER_YEAR + 1)
    paid = int((world.initiatives.outlay > 0).sum())
    found = differing(rest_of_quarter(world.snapshot()), rest_of_quarter(exchanged(world, SEED)))
    said = f"differ: {', '.join(found)}" if found else f"the same to the bit ({paid:,} initiatives, {year})"
    words = f"{len(LABELS)} labels exchanged in one state: hazards, arrears, lines and closures of the next quarter"
    return Row(words, "a quarter of the hazard", said, "the same to the bit")


def causes_row(runs: Sequence[Watched]) -> Row:
    """Return the row of the causes of closure after exit."""
    total = pd.concat([run.causes for run in runs], axis=1).sum(axis=1)
    share = (total / total.sum()).reindex(CAUSES, fill_value=0.0)
    named = share.drop("chance")
    other = float(share.drop(list(BY_RULE)).sum())
    rules = ", ".join(f"{name} {share[name]:.0%}" for name in BY_RULE)
    most = str(named.drop(list(BY_MONEY)).idxmax())
    money = named_share(total)
    said = f"{rules}, other {other:.0%} (chance {share['chance']:.0%}); of named causes money {money:.0%}"
    said = f"{said}, next {most} {named[most] / named.sum():.0%}"
    words = "causes of closure after exit, by the rule that closed"
    return Row(words, '69% "chance", 6% resources', said, "money the most frequent named cause")


def named_share(causes: pd.Series[float] | pd.Series[int]) -> float:
    """Return the share of money among closures whose cause is not chance."""
    named = causes.drop("chance", errors="ignore")
    return float(named.reindex(list(BY_MONEY), fill_value=0).sum() / named.sum())


def lapse_row(runs: Sequence[Watched]) -> Row:
    """Return the row of appropriations that lapse."""
    return Row("appropriations that lapse", "31%, said nowhere", f"{mean_of(runs, 'lapsed'):.1%}", "under 5%, shown")


def size_rows(runs: Sequence[Watched]) -> list[Row]:
    """Return the rows of the spread of sizes, as signed: all, and by type of donor."""
    signed = pd.concat([run.signed for run in runs], ignore_index=True)
    logs = np.log(signed["dollars"].where(signed["dollars"] > 0.0)).groupby(signed["type"])
    ordered = signed["dollars"].sort_values(ascending=False)
    top = float(ordered.head(max(round(LARGEST * len(ordered)), 1)).sum() / ordered.sum())
    spread = float(np.log(signed.loc[signed["dollars"] > 0.0, "dollars"]).std())
    by_type = ", ".join(f"{str(name).replace('_', ' ')} {value:.1f}" for name, value in logs.std().items())
    return [
        Row("spread of sizes (log standard deviation); largest 1%'s share of the money", "2.9; a third",
            f"{spread:.1f}; {top:.0%}", "shown"),
        Row("the spread by type of donor", "-", by_type, "1.6 to 2.5 each"),
    ]  # fmt: skip


def till_row(runs: Sequence[Watched]) -> Row:
    """Return the row of what policy initiatives hold at exit."""
    exits = pd.concat([run.exits for run in runs], ignore_index=True)
    years = exits.loc[exits["kind"] == POLICY, "till_years"]
    said = f"median {years.median():.2f}, 95th percentile {years.quantile(0.95):.2f}, most {years.max():.1f}"
    return Row("running cost in the tills of policy initiatives at exit (years)", "59", said, "two at most")


def waits_row(runs: Sequence[Watched]) -> Row:
    """Return the row of when adaptive exits happen."""
    exits = pd.concat([run.exits for run in runs], ignore_index=True)
    exits = exits[exits["longest"] > 0]
    at_once, latest = exits["waited"] <= 0, exits["waited"] >= exits["longest"]
    wait = float(exits["waited"].mean() / QUARTERS_PER_YEAR)
    said = f"{at_once.mean():.0%}, {(~at_once & ~latest).mean():.0%}, {latest.mean():.0%}; mean wait {wait:.1f} years"
    return Row("adaptive exits: at once, when ready, on the latest date", "all at once", said, "when ready")


def lead_row(runs: dict[str, list[Watched]]) -> Row:
    """Return the row of serving ten years after founding, by exit, against abrupt exits."""
    base = mean_of(runs[ABRUPT], "serving")
    leads = ", ".join(
        f"{words} {100.0 * (mean_of(runs[name], 'serving') - base):+.0f}" for name, words in LEADS.items()
    )
    words, wanted = (
        "serving ten years after founding, points over abrupt exits",
        "phased +7, community +11, hand-over +20",
    )
    return Row(words, "phased +19", f"{leads} (abrupt {base:.0%})", f"no constant of a class; {wanted}")


def cost_row(runs: Sequence[Watched], varied: Sequence[Watched]) -> Row:
    """Return the row of the cost of connecting, at central and at drawn parameters."""
    low, high = COST_WANTED
    each: FloatArray = np.array([run.connecting for run in varied])
    inside = float(((each >= low) & (each <= high)).mean())
    said = f"{mean_of(runs, 'connecting'):,.0f}; drawn: median {np.median(each):,.0f}, {inside:.0%} inside"
    return Row("cost of connecting, 2025-35 (dollars of all sources for a person)", "1,303", said,
               f"{low:,.0f} to {high:,.0f}; drawn: median and 80% inside")  # fmt: skip


def mean_of(runs: Sequence[Watched], name: str) -> float:
    """Return the mean of one number over runs."""
    return float(np.mean([getattr(run, name) for run in runs]))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=RUNS, help="worlds at central parameters for each row")
    parser.add_argument("--draws", type=int, default=DRAWS, help="worlds with drawn parameters, for ranges")
    parser.add_argument("--workers", type=int, help="processes to use")
    asked = parser.parse_args(arguments)
    print(markdown(rows_of(check(asked.runs, asked.draws, workers=asked.workers))))


if __name__ == "__main__":
    main()
