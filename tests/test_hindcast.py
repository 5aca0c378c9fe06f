"""The hindcast: nothing known later gets in, the scores are what they are called, and the command runs end to end."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call, refused
from synthetic_panel import made_panel, write_files

from afteraid.experiments.calibration import barrier_index
from afteraid.experiments.calibration.adoption_law import fit
from afteraid.experiments.calibration.panel import Panel
from afteraid.experiments.pages.skill import page, read_hindcast
from afteraid.experiments.pages.skill_tables import why
from afteraid.experiments.trust.hindcast import baselines
from afteraid.experiments.trust.hindcast.hindcast import Hindcast, hindcast
from afteraid.experiments.trust.hindcast.law_forecast import law_alone
from afteraid.experiments.trust.hindcast.scores import (
    GROUPINGS,
    SIMULATION,
    compare,
    crps,
    forecast_rows,
    reliability,
    score,
)
from afteraid.experiments.trust.hindcast.world import hindcast_plan, run_forecasts, run_services, with_service, world_in
from afteraid.simulation.basis.errors import DataError, InputError
from afteraid.simulation.basis.units import FloatArray, expit, logit
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import FIRST_YEAR, load_table, load_world
from afteraid.simulation.engine import advance

ORIGIN, AHEAD = 2009, [1, 2]
SMALL = {"runs": 3, "draws": 2, "seed": 5, "workers": 1, "service_runs": 1, "rivals": ("analogue", "drift")}
FORECAST = ["origin", "horizon", "iso3", "model", "level", "point", "low50", "high50", "low80", "high80"]


@pytest.fixture(scope="module", autouse=True)
def few_runs_of_parts() -> Iterator[None]:
    """Let the widths by source rest on few runs of the law: their size is not what is tested here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("afteraid.experiments.trust.hindcast.hindcast.RUNS_OF_PARTS", 20)
        yield


@pytest.fixture(scope="module")
def panel() -> Panel:
    return made_panel(economies=24, last=2012)


@pytest.fixture(scope="module")
def found(panel: Panel) -> Hindcast:
    return hindcast(panel, [ORIGIN], AHEAD, **SMALL)


@pytest.fixture
def nonsense_embedded() -> Iterator[None]:
    """Set every embedded figure of use to nonsense, in the shared tables themselves, and put them back after."""
    kept = {name: load_table(name).copy() for name in ("countries", "paths", "reference_service")}
    generator = np.random.Generator(np.random.PCG64(0))
    columns = {"countries": ["internet_use"], "paths": [name for name in kept["paths"] if name.startswith("use_")]}
    columns["reference_service"] = [name for name in kept["reference_service"] if name not in ("iso3", "group")]
    for name, some in columns.items():
        load_table(name)[some] = generator.uniform(0.01, 0.9, (len(kept[name]), len(some)))
    load_table("countries")["internet_use_year"] = 2003
    load_table("paths")["use_until"] = 2003
    load_table("paths")["use_break_year"] = 0
    _forget()
    yield
    for name, table in kept.items():
        load_table(name)[list(table.columns)] = table
    _forget()


def _forget() -> None:
    load_world.cache_clear()
    barrier_index._embedded.cache_clear()


def _same(one: Hindcast, two: Hindcast) -> None:
    pd.testing.assert_frame_equal(one.forecasts[FORECAST], two.forecasts[FORECAST], check_exact=True)
    pd.testing.assert_frame_equal(one.laws, two.laws, check_exact=True)


def test_what_came_after_the_origin_does_not_reach_the_forecast(panel: Panel, found: Hindcast) -> None:
    generator = np.random.Generator(np.random.PCG64(1))
    changed = {name: getattr(panel, name).copy() for name in ("use", "income", "population")}
    for name, table in changed.items():
        nonsense = generator.uniform(0.001, 1.0, table.loc[ORIGIN + 1 :].shape)
        table.loc[ORIGIN + 1 :] = nonsense if name == "use" else 1e4 * nonsense
    later = hindcast(replace(panel, **changed), [ORIGIN], AHEAD, **SMALL)
    _same(found, later)
    assert not later.forecasts["observed"].equals(found.forecasts["observed"])


