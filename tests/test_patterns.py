"""Stylised facts: the statistics on hand-made data, the verdicts, and the command."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call

from afteraid.experiments.pages.patterns import page
from afteraid.experiments.trust.patterns.facts import PATTERNS
from afteraid.experiments.trust.patterns.facts.pattern import CALIBRATED, EMERGENT, INPUT
from afteraid.experiments.trust.patterns.patterns import FAIL, PASS, UNCHECKED, Check, check, judge
from afteraid.experiments.trust.patterns.sector_spread import FIRST, by_year, median_with_interval, projects, spreads
from afteraid.experiments.trust.patterns.statistics import hazard, hazard_ratio, herding, still_serving, within_share
from afteraid.experiments.trust.patterns.within_countries import rated, share_with_interval


@pytest.fixture(scope="module")
def found() -> Check:
    """One small run of the default model."""
    return check(1, workers=1)


def test_survival_and_hazard_of_a_constant_rate() -> None:
    luck = np.random.default_rng(1)
    life = luck.exponential(5.0, 20_000)
    watched, event = np.minimum(life, 12.0), life < 12.0
    assert still_serving(watched, event, 5.0) == pytest.approx(math.exp(-1.0), abs=0.01)
    assert hazard(watched, event, 0.0, 10.0) == pytest.approx(0.2, abs=0.01)
    faster = luck.exponential(2.5, 20_000)
    other = np.minimum(faster, 12.0), faster < 12.0
    assert hazard_ratio((watched, event), other) == pytest.approx(0.5, abs=0.03)


def test_variance_within_groups() -> None:
    luck = np.random.default_rng(2)
    group = np.repeat(np.arange(200), 30)
    noise = luck.normal(size=group.size)
    assert within_share(noise, group) > 0.97
    assert within_share(noise + 3.0 * luck.normal(size=200)[group], group) == pytest.approx(0.1, abs=0.03)
    assert math.isnan(within_share(noise[:5], group[:5]))


def test_herding_is_a_half_for_donors_that_know_nothing_of_each_other() -> None:
    luck = np.random.default_rng(3)
    alone = np.exp(luck.normal(size=(12, 30, 60)))
    together = alone * np.exp(1.5 * luck.normal(size=(12, 1, 60)))
    assert herding(alone) == pytest.approx(0.5, abs=0.01)
    assert herding(together) > 0.6


def test_a_verdict_is_that_of_the_median_and_says_when_nothing_could_be_measured() -> None:
    chosen = tuple(pattern for pattern in PATTERNS if pattern.number in ("2b", "15"))
    rows = [("2b", run, value) for run, value in enumerate((0.33, 0.35, 0.5))]
    rows += [("15", run, math.nan) for run in (0, 1)]
    verdicts = judge(pd.DataFrame(rows, columns=["number", "run", "value"]), chosen).set_index("number")
    assert verdicts.loc["2b", "verdict"] == PASS and verdicts.loc["2b", "value"] == 0.35
    assert verdicts.loc["15", "verdict"] == UNCHECKED and verdicts.loc["15", "why"]
    out = judge(pd.DataFrame([("2b", 0, 0.9)], columns=["number", "run", "value"]), chosen).set_index("number")
    assert out.loc["2b", "verdict"] == FAIL and out.loc["2b", "why"]


def test_every_fact_has_its_range_its_source_and_a_word_on_failing() -> None:
    numbers = [pattern.number for pattern in PATTERNS]
    assert len(set(numbers)) == len(numbers)
    assert {number.rstrip("abcde") for number in numbers} == set(map(str, range(1, 16)))
    for pattern in PATTERNS:
        assert pattern.low < pattern.high and pattern.source, pattern.number
        assert (pattern.measure is None) == bool(pattern.unchecked), pattern.number


def test_what_is_emergent_names_the_mechanism_it_lacks_and_the_rest_says_what_was_put_in() -> None:
    emergent = [one for one in PATTERNS if one.basis == EMERGENT and one.measure is not None]
    assert len(emergent) >= 20
    for pattern in emergent:
        assert pattern.mechanism and pattern.absent and not pattern.no_test, pattern.number
        assert pattern.mechanism in pattern.failure and pattern.absent in pattern.failure
    for pattern in PATTERNS:
        assert bool(pattern.no_test) == (pattern.basis != EMERGENT), pattern.number
    basis = {pattern.number: pattern.basis for pattern in PATTERNS}
    assert basis["14a"] == INPUT and {basis[f"3{letter}"] for letter in "abcd"} == {CALIBRATED}


def test_the_share_within_countries_of_hand_made_ratings() -> None:
    luck = np.random.default_rng(4)
    table = pd.DataFrame(
        {"iso3": np.repeat([f"C{place:02d}" for place in range(60)], 30), "instrument": "IPF", "approval_fy": 2000}
    )
    table["outcome"] = luck.integers(1, 7, len(table))
    table.loc[:9, "approval_fy"] = 1990
    projects = rated(table)
    assert len(projects) == len(table) - 10 and set(projects["passed"]) == {0.0, 1.0}
    country = projects["iso3"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    share, low, high = share_with_interval(projects["passed"].to_numpy(), country, 50)
    assert share > 0.97 and low <= share <= high <= 1.0
    assert rated(table.assign(instrument="DPF")).empty and len(rated(table.assign(instrument="DPF"), None)) > 0


def test_how_much_hand_made_sectors_move_from_year_to_year() -> None:
    rows = [
        (code, "bilateral", sector, 4e6, first, first)
        for code in ("AAA", "BBB", "CCC")
        for sector in ("110", "220")
        for first in range(2000, 2012)
        for _ in range(3 if sector == "220" and first % 2 else 1)
    ]
    names = ["recipient", "donor_type", "sector_codes", "disb_usd", "tx_start", "tx_end"]
    table = pd.DataFrame(rows, columns=names).assign(commit_usd=1.0, start=None, end=None)
    found = spreads(projects(pd.concat([table, table.assign(donor_type="domestic", disb_usd=1e12)])))
    steady, jumping = (found.loc[found["sector"] == sector, "spread"] for sector in ("110", "220"))
    assert len(found) == 6 and np.allclose(steady, 0.0)
    assert jumping.between(np.log(3.0), 1.1 * np.log(3.0)).all()
    median, low, high = median_with_interval(found, 50)
    assert low <= median <= high


def test_the_money_of_a_project_is_spread_over_its_years() -> None:
    table = pd.DataFrame({"first": [2000, 2001], "last": [2003, 2001], "dollars": [8.0, 5.0]})
    aid = by_year(table)
    assert aid.sum() == pytest.approx(13.0)
    assert aid[2000 - FIRST : 2005 - FIRST].tolist() == pytest.approx([2.0, 7.0, 2.0, 2.0, 0.0])


def test_the_default_model_is_measured_and_the_same_run_says_the_same(found: Check) -> None:
    assert set(found.verdicts["verdict"]) <= {PASS, FAIL, UNCHECKED}
    assert (found.verdicts["verdict"] != UNCHECKED).sum() > 30
    again = check(1, workers=1)
    pd.testing.assert_frame_equal(found.by_run, again.by_run)


def test_the_page_names_every_fact(found: Check) -> None:
    text = page(found)
    assert all(f"| {pattern.number} | {pattern.fact} |" in text for pattern in PATTERNS)


def test_the_command_answers_and_leaves_a_whole_folder(tmp_path: Path) -> None:
    out = tmp_path / "patterns"
    asked = ["patterns", "--runs", "1", "--workers", "1", "--quiet", "--out", str(out), "--json"]
    result = call(*asked)
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)["tables"]["verdicts"]
    assert [row["number"] for row in rows] == [pattern.number for pattern in PATTERNS]
    assert {path.name for path in out.iterdir()} >= {"verdicts.csv", "verdicts.parquet", "manifest.json", "answer.txt"}
