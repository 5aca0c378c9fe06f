"""The tolerance of operators for arrears, calibrated by emulated history matching on survival in the default world.

The evidence is one curve, judged from several studies (Best and Kumar 2008; Lemaire 2011; Banks and Furey 2016;
McKenzie and Paffhausen 2019): .80, .55, .42 and .30 of initiatives serve on 1, 3, 5 and 10 years after exit, each with
a range. The curve is one level and one slope, so one number is calibrated: the tolerance. All other numbers of money
and closure are drawn from their declared distributions, and the posterior is the part of them that the curve allows.

Worlds are run over the prior, an emulator learns survival from them and says where to run a second wave. The posterior
is the prior weighted by how well the curve is met: a triangular kernel over each range, as approximate Bayesian
computation has it (Beaumont, Zhang and Balding 2002, Genetics 162), with their geometric mean over the four, because
they are one judgement of one curve and not four. What users pay one year after exit in middle income is held to its own
range (telecentre and community-network studies: 40-60% of running cost, 20-90% at the ends). Kiosks, named causes and
water points are held back; `afteraid patterns` shows how they come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import qmc

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.short import Short
from afteraid.simulation.basis.units import FloatArray, IntArray, bounded_logit, expit
from afteraid.simulation.ensemble import Progress, in_processes
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.parameters import REGISTRY, Distribution, lognormal, uniform

from .closure_world import YEARS_AFTER, seen_of
from .emulator import Emulator
from .identified import Identified, identified, weighted_quantiles

TARGETS = np.array([(0.65, 0.80, 0.90), (0.40, 0.55, 0.75), (0.25, 0.42, 0.60), (0.15, 0.30, 0.45)])
LEVEL = 2  # the place of five years
FEES = (0.2, 0.4, 0.6, 0.9)  # of running cost: nothing outside the ends, full weight between the middle two
LEAST_FEES = 1e-3
CALIBRATED, HELD = "cash.tolerance", "cash.collected"  # by survival, and by fees
# Of these two, centre and distribution before the evidence is looked at; judged. Those of the others are declared.
PRIORS = {CALIBRATED: (0.7, lognormal(0.7)), HELD: (0.5, uniform(0.1, 1.0))}  # years, 90% from 0.22 to 2.2; share
PARAMETERS = (
    CALIBRATED,
    HELD,
    "cash.tolerance_spread",
    "cash.core_share",
    "cash.in_kind",
    "cash.contractors",
    "cash.most_till",
    "cash.salary_share",
    "closure.background",
    "closure.takeover",
    "revival.rate",
)
RUNS, SECOND_WAVE, CHECKS, DRAWS, SEED = 150, 0.4, 0.4, 200, 1
END = 2045  # exits of ten years are then watched for ten years more
CANDIDATES = 2**14
FEWEST_RUNS = 20
SAY = Templates("closure_fit", emulator="The emulator of {output} ends at a bound: {name} is {bound}.")
OUTPUTS = (*(f"survival after {years:g} years" for years in YEARS_AFTER), "fees")

Simulator = Callable[[FloatArray, int, int], FloatArray]


@dataclass(frozen=True)
class ClosureFit(Short):
    """The posterior of the tolerance, and of all that survival after exit allows beside it.

    Attributes:
        draws: what the package ships: draw, the parameters, and the survival five years after exit that they give in
            the default world. Row 0 holds the declared values, and the posterior's medians of what was calibrated.
        identified: what the evidence says of each number, of pairs, and of their combinations.
        check: of each output, how well runs that the emulator had not seen were foreseen.
        inside: share of the prior within all four ranges of survival.
        inside_both: the same, with fees within theirs too.
        kept: share of the prior, by its effective size, that the evidence leaves.
        medians: of the tolerance, years, and of the part of the price that users pay.
        at_bounds: sentences on what ends at the bounds within which it was sought.
    """

    draws: pd.DataFrame
    identified: Identified
    check: pd.DataFrame
    inside: float
    inside_both: float
    kept: float
    medians: dict[str, float]
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
    """Calibrate the tolerance of operators for arrears.

    Args:
        runs: worlds of the first wave; the second and the check take 40% of that each.
        draws: rows of the posterior that are kept.
        seed: of designs, worlds and draws; the same seed gives the same bytes.
        workers: processes to use; the result doesn't depend on it.
        progress: called with worlds done and in all.
        simulator: in place of the default world: a function of a module that takes a point of the prior, shape
            (parameters,), each 0 to 1, a seed and a number, and gives survival at the four times and fees, shape (5,).
        targets: lowest, central and highest survival by time, shape (4, 3).

    Raises:
        InputError: an argument can't be used (fewer than 20 runs), or scikit-learn isn't installed.
    """
    runs, draws = arguments.whole("runs", runs, FEWEST_RUNS, arguments.MOST_RUNS), arguments.draws(draws, 1)
    seed, workers = arguments.seed(seed), arguments.at_work(workers, progress)
    size = len(PARAMETERS)
    second, checks = round(SECOND_WAVE * runs), round(CHECKS * runs)
    total = runs + second + checks

    def simulate(points: FloatArray, begun: int) -> FloatArray:
        tasks = [(point, seed, begun + place) for place, point in enumerate(points)]

        def forward(now: int, _: int) -> None:
            if progress is not None:
                progress(begun + now, total)

        return unbounded(np.array(in_processes(simulator or default_world, tasks, workers, forward)))

    inputs = qmc.LatinHypercube(size, rng=np.random.default_rng([seed, 0])).random(runs)
    outputs = simulate(inputs, 0)
    candidates = qmc.Sobol(size, rng=np.random.default_rng([seed, 1])).random(CANDIDATES)
    chosen = resample(weigh(Emulator(inputs, outputs).predict(candidates).mean, targets), second, seed)
    inputs = np.concatenate([inputs, candidates[chosen]])
    outputs = np.concatenate([outputs, simulate(candidates[chosen], runs)])
    emulator = Emulator(inputs, outputs)
    fresh = qmc.Sobol(size, rng=np.random.default_rng([seed, 2])).random(CANDIDATES)
    tried = fresh[resample(weigh(emulator.predict(fresh).mean, targets), checks, seed)]
    check = foreseen(emulator, tried, simulate(tried, runs + second), outputs[:runs])
    return _posterior(emulator, candidates, targets, check, draws, seed)


def _posterior(
    emulator: Emulator, candidates: FloatArray, targets: FloatArray, check: pd.DataFrame, draws: int, seed: int
) -> ClosureFit:
    """Weigh candidates of the prior by what the emulator expects of them, and gather what they say."""
    expected = emulator.predict(candidates).mean
    weights, allowed = weigh(expected, targets), kernel(expected[:, :-1], targets) > 0.0
    values = natural(candidates)
    medians = {
        name: float(weighted_quantiles(values[:, place], weights, (0.5,))[0])
        for place, name in enumerate(PARAMETERS)
        if name in PRIORS
    }
    return ClosureFit(
        draws=table_of(candidates[resample(weights, draws, seed)], emulator, medians),
        identified=identified(PARAMETERS, OUTPUTS, values, scaled(candidates), weights, expected),
        check=check,
        inside=float(allowed.mean()),
        inside_both=float((weights > 0.0).mean()),
        kept=float(weights.sum() ** 2 / (weights**2).sum() / weights.size),
        medians=medians,
        at_bounds=tuple(
            SAY("emulator", output=OUTPUTS[place], name=name, bound=bound) for place, name, bound in emulator.at_bounds
        ),
    )


def unbounded(seen: FloatArray) -> FloatArray:
    """Turn survival into log odds and fees into logarithms, (n, 5)."""
    logs = np.log(np.maximum(seen[:, -1:], LEAST_FEES))
    return np.concatenate([bounded_logit(seen[:, :-1]), logs], axis=1)


def weigh(outputs: FloatArray, targets: FloatArray) -> FloatArray:
    """Weigh unbounded outputs, (n, 5), by survival and by fees."""
    return np.asarray(kernel(outputs[:, :-1], targets) * of_fees(np.exp(outputs[:, -1])))


def kernel(log_odds: FloatArray, targets: FloatArray) -> FloatArray:
    """Weigh survival at the four times, log odds of shape (n, 4): 1 on the curve, 0 outside the range of any time."""
    share = expit(log_odds)
    low, central, high = targets.T
    below, above = (share - low) / (central - low), (high - share) / (high - central)
    each = np.clip(np.minimum(below, above), 0.0, 1.0)
    return np.asarray(each.prod(axis=1) ** (1.0 / each.shape[1]))


def of_fees(share: FloatArray) -> FloatArray:
    """Weigh fees over running cost, (n,): 1 from 40 to 60%, falling to 0 at 20 and 90%."""
    return np.asarray(np.interp(share, FEES, (0.0, 1.0, 1.0, 0.0)))


def resample(weights: FloatArray, size: int, seed: int) -> IntArray:
    """Choose places by weight, systematically (Kitagawa 1996): one random start, then equal steps.

    Raises InputError where no weight is above zero.
    """
    if not weights.sum() > 0.0:
        raise InputError("nothing in the prior meets the evidence", key="targets", expected="wider ranges")
    steps = (np.arange(size) + np.random.default_rng([seed, 3]).random()) / size
    return np.asarray(np.searchsorted(np.cumsum(weights) / weights.sum(), steps))


def _prior(name: str) -> tuple[float, Distribution]:
    """Return the centre and the distribution of a parameter before survival is looked at."""
    return PRIORS.get(name, (REGISTRY[name].value, REGISTRY[name].distribution))


def natural(points: FloatArray) -> FloatArray:
    """Turn shares of the prior, shape (n, parameters), into the parameters."""
    columns = []
    for place, name in enumerate(PARAMETERS):
        centre, distribution = _prior(name)
        low, high = REGISTRY[name].minimum, REGISTRY[name].maximum
        found = [distribution.quantile(centre, float(share)) for share in points[:, place]]
        columns.append(np.clip(found, low, high))
    return np.column_stack(columns)


def scaled(points: FloatArray) -> FloatArray:
    """Return the parameters on the scale on which spreads are compared: the tolerance as a logarithm."""
    values = natural(points)
    values[:, 0] = np.log(values[:, 0])
    return values


def default_world(point: FloatArray, seed: int, number: int) -> FloatArray:
    """Run the default world at a point of the prior, its other parameters drawn; return survival and fees, (5,)."""
    values = natural(point[None, :])[0]
    held = {f"world.parameters.{name}": float(value) for name, value in zip(PARAMETERS, values, strict=True)}
    return seen_of(load_scenario("baseline", {"run.end": END, **held}), seed, number)


def foreseen(emulator: Emulator, points: FloatArray, outputs: FloatArray, over: FloatArray) -> pd.DataFrame:
    """Compare runs that the emulator has not seen with what it expected: R2, standardised errors, means of both.

    R2 is one minus the error over the variance of runs over the whole prior, `over`: in the posterior, which the new
    runs come from, hardly more than randomness is left to be explained.
    """
    expected = emulator.predict(points)
    error = outputs - expected.mean
    standard = error / np.sqrt(expected.variance + expected.luck)
    return pd.DataFrame(
        {
            "output": OUTPUTS,
            "mean_of_runs": _bounded(outputs).mean(axis=0),
            "mean_emulated": _bounded(expected.mean).mean(axis=0),
            "r_squared": 1.0 - (error**2).mean(axis=0) / over.var(axis=0),
            "luck_sd": np.sqrt(expected.luck[0]),
            "standardised_sd": standard.std(axis=0),
            "within_two_sd": (np.abs(standard) < 2.0).mean(axis=0),
        }
    )


def _bounded(outputs: FloatArray) -> FloatArray:
    """Turn log odds back into survival, and logarithms into fees, (n, 5)."""
    return np.concatenate([expit(outputs[:, :-1]), np.exp(outputs[:, -1:])], axis=1)


def table_of(points: FloatArray, emulator: Emulator, medians: Mapping[str, float]) -> pd.DataFrame:
    """Return draws as the package ships them: row 0 holds the declared values, the others are points of the prior.

    What was calibrated is in row 0 at its median, to one decimal: no more of it is known.
    """
    central = {name: round(medians.get(name, REGISTRY[name].value), 1 if name in medians else 4) for name in PARAMETERS}
    place = np.array([[_share_of(name, value) for name, value in central.items()]])
    rows = np.concatenate([place, points])
    table = pd.DataFrame(natural(rows), columns=list(PARAMETERS))
    table["survival_five_years"] = expit(emulator.predict(rows).mean[:, LEVEL])
    for name, value in central.items():
        table.loc[0, name] = value
    table.insert(0, "draw", range(len(table)))
    return table.round(4)


def _share_of(name: str, value: float) -> float:
    """Return where in its prior a value of a parameter stands, 0 to 1."""
    centre, distribution = _prior(name)
    grid = np.linspace(0.0005, 0.9995, 2000)
    return float(np.interp(value, [distribution.quantile(centre, float(share)) for share in grid], grid))
