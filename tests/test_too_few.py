"""Fewer runs than an interval needs give a dash and never a band of no width; changed sizes are said first."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from synthetic_panel import made_panel

from afteraid.experiments.attribution.answer import cell
from afteraid.experiments.attribution.compared import COMPARED, summarise
from afteraid.experiments.calibration.calibration import adoption_part
from afteraid.experiments.search.answer import size_said
from afteraid.experiments.search.file import read_search
from afteraid.experiments.trust.hindcast.hindcast import _check, _left_out
from afteraid.experiments.trust.patterns.answer import value
from afteraid.experiments.trust.patterns.facts.pattern import Pattern
from afteraid.experiments.trust.patterns.patterns import PATTERNS, judge
from afteraid.simulation.results.summary import Row
from afteraid.simulation.results.words.numbers import estimate
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS


@pytest.mark.parametrize("runs", [1, 2, 4])
def test_few_runs_have_no_interval(runs: int) -> None:
    assert estimate(0.4, 0.4, 0.4, "share", runs) == "40.0%"
    assert estimate(0.4, math.nan, math.nan, "share", 20) == "40.0% (-)"  # few of the runs have a value
    assert estimate(0.4, 0.3, 0.5, "share", LEAST_DRAWS) == "40.0% (30.0 to 50.0%)"
    row = Row("world", "year_universal_use", 2050, "year", 2040.0, math.nan, math.nan)
    assert row.text(runs) == "2040"


@pytest.mark.parametrize("runs", [1, 4, 5])
def test_a_fact_of_few_runs_has_a_dash(runs: int) -> None:
    one: Pattern = PATTERNS[0]
    rows = pd.DataFrame({"number": one.number, "run": range(runs), "value": 1.0 + 0.1 * np.arange(runs)})
    (row,) = judge(rows, (one,)).itertuples()
    assert ("(-)" in value(row)) == (runs < LEAST_DRAWS)


@pytest.mark.parametrize("runs", [1, 4, 5])
def test_an_effect_of_few_runs_is_not_clear(runs: int) -> None:
    wanted = COMPARED[0]
    by_run = pd.DataFrame({"item": "donor:USA", "others": "fixed", "measure": wanted.name, "run": range(runs),
                           "value": 5.0 + 0.1 * np.arange(runs)})  # fmt: skip
    found = summarise(by_run, [wanted], "LDC").iloc[0]
    assert found["zero_in_band"] == (runs < LEAST_DRAWS) == bool(np.isnan(found["low"]))
    assert ("(-), no clear effect" in cell(found)) == (runs < LEAST_DRAWS)
    nothing = summarise(by_run.assign(value=0.0), [wanted], "LDC").iloc[0]
    assert nothing["low"] == nothing["high"] == 0.0 and cell(nothing) == "none"


def test_runs_of_a_search_that_become_others_are_said() -> None:
    search = read_search("robust-mix")
    assert size_said(search.with_size(search.runs), search.runs) == size_said(search, None) == ""
    fewer = search.with_size(search.runs - 1)
    assert fewer.runs < search.runs - 1
    assert size_said(fewer, search.runs - 1).startswith(f"{search.runs - 1:,} runs at most were asked for; 11 gen")


def test_horizons_beyond_a_panel_are_kept_to_be_said() -> None:
    asked = _check(made_panel(economies=12, last=2012), [2008, 2010], [1, 3, 5])
    assert _left_out(asked, [2008, 2010], [1, 3, 5]) == {2008: [5], 2010: [3, 5]}


def test_a_panel_that_ends_before_the_year_asked_for_says_so_first() -> None:
    part = adoption_part(made_panel(economies=12, last=2008), 2015, 0, 1, 1, None)
    assert part.title.startswith("The law of adoption up to 2008 (the panel's last year; 2015 was asked for)")
