"""Calibration of donors, of outcomes and of closure: what was planted is found, to the bit, without a look ahead."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call
from scipy.stats import kstest
from synthetic_aid import made_budgets, made_flows, made_panel, made_projects

from afteraid.experiments.calibration.closure import (
    CALIBRATED,
    HELD,
    LEVEL,
    PARAMETERS,
    TARGETS,
    ClosureFit,
    fit_closure,
    kernel,
    natural,
    of_fees,
    resample,
    unbounded,
)
from afteraid.experiments.calibration.closure_world import seen_of
from afteraid.experiments.calibration.donor_law import DRAWN as DONORS_DRAWN
from afteraid.experiments.calibration.donor_law import fit_donors
from afteraid.experiments.calibration.emulator import Emulator
from afteraid.experiments.calibration.outcome_law import DRAWN as OUTCOMES_DRAWN
from afteraid.experiments.calibration.outcome_law import fit_outcomes
from afteraid.simulation.basis.errors import DataError, InputError
from afteraid.simulation.basis.units import FloatArray, expit, logit
from afteraid.simulation.beginning.begin import FITTED_TOGETHER, begin
from afteraid.simulation.data import load_table
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.parameters import REGISTRY

TOLERANCE, BACKGROUND, FEES = (PARAMETERS.index(name) for name in (CALIBRATED, "closure.background", HELD))
READ = (TOLERANCE, BACKGROUND, FEES)  # what the stand-in reads; it ignores all else


def cheap_world(point: FloatArray, seed: int, number: int) -> FloatArray:
    """Survival and fees by a known rule, with luck: stands in for a run of the world.

    The tolerance moves the first years most and the background the last, so that a curve tells one from the other.
    """
    luck = 0.05 * np.random.default_rng([seed, number]).standard_normal()
    tolerance, background = 2.0 * point[TOLERANCE] - 1.0, 2.0 * point[BACKGROUND] - 1.0
    level = logit(TARGETS[:, 1]) + tolerance * np.array([0.9, 0.7, 0.5, 0.4]) + luck
    curve = expit(level - background * np.array([0.1, 0.3, 0.4, 0.6]))
    return np.append(curve, 0.15 + 0.7 * point[FEES])


def test_planted_dynamics_of_donors_are_recovered() -> None:
    found = fit_donors(made_flows(), made_budgets(), made_panel(), 2022, draws=12, seed=2, workers=1)
    central, refits = found.draws.iloc[0], found.draws.iloc[1:]
    assert found.pooled["inertia"] == pytest.approx(0.6, abs=0.08)
    assert central["allocation.common_noise"] == pytest.approx(0.2, abs=0.06)
    assert central["allocation.population_elasticity"] == pytest.approx(0.5, abs=0.1)
    assert central["allocation.income_elasticity"] == pytest.approx(-0.4, abs=0.3)
    assert central["allocation.late_herding"] < 0.25
    assert found.budgets["volatility"].median() == pytest.approx(0.2, abs=0.03)
    assert found.budgets["persistence"].median() == pytest.approx(0.6, abs=0.12)
    for name in ("allocation.population_elasticity", "allocation.income_elasticity", "allocation.common_noise"):
        assert 0.0 < refits[name].std() < 0.3, name


def test_donors_who_have_nothing_in_common_are_seen_to_have_nothing() -> None:
    alone = fit_donors(made_flows(common=0.0), made_budgets(), made_panel(), 2022, draws=0).draws.iloc[0]
    assert abs(alone["allocation.common_noise"]) < 0.02


@pytest.mark.slow
def test_fits_of_donors_are_the_same_to_the_bit_and_look_at_nothing_later() -> None:
    flows, budgets, panel = made_flows(donors=8, economies=40), made_budgets(donors=8), made_panel()
    one = fit_donors(flows, budgets, panel, 2018, draws=11, seed=3, workers=1)
    two = fit_donors(flows, budgets, panel, 2018, draws=11, seed=3, workers=2)
    pd.testing.assert_frame_equal(one.draws, two.draws, check_exact=True)
    later, more = flows.copy(), budgets.copy()
    later.loc[later["year"] > 2018, "oda_gross"] = 77.0
    more.loc[more["year"] > 2018, "oda_given_usd2023"] = 5.0
    blind = fit_donors(later, more, panel, 2018, draws=2, seed=3, workers=1)
    assert blind.draws.equals(one.draws.iloc[:3]) and blind.ties.equals(one.ties)
    with pytest.raises(DataError, match="flows in 3 years"):
        fit_donors(flows, budgets, panel, 2011, draws=0)


def test_planted_odds_of_failure_are_recovered() -> None:
    found = fit_outcomes(made_projects(), None, 2030, draws=12, seed=2, workers=1)
    central, refits = found.draws.iloc[0], found.draws.iloc[1:]
    planted = dict(zip(OUTCOMES_DRAWN, (0.05, 0.5, 0.3, 0.5, 0.35), strict=True))
    for name, value in planted.items():
        assert abs(central[name] - value) < 4.0 * refits[name].std() + 0.02, name
        assert 0.0 < refits[name].std() < 0.3, name
    even = fit_outcomes(made_projects(between=0.0), None, 2030, draws=0).draws.iloc[0]
    assert even["closure.before_country"] < 0.15


@pytest.mark.slow
def test_fits_of_outcomes_are_the_same_to_the_bit_and_look_at_nothing_later() -> None:
    projects = made_projects(count=1500)
    one, two = (fit_outcomes(projects, None, 2010, draws=11, seed=3, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one.draws, two.draws, check_exact=True)
    later = projects.copy()
    later.loc[later["closing_fy"] > 2010, "outcome"] = 1
    assert fit_outcomes(later, None, 2010, draws=0).draws.equals(one.draws.iloc[:1])
    with pytest.raises(DataError, match="rated projects"):
        fit_outcomes(projects.iloc[:50], None, 2030, draws=0)


def test_the_emulator_foresees_what_it_has_not_seen() -> None:
    generator = np.random.default_rng(5)
    points = generator.random((160, len(PARAMETERS)))
    values = unbounded(np.array([cheap_world(point, 1, place) for place, point in enumerate(points)]))[:, [0, 2]]
    emulator = Emulator(points[:120], values[:120])
    expected = emulator.predict(points[120:])
    standard = (values[120:] - expected.mean) / np.sqrt(expected.variance + expected.luck)
    assert 0.6 < standard.std() < 1.5 and np.abs(standard.mean()) < 0.5
    assert np.sqrt(expected.luck[0]) == pytest.approx(0.05, rel=0.5)  # the luck that was planted


@cache
def planted(tolerance: float) -> ClosureFit:
    """Fit the tolerance to the curve of a stand-in whose own tolerance is known."""
    shares = np.linspace(0.01, 0.99, 99)
    values = natural(np.tile(shares[:, None], len(PARAMETERS)))[:, TOLERANCE]
    point = np.full(len(PARAMETERS), 0.5)
    point[TOLERANCE] = np.interp(tolerance, values, shares)
    truth = cheap_world(point, 9, 9)[:-1]
    targets = np.stack([0.9 * truth, truth, np.minimum(1.1 * truth, 0.99)], axis=1)
    return fit_closure(runs=60, draws=60, seed=4, workers=1, simulator=cheap_world, targets=targets)


@pytest.mark.parametrize("tolerance", [0.4, pytest.param(1.2, marks=pytest.mark.slow)])
def test_a_planted_tolerance_is_found_and_what_is_not_read_keeps_its_prior(tolerance: float) -> None:
    found = planted(tolerance)
    known = found.identified.estimates.set_index("name")
    assert known.loc[CALIBRATED, "low"] < tolerance < known.loc[CALIBRATED, "high"]
    assert known.loc[CALIBRATED, "sd_ratio"] < 0.6
    assert found.medians[CALIBRATED] == pytest.approx(tolerance, rel=0.25)
    for name in (name for place, name in enumerate(PARAMETERS) if place not in READ):
        assert known.loc[name, "sd_ratio"] == pytest.approx(1.0, abs=0.15), name
        width = known.loc[name, "prior_high"] - known.loc[name, "prior_low"]
        assert known.loc[name, "low"] == pytest.approx(known.loc[name, "prior_low"], abs=0.15 * width), name
        assert known.loc[name, "high"] == pytest.approx(known.loc[name, "prior_high"], abs=0.15 * width), name
    assert found.inside_both < found.inside < 1.0
    pair = found.identified.tradeoffs.iloc[0]
    assert {pair["name"], pair["other"]} == {CALIBRATED, "closure.background"} and pair["correlation"] > 0.2
    assert found.identified.directions["sd_ratio"].iloc[0] < known.loc[CALIBRATED, "sd_ratio"]


def test_what_is_written_has_the_curve_and_what_was_calibrated_in_its_first_row() -> None:
    found = planted(0.4)
    assert found.check["r_squared"].iloc[:4].min() > 0.8 and found.check["within_two_sd"].min() > 0.7
    assert len(found.draws) == 61 and list(found.draws.columns[1:-1]) == list(PARAMETERS)
    first = found.draws.iloc[0]
    for name in PARAMETERS:
        held = round(found.medians[name], 1) if name in found.medians else REGISTRY[name].value
        assert first[name] == pytest.approx(held), name
    assert 0.005 < found.draws["survival_five_years"].iloc[1:].std() < 0.05
    fees = found.draws[HELD].iloc[1:]
    lowest, highest = (np.interp(each, (0.15, 0.85), (0.1, 1.0)) for each in (0.2, 0.9))
    assert fees.between(lowest - 0.05, highest).all() and fees.std() > 0.05
    with pytest.raises(InputError, match="a whole number from 20"):
        fit_closure(runs=5)


@pytest.mark.slow
def test_a_calibration_of_closure_is_the_same_to_the_bit_whatever_the_workers() -> None:
    one, two = (fit_closure(20, 10, seed=4, workers=workers, simulator=cheap_world) for workers in (1, 2))
    pd.testing.assert_frame_equal(one.draws, two.draws, check_exact=True)
    pd.testing.assert_frame_equal(one.check, two.check, check_exact=True)


@pytest.mark.slow
def test_planted_tolerances_rank_evenly_in_their_posteriors() -> None:
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788) of the emulator and the kernel.

    A planted point gives a curve; targets are drawn around it as wide as the kernel takes them to be. The rank of its
    survival among the draws is then uniform.
    """
    generator, ranks = np.random.default_rng(8), []
    points = generator.random((150, len(PARAMETERS)))
    seen = np.array([cheap_world(each, 2, place) for place, each in enumerate(points)])
    emulator = Emulator(points, unbounded(seen)[:, :-1])
    candidates = generator.random((6000, len(PARAMETERS)))
    expected = expit(emulator.predict(candidates).mean)
    for _ in range(60):
        truth = cheap_world(generator.random(len(PARAMETERS)), 2, 10_000)[LEVEL]
        width = 0.12
        centre = truth + generator.triangular(-width, 0.0, width)
        weights = np.clip(1.0 - np.abs(expected[:, LEVEL] - centre) / width, 0.0, 1.0)
        if weights.sum() == 0.0:
            continue
        drawn = expected[resample(weights, 99, int(generator.integers(1000))), LEVEL]
        ranks.append((truth > drawn).mean())
    assert len(ranks) > 50 and kstest(ranks, "uniform").pvalue > 0.01


