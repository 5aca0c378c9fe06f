"""Calibration of donors, of outcomes and of closure: what was planted is found, to the bit, without a look ahead."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call
from scipy.stats import kstest
from synthetic_aid import made_budgets, made_flows, made_panel, made_projects

from afteraid.experiments.calibration import closure
from afteraid.experiments.calibration.closure import PARAMETERS, TARGETS, fit_closure, kernel, natural, resample
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

TRUE_SLOPE = np.array([0.3, -1.0, -0.6, 0.5, 0.2, 0.3, -0.8, -4.0])  # of ln survival odds in shares of the prior


def cheap_world(point: FloatArray, seed: int, number: int) -> FloatArray:
    """Survival by a known rule, with luck: stands in for a run of the world."""
    luck = 0.1 * np.random.default_rng([seed, number]).standard_normal()
    level = 1.6 + TRUE_SLOPE @ (point - 0.5) + luck
    return np.asarray(expit(level + np.array([0.0, -1.0, -1.6, -2.3 - 0.5 * (point[6] - 0.5)])))


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
    points = generator.random((160, 8))
    values = np.array([logit(cheap_world(point, 1, place)) for place, point in enumerate(points)])
    emulator = Emulator(points[:120], values[:120])
    expected = emulator.predict(points[120:])
    standard = (values[120:] - expected.mean) / np.sqrt(expected.variance + expected.luck)
    assert 0.6 < standard.std() < 1.5 and np.abs(standard.mean()) < 0.5
    assert np.sqrt(expected.luck[0]) == pytest.approx(0.1, rel=0.5)  # the luck that was planted


def test_closure_is_calibrated_on_the_curve() -> None:
    found = fit_closure(runs=80, draws=40, seed=4, workers=1, simulator=cheap_world)
    assert found.check["within_two_sd"].min() > 0.8 and found.check["r_squared"].iloc[2] > 0.8
    level = found.draws["closure.survival_five_years"].iloc[1:]
    assert level.between(0.25, 0.60).all() and level.std() > 0.03
    assert found.draws["closure.survival_five_years"].iloc[0] == 0.42
    low, high = found.estimates.set_index("name").loc["intercept", ["low", "high"]]
    assert high - low < 0.6 * (closure.INTERCEPTS[1] - closure.INTERCEPTS[0]) * 0.9
    assert (found.draws["intercept_slope"] < 0.0).all()  # a higher hazard is a lower survival
    with pytest.raises(InputError, match="a whole number from 20"):
        fit_closure(runs=5)


@pytest.mark.slow
def test_a_calibration_of_closure_is_the_same_to_the_bit_whatever_the_workers() -> None:
    one, two = (fit_closure(20, 10, seed=4, workers=workers, simulator=cheap_world) for workers in (1, 2))
    pd.testing.assert_frame_equal(one.draws, two.draws, check_exact=True)
    pd.testing.assert_frame_equal(one.check, two.check, check_exact=True)


@pytest.mark.slow
def test_planted_hazards_rank_evenly_in_their_posteriors() -> None:
    """Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788) of the emulator and the kernel.

    A planted point gives a curve with luck; targets are drawn around it as wide as the kernel takes them to be. The
    rank of its intercept among the draws is then uniform.
    """
    generator, ranks = np.random.default_rng(8), []
    points = generator.random((150, 8))
    emulator = Emulator(points, np.array([logit(cheap_world(each, 2, place)) for place, each in enumerate(points)]))
    candidates = generator.random((6000, 8))
    expected = expit(emulator.predict(candidates).mean)
    for _ in range(60):
        planted = generator.random(8)
        width = 0.12
        truth = expit(1.6 + TRUE_SLOPE @ (planted - 0.5) - 1.6)
        centre = truth + generator.triangular(-width, 0.0, width)
        weights = np.clip(1.0 - np.abs(expected[:, 2] - centre) / width, 0.0, 1.0)
        if weights.sum() == 0.0:
            continue
        drawn = candidates[resample(weights, 99, int(generator.integers(1000)))]
        ranks.append((TRUE_SLOPE @ (planted - 0.5) > TRUE_SLOPE @ (drawn - 0.5).T).mean())
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


def test_a_point_in_the_middle_of_the_prior_is_the_declared_one() -> None:
    values = natural(np.full((1, len(PARAMETERS) + 1), 0.5))[0]
    for name, value in zip(PARAMETERS, values[:-1], strict=True):
        assert value == pytest.approx(REGISTRY[name].value, rel=0.02), name


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
    plan = load_scenario("baseline", {"world.parameters.closure.frailty": 1.1})
    table = load_table("closure_draws").set_index("draw")
    seen = set()
    for replicate in range(4):
        world = begin(plan, 1, replicate)
        assert world.values["closure.frailty"] == 1.1
        row = table[np.isclose(table["closure.sustainability"], world.values["closure.sustainability"])]
        assert np.isclose(row["closure.shape"], world.values["closure.shape"]).any()  # numbers of one row
        assert np.isclose(row["intercept"], world.facts.drawn.intercept).any()
        seen.add(world.values["closure.sustainability"])
    assert len(seen) == 4
    certain = load_scenario("baseline", {"world.uncertain": False})
    assert begin(certain, 1, 3).facts.drawn.intercept == table["intercept"].iloc[0]


def test_another_level_of_survival_moves_the_intercept_and_nothing_else() -> None:
    plain = begin(load_scenario("baseline", {"world.uncertain": False}), 1, 0)
    better = begin(
        load_scenario("baseline", {"world.uncertain": False, "world.parameters.closure.survival_five_years": 0.55}),
        1,
        0,
    )
    assert better.facts.drawn.intercept < plain.facts.drawn.intercept - 0.3
    assert better.values["closure.sustainability"] == plain.values["closure.sustainability"]


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
