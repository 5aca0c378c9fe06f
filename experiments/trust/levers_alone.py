"""Each lever of market and policy alone: what it does to use, what it costs whom, and what the literature says.

Pairs of worlds on the same random numbers, without initiatives, with parameters at their central values, so that
nothing but the lever differs. Barriers that stand still and barriers at twice their pace stand beside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from afteraid.simulation.basis.units import FloatArray, bounded_logit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import members
from afteraid.simulation.engine import advance
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.kinds import BARRIERS
from afteraid.simulation.state.policies import PAYERS, POLICIES

START, SOON, LATER = 2025, 2028, 2035
SEED, REPLICATES = 2025, 2
GROUPS = ("LDC", "LMC")
PASS_THROUGHS = (0.2, 0.1, 0.4)  # the central one first
Settings = dict[str, object]


@dataclass(frozen=True)
class Trial:
    """One lever at one setting.

    Attributes:
        name: of the lever, or of what is done to barriers.
        words: the setting in words.
        settings: as a scenario takes them.
        literature: the published figure beside it.
    """

    name: str
    words: str
    settings: Settings
    literature: str


AT = {
    "competition": (1.0, "one effective operator more"),
    "data_price": (-0.5, "price of data halved"),
    "data_tax": (-0.15, "taxes on data down by 15% of the price"),
    "access_charge": (0.05, "5 cents a day on each user"),
    "device_tax": (-0.3, "15 dollars off an entry phone of 50"),
    "device_finance": (1.0, "every phone sold in instalments"),
    "spectrum_fees": (1.0, "from high to median"),
    "coverage_obligation": (0.5, "half of the people without coverage"),
    "backbone": (1.0, "all that is missing"),
    "electricity": (0.5, "half of the people without electricity"),
    "skills_training": (0.2, "a fifth of those without skills in each year"),
    "online_services": (1.0, "all services"),
}
TRIALS = (
    *(Trial(one.name, AT[one.name][1], {one.name: AT[one.name][0]}, one.literature) for one in POLICIES),
    Trial("regulatory_reform", "full support", {"regulatory_reform": 1.0},
          "aid for reform raised access and competition (IEG 2011): sign"),
    Trial("harmonisation", "full", {"harmonisation": 1.0}, "larger markets lower prices (Belloc 2012): sign"),
    Trial("income_growth", "+1.5 points a year", {"income_growth": 0.015}, "use by income, as the law is fitted"),
    Trial("all barriers frozen", "from the start on", {"world.barrier_pace": dict.fromkeys(BARRIERS, 0.0)},
          "none: a check that barriers bind"),
    Trial("all barriers faster", "at twice their pace", {"world.barrier_pace": dict.fromkeys(BARRIERS, 2.0)},
          "none: the same"),
)  # fmt: skip


@dataclass(frozen=True)
class Alone:
    """What one lever does alone.

    Attributes:
        trial: the lever and its setting.
        points: change of use by group, year and pass-through (0.2, 0.1, 0.4), in percentage points.
        log_odds: mean change over least developed countries after three years, by pass-through.
        dollars: cost from 2025 to 2035 by payer, central pass-through.
    """

    trial: Trial
    points: dict[tuple[str, int], tuple[float, ...]]
    log_odds: tuple[float, ...]
    dollars: dict[str, float]


def levers_alone(workers: int | None = None, progress: Progress | None = None) -> list[Alone]:
    """Run every trial, to 1 January of 2035.

    Args:
        workers: processes to use, all cores by default.
        progress: called with worlds done and in all.
    """
    nothing: Settings = {}
    wanted = [nothing, *(trial.settings for trial in TRIALS)]
    tasks = [
        (settings | {"adoption.pass_through": strength}, replicate)
        for settings in wanted for strength in PASS_THROUGHS for replicate in range(REPLICATES)
    ]  # fmt: skip
    found = iter(in_processes(_run, tasks, workers, progress))
    runs = [[[next(found) for _ in range(REPLICATES)] for _ in PASS_THROUGHS] for _ in wanted]
    return [_compared(trial, runs[0], mine) for trial, mine in zip(TRIALS, runs[1:], strict=True)]


Year = dict[str, FloatArray]
Run = tuple[dict[int, Year], FloatArray]


def _run(settings: Settings, replicate: int) -> Run:
    """Return use and people by year, and dollars by payer up to the last one."""
    plain: Settings = {
        "run.spinup": START, "run.start": START, "run.end": LATER, "run.runs": 1,
        "world.uncertain": False, "strategy.funding": 0.0,
    }  # fmt: skip
    world = begin(load_scenario("baseline", plain | settings), SEED, replicate)
    found: dict[int, Year] = {}
    while world.year < LATER:
        advance(world)
        if world.new_year:
            found[world.year] = {"use": world.countries.use.copy(), "people": world.countries.population.copy()}
    return found, world.memory.policy_cost.sum(axis=0)


def _compared(trial: Trial, without: list[list[Run]], with_it: list[list[Run]]) -> Alone:
    """Compare the runs of a trial with those without it."""
    points = {
        (group, year): tuple(
            float(np.mean([_points(a[0][year], b[0][year], group) for a, b in zip(one, two, strict=True)]))
            for one, two in zip(without, with_it, strict=True)
        )
        for group in GROUPS for year in (SOON, LATER)
    }  # fmt: skip
    least = members(("LDC",))
    log_odds = tuple(
        float(np.mean([_log_odds(a[0], b[0])[least].mean() for a, b in zip(one, two, strict=True)]))
        for one, two in zip(without, with_it, strict=True)
    )
    dollars = np.mean([run[1] for run in with_it[0]], axis=0)
    return Alone(trial, points, log_odds, dict(zip(PAYERS, map(float, dollars), strict=True)))


def _log_odds(before: dict[int, Year], after: dict[int, Year]) -> FloatArray:
    """Return the change of the log odds of use after three years, (C,)."""
    return bounded_logit(after[SOON]["use"]) - bounded_logit(before[SOON]["use"])


def _points(before: Year, after: Year, group: str) -> float:
    """Return the change of a group's use, weighted by people, in percentage points."""
    chosen, people = members((group,)), before["people"]
    return float(100.0 * ((after["use"] - before["use"]) * people)[chosen].sum() / people[chosen].sum())
