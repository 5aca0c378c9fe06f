"""Money and closure hold what was wanted, at small size: stopped money closes, no label protects, tills are small."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from afteraid.experiments.calibration.calibration import Part, write_calibration
from afteraid.experiments.calibration.closure import OUTPUTS, PARAMETERS, natural, scaled
from afteraid.experiments.calibration.identified import Identified, identified
from afteraid.experiments.pages.closure import page, read_fit
from afteraid.experiments.trust.closure_table import (
    ABRUPT,
    BY_RULE,
    LEADS,
    POLICY,
    Checked,
    check,
    named_share,
    over_draws,
    ratio,
    rows_of,
)
from afteraid.experiments.trust.two_years import BASELINE, NO_DOLLAR, PRO_RATA, TERMINATED, WAYS, WITHDRAWN, stopped
from afteraid.simulation.basis.manifest import made_by
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.state.world import BY_MONEY, CAUSES


@cache
def small() -> Checked:
    return check(runs=1, draws=2, end=2037)


def test_every_way_of_stopping_money_is_another_scenario_and_keeps_the_cuts_that_there_were() -> None:
    plan = load_scenario(BASELINE)
    plans = {way: stopped(plan, way) for way in WAYS}
    assert plans[BASELINE] is plan and plans[NO_DOLLAR].strategy.funding == 0.0
    for way, mode in ((PRO_RATA, "pro_rata"), (TERMINATED, "terminate")):
        *before, added = plans[way].world.cuts
        assert tuple(before) == plan.world.cuts and (added.mode, added.size, added.donors) == (mode, 1.0, ("all",))
    leaving = plans[WITHDRAWN].world.withdrawals[-1]
    assert leaving.year == plan.run.start and leaving.notice_years == 0.0


def test_chance_is_no_named_cause() -> None:
    causes = pd.Series({"insolvency": 6, "contract": 1, "market": 2, "chance": 90, "linkages": 1})
    assert named_share(causes) == pytest.approx(0.7)
    assert set(BY_MONEY) < set(CAUSES) and "market" not in BY_MONEY and set(BY_RULE) < set(CAUSES)


@pytest.mark.slow
def test_stopping_all_money_closes_the_same_initiatives_by_whatever_name_and_more_than_go_on() -> None:
    found = small().stops
    assert (found[NO_DOLLAR] == found[PRO_RATA]).all()
    for way in (TERMINATED, WITHDRAWN):
        assert (found[way] / found[NO_DOLLAR] - 1.0).abs().max() < 0.02, way
    assert ratio(found)[[NO_DOLLAR, PRO_RATA, TERMINATED, WITHDRAWN]].min() > 1.25  # one run; 1.3 is wanted of the mean


@pytest.mark.slow
def test_money_is_the_first_cause_tills_are_small_and_exits_wait_for_readiness() -> None:
    (usual,) = small().usual
    named = usual.causes.drop("chance")
    assert named.idxmax() == "insolvency" and named_share(usual.causes) > 0.5
    assert 0.0 < usual.lapsed < 0.05
    policy = usual.exits.loc[usual.exits["kind"] == POLICY, "till_years"]
    assert len(policy) > 50 and policy.max() < 2.0
    (adaptive,) = small().exits["exits-adaptive"]
    waiting = adaptive.exits[adaptive.exits["longest"] > 0]
    between = (waiting["waited"] > 0) & (waiting["waited"] < waiting["longest"])
    assert between.mean() > 0.25 and (waiting["waited"] >= waiting["longest"]).mean() < 0.5
    serving = {name: runs[0].serving for name, runs in small().exits.items()}
    assert serving[ABRUPT] < serving["exits-phased"] < serving["exits-handover"]


@pytest.mark.slow
def test_the_table_has_a_row_for_each_finding_and_ranges_over_draws() -> None:
    rows = rows_of(small())
    text = "\n".join(f"{row.found}: {row.now}" for row in rows)
    assert all(row.now and row.wanted for row in rows) and "nan" not in text
    assert "the same to the bit" in text
    for words in LEADS.values():
        assert f"{words} " in text
    ranges = over_draws(small())
    assert (ranges["low"] <= ranges["median"]).all() and (ranges["median"] <= ranges["high"]).all()


def known() -> Identified:
    generator = np.random.default_rng(3)
    points = generator.random((400, len(PARAMETERS)))
    weights = np.exp(-40.0 * (points[:, 0] - points[:, 8]) ** 2)
    outputs = np.tile(points[:, :1], len(OUTPUTS))
    return identified(PARAMETERS, OUTPUTS, natural(points), scaled(points), weights, outputs)


def test_what_is_identified_together_is_seen_together() -> None:
    found = known()
    first = found.tradeoffs.iloc[0]
    assert {first["name"], first["other"]} == {PARAMETERS[0], PARAMETERS[8]} and first["correlation"] > 0.7
    direction = found.directions.iloc[0]
    assert direction["sd_ratio"] < 0.5 and direction[PARAMETERS[0]] * direction[PARAMETERS[8]] < 0.0
    assert found.estimates["sd_ratio"].drop([0, 8]).between(0.8, 1.2).all()
    effects = found.effects.set_index("name")[OUTPUTS[0]]
    assert effects.abs().idxmax() == PARAMETERS[0] and effects.drop(PARAMETERS[0]).abs().max() < 0.05


def written(folder: Path) -> None:
    found = known()
    checked = pd.DataFrame({"output": OUTPUTS, "r_squared": 0.9, "within_two_sd": 0.95})
    tables = {
        "closure_estimates": found.estimates, "closure_tradeoffs": found.tradeoffs, "closure_check": checked,
        "closure_directions": found.directions, "closure_effects": found.effects,
    }  # fmt: skip
    medians = {"cash.tolerance": 0.61, "cash.collected": 0.3}
    facts = {"runs": 20, "inside": 0.8, "inside_both": 0.5, "medians": medians}
    part = Part("closure", "", tables, found.estimates, facts=facts)
    write_calibration([part], {**made_by(), "parts": {"closure": part.facts}}, folder)


@pytest.mark.slow
def test_the_page_says_what_is_identified_and_what_is_not(tmp_path: Path) -> None:
    written(tmp_path)
    text = page(read_fit(tmp_path), small())
    assert text.startswith("# What closes initiatives") and "80% of the prior lies inside" in text
    moved, same = text.split("**Moved by the evidence**")[1].split("**Not identified**")[:2]
    assert "`cash.tolerance`" in moved and "`revival.rate`" in same.split("These stay")[0]
    assert "| found | first edition | now | wanted |" in text
