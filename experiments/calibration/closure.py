"""The hazard of closure after exit, calibrated by emulated history matching on survival in the default world.

The evidence is one curve, judged from several studies (Best and Kumar 2008; Lemaire 2011; Banks and Furey 2016;
McKenzie and Paffhausen 2019): .80, .55, .42 and .30 of initiatives serve on 1, 3, 5 and 10 years after exit, each with
a range. The declared distributions are the prior. Worlds are run over the prior, an emulator learns survival from them
and says where to run a second wave, and the posterior is the prior weighted by how well the curve is met: a triangular
kernel over each range, as approximate Bayesian computation has it (Beaumont, Zhang and Balding 2002, Genetics 162),
with their geometric mean over the four, because they are one judgement of one curve and not four. The contrast of
kiosks, abrupt and phased exits and water points are held back; `afteraid patterns` shows how they come out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import qmc

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray, IntArray, bounded_logit, expit, logit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.measures.metrics import kaplan_meier, survival
from afteraid.simulation.model import advance
from afteraid.simulation.recording.recording import compile_record
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import Scenario, load_scenario
from afteraid.simulation.state.parameters import REGISTRY

from .bounds import at_bounds
from .emulator import Emulator

YEARS_AFTER = (1.0, 3.0, 5.0, 10.0)
TARGETS = np.array([(0.65, 0.80, 0.90), (0.40, 0.55, 0.75), (0.25, 0.42, 0.60), (0.15, 0.30, 0.45)])
LEVEL = 2  # the place of five years
PARAMETERS = tuple(
    f"closure.{name}"
    for name in ("shape", "sustainability", "linkages", "dependence", "fragility", "technology", "frailty")
)
INTERCEPTS = (-3.4, -0.2)  # log hazard a year; uniform
RUNS, SECOND_WAVE, CHECKS, DRAWS, SEED = 240, 0.4, 0.4, 200, 1
CANDIDATES = 2**14
FEWEST_RUNS = 20
AT_AN_END, OFTEN = 0.02, 0.1  # share of the intercept's range, and of draws in it, that say that the range is too short
SAY = Templates(
    "closure_fit",
    posterior="{count} of {all} draws of the intercept lie at its bound, {bound}: the prior may be too narrow.",
    emulator="The emulator of survival at {years} years ends at a bound: {name} is {bound}.",
)

Simulator = Callable[[FloatArray, int, int], FloatArray]


@dataclass(frozen=True)
class ClosureFit(Short):
    """The posterior of the hazard of closure.

    Attributes:
        draws: what the package ships: draw, the parameters, the survival five years after exit that they give in the
            default world, the intercept, and its change for a unit of log odds of that survival. Row 0 is central.
        estimates: for each number the mean and the 90% interval, before (prior) and after.
        check: of each year after exit, how well runs that the emulator had not seen were foreseen.
        kept: share of the prior, by its effective size, that the evidence leaves.
        at_bounds: sentences on what ends at the bounds within which it was sought.
    """

    draws: pd.DataFrame
    estimates: pd.DataFrame
    check: pd.DataFrame
    kept: float
    at_bounds: tuple[str, ...] = ()


def fit_closure(
    runs: int = RUNS,
    draws: int = DRAWS,
    seed: int = SEED,
    workers: int | None = None,
    progress: Progress | None = None,
    simulator: Simulator | None = None,
    targets: FloatArray = TARGETS,
) -> ClosureFit:
    """Calibrate the hazard of closure.

    Args:
        runs: worlds of the first wave; the second and the check take 40% of that each.
        draws: rows of the posterior that are kept.
        seed: of designs, worlds and draws; the same seed gives the same bytes.
        workers: processes to use; the result doesn't depend on it.
        progress: called with worlds done and in all.
        simulator: in place of the default world: a function of a module that takes a point of the prior, shape
            (parameters + 1,), each 0 to 1, a seed and a number, and gives survival at the four times.
        targets: lowest, central and highest survival by time, shape (4, 3).

    Raises:
        InputError: an argument can't be used (fewer than 20 runs), or scikit-learn isn't installed.
    """
    runs, draws = arguments.whole("runs", runs, FEWEST_RUNS, arguments.MOST_RUNS), arguments.draws(draws, 1)
    seed, workers = arguments.seed(seed), arguments.at_work(workers, progress)
    size = len(PARAMETERS) + 1
    second, checks = round(SECOND_WAVE * runs), round(CHECKS * runs)
    total, done = runs + second + checks, 0

    def simulate(points: FloatArray, begun: int) -> FloatArray:
        tasks = [(point, seed, begun + place) for place, point in enumerate(points)]

        def forward(now: int, _: int) -> None:
            if progress is not None:
                progress(begun + now, total)

        found = in_processes(simulator or default_world, tasks, workers, forward)
        return bounded_logit(np.array(found))

    inputs = qmc.LatinHypercube(size, rng=np.random.default_rng([seed, 0])).random(runs)
    outputs = simulate(inputs, done)
    candidates = qmc.Sobol(size, rng=np.random.default_rng([seed, 1])).random(CANDIDATES)
    emulator = Emulator(inputs, outputs)
    chosen = resample(kernel(emulator.predict(candidates).mean, targets), second, seed)
    inputs = np.concatenate([inputs, candidates[chosen]])
    outputs = np.concatenate([outputs, simulate(candidates[chosen], runs)])
    emulator = Emulator(inputs, outputs)
    expected = emulator.predict(candidates)
    weights = kernel(expected.mean, targets)
    fresh = qmc.Sobol(size, rng=np.random.default_rng([seed, 2])).random(CANDIDATES)
    tried = fresh[resample(kernel(emulator.predict(fresh).mean, targets), checks, seed)]
    check = foreseen(emulator, tried, simulate(tried, runs + second))
    rows = candidates[resample(weights, draws, seed)]
    kept = float(weights.sum() ** 2 / (weights**2).sum() / weights.size)
    table = table_of(rows, emulator)
    return ClosureFit(table, intervals(candidates, weights), check, kept, tuple(_at_bounds(table, emulator)))


def _at_bounds(table: pd.DataFrame, emulator: Emulator) -> list[str]:
    """Say where the central intercept, many draws of it, or the emulator end at their bounds."""
    said = at_bounds(table.iloc[:1], {"intercept": INTERCEPTS})
    values, size = table["intercept"].iloc[1:].to_numpy(np.float64), INTERCEPTS[1] - INTERCEPTS[0]
    for bound in INTERCEPTS:
        count = int((np.abs(values - bound) < AT_AN_END * size).sum())
        if count > OFTEN * len(values):
            said.append(SAY("posterior", count=count, all=len(values), bound=bound))
    for place, name, bound in emulator.at_bounds:
        said.append(SAY("emulator", years=f"{YEARS_AFTER[place]:g}", name=name, bound=bound))
    return said


def kernel(log_odds: FloatArray, targets: FloatArray) -> FloatArray:
    """Weigh survival at the four times, log odds of shape (n, 4): 1 on the curve, 0 outside the range of any time."""
    share = expit(log_odds)
    low, central, high = targets.T
    below, above = (share - low) / (central - low), (high - share) / (high - central)
    each = np.clip(np.minimum(below, above), 0.0, 1.0)
    return np.asarray(each.prod(axis=1) ** (1.0 / each.shape[1]))


def resample(weights: FloatArray, size: int, seed: int) -> IntArray:
    """Choose places by weight, systematically (Kitagawa 1996): one random start, then equal steps.

    Raises InputError where no weight is above zero.
    """
    if not weights.sum() > 0.0:
        raise InputError("nothing in the prior meets the evidence", key="targets", expected="wider ranges")
    steps = (np.arange(size) + np.random.default_rng([seed, 3]).random()) / size
    return np.asarray(np.searchsorted(np.cumsum(weights) / weights.sum(), steps))


def natural(points: FloatArray) -> FloatArray:
    """Turn shares of the prior, shape (n, parameters + 1), into the parameters and the intercept."""
    columns = [
        [REGISTRY[name].distribution.quantile(REGISTRY[name].value, float(share)) for share in points[:, place]]
        for place, name in enumerate(PARAMETERS)
    ]
    low, high = INTERCEPTS
    return np.column_stack([*columns, low + points[:, -1] * (high - low)])


def default_world(point: FloatArray, seed: int, number: int) -> FloatArray:
    """Run the default world at a point of the prior, its other parameters drawn; return survival at the four times."""
    values = natural(point[None, :])[0]
    plan = _default(dict(zip(PARAMETERS, map(float, values[:-1]), strict=True)))
    return survival_of(plan, seed, number, float(values[-1]))


def survival_of(
    plan: Scenario, seed: int, number: int, intercept: float | None = None, move: float = 0.0
) -> FloatArray:
    """Run one world and return survival at the four times after exit.

    Args:
        plan: what is run.
        seed: of its luck.
        number: of the run.
        intercept: of the log hazard a year, instead of the world's own.
        move: added to the intercept.
    """
    world = begin(plan, seed, number)
    drawn = world.facts.drawn
    drawn = replace(drawn, intercept=(drawn.intercept if intercept is None else intercept) + move)
    world.facts = replace(world.facts, drawn=drawn)
    while world.year < plan.run.end:
        advance(world)
    counts = survival(compile_record(world).tables["initiatives"], plan.run.start, plan.run.end)
    counts = counts[counts["dimension"] == "all"].sort_values("years_after_exit")
    curve = kaplan_meier(counts["at_risk"].to_numpy(np.float64), counts["events"].to_numpy(np.float64))[0]
    return np.interp(YEARS_AFTER, counts["years_after_exit"].to_numpy(np.float64), curve)


def _default(parameters: dict[str, float]) -> Scenario:
    """Return the default scenario with some parameters held."""
    return load_scenario("baseline", {f"world.parameters.{name}": value for name, value in parameters.items()})


def foreseen(emulator: Emulator, points: FloatArray, outputs: FloatArray) -> pd.DataFrame:
    """Compare runs with what the emulator expected of them: R2, standardised errors, and mean survival of both."""
    expected = emulator.predict(points)
    error = outputs - expected.mean
    standard = error / np.sqrt(expected.variance + expected.luck)
    return pd.DataFrame(
        {
            "years_after_exit": YEARS_AFTER,
            "survival_of_runs": expit(outputs).mean(axis=0),
            "survival_emulated": expit(expected.mean).mean(axis=0),
            "r_squared": 1.0 - (error**2).sum(axis=0) / ((outputs - outputs.mean(axis=0)) ** 2).sum(axis=0),
            "luck_sd": np.sqrt(expected.luck[0]),
            "standardised_sd": standard.std(axis=0),
            "within_two_sd": (np.abs(standard) < 2.0).mean(axis=0),
        }
    )


def table_of(points: FloatArray, emulator: Emulator) -> pd.DataFrame:
    """Return draws as the package ships them: row 0 holds the declared values, the others are points of the prior."""
    central = np.array([[_share_of(name) for name in PARAMETERS] + [0.5]])
    central[0, -1] = _solve(emulator, central[0])
    rows = np.concatenate([central, points])
    values = natural(rows)
    step = 0.02
    up, down = (np.column_stack([rows[:, :-1], np.clip(rows[:, -1] + sign * step, 0.0, 1.0)]) for sign in (1.0, -1.0))
    moved = natural(up)[:, -1] - natural(down)[:, -1]
    slope = moved / (emulator.predict(up).mean - emulator.predict(down).mean)[:, LEVEL]
    table = pd.DataFrame(values[:, :-1], columns=list(PARAMETERS))
    table["closure.survival_five_years"] = expit(emulator.predict(rows).mean[:, LEVEL])
    table["intercept"], table["intercept_slope"] = values[:, -1], slope
    for name in PARAMETERS:
        table.loc[0, name] = REGISTRY[name].value
    table.loc[0, "closure.survival_five_years"] = TARGETS[LEVEL, 1]
    table.insert(0, "draw", range(len(table)))
    return table.round(4)


def _share_of(name: str) -> float:
    """Return where in its prior a parameter's declared value stands, 0 to 1."""
    parameter = REGISTRY[name]
    grid = np.linspace(0.0005, 0.9995, 2000)
    values = [parameter.distribution.quantile(parameter.value, float(share)) for share in grid]
    return float(np.interp(parameter.value, values, grid))


def _solve(emulator: Emulator, point: FloatArray) -> float:
    """Return the place of the intercept that gives the central survival five years after exit at a point."""
    grid = np.linspace(0.0, 1.0, 201)
    rows = np.tile(point, (grid.size, 1))
    rows[:, -1] = grid
    level = emulator.predict(rows).mean[:, LEVEL]
    return float(np.interp(-logit(TARGETS[LEVEL, 1]), -level, grid))


def intervals(points: FloatArray, weights: FloatArray) -> pd.DataFrame:
    """Return mean and 90% interval of each number in the prior and in the posterior."""
    values = natural(points)
    rows = []
    for place, name in enumerate((*PARAMETERS, "intercept")):
        order = np.argsort(values[:, place])
        column, share = values[order, place], np.cumsum(weights[order]) / weights.sum()
        low, high = np.interp((0.05, 0.95), share, column)
        before = np.quantile(column, (0.05, 0.95))
        rows.append((name, float((column * weights[order]).sum() / weights.sum()), low, high, column.mean(), *before))
    names = ["name", "estimate", "low", "high", "prior", "prior_low", "prior_high"]
    return pd.DataFrame(rows, columns=names)