def test_the_embedded_figures_of_use_do_not_reach_the_forecast(
    panel: Panel, found: Hindcast, nonsense_embedded: None
) -> None:
    assert load_world().use_path[-1].std() > 0.0 and load_world().observed_until.max() == 2003  # they are nonsense now
    _same(found, hindcast(panel, [ORIGIN], AHEAD, **SMALL))


@pytest.mark.slow
def test_workers_do_not_change_a_hindcast(panel: Panel, found: Hindcast) -> None:
    _same(found, hindcast(panel, [ORIGIN], AHEAD, **(SMALL | {"workers": 2})))


def test_a_forecast_starts_from_what_was_observed(panel: Panel) -> None:
    known = panel.known_in(ORIGIN)
    law = fit(panel, ORIGIN, draws=1)
    world = world_in(known, law)
    assert np.isnan(world.use_path[ORIGIN + 1 - FIRST_YEAR :]).all()
    assert np.isfinite(world.use_path[: ORIGIN + 1 - FIRST_YEAR]).all()
    assert "internet_use" not in world.countries
    plan = hindcast_plan(ORIGIN, ORIGIN + 1, 5)
    world = with_service(world, run_services(plan, world, range(1)), plan.run.spinup)
    state = begin(plan, 5, 0, reference=world)
    while state.year < ORIGIN:
        advance(state)
    codes = list(world.countries["iso3"])
    rows = [codes.index(iso3) for iso3 in known.use.columns]
    np.testing.assert_allclose(state.countries.use[rows], known.use.loc[ORIGIN].clip(0.005), rtol=1e-9)
    assert state.initiatives.count > 500  # the whole simulation is there, aid and all
    advance(state)
    assert np.abs(state.countries.use - expit(state.countries.reference_log_odds)).max() > 0.0


def test_the_law_alone_is_the_path_of_the_simulation_without_its_initiatives(panel: Panel) -> None:
    known, law = panel.known_in(ORIGIN), fit(panel, ORIGIN, draws=3)
    plan = hindcast_plan(ORIGIN, ORIGIN + 3, 5)
    world = world_in(known, law)
    world = with_service(world, run_services(plan, world, range(1)), plan.run.spinup)
    whole = run_forecasts(plan, world, range(2), [ORIGIN + 1, ORIGIN + 3])
    alone = law_alone(plan, world, 2, [ORIGIN + 1, ORIGIN + 3])
    gap = np.abs(whole - alone)  # levers, initiatives and the bound of coverage move a few economies
    assert 0.0 < gap.mean() < 0.01 and np.median(gap) < 0.005
    certain = law_alone(plan, world, 2, [ORIGIN + 3], "parameters")
    noisy = law_alone(plan, world, 2, [ORIGIN + 3], "process")
    assert np.abs(np.diff(certain, axis=0)).mean() < np.abs(np.diff(noisy, axis=0)).mean()


def test_the_tables_hold_every_model_and_the_manifest_says_what_was_used(found: Hindcast) -> None:
    assert set(found.forecasts["model"]) == {SIMULATION, "law", "analogue", "drift"}
    assert found.forecasts.groupby(["model", "horizon"]).size().nunique() == 1  # all on the same economies
    assert set(found.scores["grouping"]) == set(GROUPINGS)
    assert found.manifest["covariates"] == "covariates.csv" and found.manifest["panel_last_year"] == 2012
    assert found.manifest["asked"]["origins"] == {ORIGIN: AHEAD}
    assert set(found.parts["part"]) == {"all", "process", "observation", "parameters"}
    assert found.parts["share"].between(0.0, 1.0).all() and (found.parts["low"] <= found.parts["high"]).all()


@pytest.mark.parametrize(
    ("origins", "horizons", "runs"),
    [([2004], [1], 3), ([2012], [1], 3), ([2009], [0], 3), ([2009], [1], 1), ([], [1], 3)],
)
def test_what_cannot_be_scored_is_refused(panel: Panel, origins: list[int], horizons: list[int], runs: int) -> None:
    with pytest.raises((InputError, DataError)):
        hindcast(panel, origins, horizons, runs, 2, workers=1)


