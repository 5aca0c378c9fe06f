"""Words for rules: limits with title and unit, amounts, and conditions as they are meant."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_studies import UNIT_FACTORS, written

from afteraid.experiments.discovery.condition import read_condition
from afteraid.experiments.discovery.rules import limit_of
from afteraid.experiments.study.factors import Factor
from afteraid.experiments.study.study import Study, read_study
from afteraid.experiments.study.wording import SETTINGS, factor_words
from afteraid.simulation.basis.errors import InputError, ResultsError, StudyError
from afteraid.simulation.results.words.numbers import counted, estimated_change, level, levels, magnitude, relatives
from afteraid.simulation.scenario.settings import StrategySettings, WorldSettings


@pytest.mark.parametrize(
    ("factor", "low", "high", "words"),
    [
        (Factor(name="funding", low=0.5, high=1.5), None, 0.7783, "donors' funding is under 78% of today's"),
        (
            Factor(name="capacity_share", low=0.0, high=0.25), 0.0304, 0.0621,
            "spending on local capacity is from 3% to 6.2% of outlays",
        ),
        (
            Factor(name="transition_years", choices=(1, 2, 4, 6)), None, 3.1,
            "the length of a planned exit is at most 2 years",
        ),
        (
            Factor(name="transition_years", choices=(1, 2, 4, 6)), 5.0, None,
            "the length of a planned exit is at least 6 years",
        ),
        (Factor(name="oda", sets="funding", low=0.5, high=1.5), 1.2, None, "oda is over 120% of today's"),
        (
            Factor(name="ai_arrival", choices=(2027, 2030, 2035)), 2028, None,
            "the arrival of artificial intelligence is 2030 or later",
        ),
        (Factor(name="local_ownership", low=0.0, high=1.0), 0.4321, None, "local ownership is over 43%"),
        (
            Factor(name="cash.collected", distribution="declared"), None, 0.3333,
            '"Part of the market\'s price that users of an initiative pay and that comes in" (judged) is under 33%',
        ),
        (
            Factor(name="access.cost_urban", low=40.0, high=90.0), 71.26, None,
            '"Capital of a network for a person in a town" (judged) is over $71',
        ),
    ],
)  # fmt: skip
def test_limits_are_said_with_title_and_unit(factor: Factor, low: float | None, high: float | None, words: str) -> None:
    values = [factor.value(float(at)) for at in np.linspace(0.0, 1.0, 101)]
    known = factor_words(factor, np.array(values))
    limit = limit_of(known, low, high)
    assert limit is not None and limit.words(known) == words


def test_every_setting_that_has_a_title_exists() -> None:
    assert set(SETTINGS) <= {*StrategySettings.model_fields, *WorldSettings.model_fields}


def test_amounts_are_said_with_their_unit() -> None:
    assert level(0.4, "share of people") == "40%" and level(0.0004, "share") == "0.04%"
    assert level(1.234e9, "US dollars of 2023") == "US$1.23 billion" and level(-2e6, "usd") == "-US$2.00 million"
    assert level(2040.0, "year") == "2040" and level(3.0, "years") == "3 years"


def test_levels_that_are_compared_differ_and_have_one_size() -> None:
    assert levels([0.1333, 0.1331, 0.1354, math.nan], "share of people") == ["13.33%", "13.31%", "13.54%", "-"]
    assert levels([64.2e9, 0.71e9], "usd") == ["US$64.2 billion", "US$0.71 billion"]
    assert levels([1.34e9, 1.37e8], "number") == ["1.34 billion", "0.137 billion"]
    assert levels([2040.0, 2041.0], "year") == ["2040", "2041"] and levels([math.nan], "usd") == ["-"]
    assert levels([-2e6, 0.0], "usd") == ["-US$2 million", "US$0"]


def test_relative_differences_counts_and_sizes_of_axes() -> None:
    assert estimated_change(0.013, 0.004, 0.021, "share") == "+1.3 percentage points (+0.40 to +2.1)"
    assert estimated_change(-5e6, -9e6, 1e6, "people") == "-5.00 million people (-9.00 million to +1.00 million)"
    assert relatives(0.041, 0.12) == "+4.1 to +12%" and relatives(-0.005, 0.1) == "-0.50 to +10%"
    assert [counted(1, "run"), counted(1200, "run"), counted(2, "strategy", "strategies")] == [
        "1 run", "1,200 runs", "2 strategies"
    ]  # fmt: skip
    assert (
        magnitude(5.1e9) == (1e9, "billion ") and magnitude(4.5e4) == (1e3, "thousand ") and magnitude(9.0) == (1.0, "")
    )


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("y < 0.4", 0.4, "Y is under 0.4"),
        ("y at least 40%", 0.4, "Y is at least 0.4"),
        ("y is below 1.5 thousand", 1500.0, "Y is under 1,500"),
        ("worst 25% of use_LDC", 0.24, "Use LDC is among the worst 25% (at most 24%)"),
        ("gap_LDC worst 25%", 0.75, "Gap LDC is among the worst 25% (at least 75%)"),
        ("best 10% of gap_LDC", 0.09, "Gap LDC is among the best 10% (at most 9%)"),
        ("y is among the lowest 50%", 0.49, "Y is among the lowest 50% (at most 0.49)"),
    ],
)
def test_conditions_are_read_as_they_are_meant(some: Study, text: str, level: float, words: str) -> None:
    runs = pd.DataFrame({name: np.arange(100) / 100.0 for name in ("y", "use_LDC", "gap_LDC")})
    condition = read_condition(text, some, runs)
    (term,) = condition.terms
    assert term.level == pytest.approx(level) and condition.words == words
    share = float(condition.meets(runs).mean())
    part = next(
        (float(word[:-1]) / 100.0 for word in text.split() if word.endswith("%") and "least" not in text), share
    )
    assert share == pytest.approx(part)


def test_conditions_can_be_joined(some: Study) -> None:
    runs = pd.DataFrame({"y": [0.1, 0.1, 0.9], "use_LDC": [0.1, 0.9, 0.1], "gap_LDC": 0.0})
    condition = read_condition("y < 0.5 and use_LDC < 50%", some, runs)
    assert condition.meets(runs).tolist() == [True, False, False]
    assert condition.words == "Y is under 0.5 and use LDC is under 50%"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("use_LCD < 0.4", ResultsError, "did you mean 'use_LDC'"),
        ("worst 10% of gap", ResultsError, "did you mean 'gap_LDC'"),
        ("use_LDC", StudyError, "compares nothing"),
        ("use_LDC < much", StudyError, "'much' is not a number"),
        ("worst 25% of y", StudyError, "lowest or highest instead"),
        ("lowest 100% of y", StudyError, "no part of them"),
        ("", StudyError, "compares nothing"),
    ],
)
def test_conditions_that_mean_nothing_are_refused(
    some: Study, text: str, error: type[InputError], message: str
) -> None:
    runs = pd.DataFrame({name: np.arange(10) / 10.0 for name in ("y", "use_LDC", "gap_LDC")})
    with pytest.raises(error, match=message):
        read_condition(text, some, runs)


@pytest.fixture
def some(tmp_path: Path) -> Study:
    """A study with outcomes of which more is better, less is better, and nobody knows."""
    text = 'model = "sweep_models:quick"\n' + UNIT_FACTORS
    text += "".join(
        f'[[outcomes]]\nname = "{name}"\nmeasure = "{measure}"\n'
        for name, measure in (("y", "y"), ("use_LDC", "use"), ("gap_LDC", "gap"))
    )
    return read_study(written(tmp_path, text))
