"""Scenes of the workshop: what they show is what the runs have, and each is a whole drawing with its table."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from short_worlds import short_plan

from afteraid.experiments.planning.cliff import MILLION
from afteraid.experiments.planning.funding import MOST, OTHERS, funding, links
from afteraid.faces.workshop.lives import life_picture
from afteraid.faces.workshop.one_run import outcomes
from afteraid.faces.workshop.outcomes import Outcomes, read_outcomes
from afteraid.faces.workshop.picture import Pairs, shown
from afteraid.faces.workshop.scenes import CLIFF, LIFE, MONEY, MONEY_OUT, MONEY_TO, OFFLINE, SCENES, scene
from afteraid.simulation.measures.groups import shipped_groups
from afteraid.simulation.results.svg.bubbles import FEWER, MORE, SAME, looks_of
from afteraid.simulation.results.svg.picture import picture

BASE, OPTION = short_plan(), short_plan({"exits": {"government_handover": 1.0}})
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def runs() -> tuple[Outcomes, Outcomes]:
    return outcomes(BASE, 0), outcomes(OPTION, 0)


@pytest.mark.parametrize("name", [MONEY, OFFLINE, CLIFF])
@pytest.mark.parametrize("pairs", [0, 1])
def test_every_scene_is_a_whole_drawing_with_its_table(runs: tuple[Outcomes, Outcomes], name: str, pairs: int) -> None:
    base, after = runs
    found = shown(Pairs([base], [base][:pairs], [after][:pairs]), OPTION if pairs else BASE, name, "difference")
    json.dumps(found, allow_nan=False)
    drawn = found["picture"]
    assert len(ElementTree.fromstring(f"<div>{drawn['svg']}</div>")) == 2  # for a wide page and for a telephone
    assert drawn["name"] == name and drawn["view"] == "" and drawn["title"].endswith((".", "cost"))
    table = drawn["table"]
    assert table["rows"] and all(len(row) == len(table["headings"]) for row in table["rows"])
    assert any("hange" in heading for heading in table["headings"]) == bool(pairs)


def test_a_run_is_read_again_as_it_was_written(runs: tuple[Outcomes, Outcomes]) -> None:
    again = read_outcomes(runs[0].written())
    assert again.series.keys() == runs[0].series.keys()
    assert all(np.array_equal(again.series[name], one, equal_nan=True) for name, one in runs[0].series.items())


def test_links_add_up_to_the_ledger_to_the_cent(runs: tuple[Outcomes, Outcomes]) -> None:
    to, out = runs[0].series[MONEY_TO], runs[0].series[MONEY_OUT]
    table = links(to, out)
    for stage, flows in ((1, to), (2, out)):
        assert round(100.0 * table.loc[table["stage"] == stage, "amount_usd"].sum()) == int(flows.sum())
    into = table[table["stage"] == 1].groupby("target")["amount_usd"].sum()
    onward = table[table["stage"] == 2].groupby("source")["amount_usd"].sum()
    assert (100.0 * into).round().astype(int).to_dict() == (100.0 * onward).round().astype(int).to_dict()
    assert len(into) <= MOST + 2 and OTHERS in into.index


def test_bars_of_flows_are_as_high_as_their_money(runs: tuple[Outcomes, Outcomes]) -> None:
    chart = funding(runs[0].series[MONEY_TO], runs[0].series[MONEY_OUT], "2018 to 2023")
    tree = ElementTree.fromstring(picture(chart).wide)
    bars = [float(one.get("height") or 0.0) for one in tree.iter(f"{SVG}rect")]
    sums = [
        chart.table.loc[chart.table["stage"] == stage].groupby(side, sort=False)["amount_usd"].sum().tolist()
        for stage, side in ((1, "source"), (1, "target"), (2, "target"))
    ]
    amounts = [amount for part in sums for amount in part]
    scale = max(bars) / max(amounts)
    assert len(bars) == len(amounts)
    assert all(abs(bar - max(scale * amount, 0.75)) < 0.2 for bar, amount in zip(bars, amounts, strict=True))


def test_the_other_world_is_grouped_as_the_one_that_is_shown(runs: tuple[Outcomes, Outcomes]) -> None:
    base, after = ((one.series[MONEY_TO], one.series[MONEY_OUT]) for one in runs)
    same, other = funding(*base, "these years", base), funding(*after, "these years", base)
    assert (same.table["amount_usd"] == same.table["before"]).all() and same.title.startswith("These levers change no")
    assert other.table.loc[other.table["stage"] == 1, "before"].sum() == pytest.approx(base[0].sum() / 100.0)


def test_bubbles_of_each_year_are_the_people_offline(runs: tuple[Outcomes, Outcomes]) -> None:
    base, after = runs
    found = scene(OFFLINE, OPTION, [base], [base], [after])
    bubbles, people = found["bubbles"], after.series[OFFLINE]
    order = np.argsort(shipped_codes())
    assert bubbles["values"] == people[:, order].astype(int).tolist() and bubbles["codes"] == sorted(shipped_codes())
    drawn = ElementTree.fromstring(f"<div>{found['svg']}</div>")[0]
    group = next(one for one in drawn.iter(f"{SVG}g") if one.get("class") == "bubbles")
    radii = np.array([float(one.get("r") or 0.0) for one in group.iter(f"{SVG}circle")])
    assert radii == pytest.approx(float(group.get("data-scale") or 0.0) * np.sqrt(bubbles["values"][-1]), abs=0.06)
    assert len(found["steps"]) == len(bubbles["looks"]) == len(people)
    assert {look for row in bubbles["looks"] for look in row} <= {FEWER, MORE, SAME}


def shipped_codes() -> list[str]:
    """The codes of all economies in the order of tables."""
    return [str(code) for code in shipped_groups().codes("world")]


def test_a_sign_marks_a_change_of_one_in_a_hundred() -> None:
    import pandas as pd

    people = pd.DataFrame([[99.0, 101.0, 99.5, 50.0]])
    assert looks_of(people, pd.DataFrame([[-1.0, 1.0, -0.5, np.nan]])) == [[FEWER, MORE, SAME, SAME]]


def test_the_calendar_is_that_of_the_focus(runs: tuple[Outcomes, Outcomes]) -> None:
    found = scene(CLIFF, BASE, [runs[0]], [], [])
    left = runs[0].series["accounts"][:-1, :, 0].sum(axis=1)
    assert [float(row[2].replace(",", "")) for row in found["table"]["rows"]] == pytest.approx(left / MILLION, rel=6e-3)


def test_a_life_has_a_button_for_each_of_its_events() -> None:
    found = life_picture(BASE, OPTION, 0)
    json.dumps(found, allow_nan=False)
    assert found["name"] == LIFE and set(SCENES) == {LIFE, MONEY, OFFLINE, CLIFF}
    assert [mark["parts"][-1] for mark in found["marks"]] == [row[-1] for row in found["table"]["rows"]]
    dates = [step["at"] for step in found["steps"]]
    assert dates == sorted(dates) and {mark["at"] for mark in found["marks"]} == set(dates)
    assert "With these levers: " in found["note"] and found["svg"].count('class="frame"') == 4
    alone = life_picture(BASE, None, 0)
    assert alone["svg"].count('class="frame"') == 2 and "levers" not in alone["title"]