def test_crps_is_that_of_the_closed_form() -> None:
    generator = np.random.Generator(np.random.PCG64(3))
    sample = generator.standard_normal((3, 4000))
    observed = np.array([-1.0, 0.0, 2.0])
    density = np.exp(-(observed**2) / 2.0) / np.sqrt(2.0 * np.pi)
    below = np.array([0.15865525, 0.5, 0.97724987])
    closed = observed * (2.0 * below - 1.0) + 2.0 * density - 1.0 / np.sqrt(np.pi)  # Gneiting and Raftery 2007
    np.testing.assert_allclose(crps(observed, sample), closed, atol=0.03)
    np.testing.assert_allclose(crps(np.array([3.0]), np.full((1, 5), 1.0)), [2.0])


def _made_forecasts(scale: float) -> pd.DataFrame:
    generator = np.random.Generator(np.random.PCG64(4))
    codes = load_world().countries["iso3"].to_numpy()
    parts = []
    for model, shift in ((SIMULATION, 0.0), ("analogue", 2.0)):
        described = pd.DataFrame({"iso3": codes, "level": 30.0, "people": 1e6, "origin": 2010, "horizon": 3})
        observed = 40.0 + generator.standard_normal(codes.size)
        sample = 40.0 + shift + scale * generator.standard_normal((codes.size, 400))
        parts.append(forecast_rows(model, np.median(sample, axis=1), sample, observed, described))
    return pd.concat(parts, ignore_index=True)


def test_bands_cover_what_they_say_where_the_forecast_is_right() -> None:
    right = score(_made_forecasts(1.0)).set_index(["model", "group"]).loc[(SIMULATION, "all")]
    assert right["cover50"] == pytest.approx(50.0, abs=8.0) and right["cover80"] == pytest.approx(80.0, abs=7.0)
    assert right["width80"] == pytest.approx(2 * 1.2816, rel=0.05) and abs(right["bias"]) < 0.2
    narrow = score(_made_forecasts(0.4)).set_index(["model", "group"]).loc[(SIMULATION, "all")]
    assert narrow["cover80"] < 50.0 and narrow["crps"] > right["crps"]
    table = reliability(_made_forecasts(1.0))
    own = table[table["model"] == SIMULATION]
    assert (own["nominal"] - own["observed"]).abs().max() < 0.1
    assert (
        table[table["model"] == "analogue"]["observed"] > table[table["model"] == "analogue"]["nominal"]
    ).mean() > 0.8


def test_a_comparison_is_paired_and_its_interval_excludes_zero_where_the_difference_is_plain() -> None:
    plain = compare(_made_forecasts(1.0)).set_index("measure").loc["mae"]
    assert plain["low"] < plain["difference"] < plain["high"] < 0.0
    assert plain["relative"] == pytest.approx(100.0 * (plain["mean"] / plain["other_mean"] - 1.0))
    table = _made_forecasts(1.0)
    table.loc[table["model"] == "analogue", ["point", "observed", "crps"]] = table.loc[
        table["model"] == SIMULATION, ["point", "observed", "crps"]
    ].to_numpy()
    same = compare(table).set_index("measure").loc["mae"]
    assert same["low"] == same["high"] == same["difference"] == 0.0


def _series(path: FloatArray, economies: int = 1) -> pd.DataFrame:
    years = pd.Index(range(1990, 1990 + path.size), name="year")
    return pd.DataFrame({f"E{number}": path for number in range(economies)}, index=years)


def test_each_baseline_carries_on_what_it_is_made_for() -> None:
    time = np.arange(26.0)
    curve = 0.8 * expit(0.3 * (time - 14.0))
    line = 0.05 + 0.02 * time
    odds = expit(-4.0 + 0.2 * time)
    for name, path, tolerance in (
        ("logistic", curve, 1e-3), ("drift", line, 1e-9), ("analogue", odds, 1e-3), ("arima", odds, 1e-3),
        ("gompertz", 0.7 * np.exp(-np.exp(-0.2 * (time - 12.0))), 1e-3),
        ("bass", baselines._bass(np.array([0.9, 0.35, -6.0]), time), 1e-3),
    ):  # fmt: skip
        ahead = baselines.forecast(name, _series(path[:-3]), [1, 3])
        np.testing.assert_allclose([ahead[1].point[0], ahead[3].point[0]], [path[-3], path[-1]], atol=tolerance)
    assert baselines.forecast("persistence", _series(line), [3])[3].point[0] == line[-1]
    spread = baselines.forecast("drift", _series(line), [3])[3].sample
    assert spread is not None and float(np.ptp(logit(spread))) < 1e-6  # it was never wrong