def test_the_kernel_is_one_on_the_curve_and_nought_outside() -> None:
    middle = logit(TARGETS[:, 1])
    outside = middle.copy()
    outside[3] = logit(np.array([0.5]))[0]
    assert kernel(np.array([middle, outside]), TARGETS).tolist() == pytest.approx([1.0, 0.0])
    halfway = logit((TARGETS[:, 0] + TARGETS[:, 1]) / 2.0)
    assert kernel(halfway[None, :], TARGETS)[0] == pytest.approx(0.5)
    with pytest.raises(InputError, match="nothing in the prior"):
        resample(np.zeros(5), 3, 1)


def test_fees_weigh_in_full_between_two_fifths_and_three_and_nothing_outside_their_range() -> None:
    assert of_fees(np.array([0.1, 0.3, 0.5, 0.75, 1.1])).tolist() == pytest.approx([0.0, 0.5, 1.0, 0.5, 0.0])


def test_shares_of_the_prior_become_what_is_declared() -> None:
    low, high = natural(np.array([np.full(len(PARAMETERS), share) for share in (0.05, 0.95)]))
    for place, name in enumerate(PARAMETERS):
        if name not in (CALIBRATED, HELD):
            parameter = REGISTRY[name]
            ends = [parameter.distribution.quantile(parameter.value, share) for share in (0.05, 0.95)]
            assert [low[place], high[place]] == pytest.approx(ends), name
            assert low[place] <= parameter.value <= high[place], name
    assert low[TOLERANCE] == pytest.approx(0.22, abs=0.01) and high[TOLERANCE] == pytest.approx(2.2, abs=0.05)


