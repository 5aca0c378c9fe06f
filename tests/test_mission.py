"""The questions of the mission: each verdict follows from the paired differences, and the numbers are the tables'."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from command_line import call, refused

from afteraid.experiments.compare.drawn import DRAWERS, draw, write_charts
from afteraid.experiments.pages import answers
from afteraid.experiments.planning.cooperation import GROUPS, shares
from afteraid.experiments.planning.leaving import (
    BUILD,
    HEADLINES,
    KEEP,
    OPTIONS,
    RATIO,
    STRANDED,
    TEN_YEARS,
    differences,
    keep_part,
    leaving,
    when_part,
)
from afteraid.experiments.planning.losers import losers_part
from afteraid.experiments.planning.mission import mission, verdict_of, worlds_of
from afteraid.experiments.study.donors import donor_names, in_sentence
from afteraid.simulation.exits import EXITS
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.numbers import figures, level
from afteraid.simulation.results.words.verdicts import NO_CLEAR_EFFECT
from afteraid.simulation.scenario.scenario import load_scenario

SHORT: dict[str, object] = {"run.spinup": 2023, "run.start": 2025, "run.end": 2027, "run.runs": 2}


@pytest.fixture(scope="module")
def found() -> Answer:
    return mission(load_scenario("baseline", SHORT), 2, workers=1)


def made(keep: float, lasts: float, runs: int = 8, noise: float = 0.0) -> pd.DataFrame:
    """Headlines of all options: staying differs from the others by so much, all on the same random numbers."""
    luck = np.linspace(-1.0, 1.0, runs)
    own = noise * np.where(np.arange(runs) % 2 == 0, 1.0, -1.0)
    parts = []
    for option in OPTIONS:
        more = option.words == KEEP
        values = {RATIO: 5.0 + luck + more * (keep + own), TEN_YEARS: 0.3 + 0.1 * luck + more * lasts}
        parts.append(pd.DataFrame({"option": option.words, "run": range(runs), **values, STRANDED: 0.1}))
    return pd.concat(parts, ignore_index=True)


@pytest.mark.parametrize(
    ("table", "said", "unsaid"),
    [
        (
            made(-1.0, 0.2),
            ("Building wins for the dollar: ", "+1 (+1 to +1)", "8 of 8 pairs agree", "your values decide"),
            ("Keeping wins for the dollar: ",),
        ),
        (
            made(1.0, 0.2),
            ("Keeping wins for the dollar: ", "+1 (+1 to +1)", "by +20 percentage points"),
            ("Building", "your values"),
        ),
        (made(-1.0, 0.0), ("Building wins for the dollar",), ("your values", "ten years after founding by")),
        (made(0.01, 0.0), ("too small to matter",), ("wins", "no clear")),
        (made(0.0, 0.0, noise=1.0), ("no clear effect of staying",), ("wins", "too small", "too few")),
        (
            made(1.0, 0.2, runs=3),
            ("mean of 3 paired runs, too few for a verdict", "by +1 in"),
            ("wins", "no clear", "ten years after founding by"),
        ),
    ],
)
def test_keep_or_build_has_the_verdict_of_its_pairs(
    table: pd.DataFrame, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    part = keep_part(table)
    text = " ".join(part.sentences)
    assert all(one in text for one in said), text
    assert not any(one in text for one in unsaid), text


def test_years_that_are_too_few_are_said_to_be() -> None:
    short = made(1.0, 0.2).assign(**{TEN_YEARS: np.nan})
    assert len(keep_part(short).sentences) == 1 and "What lasts most" not in " ".join(when_part(short).sentences)
    none = short.assign(**{RATIO: np.nan})
    assert "the years are too few" in keep_part(none).sentences[0] and "too few" in when_part(none).sentences[0]


def test_levels_and_differences_add_up() -> None:
    table = made(-0.7, 0.2, noise=0.1)
    means = table.groupby("option")[RATIO].mean()
    row = differences(table, RATIO, BUILD).set_index("option").loc[KEEP]
    assert row["mean"] == pytest.approx(means[KEEP] - means[BUILD]) == pytest.approx(-0.7)
    chart = keep_part(table).charts[0]
    assert chart.drawn_as() == "spans" and chart.table["median"].tolist() == [row["mean"]]


def test_when_to_leave_names_the_best_and_what_is_worse() -> None:
    part = when_part(made(1.0, 0.2))
    text = " ".join(part.sentences)
    assert part.sentences[0].startswith(f"For the dollar it is best to {KEEP}: 6 ")
    assert f"Clearly worse: {BUILD}, phase down" in text and "No difference that matters" not in text
    assert f"What lasts most: {KEEP}, with 50% serving" in text
    alike = " ".join(when_part(made(0.0, 0.0)).sentences)
    assert "Clearly worse" not in alike and "it is best to" not in alike and "What lasts most" not in alike
    assert "no exit strategy is clearly better: 5" in alike and "No exit strategy lasts clearly longer" in alike
    assert set(part.table("when_to_leave")["verdict"]) == {"clear"}


def test_options_are_exits_of_the_model_at_equal_appropriations() -> None:
    base = load_scenario("baseline")
    for option in OPTIONS:
        assert set(option.exits) <= set(EXITS) and sum(option.exits.values()) == 1.0
        plan = base.with_settings({"exits": dict(option.exits)})
        assert plan.strategy.funding == base.strategy.funding and plan.world == base.world
    table = leaving(load_scenario("baseline", {**SHORT, "run.end": 2026}), 1, workers=1)
    assert list(table.columns) == ["option", "run", *HEADLINES] and len(table) == len(OPTIONS)


def lost(**users: tuple[float, float, float]) -> pd.DataFrame:
    """What countries lose, as an attribution says it."""
    rows = [("country", name, *numbers, np.nan) for name, numbers in users.items()]
    rows += [
        (by, name, 0.0, 0.0, 0.0, share) for by, name, share in (("place", "countryside", 0.6), ("sex", "women", 0.55))
    ]
    return pd.DataFrame(rows, columns=["by", "name", "users_lost", "low", "high", "share"])


def test_who_loses_is_ranked_with_a_verdict() -> None:
    part = losers_part(lost(KEN=(2e4, 1e4, 3e4), ETH=(3e4, -1e4, 9e4), UGA=(0.0, 0.0, 0.0)), "USA", 2050, 8)
    assert part.title == "Who loses without the United States"
    assert "50,000 people fewer are online in 2050" in part.sentences[0]
    assert part.sentences[1] == (
        "In the mean Ethiopia loses most, 30,000 users, 60% of the loss. "
        "The 90% interval includes zero: -10,000 to 90,000."
    )
    sure = losers_part(lost(KEN=(2e4, 1e4, 3e4), UGA=(0.0, 0.0, 0.0)), "USA", 2050, 8).sentences[1]
    assert sure == "Kenya loses most: 20,000 users (90% interval 10,000 to 30,000), 100% of the loss."
    assert part.sentences[2] == "The loss is clear in 1 of 3 countries."
    assert part.sentences[3] == "The countryside bears 60% of the loss, and women 55%."
    chart = part.charts[0].table
    assert chart["label"].tolist() == ["Ethiopia", "Kenya", "Uganda"] and chart["median"].tolist() == [
        -30.0,
        -20.0,
        0.0,
    ]
    assert chart["low"].tolist() == [-90.0, -30.0, 0.0] and chart["verdict"].tolist()[:2] == [NO_CLEAR_EFFECT, "clear"]
    few = losers_part(lost(KEN=(2e4, 1e4, 3e4)), "USA", 2050, 2)
    assert "90% interval" not in few.sentences[1] and few.table("who_loses")["verdict"].tolist() == ["too few runs"]
    (nobody,) = losers_part(lost(KEN=(0.0, 0.0, 0.0)), "JPN", 2050, 8).sentences
    assert nobody == "Without Japan nobody fewer is online in 2050."


def test_names_of_donors_read_well() -> None:
    assert "World Bank" in donor_names().values() and not any("(" in name for name in donor_names().values())
    assert in_sentence("United States") == "the United States" and in_sentence("Japan") == "Japan"


@pytest.mark.slow
def test_all_six_questions_are_answered_with_a_table_and_a_figure(found: Answer) -> None:
    assert [part.title for part in found.parts] == [
        "When donors leave", "Keep or build", "When to leave", "Who loses without the United States",
        "What cooperation brings", "The price of readiness",
    ]  # fmt: skip
    assert found.sentences == tuple(one for part in found.parts for one in verdict_of(part))
    assert verdict_of(keep_part(made(-1.0, 0.2))) == keep_part(made(-1.0, 0.2)).sentences[:2]  # what lasts goes with it
    for part in found.parts:
        empty = ("nobody fewer", "does not close", "too few")
        assert part.charts or any(words in part.sentences[0] for words in empty), part.title
        assert part.tables or "nobody fewer" in part.sentences[0]
    names = [chart.name for chart in found.all_charts()]
    assert len(names) == len(set(names)) and "2 paired runs are enough for a look" in found.notes[1]
    tables = [table.name for table in found.all_tables()]
    assert len(tables) == len(set(tables))
    assert worlds_of(2) == 2 * (1 + len(OPTIONS) + 3)


@pytest.mark.slow
def test_the_price_of_readiness_is_that_of_the_portfolio(found: Answer) -> None:
    part = found.parts[-1]
    table = part.table("price_of_readiness")
    row = table[(table["kind"] == "all") & (table["income_group"] == "all")].iloc[0]
    assert figures(float(row["not_ready"])) in part.sentences[0]
    assert level(float(row["price_usd"]), "usd") in part.sentences[0]
    assert level(float(row["usd_per_user_year_kept"]), "usd") in part.sentences[2]
    chart = part.charts[0].table
    assert chart["value"].is_monotonic_increasing and chart["value"].notna().all()


@pytest.mark.slow
def test_the_share_of_cooperation_is_summed_up_over_runs(found: Answer) -> None:
    part = found.parts[-2]
    if "closure" in [table.name for table in part.tables]:
        table = part.table("closure")
        own = table[table["group"] == "LDC"]["share"].dropna()
        summed = shares(table, GROUPS)
        assert summed.set_index("group")["median"].get("LDC", np.nan) == pytest.approx(own.median(), nan_ok=True)
    many = pd.DataFrame({"run": range(8), "group": "LDC", "share": np.linspace(0.01, 0.04, 8)})
    assert shares(many, ("LDC", "SIDS"))["verdict"].tolist() == ["clear"]
    assert shares(many.assign(share=np.linspace(-0.04, 0.05, 8)), ("LDC",))["verdict"].tolist() == [NO_CLEAR_EFFECT]
    assert shares(many.head(2), ("LDC",))["verdict"].tolist() == ["too few runs"]
    assert shares(many.assign(share=np.nan), ("LDC",)).empty


@pytest.mark.slow
def test_every_kind_of_figure_is_drawn_and_others_are_left_to_pages(found: Answer, tmp_path: Path) -> None:
    drawn = write_charts(found, tmp_path / "figures", 40)
    kinds = {chart.name: chart.drawn_as() for chart in found.all_charts()}
    assert {name for name, kind in kinds.items() if kind in DRAWERS} == set(drawn)
    assert all(path.is_file() for path in drawn.values())
    tiles = next(chart for chart in found.all_charts() if chart.drawn_as() == "tiles")
    assert draw(tiles) is None
    table = pd.DataFrame({"label": ["a"], "value": [1.0]})
    figure = draw(Chart("one", "US$1 to US$2", "", "", table, "from US$3 to US$4", "bars"))
    assert figure is not None and "US\\$1" in figure.get_suptitle()  # and not set as a formula


@pytest.mark.slow
def test_the_page_of_answers_opens_with_the_mission(
    found: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "mission", lambda *_, **__: found)
    monkeypatch.setattr(answers, "DOTS", 40)
    page = tmp_path / "answers.md"
    page.write_text(f"# Old\n\n{answers.STUDIES}\n\nKept as it is.\n", encoding="utf-8")
    answers.write_opening(page, 2)
    text = page.read_text(encoding="utf-8")
    assert text.index(answers.MISSION) < text.index("### Keep or build") < text.index(answers.STUDIES)
    assert text.endswith("Kept as it is.\n") and "# Old" not in text
    shown = [line for line in text.splitlines() if line.startswith("![")]
    assert shown and all((tmp_path / line.rpartition("(")[2].rstrip(")")).is_file() for line in shown)
    answers.write_opening(page, 2)
    assert page.read_text(encoding="utf-8") == text


def test_a_donor_that_there_is_not_is_refused() -> None:
    assert "did you mean" in refused("mission", "--donor", "Jappan")
    assert call("mission", "--help").exit_code == 0


@pytest.mark.slow
def test_parts_stand_by_themselves(found: Answer) -> None:
    assert all(not part.manifest for part in found.parts) and found.manifest["scenario"]["run"]["end"] == 2027
