"""Sentences of pages that seldom come: each has a case that must bring it, and one that must not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from afteraid import run
from afteraid.experiments.compare import sentences
from afteraid.experiments.compare.comparison import Comparison
from afteraid.experiments.planning import cooperation
from afteraid.experiments.planning.barriers import today
from afteraid.experiments.planning.country import initiatives_part
from afteraid.experiments.planning.leaving import HEADLINES, OPTIONS, RATIO, when_part
from afteraid.experiments.planning.peers import find_peers, peers_part
from afteraid.simulation.measures.by_country import accounts_of
from afteraid.simulation.results.brief import brief
from afteraid.simulation.results.gallery.survival import _finding
from afteraid.simulation.results.summary import Summary, answer_of_run
from afteraid.simulation.results.tables import Results
from afteraid.simulation.scenario.scenario import load_scenario

RATIO_OF_RUN = "additional_user_years_per_1000_usd"
SHORT = {"spinup": 2022, "start": 2024, "end": 2026, "focus": "KEN"}


@pytest.fixture(scope="module")
def results() -> Results:
    return run(load_scenario("baseline", SHORT), runs=2, workers=1)


def known(summary: Summary, measure: str, value: float) -> Summary:
    """A summary in which a measure has one value everywhere."""
    rows = tuple(replace(row, median=value) if row.measure == measure else row for row in summary.rows)
    return replace(summary, rows=rows)


def of_run(results: Results, summary: Summary) -> str:
    return " ".join(answer_of_run(summary, results.divide, results.manifest, ()).sentences)


def test_who_stays_unconnected_is_said_where_that_is_known(results: Results) -> None:
    whole, unknown = results.summary(), known(results.summary(), "unconnected", np.nan)
    assert of_run(results, whole).count("stay unconnected") == 3 and "unconnected" not in of_run(results, unknown)
    assert "Kenya: " in of_run(results, unknown)
    short = [" ".join(brief(one, results.manifest, "KEN").sentences) for one in (whole, unknown)]
    assert "unconnected" in short[0] and "unconnected" not in short[1] and "of people use the internet" in short[1]


def test_a_ratio_without_a_value_is_said_to_have_none(results: Results) -> None:
    whole = results.summary()
    assert "have no value" in of_run(results, known(whole, RATIO_OF_RUN, np.nan))
    assert "have no value" not in of_run(results, known(whole, RATIO_OF_RUN, 4.0))


@pytest.mark.parametrize(
    ("money", "price", "said"),
    [
        (1e9, 50.0, "It costs US$1.00 billion more"),
        (-1e9, 50.0, "It saves US$1.00 billion of"),
        (1e9, np.nan, "no clear"),
    ],
)
def test_what_an_extra_user_year_costs(money: float, price: float, said: str) -> None:
    found = Comparison(("a", "b"), (), 8)
    cost = {
        "public_usd": money,
        "price": price,
        "low": 20.0,
        "high": 90.0,
        "public_usd_low": -1e9,
        "public_usd_high": 2e9,
    }
    found._kept["cost", 1] = cost
    object.__setattr__(found, "results", (type("One", (), {"manifest": {"runs": 8}})(),) * 2)
    lines = [word for word in ("It costs", "It saves", "no clear") if word in sentences.price(found, 1)]
    assert said.startswith(lines[0]) and len(lines) == 1 and said in sentences.price(found, 1)


@pytest.mark.parametrize(
    ("shares", "said", "unsaid"),
    [
        ([0.02] * 6, "(90% interval 2 to 2%)", "does not close"),
        ([0.02] * 2, "brings 2% of the gap", "90% interval"),
        ([np.nan] * 6, "does not close, so there is no share", "brings"),
    ],
)
def test_the_share_of_cooperation(
    results: Results, monkeypatch: pytest.MonkeyPatch, shares: list[float], said: str, unsaid: str
) -> None:
    table = pd.DataFrame({"run": range(len(shares)), "group": "KEN", "share": shares})
    monkeypatch.setattr(cooperation, "closure_by_cooperation", lambda *_: table)
    text = " ".join(cooperation.cooperation_part(results, "KEN").sentences[:1])
    assert said in text and unsaid not in text


@pytest.mark.parametrize(("within", "said"), [(40.0, "All can be made ready"), (12.0, "12 can be made ready")])
def test_the_price_of_readiness(results: Results, monkeypatch: pytest.MonkeyPatch, within: float, said: str) -> None:
    table = cooperation.price_of_readiness(results.portfolio)
    monkeypatch.setattr(
        cooperation, "price_of_readiness", lambda _: table.assign(within_reach=within, not_ready=40.0, price_usd=1e6)
    )
    text = cooperation.readiness_part(results).sentences[0]
    assert said in text and text.count("can be made ready") == 1


def test_options_that_do_not_matter_are_named_where_others_are_worse() -> None:
    luck = np.linspace(-1.0, 1.0, 8)
    worse = {option.words: (2.0 if place == 1 else 0.0) for place, option in enumerate(OPTIONS)}
    table = pd.concat(
        [
            pd.DataFrame({"option": words, "run": range(8), **dict.fromkeys(HEADLINES, 0.1)}).assign(
                **{RATIO: 5.0 + luck - less}
            )
            for words, less in worse.items()
        ]
    )
    text = " ".join(when_part(table).sentences)
    assert f"Clearly worse: {OPTIONS[1].words}." in text and "No difference that matters from the best" in text
    alike = table.assign(**{RATIO: np.tile(5.0 + luck, len(OPTIONS))})
    assert "No difference that matters from the best" not in " ".join(when_part(alike).sentences)


def test_peers_are_of_the_region_where_it_has_enough(results: Results) -> None:
    found = today(load_scenario("baseline", SHORT))
    peers, regional = find_peers(results, "KEN")
    assert regional and "and region (Africa)" in peers_part(results, found, "KEN", peers, True).sentences[0]
    assert "region" not in peers_part(results, found, "KEN", peers, False).sentences[0]


def test_users_that_donors_money_brings_are_a_share_where_the_gap_closes(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    from afteraid.experiments.planning import country

    table = accounts_of(results.accounts, results.countries, results.twin, ["KEN"])
    for share, said in ((0.04, "of the gap that closes"), (np.nan, "more people online in 2026.")):
        brought = pd.DataFrame({"run": [0, 1], "group": "KEN", "share": share})
        monkeypatch.setattr(country, "closure_by_cooperation", lambda *_, brought=brought: brought)
        text = initiatives_part(results, table, "KEN").sentences[-1]
        assert said in text and ("of the gap that closes" in text) == np.isfinite(share)


def test_one_exit_strategy_alone_is_compared_with_nothing() -> None:
    two = pd.DataFrame({"value": ["abrupt", "adaptive"], "years_after_exit": 5.0, "survival": [0.4, 0.6]})
    assert _finding(two, "exit", "-") == "Adaptive: 60% still serve 5 years after exit; abrupt: 40%"
    assert _finding(two.iloc[:1], "exit", "-") == "Abrupt: 40% still serve 5 years after exit"
    assert _finding(two.assign(survival=np.nan), "exit", "-") == "-"
