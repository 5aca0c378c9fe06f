"""The four verdicts, each with a case that must give it and one that must not, and their sentences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from afteraid.simulation.measures.measure import Matters
from afteraid.simulation.results.words.differences import said
from afteraid.simulation.results.words.verdicts import (
    CLEAR,
    LEANING,
    LEAST_DRAWS,
    NO_CLEAR_EFFECT,
    TOO_FEW,
    TOO_SMALL,
    judge,
    smallest,
)

UP = np.linspace(0.06, 0.12, 100)  # excludes zero, median 0.09
LEANS = np.concatenate([np.full(84, 0.03), np.full(16, -0.02)])
EVEN = np.linspace(-0.02, 0.021, 100)
WORDS, SHARE = "initiatives serving 5 years after exit", "share of initiatives"


@pytest.mark.parametrize(
    ("differences", "least", "verdict"),
    [
        (UP, 0.02, CLEAR),
        (-UP, 0.02, CLEAR),
        (UP, 0.09 + 1e-9, TOO_SMALL),
        (UP, 0.09 - 1e-9, CLEAR),
        (UP, 0.0, CLEAR),
        (LEANS, 0.02, LEANING),
        (-LEANS, 0.02, LEANING),
        (np.concatenate([np.full(80, 0.03), np.full(20, -0.02)]), 0.02, LEANING),
        (np.concatenate([np.full(79, 0.03), np.full(21, -0.02)]), 0.02, NO_CLEAR_EFFECT),
        (EVEN, 0.0, NO_CLEAR_EFFECT),
        (np.zeros(40), 0.0, NO_CLEAR_EFFECT),
        (UP[: LEAST_DRAWS - 1], 0.02, TOO_FEW),
        (UP[:LEAST_DRAWS], 0.02, CLEAR),
        ([], 0.02, TOO_FEW),
        ([math.nan] * 9, 0.02, TOO_FEW),
    ],
)
def test_a_difference_has_the_verdict_of_its_interval_its_sides_and_what_matters(
    differences: list[float], least: float, verdict: str
) -> None:
    found = judge(differences, least)
    assert found.verdict == verdict and found.clear == (verdict == CLEAR)
    assert math.isnan(found.low) == (found.pairs < LEAST_DRAWS)


def test_what_is_not_known_is_no_pair_and_the_sides_are_counted() -> None:
    found = judge([*LEANS, math.nan])
    assert (found.above, found.below, found.pairs, found.most) == (84, 16, 100, 84)
    assert judge(-LEANS).most == 84 and judge([0.0, 0.0, 1.0]).most == 1
    assert found.mean == pytest.approx(LEANS.mean()) and found.median == 0.03


def test_the_smallest_difference_is_a_size_or_a_share_of_the_level() -> None:
    assert smallest(Matters(size=0.02, reason="judged"), 7.0) == 0.02
    assert smallest(Matters(size=0.03, relative=True, reason="judged"), -200.0) == pytest.approx(6.0)
    assert smallest(None, 3.0) == 0.0


SENTENCES = {
    "clear": (UP, 0.02, "+9 percentage points (90% interval +6.3 to +12), in 100 of 100 paired runs."),
    "small": (UP, 0.5, "+9 percentage points, real in this model, too small to matter (threshold 50"),
    "leaning": (LEANS, 0.02, "84 of 100 paired runs agree on the side; the interval -2.0 to +3.0 includes zero."),
    "unclear": (EVEN, 0.02, "no clear effect (90% interval -1.8 to +1.9 percentage points)."),
    "none": (np.zeros(40), 0.0, "no difference in any of 40 paired runs."),
    "few": (UP[:3], 0.02, "in the middle of 3 paired runs: too few for a 90% interval."),
    "unknown": ([], 0.0, "not known in these runs."),
}


@pytest.mark.parametrize("key", SENTENCES)
def test_each_sentence_is_said_where_it_must_be_and_nowhere_else(key: str) -> None:
    differences, least, ending = SENTENCES[key]
    sentence = said(WORDS, SHARE, judge(differences, least))
    assert sentence.startswith("Initiatives serving 5 years after exit: ")
    for name, (_, _, other) in SENTENCES.items():
        assert (other.replace("+9 ", "+9.0 ") in sentence or other in sentence) == (name == key), sentence


def test_few_pairs_have_counts_and_no_interval() -> None:
    sentence = said("people", "people", judge([3.0, 4.0]))
    assert sentence == "People: +3.5 people in the middle of 2 paired runs: too few for a 90% interval."