@pytest.mark.parametrize("name", FITTED_TOGETHER)
def test_what_is_shipped_is_what_is_declared(name: str) -> None:
    table = load_table(name)
    assert list(table["draw"]) == list(range(len(table))) and len(table) == 201
    for column in table.columns:
        if column in REGISTRY:
            parameter = REGISTRY[column]
            assert table[column].iloc[0] == pytest.approx(parameter.value, abs=6e-5), column
            assert table[column].between(parameter.minimum, parameter.maximum).all(), column
            assert table[column].iloc[1:].std() > 0.0, column
    wanted = {"donor_draws": DONORS_DRAWN, "outcome_draws": OUTCOMES_DRAWN, "closure_draws": PARAMETERS}
    assert set(wanted[name]) <= set(table.columns)


def test_a_run_draws_one_row_and_a_scenario_has_the_last_word() -> None:
    plan = load_scenario("baseline", {"world.parameters.cash.core_share": 0.7})
    table = load_table("closure_draws").set_index("draw")
    seen = set()
    for replicate in range(4):
        world = begin(plan, 1, replicate)
        assert world.values["cash.core_share"] == 0.7
        row = table[np.isclose(table["cash.tolerance"], world.values["cash.tolerance"])]
        assert np.isclose(row["closure.background"], world.values["closure.background"]).any()  # numbers of one row
        seen.add(world.values["cash.tolerance"])
    assert len(seen) == 4
    certain = load_scenario("baseline", {"world.uncertain": False})
    assert begin(certain, 1, 3).values["cash.tolerance"] == table["cash.tolerance"].iloc[0]