@pytest.mark.slow
def test_the_commands_run_end_to_end(panel: Panel, tmp_path: Path) -> None:
    file, covariates = write_files(panel, tmp_path)
    small = ["--origins", "2009", "--horizons", "1,3", "--runs", "2", "--refits", "1", "--workers", "1"]
    out = tmp_path / "past"
    result = call("hindcast", "--panel", str(file), *small, "--json", "--out", str(out))
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert {row["horizon"] for row in answer["tables"]["scores"]} == {1, 3}
    assert {row["model"] for row in answer["tables"]["scores"]} == {SIMULATION, "law", *baselines.BASELINES}
    assert answer["manifest"]["covariates"].startswith("embedded")
    assert {entry.name for entry in out.iterdir()} >= {"scores.csv", "forecasts.csv", "manifest.json", "answer.txt"}
    assert (out / "figures" / "reliability.png").stat().st_size > 5000
    fitted = tmp_path / "fit"
    said = call("calibrate", "--panel", str(file), "--covariates", str(covariates), "--until", "2010", "--draws", "1",
                "--workers", "1", "--out", str(fitted))  # fmt: skip
    assert said.exit_code == 0 and "momentum_gain" in said.stdout
    draws = pd.read_csv(fitted / "adoption_draws.csv")
    assert list(draws.columns) == list(load_table("adoption_draws").columns) and len(draws) == 2
    manifest = json.loads((fitted / "manifest.json").read_text())
    assert manifest["until"] == 2010 and set(manifest["inputs_sha256"]) == {"panel.csv", "covariates.csv"}


def test_the_page_of_skill_tells_hits_and_misses(panel: Panel, found: Hindcast, tmp_path: Path) -> None:
    text = page(found, panel)
    for heading in (
        "Wanted and measured",
        "Countries and people",
        "Target years",
        "Skill by horizon",
        "Worst economies",
        "Outcomes outside the intervals",
        "What no data could check",
    ):
        assert f"## {heading}" in text
    judged = [target["met"] for target in found.targets if target["met"] is not None]
    assert f"{sum(map(bool, judged))} of {len(judged)} are met" in text
    assert text.count("**missed**") == len(judged) - sum(map(bool, judged))
    found.write(tmp_path)
    again = read_hindcast(tmp_path, panel)
    assert page(again, panel).count("\n") == text.count("\n")
    with pytest.raises(DataError, match="made from other files"):
        read_hindcast(tmp_path, replace(panel, hashes={"panel.csv": "another"}))
    (tmp_path / "pooled.csv").unlink()
    with pytest.raises(DataError, match="has no table pooled"):
        read_hindcast(tmp_path, panel)


def test_a_miss_is_explained_by_what_the_series_shows(panel: Panel) -> None:
    use = panel.use.copy()
    code = str(use.columns[0])
    use.loc[2009:2012, code] = [0.30, 0.34, 0.18, 0.20]
    use.loc[2009:2012, str(use.columns[1])] = [0.30, 0.33, 0.48, 0.50]
    use.loc[2009:2012, str(use.columns[2])] = [0.30, 0.31, 0.32, 0.33]
    changed = replace(panel, use=use)
    row = {"iso3": code, "origin": 2009, "horizon": 3, "level": 30.0, "point": 42.0, "observed": 20.0}
    assert "falls by 16.0 points in 2011" in why(pd.Series(row), changed)
    row |= {"iso3": str(use.columns[1]), "observed": 50.0}
    assert "rises by 15.0 points in 2011" in why(pd.Series(row), changed)
    row |= {"iso3": str(use.columns[2]), "observed": 33.0}
    assert why(pd.Series(row), changed) == "grew by 1.0 points a year where 4.0 were forecast"


def test_mistakes_are_one_message(panel: Panel, tmp_path: Path) -> None:
    file, _ = write_files(panel, tmp_path)
    assert "whole numbers" in refused("hindcast", "--panel", str(file), "--origins", "soon")
    assert "can't be read" in refused("hindcast", "--panel", str(tmp_path / "none.csv"))
    assert "too few years" in refused(
        "calibrate", "--panel", str(file), "--until", "1999", "--out", str(tmp_path / "x")
    )
