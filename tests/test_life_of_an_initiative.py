"""Which initiative is shown, what is said of its life, how it is drawn, and the command that writes it."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from command_line import ask, call, refused
from short_worlds import short_plan

from afteraid.experiments.planning.life import FINANCING, LONGER, Names, choose, find_life
from afteraid.simulation.past import Pasts
from afteraid.simulation.results.answer import Answer
from afteraid.simulation.results.svg.picture import alone, picture

BASE = short_plan({"exits": {"abrupt": 1.0}}, run__focus="LDC")
OPTION = short_plan({"exits": {"government_handover": 1.0}}, run__focus="LDC")
COMMAND = ("--set", "spinup=2020", "--start", "2021", "--end", "2027", "--quiet")


@pytest.fixture(scope="module")
def answer() -> Answer:
    return find_life(BASE, OPTION, 0, Pasts(on_disk=False, most=1), Names("Before", "After", "these levers"))


def record(**closed: float | None) -> pd.DataFrame:
    """A record of initiatives that are founded in 2020, by key, and the year in which each closes."""
    keys = [int(name.removeprefix("k")) for name in closed]
    return pd.DataFrame({"key": keys, "founded": 2020.0, "closed": [*closed.values()]}).astype({"closed": float})


@pytest.mark.parametrize(
    ("records", "key", "said"),
    [
        ([record(k1=2021, k2=2022, k3=2023)], 2, "3 initiatives that serve people are founded"),
        ([record(k4=None, k5=None)], 4, "none closes"),
        ([record(k1=2021, k2=2022, k3=2023, k4=2024), record(k1=2021, k2=None, k3=None, k4=2020)], 2, "live longer"),
        ([record(k1=2021, k2=2022, k3=2023), record(k1=2022, k2=2022, k3=2022)], 2, "close in the base"),
        ([record(k1=2021, k2=2022, k9=2023), record(k1=2022, k2=2022, k8=None)], 1, "of 2 initiatives"),
        ([record(k1=2021, k2=2022), record(k1=2021 + LONGER, k2=2022 + LONGER - 0.25)], 1, "1 live 5 years longer"),
    ],
)  # fmt: skip
def test_the_typical_initiative_is_chosen_by_the_rule_that_is_said(
    records: list[pd.DataFrame], key: int, said: str
) -> None:
    found = choose(records, short_plan(run__end=2050), "the option")
    assert found is not None and found.key == key and said in " ".join(found.sentences)


def test_where_nothing_is_founded_nothing_is_chosen() -> None:
    assert choose([record()], BASE, "the option") is None


def test_both_worlds_are_told_and_the_table_has_each_quarter(answer: Answer) -> None:
    (chart,), quarters = answer.charts, answer.table("life_by_quarter")
    assert answer.title == chart.title and " in " in answer.title and "because" in answer.title
    said = " ".join(answer.sentences)
    assert "Before: closes in" in said and "After: " in said and "these levers" in said
    assert set(quarters["world"]) == {"Before", "After"} and quarters["quarter"].between(1, 4).all()
    before = quarters[quarters["world"] == "Before"]
    assert before["phase"].iloc[0] == "funded" and before["phase"].iloc[-1] == "closed"
    events = answer.table("life_events")
    last = events[events["world"] == "Before"].iloc[-1]
    assert last["event"].startswith("closes because ") and f"closes in {last['year']}" in said
    assert (last["year"], last["quarter"]) == tuple(before[["year", "quarter"]].iloc[-1])
    assert (before[[*FINANCING]] >= 0.0).all(axis=None) and before["donors_usd"].sum() > 0.0


def test_the_drawing_is_whole_and_numbers_each_event(answer: Answer) -> None:
    drawn, events = picture(answer.charts[0]), answer.table("life_events")
    for one in (drawn.wide, drawn.narrow):
        tree = ElementTree.fromstring(one)
        numbers = [text.text for text in tree.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "marked"]
        assert numbers == [str(number) for number in events["number"]]
        assert one.count('class="frame"') == 2
    assert all(event in drawn.words for event in events["event"]) and "Before: " in drawn.words
    ElementTree.fromstring(alone(answer.charts[0]))


def test_the_command_writes_drawing_tables_and_words(tmp_path: Path) -> None:
    out, page = tmp_path / "life", tmp_path / "life.html"
    status, said, _ = ask(
        "life",
        "baseline",
        "exits-handover",
        "--focus",
        "LDC",
        *COMMAND,
        "--out",
        str(out),
        "--html",
        str(page),
        "--json",
    )
    assert status == 0
    answer = json.loads(said)
    assert {"life_by_quarter", "life_events"} == set(answer["tables"])
    assert (out / "figures" / "life.svg").read_text().startswith("<svg") and "<svg" in page.read_text()
    assert json.loads((out / "manifest.json").read_text())["replicate"] == 0
    assert "What happens" in call("life", "--focus", "LDC", *COMMAND, columns=80).stdout


def test_what_can_not_be_followed_is_refused() -> None:
    assert "did you mean 'Kenya'" in refused("life", *COMMAND, "--focus", "Kenia")
    assert "replicate" in refused("life", *COMMAND, "--replicate", "-1")
    assert "is the same as" in refused("life", "baseline", "baseline", *COMMAND)
    assert (
        ask("life", *COMMAND, "--focus", "FRA")[1]
        .strip()
        .endswith("no initiative that serves people is founded from 2021 on.")
    )