@pytest.mark.slow
def test_a_longer_tolerance_and_higher_fees_raise_survival_in_the_default_world() -> None:
    def seen(**changes: float) -> FloatArray:
        held = {f"world.parameters.cash.{name}": value for name, value in changes.items()}
        return seen_of(load_scenario("baseline", {"run.end": 2038, "world.uncertain": False, **held}), 1, 0)

    usual, patient, paid = seen(), seen(tolerance=1.4), seen(collected=0.8)
    assert (patient[:3] > usual[:3]).all() and (paid[:3] > usual[:3]).all()
    assert paid[-1] > usual[-1] > 0.2
    assert (np.diff(usual[:-1]) < 0.0).all()


def calibrate(*arguments: str) -> tuple[int, str]:
    """Call the command; return its status and all that it said."""
    result = call("calibrate", *arguments)
    return result.exit_code, result.output + str(result.exception or "")


def test_the_command_writes_what_the_package_ships(tmp_path: Path) -> None:
    file, out = tmp_path / "projects.csv", tmp_path / "fit"
    made_projects(count=1500).to_csv(file, index=False)
    status, said = calibrate(
        "--world-bank-projects", str(file), "--until", "2015", "--draws", "3", "--workers", "1", "--out", str(out)
    )
    assert status == 0 and "closure.before_governance" in said and "rated a success" in said
    draws = pd.read_csv(out / "outcome_draws.csv")
    assert list(draws.columns) == list(load_table("outcome_draws").columns) and len(draws) == 4
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["command"].startswith("afteraid calibrate --world-bank-projects FILE --until 2015")
    assert set(manifest["inputs_sha256"]) == {"projects.csv"} and str(tmp_path) not in json.dumps(manifest)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "nothing to fit"),
        (["--flows", "x.csv"], "nothing to fit"),
        (["--panel", "x.csv", "--flows", "y.csv", "--until", "2018"], "together"),
        (["--panel", "x.csv"], "--until"),
        (["--world-bank-projects", "none.csv", "--until", "2018"], "can't be read"),
        (["--closure", "--runs", "3"], "a whole number from 20"),
    ],
)
def test_options_that_cannot_be_used_are_refused(tmp_path: Path, arguments: list[str], said: str) -> None:
    status, output = calibrate(*arguments, "--out", str(tmp_path / "out"))
    assert status == 2 and said in output and not (tmp_path / "out").exists()


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "projects.csv"
    made_projects(count=300).rename(columns={"outcome": "outcomes"}).to_csv(file, index=False)
    status, output = calibrate("--world-bank-projects", str(file), "--until", "2018", "--out", str(tmp_path / "out"))
    assert status == 2 and "did you mean 'outcomes'" in output
