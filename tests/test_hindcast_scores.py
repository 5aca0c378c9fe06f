"""Scores of a hindcast: top-coding, groups, weights, means of regions, wanted figures, two editions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call, refused
from synthetic_access import write_access
from synthetic_panel import made_panel, write_files

from afteraid.experiments.calibration.access.panels import read_access
from afteraid.experiments.calibration.adoption_law import fit
from afteraid.experiments.pages.editions import editions_section
from afteraid.experiments.pages.skill_scores import wanted
from afteraid.experiments.trust.hindcast.answer import answer_of
from afteraid.experiments.trust.hindcast.editions import compare_editions
from afteraid.experiments.trust.hindcast.hindcast import Hindcast, hindcast, last_scored
from afteraid.experiments.trust.hindcast.scores import (
    ANALOGUE,
    LATE,
    LAW,
    PERIODS,
    SIMULATION,
    TOP,
    compare,
    forecast_rows,
    late,
    of_group,
    region_means,
    score,
)
from afteraid.experiments.trust.hindcast.targets import ALL_HORIZONS, targets, worst
from afteraid.experiments.trust.hindcast.world import barriers_in, hindcast_plan, world_in
from afteraid.simulation.beginning.begin import begin
from afteraid.simulation.data import load_world
from afteraid.simulation.engine import advance
from afteraid.simulation.processes.nation import SLOW_SINCE, _slowdown

SMALL = {"runs": 2, "draws": 1, "seed": 5, "workers": 1, "service_runs": 1, "rivals": ("analogue",)}


@pytest.fixture(scope="module", autouse=True)
def few_runs_of_parts() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("afteraid.experiments.trust.hindcast.hindcast.RUNS_OF_PARTS", 5)
        yield None


def made_forecasts(error: float = 1.0, scale: float = 1.0, origin: int = 2018) -> pd.DataFrame:
    """Forecasts of three models for every economy at two horizons, with errors of a known size."""
    generator = np.random.Generator(np.random.PCG64(11))
    table = load_world().countries
    parts = []
    for horizon in (1, 3):
        observed = 40.0 + generator.standard_normal(len(table))
        for model, size in ((SIMULATION, error), (LAW, error), (ANALOGUE, 2.0 * error)):
            described = pd.DataFrame({"iso3": table["iso3"], "level": 30.0, "people": table["population"]})
            described = described.assign(origin=origin, horizon=horizon)
            sample = 40.0 + scale * size * generator.standard_normal((len(table), 99))
            parts.append(forecast_rows(model, np.median(sample, axis=1), sample, observed, described))
    return pd.concat(parts, ignore_index=True)


def test_a_figure_of_full_use_counts_as_99_5_in_forecast_and_outcome() -> None:
    described = pd.DataFrame({"iso3": ["DNK"], "level": [99.0], "people": [6e6], "origin": [2018], "horizon": [1]})
    sample = np.linspace(98.0, 100.0, 21)[None, :]
    rows = forecast_rows("law", np.array([99.9]), sample, np.array([100.0]), described)
    assert rows["observed"].item() == rows["point"].item() == TOP
    assert rows["high80"].item() == TOP
    table = score(rows.assign(model=SIMULATION))
    assert table["cover80"].eq(100.0).all() and table["mae"].eq(0.0).all()


def test_a_band_of_few_runs_covers_what_it_should_on_average() -> None:
    generator = np.random.Generator(np.random.PCG64(2))
    number = 4000
    described = pd.DataFrame({"iso3": ["KEN"] * number, "level": 30.0, "people": 1.0, "origin": 2010, "horizon": 1})
    draws = 40.0 + generator.standard_normal((number, 20))
    rows = forecast_rows("law", draws[:, 0], draws[:, 1:], draws[:, 0], described)
    inside = (rows["observed"] >= rows["low80"]) & (rows["observed"] <= rows["high80"])
    assert inside.mean() == pytest.approx(0.8, abs=0.02)


def test_a_mean_over_people_weights_by_people() -> None:
    described = pd.DataFrame(
        {"iso3": ["IND", "MDV"], "level": 30.0, "people": [9e8, 1e8], "origin": 2018, "horizon": 1}
    )
    rows = forecast_rows(SIMULATION, np.array([41.0, 50.0]), None, np.array([40.0, 40.0]), described)
    table = score(rows).set_index(["grouping", "group"])
    assert table.loc[("everywhere", "all"), "mae"] == pytest.approx(5.5)
    assert table.loc[("everywhere", "all"), "mae_people"] == pytest.approx(1.9)
    assert set(table.loc["size"].index) == {"over 50 m"} and set(table.loc["period"].index) == {PERIODS[1]}
    by_people = forecast_rows(ANALOGUE, np.array([42.0, 42.0]), None, np.array([40.0, 40.0]), described)
    both = compare(pd.concat([rows, by_people], ignore_index=True), by_people=True).set_index("measure")
    assert both.loc["mae", "difference"] == pytest.approx(-0.1)


def test_groups_and_late_years_are_chosen_by_name() -> None:
    table = made_forecasts()
    facts = load_world().countries.set_index("iso3")
    assert set(of_group(table, "LDC")["iso3"]) == set(facts.index[facts["ldc"] == 1])
    assert set(of_group(table, "Africa")["iso3"]) == set(facts.index[facts["region"] == "Africa"])
    early = table.assign(origin=2010)
    assert late(pd.concat([table, early]))["origin"].eq(2018).all() and len(late(early)) == len(early)
    assert LATE == 2019


def test_the_mean_of_a_region_is_scored_as_one_figure() -> None:
    table = load_world().countries
    described = pd.DataFrame({"iso3": table["iso3"], "origin": 2018, "horizon": 3})
    sample = np.full((len(table), 9), 50.0) + np.arange(-4.0, 5.0)[None, :]
    rows = pd.DataFrame(region_means(described, {"law": sample}, np.full(len(table), 51.0)))
    assert rows["economies"].sum() == len(table) and rows["point"].eq(50.0).all()
    assert (rows["low80"] < 51.0).all() and (rows["high80"] > 51.0).all() and rows["observed"].eq(51.0).all()


def test_wanted_figures_are_met_by_a_right_forecast_and_missed_by_a_narrow_one() -> None:
    means = pd.DataFrame(
        {"origin": 2018, "horizon": 1, "model": SIMULATION, "region": ["Africa"] * 4, "observed": [1.0, 1.0, 1.0, 9.0],
         "low80": 0.0, "high80": 2.0, "point": 1.0}
    )  # fmt: skip
    right = targets(made_forecasts(), means)
    by_name = {(row["target"], row["horizon"]): row for row in right}
    assert by_name["Coverage of the 80% interval, %", "1 year"]["met"]
    assert by_name["CRPS against the analogue, %", "3 years"]["met"]
    assert by_name["Coverage of the 80% interval, Arab States, %", ALL_HORIZONS]["met"] is None
    assert by_name["Coverage of the 80% interval, means of regions, %", ALL_HORIZONS]["value"] == 75.0
    narrow = [row for row in targets(made_forecasts(scale=0.3), means) if str(row["target"]).startswith("Coverage")]
    assert [row["met"] for row in narrow].count(True) == 1  # the means of regions
    assert worst(made_forecasts())["score"][1] < 0.0


def test_two_editions_are_compared_pair_by_pair_and_no_row_is_of_an_economy() -> None:
    now, first = made_forecasts(error=1.0), made_forecasts(error=1.0)
    same = compare_editions(now, first)
    assert same["as_good"].all() and same["difference"].eq(0.0).all() and "iso3" not in same
    better = compare_editions(now, first.assign(point=first["observed"] + 0.1))
    assert not better["as_good"].any() and (better["relative"] > 1.0).all()
    few = compare_editions(now, first[first["iso3"] == "KEN"])
    assert few["economies"].eq(1).all() and few["forecasts"].eq(1).all()


def test_the_page_names_every_error_that_became_larger(tmp_path: Path) -> None:
    assert editions_section(tmp_path / "none.csv") == ""
    now, first = made_forecasts(), made_forecasts()
    table = compare_editions(now, first.assign(point=first["observed"] + 0.1))
    table.to_csv(tmp_path / "first.csv", index=False)
    text = editions_section(tmp_path / "first.csv")
    assert "0 of " in text and text.count("\n- ") == len(table)


def test_no_origin_up_to_2021_knows_the_slowdown() -> None:
    panel = made_panel(economies=24, last=2021)
    known = panel.known_in(SLOW_SINCE - 1)
    plan = hindcast_plan(SLOW_SINCE - 1, SLOW_SINCE + 2, 1)
    law = fit(panel, SLOW_SINCE - 1, draws=1)
    state = begin(plan, 1, 0, reference=world_in(known, law))
    while state.year < plan.run.end:
        assert np.all(_slowdown(state) == 0.0)
        advance(state)


def test_barriers_of_the_origin_replace_the_shipped_ones(tmp_path: Path) -> None:
    write_access(tmp_path / "panels")
    panel = made_panel(economies=24, last=2018)
    access = read_access(tmp_path / "panels")
    shipped, none = barriers_in(panel.known_in(2016), 2016)
    world, paths = barriers_in(panel.known_in(2016), 2016, access)
    assert none is None and paths is not None and paths.origin == 2016
    assert not np.array_equal(world.access.coverage, shipped.access.coverage)
    assert not np.array_equal(world.countries["access_price"], shipped.countries["access_price"])
    again, _ = barriers_in(replace(panel, use=panel.use.loc[:2016]), 2016, access)
    assert np.array_equal(again.countries["digital_trust"], world.countries["digital_trust"])


def test_a_lone_newer_figure_is_not_scored() -> None:
    panel = made_panel(economies=24, last=2012)
    use = panel.use.copy()
    use.loc[2012] = np.where(np.arange(24) == 3, use.loc[2012], np.nan)
    assert last_scored(replace(panel, use=use)) == 2011 and last_scored(panel) == 2012


@pytest.fixture(scope="module")
def refitted(tmp_path_factory: pytest.TempPathFactory) -> Hindcast:
    folder = tmp_path_factory.mktemp("access")
    write_access(folder)
    return hindcast(made_panel(economies=24, last=2012), [2011], [1], **SMALL, access=read_access(folder))


def test_the_first_lines_say_where_the_barriers_come_from(refitted: Hindcast) -> None:
    assert "refitted at each origin" in answer_of(refitted).sentences[0]
    plain = replace(refitted, manifest={**refitted.manifest, "access_sha256": None})
    assert "know figures up to 2024" in answer_of(plain).sentences[0]
    assert set(refitted.access["series"]) == {"coverage_2g", "coverage_3g", "broadband"}
    assert "judged" in wanted(refitted) and set(refitted.pooled["targets"]) == {"all", "late"}


def test_the_command_names_a_wrong_folder(tmp_path: Path) -> None:
    file, _ = write_files(made_panel(economies=24, last=2012), tmp_path)
    said = refused("hindcast", "--panel", str(file), "--access", str(tmp_path))
    assert "mobile_coverage.csv" in said
    assert call("hindcast", "--panel", str(file), "--access", str(tmp_path / "none")).exit_code == 2
